#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A request that cannot be met: which device, why, and what would work. Nothing is written.
. "$(dirname "$0")/functions.sh"
make_machine

# refused NAME MESSAGE HINT WORD...: exit 1 with exactly these two lines.
refused() {
	local name=$1

	printf 'daxadm: %s\nhint: %s\n' "$2" "$3" >"$work/expected"
	shift 3
	run "$@" --dry-run --sysroot="$sysroot"
	[ "$status" -eq 1 ] && ok "$name: exit 1" || not_ok "$name: exit 1"
	if diff "$work/expected" "$work/err" >"$work/diff"; then
		ok "$name: the reason"
	else
		not_ok "$name: the reason"
		explain "$work/diff"
	fi
}

make_device dax0.3 536870912 "" 0x160000000 0x17fffffff
make_device dax0.4 536870912 "" 0x1c0000000 0x1dfffffff
put "$sysroot/devices/platform/hmem.0/dax_region/available_size" 1073741824

refused 'a size that is no multiple of the wanted alignment' \
	'dax0.3: a size of 512 MiB is not a multiple of 1 GiB (EINVAL)' \
	'possible alignments of this size: 4K, 2M; use reconfigure --size --align to change both' \
	align dax0.3 1G
refused 'no room for the wanted alignment' \
	'dax0.1: cannot place 2 GiB aligned to 1 GiB: region hmem.0 has room for 1 GiB (ENOSPC)' \
	'possible alignments of dax0.1 at its current place: 4K, 2M' \
	reconfigure --size 2G --align 1G dax0.1
refused 'ranges that do not allow the alignment' \
	'dax0.1 cannot be aligned to 1 GiB at its current place: its ranges are not multiples of 1 GiB (EINVAL)' \
	'possible alignments at its current place: 4K, 2M; use --force=lose-data to move it to other physical memory without its data' \
	align dax0.1 1G
refused 'a new size that is no multiple' \
	'dax0.3: a size of 3 MiB is not a multiple of 2 MiB (EINVAL)' \
	'the nearest sizes are 2 MiB and 4 MiB' \
	reconfigure --size 3M dax0.3
refused 'an enabled device to destroy' \
	'dax0.0 is enabled (EBUSY)' \
	'disable it first, or use -f' \
	destroy-device dax0.0
refused 'a kind of alignment that there is not' \
	'an alignment of 16 MiB does not exist (EINVAL)' \
	'use 4K, 2M or 1G' \
	align dax0.0 16M

# Without a device of size 0 nothing tells where the region begins; it is taken to be where its lowest range does.
rm "$sysroot/bus/dax/devices/dax0.2"
rm -r "$sysroot/devices/platform/hmem.0/dax0.2"
refused 'a region whose beginning is not shown' \
	'dax0.2: cannot place 1 GiB aligned to 1 GiB: region hmem.0 has room for 0 bytes (ENOSPC)' \
	'use a smaller size or a smaller alignment' \
	create-device -r 0 --size 1G --align 1G
put "$sysroot/devices/platform/hmem.0/dax_region/available_size" 0
refused 'a full region' \
	'region hmem.0 has no free space (ENOSPC)' \
	"shrink or destroy one of its devices first: run 'daxadm list -r 0' to see them" \
	create-device -r 0 --size 1G

# Of another machine's tree anything may be said.
put "$sysroot/devices/platform/hmem.0/dax_region/id" -1
run create-device -r 0 --size 1G --dry-run --sysroot="$sysroot"
check 'a region that has no number: no crash' test "$status" -eq 1
check 'and why' grep -q "dax_region/id holds '-1', which is not the number of a region (EPROTO)" "$work/err"

done_testing
