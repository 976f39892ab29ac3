#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory that others have lost: they unbound kmem while it was online. It is told, and never given to anybody.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/functions.sh"
make_machine
mkdir "$sysroot/proc"

# iomem LINE...: what /proc/iomem shows.
iomem() { printf '%s\n' '00000000-00000fff : Reserved' "$@" '1ff00000000-1ffffffffff : PCI Bus 0000:00' >"$sysroot/proc/iomem"; }

# key DOCUMENT FILTER: of what was printed.
key() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$work/out" "$1"; }

# A device in use, one that lost both of its ranges, and in the empty region one that is gone.
make_device dax0.3 536870912 kmem 0x1c0000000 0x1dfffffff
make_blocks 56 Movable Movable Movable Movable
put "$sysroot/devices/platform/hmem.0/dax_region/available_size" 1610612736
KEPT='  1c0000000-1dfffffff : System RAM (kmem)'
iomem '1c0000000-1dfffffff : dax0.3' "$KEPT"
run list -R --sysroot="$sysroot"
check 'nothing is lost while a device has it' test "$status $(grep -c lost "$work/out") $(wc -c <"$work/err")" = '0 0 0'

iomem '140000000-15fffffff : dax0.1' '  140000000-15fffffff : System RAM (kmem)' \
	'1c0000000-1dfffffff : dax0.3' "$KEPT" \
	'200000000-2ffffffff : CXL Window 0' '  210000000-21fffffff : dax1.7' '    210000000-21fffffff : System RAM (kmem)'
run list --sysroot="$sysroot"
check 'list: of a device' test "$(key '[x.get("lost_size") for x in d]')" = '[None, 536870912, None]'
check 'list: the note' grep -qx 'daxadm: note: region hmem.0: 512 MiB are lost until the next reboot: they were online when kmem was unbound from them' "$work/err"
run list -R --sysroot="$sysroot"
check 'list -R: also where no device is' test "$(key '[x["lost_size"] for x in d]')" = '[536870912, 268435456]'
check 'and not as available' test "$(key '[x["available_size"] for x in d]')" = '[1610612736, 4026531840]'
check 'nor as free' test "$(key '[x["largest_free"] for x in d]')" = '[536870912, 3758096384]'

# refused NAME MESSAGE HINT VERB...
refused() {
	local name=$1 message=$2 hint=$3
	shift 3
	run "$@" --dry-run --sysroot="$sysroot"
	check "$name: exit 1" test "$status" -eq 1
	check "$name: why" test "$(<"$work/err")" = "daxadm: $message"$'\n'"hint: $hint"
}
lost='dax0.1: 512 MiB of its memory are lost until the next reboot: they were online when kmem was unbound from them (EBUSY)'
reboot='reboot to get them back; leave the device as it is until then, so that its space is not reused'
refused 'enable' "$lost" "$reboot" enable-device dax0.1
refused 'reconfigure' "$lost" "$reboot" reconfigure -m system-ram dax0.1
refused 'destroy, whatever is forced' "$lost" "$reboot" destroy-device -f --force=lose-data dax0.1
refused 'destroy all' "$lost" "$reboot" destroy-device -f -r 0 all
run disable-device dax0.1 --dry-run --sysroot="$sysroot"
check 'disable: it is' test "$status" -eq 0

refused 'create: there' 'memory in the range 0x208000000-0x217ffffff is lost until the next reboot: it was online when kmem was unbound from it (EBUSY)' \
	'reboot to get it back' create-device -r 1 --range=0x208000000-0x217ffffff
refused 'create: more than there is' 'a size of 4 GiB is more than the free space of region hmem.1: 3840 MiB are free (ENOSPC)' \
	'region hmem.1: 256 MiB are lost until the next reboot: they were online when kmem was unbound from them' \
	create-device -r 1 -s 4G
# The kernel itself would begin with the first byte that it takes for free.
run create-device -r 1 -s 512M --dry-run --sysroot="$sysroot"
check 'create: around it' grep -qx 'would: dax1.1: add the range 0x220000000-0x23fffffff (512 MiB)' "$work/err"
run create-device -r 1 --dry-run --sysroot="$sysroot"
check 'create: all that there is' test "$(key 'd[0]["size"]')" = 4026531840
run reconfigure -s 512M dax1.0 --dry-run --sysroot="$sysroot"
check 'grow: around it' grep -qx 'would: dax1.0: add the range 0x220000000-0x23fffffff (512 MiB)' "$work/err"

# To who may not see them all addresses are zero; and what is no resource is no matter.
iomem '00000000-00000000 : dax0.1' '  00000000-00000000 : System RAM (kmem)' '' 'junk' '5-3 : System RAM (kmem)' ' : ' \
	'140000000-15fffffff : System RAM (kmem)'
run list -R --sysroot="$sysroot"
check 'what cannot be read says nothing' test "$status $(grep -c lost "$work/out")" = '0 0'
done_testing
