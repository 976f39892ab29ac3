#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices by their uuid: one that two namespaces have, since one was copied from the other, names neither.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/functions.sh"
first=11111111-2222-4333-8444-555555555555 second=66666666-7777-4888-9999-aaaaaaaaaaaa

perl "$srcdir/tests/sysroots/unpack" "$srcdir/tests/sysroots/disabled.sysroot" "$sysroot"
for uuid in $first ${first^^} $second; do
	run list --sysroot="$sysroot" "$uuid"
	check "$uuid: there is one" test "$status $(grep -c '"chardev"' "$work/out")" = '0 1'
done

sed "s/$second/$first/" "$srcdir/tests/sysroots/disabled.sysroot" >"$work/copied.sysroot"
perl "$srcdir/tests/sysroots/unpack" "$work/copied.sysroot" "$work/copied"
for verb in list 'disable-device --dry-run' 'destroy-device -f --force=lose-data --dry-run' \
	'reconfigure -m fsdax --dry-run'; do
	# shellcheck disable=SC2086 # words
	run $verb --sysroot="$work/copied" "$first"
	check "$verb: exit 1" test "$status" -eq 1
	check "$verb: both are named" grep -qE \
		"^daxadm: the uuid $first is ambiguous: namespace(0\.0 and namespace0\.1|0\.1 and namespace0\.0) have it \(EEXIST\)" "$work/err"
	check "$verb: and what works" grep -qx 'hint: use the device name instead' "$work/err"
done
run create-device -r 0 --uuid $first --dry-run --sysroot="$work/copied"
check 'nor does a new one get it' test "$status $(grep -c "^daxadm: the uuid $first is ambiguous: namespace0\.[01] and namespace0\.[01] have it " "$work/err")" = '1 1'
run list --sysroot="$work/copied" namespace0.0
check 'by its name there is one' test "$status $(grep -c '"chardev"' "$work/out")" = '0 1'
done_testing
