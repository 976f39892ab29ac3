#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A device of three ranges between neighbours that are online: each of its memory blocks is written,
# and none of theirs. What daxctl does to the same device is shown beside it.
# lab: --hmem 2G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"

# at START SIZE: a range in the region, both in MiB.
at() { range $((HMEM_START[0] + $1 * MIB)) $(($2 * MIB)); }

# own NAME LETTER: the blocks of D were written and no others; they are LETTER, the others as they were.
own() {
	is "$1: its own blocks are written, and no others" "$(written_blocks)" "$BLOCKS"
	placed "$@"
}

placed() {
	is "$1: they are where they belong" "$(zones_of "$D")" "$2$2$2$2$2"
	is "$1: the neighbours are online" "$(zones_of "$LOW") $(zones_of "$HIGH")" 'MM MM'
}

find_memory
r=${HMEM[0]} LOW=dax$r.1 HIGH=dax$r.2 D=dax$r.3
as_devdax "dax$r.0"
ok 'the region is emptied' daxadm destroy-device -f "dax$r.0"
ok 'a neighbour is online' daxadm create-device -r "$r" -m system-ram --range "$(at 256 256)"
# It ends in the middle of a block, where the device begins: that block is nobody's.
ok 'and another' daxadm create-device -r "$r" -m system-ram --range "$(at 768 320)"
is 'both are' "$(zones_of "$LOW") $(zones_of "$HIGH")" 'MM MM'

traced daxadm create-device -r "$r" -m system-ram --range "$(at 0 256)" --range "$(at 512 256)" \
	--range "$(at 1088 256)"
is 'a device of three ranges is made between them' "$status $err" \
	"0 daxadm: note: $D: 128 MiB of 768 MiB cannot be used as system memory: not aligned to memory blocks of 128 MiB
created 1 device"
BLOCKS=$(blocks_of "$D")
first=$((HMEM_START[0] / BLOCK))
is 'its blocks are those that lie whole in its ranges' "$BLOCKS" \
	"$first $((first + 1)) $((first + 4)) $((first + 5)) $((first + 9))"
is 'create: no block is written, the kernel brings them online' "$(written_blocks)" ''
placed 'create' M
like 'list counts them' "$(flat "$(daxadm list -d "$D")")" '"online_memblocks":5,"total_memblocks":5,"movable":true'

traced daxadm offline-memory "$D"
is 'offline-memory' "$status $err" '0 offlined memory for 1 device'
own 'offline-memory' -
traced daxadm online-memory "$D"
is 'online-memory' "$status $err" '0 onlined memory for 1 device'
own 'online-memory' M

# The same with daxctl, which takes all ranges for one piece that begins at the first.
traced daxctl offline-memory "$D"
foreign="$((first + 2)) $((first + 3))"
like "daxctl writes its neighbour's blocks" " $(written_blocks) " " $foreign "
is "the neighbour's memory is offline" "$(zones_of "$LOW")" '--'
is 'and one of its own online' "$(zones $((first + 9)))" M
daxadm online-memory "$D" "$LOW" >/dev/null 2>&1
is 'daxadm brings all of them back' "$(zones_of "$D") $(zones_of "$LOW")" 'MMMMM MM'

traced daxadm reconfigure -m devdax "$D"
is 'back to devdax' "$status $err $(driver "$D")" '0 reconfigured 1 device device_dax'
is 'devdax: its own blocks are written, and no others' "$(written_blocks)" "$BLOCKS"
is 'the neighbours are online' "$(zones_of "$LOW") $(zones_of "$HIGH")" 'MM MM'
is 'none of its blocks is left' "$(ls -d $MEMORY/memory{$first,$((first + 1)),$((first + 4)),$((first + 9))} 2>/dev/null)" ''
refused 'a block that no device has whole is nobody'"'"'s' 1 'is not system memory' offline-memory "$D"

# Online, it is resized and disabled: everything is put back, and nobody else's is touched.
ok 'once more' daxadm reconfigure -m system-ram "$D"
traced daxadm reconfigure -s 512M "$D"
is 'it shrinks while it is online' "$status $err $(attr "$D" size)" "0 reconfigured 1 device $((512 * MIB))"
is 'its memory is online again' "$(zones_of "$D") $(zones_of "$LOW") $(zones_of "$HIGH")" 'MMMM MM MM'
is 'the neighbours were not written' "$(written_blocks)" "$BLOCKS"
traced daxadm destroy-device -f "$D"
is 'it goes' "$status $err" '0 destroyed 1 device'
is 'without its neighbours' "$(zones_of "$LOW") $(zones_of "$HIGH") $(written_blocks)" \
	"MM MM $first $((first + 1)) $((first + 4)) $((first + 5))"
done_testing
