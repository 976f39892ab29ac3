#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Files, folders and block devices: ext4 and xfs on persistent memory, with and without DAX, and files with
# each of the faults that a file can have.
# lab: --nvdimm 1G,label=2M
# kernels: 6.1 6.12 7.x
# timeout: 600
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"
# shellcheck source=fsdax.sh
. "${0%/*}/fsdax.sh"
PATH=/tests:$PATH

f=/mnt/file g=/mnt/other
pinned=' file-pin'
[ "$LAB_SERIES" != 6.1 ] || pinned='' # io_uring pins no memory of files

# listed CHECK: the bytes that it is about.
listed() { jq -rc ".[] | select(.check == \"$1\") | [.ranges[]? | [.start, .end]]" <<<"$out"; }

# make_file FILE MIB: all of it written.
make_file() { dd if=/dev/zero of="$1" bs=1M count="$2" conv=notrunc,fsync status=none; }

test_places() {
	check 0 "$disk"
	finding 'a block device: what is behind it' "$disk" place-memory pass 'pmem0 is pfn0.[0-9], of namespace0.0, from 0x[0-9a-f]+ on'
	results 'a block device: what is right' "$disk" pass 'place-memory place-queue place-align'
	check 0 /mnt
	results "$1: what is right with a folder" /mnt pass \
		'place-memory place-queue place-align place-fs place-blocks place-new'
}

test_ext4() {
	mkfs.ext4 -q -E stride=512,stripe_width=512 "$disk" && mount -o dax=always "$disk" /mnt
	test_places ext4
	fallocate -l 16M $f && make_file $f 16
	check 0 $f
	results 'ext4: a file that is all written' $f pass 'file-dax file-sync file-align file-huge file-shared file-unwritten file-holes file-strange'"$pinned"' file-direct'
	finding 'ext4: its units' $f file-align pass '8 of 8'
	[ -z "$pinned" ] || finding 'ext4: it is not pinned' $f file-pin pass EOPNOTSUPP
	run nothp daxadm check $f
	is 'ext4: without huge pages' "$status $(jq -r '.[] | select(.check == "file-huge") | .result + " " + .observed' <<<"$out")" \
		'1 fail many faults at offset 0x0'
	fallocate -l 8M $g
	check 0 $g
	results 'ext4: a file that is only allocated' $g warn 'file-unwritten file-direct'
	is 'ext4: all of it' "$(listed file-unwritten)" '[[0,8388607]]'
	rm $g && truncate -s 1T $g
	check 0 $g
	results 'ext4: 1 TiB of nothing' $g warn 'file-align file-holes file-direct'
	is 'ext4: all of that' "$(listed file-holes)" "[[0,$(((1 << 40) - 1))]]"
	dd if=/dev/zero of=$g bs=1M count=1 seek=1024 conv=notrunc,fsync status=none
	check 0 $g
	is 'ext4: with something in it' "$(listed file-holes)" \
		"[[0,$(((1 << 30) - 1))],[$(((1 << 30) + (1 << 20))),$(((1 << 40) - 1))]]"
	umount /mnt
}

test_xfs() {
	mkfs.xfs -q -f -m reflink=1 "$disk" && mount -o dax=always "$disk" /mnt
	test_places xfs
	xfs_io -c 'extsize 2m' /mnt
	make_file $f 16
	check 0 $f
	finding 'xfs: direct' $f file-dax pass 'direct access'
	finding 'xfs: MAP_SYNC' $f file-sync pass success
	[ -z "$pinned" ] || finding 'xfs: it is not pinned' $f file-pin pass EOPNOTSUPP
	cp --reflink=always $f $g
	dd if=/dev/zero of=$g bs=1M count=4 seek=4 conv=notrunc,fsync status=none
	check 0 $g
	finding 'xfs: a copy that shares' $g file-shared warn '12 MiB'
	is 'xfs: but where it was written to' "$(listed file-shared)" '[[0,4194303],[8388608,16777215]]'
	check 0 $f
	finding 'xfs: and so does that of which it is a copy' $f file-shared warn '12 MiB'
	umount /mnt
}

# What the mount says, what the inode says, and what is.
test_modes() {
	mount -o dax=never "$disk" /mnt
	check 0 $f /mnt
	finding 'dax=never' $f file-dax warn 'the page cache'
	finding 'dax=never: MAP_SYNC is refused' $f file-sync pass EOPNOTSUPP
	finding 'dax=never: new files' /mnt place-new warn 'the page cache'
	umount /mnt
	mount -o dax=inode "$disk" /mnt
	make_file /mnt/third 2
	check 0 /mnt/third
	finding 'dax=inode, no flag' /mnt/third file-dax warn 'the page cache'
	# The flag is heard when nobody has the file any more.
	sleep 1000 9</mnt/third &
	holder=$!
	xfs_io -c 'chattr +x' /mnt/third
	check 1 /mnt/third
	results 'dax=inode, a flag that is not heard yet' /mnt/third fail file-dax
	kill $holder
	wait $holder 2>/dev/null
	umount /mnt
	mount -o dax=inode "$disk" /mnt
	check 0 /mnt/third
	finding 'dax=inode, and now it is' /mnt/third file-dax pass 'direct access'
	xfs_io -c 'chattr +x' /mnt
	check 0 /mnt
	finding 'a folder hands it on' /mnt place-new pass 'direct access'
	umount /mnt
}

# The driver of ext4 takes these, without DAX.
test_ext2() {
	mkfs.ext4 -q -F -t ext2 "$disk"
	run mount -t ext2 -o dax=always "$disk" /mnt
	is 'ext2: the option is refused' "$((status > 0))" 1
	mount -t ext2 "$disk" /mnt
	check 0 /mnt
	finding 'ext2 cannot' /mnt place-fs warn 'ext2 cannot'
	umount /mnt
}

test_partition() {
	if ! type -P addpart >/dev/null; then
		skip 'a partition' 'addpart is not there'
		return
	fi
	addpart "$disk" 1 3 200000
	mkfs.ext4 -q -b 1024 "${disk}p1" && mount "${disk}p1" /mnt
	check 0 "${disk}p1" /mnt
	finding 'a partition off its boundary' "${disk}p1" place-align warn '0x[0-9a-f]*600$'
	finding 'small blocks' /mnt place-blocks warn 1024
	# Before it is written back it has no place.
	dd if=/dev/zero of=$f bs=1M count=1 status=none
	check 0 $f
	finding 'no place yet' $f file-strange warn '1 MiB'
	finding 'too small' $f file-align skip 'smaller than 2 MiB'
	umount /mnt
}

test_bad_places() {
	modprobe loop
	truncate -s 64M /tmp/image
	mkfs.ext4 -q -b 4096 /tmp/image
	mount -o loop /tmp/image /mnt
	check 0 /mnt
	results 'a loop device' /mnt warn 'place-memory place-queue place-new'
	umount /mnt
	check 0 /tmp
	results 'memory without a device' /tmp warn 'place-memory place-fs place-new'
	ndctl create-namespace -f -e namespace0.0 -m raw >/dev/null 2>&1
	check 0 "$disk"
	results 'a raw namespace' "$disk" warn place-queue
}

mkdir -p /mnt
fsdax_namespace
test_ext4
test_xfs
test_modes
test_ext2
test_partition
test_bad_places
done_testing
