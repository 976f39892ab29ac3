#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# list on recorded machines: byte for byte what it printed before, and with few system calls.
. "$(dirname "$0")/functions.sh"
. "$srcdir/tests/golden/play.sh"
cd "$srcdir/tests/golden" || exit 1

for name in none idle hmem mixed many; do play "$name" list; done

# All of the 302, in the order of their numbers, and none twice.
run list --sysroot="$sysroot"
sed -n 's/^ *"chardev":"\(.*\)",$/\1/p' "$work/out" >"$work/names"
check '302 devices' test "$(wc -l <"$work/names")" -eq 302
sort -V -u "$work/names" >"$work/sorted"
check 'in the order of their numbers' cmp -s "$work/names" "$work/sorted"

# calls WORD...: how many system calls the program makes, as $calls.
calls() {
	ASAN_OPTIONS=detect_leaks=0 strace -f -c -U calls,name -o "$work/strace" "$DAXADM" "$@" >/dev/null 2>&1 ||
		return 1
	calls=$(awk '$2 == "total" { print $1 }' "$work/strace")
	[[ $calls =~ ^[0-9]+$ ]]
}

# What has to be read of the 302 is 3,038 calls; others need 22,835. Sanitizers have some of their own to start with.
if calls version; then
	start=$calls
	calls list --sysroot="$sysroot"
	check "302 devices take at most 4567 system calls: $calls" test "$calls" -le 4567
	calls list --sysroot="$sysroot" dax0.150
	check "one of the 302 takes at most 60: $((calls - start))" test $((calls - start)) -le 60
else
	ok '302 devices take at most 4567 system calls # SKIP needs strace, and leave to use it'
fi

validate_all
done_testing
