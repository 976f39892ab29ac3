#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# list on recorded machines: byte for byte what it printed before, and with few system calls.
. "$(dirname "$0")/functions.sh"
. "$srcdir/tests/golden/play.sh"
cd "$srcdir/tests/golden" || exit 1

for name in none idle hmem mixed disabled many; do play "$name" list; done

# What a CXL region says of its speed, since its memory is on no node yet: to processors, or else to whoever is nearest.
unpack mixed
speed() {
	run list --speed --sysroot="$sysroot" dax1.0
	sed -nE 's/.*"((read|write)_[a-z]*":[0-9]*).*/\1/p' "$work/out" | tr -d '"' | sort | tr '\n' ' '
}
region=$sysroot/devices/platform/ACPI0017:00/root0/decoder0.0/region1
mkdir -p "$region/access0" "$region/access1"
check 'a CXL region that says nothing of its speed' test "$(speed)" = ''
echo 150 >"$region/access0/read_latency"
check 'a CXL region: to whoever is nearest' test "$(speed)" = 'read_latency:150 '
echo 200 >"$region/access1/read_latency"
echo 210 >"$region/access1/write_latency"
echo 30000 >"$region/access1/read_bandwidth"
check 'a CXL region: to processors' test "$(speed)" = 'read_bandwidth:30000 read_latency:200 write_latency:210 '
unpack many

# All of the 302, in the order of their numbers, and none twice.
run list --sysroot="$sysroot"
sed -n 's/^ *"chardev":"\(.*\)",$/\1/p' "$work/out" >"$work/names"
check '302 devices' test "$(wc -l <"$work/names")" -eq 302
sort -V -u "$work/names" >"$work/sorted"
check 'in the order of their numbers' cmp -s "$work/names" "$work/sorted"

# calls WORD...: how many system calls the program makes, as $calls.
calls() {
	strace -f -c -U calls,name -o "$work/strace" "$DAXADM" "$@" >/dev/null 2>&1 ||
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

# spent WORD...: what of persistent memory is looked at, and of its libraries loaded.
spent() {
	strace -f -o "$work/strace" "$DAXADM" "$@" --sysroot="$sysroot" >/dev/null 2>&1 || return 1
	spent=$(grep -E 'open|readlink|stat' "$work/strace" | grep -cE 'libndctl|libdaxctl|libblkid|bus/nd/devices' || true)
}

# Machines without persistent memory pay nothing for it.
unpack hmem
if spent list; then
	check 'list has no cost for what is not there' test "$spent" -eq 0
	spent list -DMv
	check 'nor in all detail' test "$spent" -eq 0
	spent list -RDMv
	check 'with regions it is one look, which finds none' test "$spent" -eq 1
	spent reconfigure --dry-run -s 512M dax0.0
	check 'nor has a change' test "$spent" -eq 0
	unpack mixed
	spent list
	check 'where there is some, it is read, and no library loaded' test "$spent" -gt 0
	check 'which no list needs' test "$(grep -cE 'libndctl|libdaxctl|libblkid' "$work/strace")" -eq 0
else
	ok 'list has no cost for what is not there # SKIP needs strace, and leave to use it'
fi

validate_all
done_testing
