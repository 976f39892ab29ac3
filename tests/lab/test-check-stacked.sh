#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Block devices on the device mapper and on md: what they lie on, and how that is aligned. What is said is
# held against the kernel: where an entry of 2 MiB is possible, one fault maps it.
# lab: --nvdimm 512M,label=2M --nvdimm 512M,label=2M
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"

M=2048 # sectors of 1 MiB

make_namespaces() {
	local n
	for n in 0 1; do
		echo 2097152 >/sys/bus/nd/devices/region$n/align
		ndctl create-namespace -f -e "namespace$n.0" -m fsdax >/tmp/ndctl.$n 2>&1 || diag "$(</tmp/ndctl.$n)"
		disks[n]=/dev/$(jq -r .blockdev /tmp/ndctl.$n)
		address[n]=$(($(<"/sys/block/${disks[n]##*/}/device/resource")))
	done
}
disks=() address=()

# mapped TABLE: /dev/mapper/test is so.
mapped() {
	dmsetup remove test 2>/dev/null
	dmsetup create --noudevsync test <<<"$1" 2>/tmp/dmsetup || diag "dmsetup: $(</tmp/dmsetup)"
	[ -b /dev/mapper/test ] || dmsetup mknodes test
	disk=/dev/mapper/test
}

# file_on NAME: a file there is as the disk promises: all units by one fault each.
file_on() {
	make_file
	check 0 /mnt/file /mnt
	finding "$1: the kernel does DAX there" /mnt/file file-dax pass 'direct access'
}

make_file() {
	mkfs.ext4 -q -F -b 4096 -E stride=512,stripe_width=512 "$disk" && mount -o dax=always "$disk" /mnt
	fallocate -l 16M /mnt/file && dd if=/dev/zero of=/mnt/file bs=1M count=16 conv=notrunc,fsync status=none
}

test_linear() {
	mapped "0 $((300 * M)) linear ${disks[0]} $((2 * M))"
	check 0 $disk
	finding 'linear: what it is' $disk place-memory pass "dm-[0-9]+ is on pfn0.[0-9], namespace0.0, from $(printf 0x%x $((address[0] + (2 << 20))))"
	finding 'linear: aligned' $disk place-align pass "$(printf 0x%x $((address[0] + (2 << 20))))\$"
	results 'linear: all is right' $disk pass 'place-memory place-queue place-align'
	file_on linear
	finding 'linear: its units' /mnt/file file-align pass '8 of 8'
	finding 'linear: one fault each' /mnt/file file-huge pass '8 of 8'
	umount /mnt
	mapped "0 $((300 * M)) linear ${disks[0]} $((3 * M))"
	check 0 $disk
	finding 'linear, by 1 MiB off: not aligned' $disk place-align warn "$(printf 0x%x $((address[0] + (3 << 20))))\$"
	file_on 'linear, off'
	finding 'linear, off: no unit' /mnt/file file-align warn '0 of 8'
	# Told that the memory begins 1 MiB earlier, it takes the units for aligned: the kernel does not.
	printf '0x%x\n' $((address[0] - (1 << 20))) >/tmp/resource
	mount --bind /tmp/resource "/sys/block/${disks[0]##*/}/device/resource"
	check 1 /mnt/file
	umount "/sys/block/${disks[0]##*/}/device/resource"
	finding 'linear, off: believed to be aligned' /mnt/file file-align pass '8 of 8'
	finding 'linear, off: and the kernel maps no unit' /mnt/file file-huge fail '0 of 8'
	umount /mnt
}

test_pieces() {
	mapped "0 $((100 * M)) linear ${disks[0]} 0
$((100 * M)) $((100 * M)) linear ${disks[1]} $((4 * M))"
	check 0 $disk
	finding 'two pieces: both' $disk place-memory pass 'is on pfn0.[0-9], pfn1.[0-9], namespace0.0, namespace1.0'
	finding 'two pieces that lie alike' $disk place-align pass "$(printf 0x%x "${address[0]}")\$"
	mapped "0 $((100 * M)) linear ${disks[0]} 0
$((100 * M)) $((100 * M)) linear ${disks[1]} $((5 * M))"
	check 0 $disk
	finding 'two pieces that do not' $disk place-align warn 'pieces with different offsets'
	file_on 'two pieces'
	finding 'two pieces: a file is not judged' /mnt/file file-align skip 'have different offsets within 2 MiB'
	finding 'two pieces: nor touched' /mnt/file file-huge skip 'have different offsets within 2 MiB'
	umount /mnt
	mapped "0 $((100 * M)) linear ${disks[0]} 0
$((100 * M)) $((100 * M)) error"
	check 0 $disk
	finding 'a piece of another kind' $disk place-align skip 'is not known'
}

test_stripes() {
	mapped "0 $((400 * M)) striped 2 $((2 * M)) ${disks[0]} 0 ${disks[1]} 0"
	check 0 $disk
	finding 'stripes of 2 MiB' $disk place-align pass 0x
	local way=yes
	[ "$LAB_SERIES" != 6.1 ] || way=no
	if [ $way = no ]; then # its disks take less at a time, and so do stripes
		make_file
		check 1 /mnt/file
		finding 'stripes: no unit is mapped by one fault' /mnt/file file-huge fail '0 of 8'
		like 'stripes: why not' "$(flat_hint file-huge)" 'limits a request to 1280 KiB: echo 2048 >/sys/block/dm-[0-9]+/queue'
		umount /mnt
		echo 2048 >/sys/block/dm-0/queue/max_sectors_kb
	fi
	file_on stripes
	finding 'stripes: its units' /mnt/file file-align pass '8 of 8'
	finding 'stripes: one fault each' /mnt/file file-huge pass '8 of 8'
	echo "#| row: files on stripes of the device mapper: one fault for 2 MiB, as these are made: $way"
	umount /mnt
	mapped "0 $((400 * M)) striped 2 $M ${disks[0]} 0 ${disks[1]} 0"
	check 0 $disk
	finding 'stripes of 1 MiB' $disk place-align warn 'pieces with different offsets'
	setpriv --reuid 65534 --regid 65534 --clear-groups daxadm check $disk >/tmp/nobody
	is 'others than root are told what it is, and not where' \
		"$(jq -r '.[] | select(.check == "place-memory" or .check == "place-align") | .result' /tmp/nobody | tr '\n' ' ')" 'pass skip '
}

# One on the other, and on a partition.
test_stacked() {
	dmsetup remove test
	addpart "${disks[0]}" 1 $((4 * M)) $((200 * M))
	mapped "0 $((100 * M)) linear ${disks[0]}p1 $((2 * M))"
	dmsetup create --noudevsync upper <<<"0 $((50 * M)) linear $disk $((6 * M))"
	[ -b /dev/mapper/upper ] || dmsetup mknodes upper
	check 0 /dev/mapper/upper
	finding 'a device on a device on a partition' /dev/mapper/upper place-memory pass \
		"from $(printf 0x%x $((address[0] + (12 << 20))))"
	dmsetup remove upper
	dmsetup remove test
	delpart "${disks[0]}" 1 2>/dev/null
	truncate -s 64M /tmp/image
	modprobe loop
	local loop
	loop=$(losetup -f --show /tmp/image)
	mapped "0 $((50 * M)) linear ${disks[1]} 0
$((50 * M)) $((50 * M)) linear $loop 0"
	check 0 $disk
	finding 'with something else' $disk place-memory warn 'is on pfn1.[0-9] and on other memory'
	dmsetup remove test
}

# Made without mdadm, and without metadata on the disks.
test_md() {
	local n md=/sys/block/md9/md
	modprobe raid0
	echo md9 >/sys/module/md_mod/parameters/new_array
	echo none >$md/metadata_version
	echo raid0 >$md/level
	echo 2 >$md/raid_disks
	echo $((2 << 20)) >$md/chunk_size
	for n in 0 1; do
		cat "/sys/block/${disks[n]##*/}/dev" >$md/new_dev
		echo $((1 << 20)) >"$md/dev-${disks[n]##*/}/offset"
		echo $((200 << 10)) >"$md/dev-${disks[n]##*/}/size"
		echo $n >"$md/dev-${disks[n]##*/}/slot"
	done 2>/tmp/md.err
	echo active >$md/array_state || diag "md: $(</tmp/md.err) $(dmesg | tail -3)"
	echo "#| row: md raid0 does DAX: $([ "$(<"/sys/block/md9/queue/dax")" = 1 ] && echo yes || echo no)"
	[ -b /dev/md9 ] || mknod /dev/md9 b 9 9
	check 0 /dev/md9
	finding 'md raid0: what it is' /dev/md9 place-memory pass 'md9 is on pfn[01].[0-9], pfn[01].[0-9]'
	finding 'md raid0: chunks of 2 MiB' /dev/md9 place-align pass 0x
	if [ "$(<"/sys/block/md9/queue/dax")" = 1 ]; then
		disk=/dev/md9
		file_on 'md raid0'
		finding 'md raid0: its units' /mnt/file file-align pass '8 of 8'
		finding 'md raid0: one fault each' /mnt/file file-huge pass '8 of 8'
		umount /mnt
	else
		finding 'md raid0: this kernel does no DAX there' /dev/md9 place-queue warn 'md9 cannot'
	fi
	echo clear >$md/array_state
}

type -P dmsetup >/dev/null || skip_all 'dmsetup is not there'
modprobe dm-mod
mkdir -p /mnt
make_namespaces
test_linear
test_pieces
test_stripes
test_stacked
test_md
done_testing
