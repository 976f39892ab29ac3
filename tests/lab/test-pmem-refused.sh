#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What persistent memory holds is not lost by accident: each refusal says what and why, and changes nothing, not a
# byte of a label.
# lab: --nvdimm 1G,label=256K --nvdimm 256M --hmem 1G --cpus 1
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"
PATH=/tests:$PATH

# kept NAME STATUS REGEX VERB...: refused, and the labels are the same.
kept() {
	labels /tmp/labels.before
	refused "$@"
	labels /tmp/labels.after
	cmp -s /tmp/labels.before /tmp/labels.after || fail "$1: the labels are not the same"
}

make_labels
find_nd
find_memory
l=${ND[0]} u=${ND[1]}
uuid=11111111-2222-4333-8444-555555555555

# A device: whatever could make its bytes unreachable.
ok 'a device' daxadm create-device -r "$l" -s 128M --uuid $uuid
d=dax$l.0
ok 'which holds something' mapcheck fill "$d" 5
is 'labels can be read' "$(labels /tmp/labels && test -s /tmp/labels && echo yes)" yes
what="data on persistent memory would be lost: namespace$l\.0, 128 MiB, uuid $uuid \(EPERM\).*--force=lose-data"
kept 'destroy' 1 "$what" destroy-device -f "$d"
kept 'align' 1 "$what" align "$d" 4K
kept 'map' 1 "$what" reconfigure --map mem "$d"
kept 'a larger size' 1 "$what" reconfigure -s 256M "$d"
kept 'a smaller size' 1 "$what" reconfigure -s 64M "$d"
kept 'another mode' 1 "$what" reconfigure -m fsdax "$d"
kept 'as system memory' 1 "$d is persistent memory: as system memory it loses its data: namespace$l\.0, 128 MiB, \
uuid $uuid \(EPERM\).*--force=lose-data" reconfigure -m system-ram "$d"
kept 'with -f alone' 1 "$what" align -f "$d" 4K
kept 'with another risk' 1 "$what" align --force=in-use "$d" 4K
ok 'what it holds is still there' mapcheck check "$d" 5

# A program that uses it.
hold holder map "/dev/$d"
kept 'a device that is in use' 1 "$d is in use" align "$d" 4K $lose
let_go
ok 'which has written to it' mapcheck fill "$d" 5

# What the kernel would refuse.
kept 'an alignment that there is not' 1 'an alignment of 16 MiB does not exist.*use 4K, 2M or 1G' align "$d" 16M $lose
kept 'one that leaves nothing' 1 'alignment of 1 GiB no usable space is left of 128 MiB.*larger' align "$d" 1G $lose
kept 'nor at once' 1 'no usable space is left' create-device -r "$l" -s 256M -a 1G
kept 'more than there is' 1 'no room for a namespace of 2 GiB.*largest possible namespace is' create-device -r "$l" -s 2G
kept 'more than can be added' 1 '1920 MiB more are needed, but only 880 MiB are free' reconfigure -s 2G "$d" $lose
kept 'ranges' 1 'the kernel chooses where' create-device -r "$l" --range 0x100000000-0x107ffffff
kept 'two of one uuid' 2 'cannot have the same uuid' create-device -r "$l" --count 2 --uuid $uuid
kept 'one that another has' 1 "the uuid $uuid is already in use by namespace$l\.0" create-device -r "$l" -s 64M --uuid $uuid
kept 'no uuid' 2 'is not a valid uuid' create-device -r "$l" --uuid 12
kept 'no map' 2 'invalid map .ram.: use dev or mem' reconfigure --map ram "$d"
h=${HMEM[0]}
daxadm reconfigure -m devdax -s 512M "dax$h.0" >/dev/null 2>&1
kept 'where the choice is not clear' 2 'more than one region has free space: .*region' create-device -s 64M
kept 'a map of other memory' 1 'is not persistent memory' reconfigure --map mem "dax$h.0"
kept 'a uuid of other memory' 1 'region hmem.*is not persistent memory' create-device -r "$h" --uuid ${uuid/1/2}

# A file system, mounted and not.
for fs in ext4 xfs; do
	size=128M
	[ $fs = ext4 ] || size=320M
	run daxadm create-device -r "$l" -s $size -m fsdax
	is "$fs: a disk" "$status" 0
	run daxadm list -N
	disk=$(json 'map(select(.mode == "fsdax")) | .[0].blockdev')
	name=$(json 'map(select(.mode == "fsdax")) | .[0].dev')
	ok "$fs: a file system" "mkfs.$fs" "/dev/$disk"
	kept "$fs: it is not taken" 1 "would be lost: $name,.* holds $fs, not mounted \(EPERM\)" reconfigure -m devdax "$name"
	kept "$fs: nor destroyed" 1 "would be lost: $name,.* holds $fs, not mounted \(EPERM\)" destroy-device "$name"
	mkdir -p /mnt
	ok "$fs: it is mounted" mount "/dev/$disk" /mnt
	cp /proc/version /mnt/file
	kept "$fs: under no word, while it is mounted" 1 \
		"$name is in use: .* holds $fs, mounted on /mnt \(EBUSY\).*unmount it first" destroy-device "$name" $lose
	kept "$fs: nor set up otherwise" 1 "in use: .*mounted on /mnt" reconfigure -m devdax "$name" $lose
	ok "$fs: it is as it was" cmp /proc/version /mnt/file
	umount /mnt
	ok "$fs: with the word it goes" daxadm destroy-device "$name" $lose
done
run daxadm create-device -r "$l" -s 64M -m fsdax
run daxadm list -N
disk=$(json 'map(select(.mode == "fsdax")) | .[0].blockdev') name=$(json 'map(select(.mode == "fsdax")) | .[0].dev')
ok 'swap space' mkswap "/dev/$disk"
ok 'which is in use' swapon "/dev/$disk"
kept 'is not taken either' 1 "$name is in use: .*holds swap, in use as swap space: /dev/$disk \(EBUSY\).*swapoff" destroy-device "$name" $lose
swapoff "/dev/$disk"
ok 'before it is free' daxadm destroy-device "$name" $lose

# What was on a disk is still there when it becomes a device.
ok 'a disk with a file system' daxadm create-device -r "$l" -s 64M -m fsdax
run daxadm list -N
disk=$(json 'map(select(.mode == "fsdax")) | .[0].blockdev') name=$(json 'map(select(.mode == "fsdax")) | .[0].dev')
ok 'which is ext4' mkfs.ext4 -q "/dev/$disk"
ok 'as a device' daxadm reconfigure -m devdax "$name" $lose
kept 'as system memory it would lose that' 1 "dax${name#namespace} is persistent memory: as system memory it loses its \
data: $name, 64 MiB, uuid [0-9a-f-]+, holds ext4 \(EPERM\)" reconfigure -m system-ram "dax${name#namespace}"
kept 'it says what is on it' 1 "would be lost: $name,.* holds ext4 \(EPERM\)" destroy-device -f "$name"
like 'and so does a plan that may lose it' "$(daxadm destroy-device -f "$name" $lose --dry-run 2>&1)" \
	"data will be lost: $name,.* holds ext4.*would: .*is destroyed: .*; the data that this destroys cannot be restored"
ok 'before it is gone' daxadm destroy-device -f "$name" $lose

# Without labels.
kept 'no labels: not without the word' 1 "would be lost: namespace$u\.0, 256 MiB \(EPERM\).*lose-data" create-device -r "$u"
kept 'no labels: no size' 1 'has no labels: all of it is one namespace.*ndctl init-labels' create-device -r "$u" -s 64M $lose
kept 'no labels: no number' 1 'has no labels' create-device -r "$u" --count 2 $lose
ok 'a file system on all of it' mkfs.ext4 "/dev/pmem$u"
kept 'no labels: it says what is on it' 1 'holds ext4, not mounted \(EPERM\)' create-device -r "$u"
ok 'no labels: it is mounted' mount "/dev/pmem$u" /mnt
kept 'no labels: not while it is mounted' 1 'mounted on /mnt' create-device -r "$u" $lose
umount /mnt
ok 'no labels: taken over' daxadm create-device -r "$u" $lose
kept 'no labels: only once' 1 "dax$u\.0 exists already" create-device -r "$u" $lose
kept 'no labels: no other size' 1 'has no labels' reconfigure -s 64M "dax$u.0" $lose
same_as_ndctl 'and ndctl sees the same'
ok 'no labels: given back' daxadm destroy-device -f "dax$u.0" $lose
run daxadm list -N -r "$u"
is 'it is raw again' "$(json 'map([.mode, .blockdev])')" "[[\"raw\",\"pmem$u\"]]"

# By ndctl, which is not tried on what is in mode sector.
ok 'a namespace in mode sector' ndctl create-namespace -r "region$l" -m sector -s 64M
name=$(daxadm list -N | jq -r '.[] | select(.mode == "sector") | .dev')
kept 'is left alone' 1 'mode sector.*ndctl' destroy-device "$name" $lose
run daxadm list
is 'the device was never touched' "$(json 'map(select(.persistent)) | map([.size, .align, .uuid])')" \
	"[[130023424,2097152,\"$uuid\"]]"
ok 'and holds what it held' mapcheck check "$d" 5
done_testing
