#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A disk of persistent memory is not taken from under what uses it: programs, file systems, swap space and other
# disks are found however they have it, the refusal says which it is, and nothing changes, not a byte of a label.
# lab: --nvdimm 512M,label=256K --nvdimm 256M
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"
PATH=/tests:$PATH

# kept NAME REGEX: nothing that takes the disk from whoever has it is done, and all is as it was.
kept() {
	local verb
	ndctl list -Ni >/tmp/before.json
	labels /tmp/labels.before
	for verb in "reconfigure -m devdax $name" "reconfigure -m fsdax -a 4K $name" "destroy-device -f $name"; do
		# shellcheck disable=SC2086 # words
		refused "$1: $verb" 1 "$2" $verb $lose
	done
	labels /tmp/labels.after
	cmp -s /tmp/labels.before /tmp/labels.after || fail "$1: the labels are not the same"
	is "$1: nor anything of namespaces" "$(ndctl list -Ni | cmp /tmp/before.json - 2>&1)" ''
}

# never NAME REGEX: not with the word about programs either.
never() {
	kept "$@"
	refused "$1: under no word" 1 "$2" destroy-device -f --force=in-use "$name" $lose
}

# make_disk: a namespace in mode fsdax.
make_disk() {
	daxadm create-device -r "$l" -s 128M -m fsdax >/dev/null 2>/tmp/make.err || diag "$(</tmp/make.err)"
	run daxadm list -N -r "$l"
	name=$(json 'map(select(.mode == "fsdax")) | .[0].dev')
	disk=$(json 'map(select(.mode == "fsdax")) | .[0].blockdev')
}

test_programs() {
	hold holder open "/dev/$disk"
	kept 'open' "$disk, the disk of $name, is in use: pid $holder \(holder\) has it open \(EBUSY\).*--force=in-use"
	let_go
	hold holder map "/dev/$disk"
	kept 'mapped' "$disk, the disk of $name, is in use: pid $holder \(holder\) maps it"
	let_go
	hold holder private "/dev/$disk"
	kept 'mapped privately' "is in use: pid $holder \(holder\) maps it"
	let_go
	mknod /tmp/other-name b "$((0x$(stat -c %t "/dev/$disk")))" "$((0x$(stat -c %T "/dev/$disk")))"
	hold holder open /tmp/other-name
	rm /tmp/other-name
	kept 'under a name that is gone' "is in use: pid $holder \(holder\) has it open"
	let_go
	addpart "/dev/$disk" 1 2048 65536
	hold holder open "/dev/${disk}p1"
	kept 'a partition is open' "is in use: pid $holder \(holder\) has it open"
	let_go
	delpart "/dev/$disk" 1
	# Who only has a look at a new disk does not stand in the way.
	hold holder open "/dev/$disk"
	# It lets go as soon as daxadm waits, and each wait lasts long enough for that.
	: >/tmp/waits
	(until grep -q nanosleep /tmp/waits; do sleep 0.05; done; kill -KILL "$holder") &
	ok 'who lets it go soon is waited for' strace -f -qq -o /tmp/waits -e trace=nanosleep,clock_nanosleep \
		-e inject=nanosleep,clock_nanosleep:delay_exit=1000000 daxadm reconfigure -m devdax "$name" $lose
	let_go
	ok 'and it is a disk again' daxadm reconfigure -m fsdax "$name" $lose
	hold holder open "/dev/$disk"
	refused 'another risk is not that one' 1 'is in use: pid' destroy-device -f "$name" $lose
	refused 'nor is that one another' 1 'would be lost' destroy-device -f --force=in-use "$name"
	ok 'it is taken with the word' daxadm destroy-device --force=in-use "$name" $lose
	is 'from a program that lives on' "$(kill -0 "$holder" && echo alive)" alive
	let_go
	make_disk
}

# What a killed run has left as a disk is one, whatever it was meant to become.
test_half_done() {
	local n
	run fault -o /tmp/writes daxadm reconfigure -m devdax "$name" $lose
	n=$(sed -n 's|^\([0-9]*\) .*/holder_class .*|\1|p' /tmp/writes)
	ok 'half done: a disk again' daxadm reconfigure -m fsdax "$name" $lose
	run fault -b "$n:KILL" daxadm reconfigure -m devdax "$name" $lose
	is 'half done: killed' "$status" 137
	ndctl enable-namespace "$name" >/dev/null 2>&1
	hold holder open "/dev/$disk"
	run daxadm recover
	is 'half done: recover does not take it' "$status" 3
	like 'half done: from whom' "$err" "is in use: pid $holder \(holder\) has it open"
	let_go
	ok 'half done: recover' daxadm recover
	is 'half done: it is a disk again' "$(daxadm list -N -r "$l" | jq -r --arg dev "$name" '.[] | select(.dev == $dev) | .mode')" \
		fsdax
}

test_loop() {
	local loop
	ok 'loop: a file system' mkfs.ext4 -q -b 4096 -F "/dev/$disk"
	loop=$(losetup -f --show "/dev/$disk")
	never 'loop' "$name is in use: .* holds ext4, the backing file of ${loop#/dev/} \(EBUSY\).*losetup -d"
	ok 'loop: mounted' mount "$loop" /mnt
	cp /proc/version /mnt/file
	never 'loop, mounted' "the backing file of ${loop#/dev/}"
	sync
	echo 3 >/proc/sys/vm/drop_caches
	ok 'loop: it was not disturbed' cmp /proc/version /mnt/file
	umount /mnt
	losetup -d "$loop"
	mknod /tmp/other-name b "$((0x$(stat -c %t "/dev/$disk")))" "$((0x$(stat -c %T "/dev/$disk")))"
	loop=$(losetup -f --show /tmp/other-name)
	rm /tmp/other-name
	never 'loop, by another name' "the backing file of ${loop#/dev/}"
	losetup -d "$loop"
}

test_mounts() {
	ok 'mounted' mount "/dev/$disk" /mnt
	never 'mounted' "$name is in use: .* holds ext4, mounted on /mnt \(EBUSY\).*unmount it first"
	hold sh -c "exec </mnt/lost+found; echo ready; sleep 1000"
	never 'mounted, and a program is there' "mounted on /mnt"
	let_go
	umount /mnt
	hold unshare -m --propagation private sh -c "mount '/dev/$disk' /mnt && echo ready && exec sleep 1000"
	never 'mounted elsewhere' "mounted on /mnt, where pid $holder \(sleep\) sees it"
	let_go
	addpart "/dev/$disk" 1 2048 65536
	ok 'a partition' mkfs.ext4 -q -b 4096 -F "/dev/${disk}p1"
	ok 'which is mounted' mount "/dev/${disk}p1" /mnt
	never 'a partition is mounted' "mounted on /mnt"
	umount /mnt
	ok 'swap space' mkswap "/dev/${disk}p1"
	ok 'which is in use' swapon "/dev/${disk}p1"
	never 'swap space' "in use as swap space: /dev/${disk}p1 \(EBUSY\).*swapoff"
	swapoff "/dev/${disk}p1"
	delpart "/dev/$disk" 1
}

test_stacked() {
	local md=/sys/block/md9/md
	dmsetup create --noudevsync test <<<"0 65536 linear /dev/$disk 0" || diag 'no dmsetup'
	never 'the device mapper' "in use by dm-0 \(test\) \(EBUSY\).*lsblk"
	dmsetup remove test
	addpart "/dev/$disk" 1 2048 65536
	dmsetup create --noudevsync test <<<"0 32768 linear /dev/${disk}p1 0"
	never 'the device mapper, of a partition' "in use by dm-0 \(test\)"
	dmsetup remove test
	delpart "/dev/$disk" 1
	modprobe raid0
	echo md9 >/sys/module/md_mod/parameters/new_array
	echo none >$md/metadata_version
	echo raid0 >$md/level
	echo 1 >$md/raid_disks
	echo $((1 << 20)) >$md/chunk_size
	cat "/sys/block/$disk/dev" >$md/new_dev
	never 'md' "in use by md9"
	echo clear >$md/array_state
}

test_raw() {
	name=namespace$u.0 disk=pmem$u
	refused 'raw, not mounted' 1 "would be lost: $name, 256 MiB \(EPERM\)" create-device -r "$u"
	ok 'raw: a file system' mkfs.ext4 -q -b 4096 -F "/dev/$disk"
	refused 'raw, not mounted: it says so' 1 "would be lost: $name, 256 MiB, holds ext4, not mounted \(EPERM\)" \
		create-device -r "$u"
	hold holder open "/dev/$disk"
	refused 'raw, open' 1 "$disk, the disk of $name, is in use: pid $holder" create-device -r "$u" $lose
	let_go
	local loop
	loop=$(losetup -f --show "/dev/$disk")
	refused 'raw, behind a loop device' 1 "the backing file of ${loop#/dev/}" create-device -r "$u" $lose
	losetup -d "$loop"
	mount "/dev/$disk" /mnt
	refused 'raw, mounted' 1 "mounted on /mnt" create-device -r "$u" $lose
	umount /mnt
	ok 'raw: nobody has it' daxadm create-device -r "$u" $lose
}

make_labels
find_nd
l=${ND[0]} u=${ND[1]}
modprobe loop
make_disk
test_programs
test_half_done
test_loop
test_mounts
test_stacked
ok 'nobody has it any more' daxadm destroy-device "$name" $lose
test_raw
done_testing
