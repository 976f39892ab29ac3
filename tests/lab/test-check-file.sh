#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Files, folders and block devices: ext4 and xfs on persistent memory, with and without DAX, and files with
# each of the faults that a file can have.
# lab: --nvdimm 1G,label=2M
# kernels: 6.1 6.12 7.x
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
right="file-dax file-sync file-align file-huge file-shared file-unwritten file-holes file-strange$pinned file-direct"

# listed CHECK: the bytes that it is about.
listed() { jq -rc ".[] | select(.check == \"$1\") | [.ranges[]? | [.start, .end]]" <<<"$out"; }

# fresh FILESYSTEM OPTION...: made so, and mounted.
fresh() {
	"mkfs.$1" -q "${@:2}" "$disk" && mount -o dax=always "$disk" /mnt
}

test_places() {
	check 0 "$disk" /mnt
	finding 'a block device: what is behind it' "$disk" place-memory pass 'pmem0 is on pfn0.[0-9], namespace0.0, from 0x[0-9a-f]+'
	results "$1: what is right with a folder" /mnt pass \
		'place-memory place-queue place-align place-fs place-blocks place-new'
	results "$1: and with the block device, which is mounted" "$disk" pass \
		'place-memory place-queue place-align place-fs place-blocks place-new'
	like "$1: all options of the mount" "$(detail place-fs)" '^at /mnt, options: rw,.*dax=always'
	like "$1: who decides" "$(detail place-new)" "^$1 at /mnt, dax option: always, flag of the inode: not set; the option decides"
	umount /mnt
	check 0 "$disk"
	results "$1: a block device that is not mounted" "$disk" skip 'place-fs place-blocks place-new'
	mkdir -p '/tmp/a place'
	mount -o noatime,dax=always "$disk" '/tmp/a place'
	check 0 "$disk"
	like "$1: mounted at another place" "$(detail place-fs)" '^at /tmp/a place, options: rw,noatime,'
	finding "$1: whose blocks are" "$disk" place-blocks pass 4096
	umount '/tmp/a place'
	mount -o dax=always "$disk" /mnt
}

# A file that is as it should be, whatever the file system is.
test_right() {
	whole_file $f 16
	check 0 $f
	results "$1: a file that is all written" $f pass "$right"
	finding "$1: its units" $f file-align pass '8 of 8'
	finding "$1: one fault for each" $f file-huge pass '8 of 8'
	like "$1: its address" "$(detail file-align)" '^offset 0x0 is at 0x[0-9a-f]*[02468ace]00000$'
	[ -z "$pinned" ] || finding "$1: it is not pinned" $f file-pin pass EOPNOTSUPP
	run nothp daxadm check $f
	is "$1: without huge pages" "$status $(jq -r '.[] | select(.check == "file-huge") | .result + " " + .observed' <<<"$out")" \
		'1 fail 0 of 8'
	is "$1: which ones" "$(listed file-huge)" '[[0,16777215]]'
	run lie -e mmap,3=0x200003:OK daxadm check $f
	like "$1: a flag that other kernels do not know" "$(detail file-direct)" '^this kernel accepts a flag that other kernels do not know'
	fallocate -l 8M $g
	check 0 $g
	results "$1: a file that is only allocated" $g warn 'file-unwritten file-direct'
	is "$1: all of it" "$(listed file-unwritten)" '[[0,8388607]]'
	finding "$1: it lies well" $g file-align pass '4 of 4'
	like "$1: for later" "$(detail file-align)" ', 4 of these only after they are written$'
	finding "$1: what reads of it map is not its memory" $g file-huge skip 'was ever written'
	make_file $g 4
	check 0 $g
	finding "$1: half of it written" $g file-huge pass '2 of 2'
	like "$1: the others" "$(detail file-huge)" '^2 units that were never written are skipped'
	rm $g && truncate -s 1T $g
	check 0 $g
	results "$1: 1 TiB of nothing" $g warn 'file-align file-holes file-direct'
	is "$1: all of that" "$(listed file-holes)" "[[0,$(((1 << 40) - 1))]]"
	is "$1: no unit of that" "$(listed file-align)" "[[0,$(((1 << 40) - 1))]]"
	dd if=/dev/zero of=$g bs=1M count=1 seek=1024 conv=notrunc,fsync status=none
	check 0 $g
	is "$1: with something in it" "$(listed file-holes)" \
		"[[0,$(((1 << 30) - 1))],[$(((1 << 30) + (1 << 20))),$(((1 << 40) - 1))]]"
	rm $g
}

# 300 units, and between each two of them as much of nothing.
test_pierced() {
	local i
	for ((i = 0; i < 300; i++)); do fallocate -o $((4 * i))M -l 2M $g; done
	check 0 $g
	finding 'pierced: 300 of its units' $g file-align warn '300 of 599'
	is 'pierced: some of the others are listed' "$(listed file-align | jq -c '[length, .[0], .[-1]]')" \
		"[256,[2097152,4194303],[$((1022 << 20)),$(((1024 << 20) - 1))]]"
	like 'pierced: and counted' "$(detail file-align)" ', and 43 more ranges, which are not listed$'
	like 'pierced: so are holes' "$(detail file-holes)" '^and 43 more ranges, which are not listed$'
	run daxadm check --table $g
	like 'pierced: a table' "$out" \
		$'\n        bytes: 0x200000-0x3fffff, 0x600000-0x7fffff, [^\n]*0x1e00000-0x1ffffff, and 248 more\n'
	rm $g
}

test_ext4() {
	fresh ext4 -E stride=512,stripe_width=512
	test_places ext4
	test_right ext4
	test_pierced
	umount /mnt
}

test_xfs() {
	fresh xfs -f -m reflink=1 -d su=2m,sw=1
	test_places xfs
	test_right xfs
	cp --reflink=always $f $g
	dd if=/dev/zero of=$g bs=1M count=4 seek=4 conv=notrunc,fsync status=none
	check 0 $g
	finding 'xfs: a copy that shares' $g file-shared warn '12 MiB'
	is 'xfs: but where it was written to' "$(listed file-shared)" '[[0,4194303],[8388608,16777215]]'
	check 0 $f
	finding 'xfs: and so does that of which it is a copy' $f file-shared warn '12 MiB'
	test_shared_units
	umount /mnt
	# The inode is read anew.
	mount -o dax=always "$disk" /mnt
	if [ "$LAB_SERIES" = 6.1 ]; then
		check 1 $f
		finding 'xfs: what shares blocks is not direct after a mount' $f file-dax fail 'the page cache'
		like 'xfs: what to do about that' "$(flat_hint file-dax)" 'cp --reflink=never'
	else
		check 0 $f
		finding 'xfs: what shares blocks stays direct' $f file-dax pass 'direct access'
	fi
	umount /mnt
}

# Linux 6.1 warns when two files map what they share: it is not touched there.
test_shared_units() {
	if [ "$LAB_SERIES" = 6.1 ]; then
		finding 'xfs: units that are shared' $f file-huge pass '2 of 2'
		like 'xfs: and are not touched' "$(detail file-huge)" '^6 shared units are skipped'
	else
		finding 'xfs: units that are shared' $f file-huge pass '8 of 8'
		test_large
	fi
	is 'the kernel did not warn' "$(dmesg | grep -F 'WARNING:')" ''
}

# More units than are touched, of little memory: pieces of 64 MiB that all share theirs.
test_large() {
	local i
	whole_file /mnt/piece 64
	: >/mnt/large
	for ((i = 0; i < 130; i++)); do echo "reflink /mnt/piece 0 $((i * 64))m 64m"; done | xfs_io /mnt/large >/dev/null
	check 0 /mnt/large
	finding 'a large file: its units' /mnt/large file-align pass '4160 of 4160'
	finding 'a large file: some of them' /mnt/large file-huge pass '2080 of 2080'
	like 'a large file: and how many there are' "$(detail file-huge)" '^a sample of the 4160 units that one entry can map'
	rm /mnt/large /mnt/piece
}

# What the hints say, done.
test_hints() {
	fresh xfs -f -m reflink=1
	make_file /mnt/small 1
	make_file $f 16
	cp --reflink=always $f $g
	check 0 $f
	finding 'xfs, without a thought: no unit' $f file-align warn '0 of 8'
	like 'xfs: where it lies' "$(detail file-align)" '^offset 0x[0-9a-f]+ is at 0x'
	like 'xfs: what to do' "$(flat_hint file-align)" 'mkfs.xfs -d su=2m,sw=1.*fallocate.*extsize 2m'
	like 'xfs: what to do about what is shared' "$(flat_hint file-shared)" 'cp --reflink=never.*mkfs.xfs -m reflink=0'
	cp --reflink=never $f /mnt/copy && sync
	check 0 /mnt/copy
	finding 'cp --reflink=never' /mnt/copy file-shared pass none
	umount /mnt
	fresh xfs -f -m reflink=0 -d su=2m,sw=1
	make_file /mnt/small 1
	whole_file $f 16
	cp --reflink=auto $f $g && sync
	check 0 $f $g
	finding 'a stripe unit, and allocated whole' $f file-align pass '8 of 8'
	finding 'mkfs.xfs -m reflink=0' $g file-shared pass none
	mkdir /mnt/folder
	xfs_io -c 'extsize 2m' /mnt/folder
	: >/mnt/empty
	xfs_io -c 'extsize 2m' /mnt/empty
	make_file /mnt/folder/file 16
	make_file /mnt/empty 16
	check 0 /mnt/folder/file /mnt/empty
	finding 'a stripe unit, and a hint of the folder' /mnt/folder/file file-align pass '8 of 8'
	finding 'a stripe unit, and a hint of the file' /mnt/empty file-align pass '8 of 8'
	umount /mnt
	fresh ext4
	make_file /mnt/small 1
	make_file $f 3
	make_file $g 16
	check 0 $g
	finding 'ext4, without a thought: not all' $g file-align warn '[0-7] of 8'
	like 'ext4: what to do' "$(flat_hint file-align)" 'before the file is written, allocate all of it \(fallocate\)'
	whole_file /mnt/whole 16
	check 0 /mnt/whole
	finding 'ext4: allocated whole' /mnt/whole file-align pass '8 of 8'
	fallocate -l 8M /mnt/zeros
	truncate -s 8M /mnt/holes
	make_file /mnt/zeros 8
	make_file /mnt/holes 8
	check 0 /mnt/zeros /mnt/holes
	finding 'zeros are written to what was allocated' /mnt/zeros file-unwritten pass none
	finding 'zeros are written to what was missing' /mnt/holes file-holes pass none
	umount /mnt
}

# What the mount says, what the inode says, and what is.
test_modes() {
	mount -o dax=never "$disk" /mnt
	check 0 $f /mnt
	finding 'dax=never' $f file-dax warn 'the page cache'
	like 'dax=never: who decides' "$(detail file-dax)" 'dax option: never, flag of the inode: not set; the option decides$'
	finding 'dax=never: MAP_SYNC is refused' $f file-sync pass EOPNOTSUPP
	finding 'dax=never: new files' /mnt place-new warn 'the page cache'
	umount /mnt
	mount -o dax=inode "$disk" /mnt
	make_file /mnt/third 2
	check 0 /mnt/third
	finding 'dax=inode, no flag' /mnt/third file-dax warn 'the page cache'
	like 'dax=inode, no flag: who decides' "$(detail file-dax)" 'dax option: (none|inode), flag of the inode: not set; the flag decides$' # xfs does not show its default
	# The flag is heard when nobody has the file any more.
	sleep 1000 9</mnt/third &
	holder=$!
	until [ -e "/proc/$holder/fd/9" ]; do sleep 0.05; done
	xfs_io -c 'chattr +x' /mnt/third
	check 1 /mnt/third
	results 'dax=inode, a flag that is not heard yet' /mnt/third fail file-dax
	kill $holder
	wait $holder 2>/dev/null
	umount /mnt
	mount -o dax=inode "$disk" /mnt
	check 0 /mnt/third
	finding 'dax=inode, and now it is' /mnt/third file-dax pass 'direct access'
	like 'dax=inode, and now it is: who decides' "$(detail file-dax)" 'flag of the inode: set; the flag decides$'
	umount /mnt
	mount -o dax=never "$disk" /mnt
	check 0 /mnt/third
	like 'dax=never, and a flag: who decides' "$(detail file-dax)" 'dax option: never, flag of the inode: set; the option decides$'
	make_file /mnt/fourth 2
	umount /mnt
	mount -o dax=always "$disk" /mnt
	check 0 /mnt/fourth
	like 'dax=always: who decides' "$(detail file-dax)" 'dax option: always, flag of the inode: not set; the option decides$'
	umount /mnt
	mount -o dax=inode "$disk" /mnt
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
	like 'ext2: which is in the way' "$(detail place-new)" 'its file system does not support DAX$'
	# As if its own driver had it.
	mount -t tmpfs none /sys/fs/ext4
	check 0 /mnt
	umount /sys/fs/ext4
	if [[ $LAB_KERNEL = 6.* ]]; then
		finding 'ext2 by its own driver' /mnt place-fs pass 'ext2 can$'
	else
		finding 'ext2 by its own driver' /mnt place-fs warn 'ext2 can no longer'
	fi
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
	# The flag is taken, and not heard.
	mkdir /mnt/folder
	xfs_io -c 'chattr +x' /mnt/folder
	make_file /mnt/folder/file 2
	check 0 /mnt/folder /mnt/folder/file
	finding 'small blocks and a flag: new files' /mnt/folder place-new warn 'the page cache'
	finding 'small blocks and a flag: a file' /mnt/folder/file file-dax warn 'the page cache'
	like 'small blocks: what is in the way' "$(detail file-dax | tail -1)" 'flag of the inode: set; the block size of its file system is not the page size$'
	# Before it is written back it has no place.
	dd if=/dev/zero of=$f bs=1M count=1 status=none
	check 0 $f
	finding 'no place yet' $f file-strange warn '1 MiB'
	finding 'too small' $f file-align skip 'smaller than 2 MiB'
	sync $f
	check 0 $f
	finding 'fsync gives it one' $f file-strange pass none
	umount /mnt
	addpart "$disk" 2 $((50 * 4096)) 200000
	mkfs.ext4 -q -F -b 4096 "${disk}p2" && mount -o dax=always "${disk}p2" /mnt
	check 0 /mnt
	results 'a partition on its boundary, and blocks of 4 KiB' /mnt pass \
		'place-memory place-queue place-align place-fs place-blocks place-new'
	umount /mnt
}

test_bad_places() {
	modprobe loop
	truncate -s 64M /tmp/image
	mkfs.ext4 -q -b 4096 /tmp/image
	mount -o loop /tmp/image /mnt
	check 0 /mnt
	results 'a loop device' /mnt warn 'place-memory place-queue place-new'
	xfs_io -c 'chattr +x' /mnt
	make_file $f 1
	check 0 $f
	finding 'a loop device: no promise' $f file-dax warn 'the page cache'
	like 'a loop device: what is in the way' "$(detail file-dax)" 'flag of the inode: set; its block device does not support DAX$'
	umount /mnt
	check 0 /tmp
	results 'memory without a device' /tmp warn 'place-memory place-fs place-new'
	ndctl create-namespace -f -e namespace0.0 -m raw >/dev/null 2>&1
	check 0 "$disk"
	results 'a raw namespace' "$disk" warn place-queue
	like 'a raw namespace: what to do' "$(flat_hint place-queue)" "^run 'ndctl create-namespace -f -e namespace0.0 --mode fsdax'; this destroys"
	ndctl create-namespace -f -e namespace0.0 --mode fsdax >/dev/null 2>&1
	check 0 "$disk"
	finding 'a raw namespace, made another' "$disk" place-queue pass 'pmem0 can'
}

mkdir -p /mnt
fsdax_namespace
test_ext4
test_xfs
test_modes
test_hints
test_ext2
test_partition
test_bad_places
done_testing
