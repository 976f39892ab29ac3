#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What lasts: after a reboot a device is back with the same uuid, size, alignment and map, and with what was written to
# it; a change that was killed before the reboot is taken back after it, whatever number the kernel gives the namespace then.
# lab: --nvdimm 1G,label=2M,file=FILE --cpus 1
# kernels: 6.1 6.12 7.x
# boots: 3
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"
PATH=/tests:$PATH

l=0
gone=00000000-2222-4333-8444-555555555555
expected="[[\"$gone\",65011712,2097152,\"mem\",\"devdax\"],[\"$first\",132120576,4096,\"mem\",\"devdax\"],[\"$second\",262144000,2097152,\"dev\",\"devdax\"]]"

boot_1() {
	make_labels
	ok 'one that will go' daxadm create-device -r $l -s 64M --map mem --uuid $gone
	ok 'a device' daxadm create-device -r $l -s 128M --map mem --uuid $first --name kept
	ok 'another one' daxadm create-device -r $l -s 256M --uuid $second
	ok 'of another alignment' daxadm align "$(device $first)" 4K $lose
	is 'they are so' "$(lasting)" "$expected"
	ok 'one is filled' mapcheck fill "$(device $first)" 7
	ok 'and the other' mapcheck fill "$(device $second)" 8
	ok 'disabled' daxadm disable-device $first
	ok 'and enabled again' daxadm enable-device $first
	ok 'it holds what was written to it' mapcheck check "$(device $first)" 7
}

boot_2() {
	is 'after a reboot all is as it was' "$(lasting)" "$expected"
	ok 'one holds what was written to it' mapcheck check "$(device $first)" 7
	ok 'and the other' mapcheck check "$(device $second)" 8
	same_as_ndctl 'ndctl sees what daxadm sees'
	# Labels of version 1.1 do not say what they are of: after a reboot the kernel does not, either.
	ok 'all are disabled' daxadm disable-device all
	is 'and listed so' "$(daxadm list -i | jq -c 'map(.state)')" '["disabled","disabled","disabled"]'
	ok 'all are enabled' daxadm enable-device all
	is 'and as they were' "$(lasting)" "$expected"
	ok 'with what they held' mapcheck check "$(device $first)" 7
	# Which has the lowest number: the others have lower ones after the next boot.
	ok 'one is destroyed' daxadm destroy-device -f $lose $gone
	is 'and this one has its number still' "$(device $first)" dax$l.1
	# Half way, in the middle of setting it up again: there is no personality on the medium now.
	run fault -b 12:KILL daxadm align "$(device $first)" 2M $lose
	is 'a change is killed' "$status" 137
	is 'the device is not there' "$(device $first)" ''
	# In the lab a folder does not outlive its machine; on others this one does.
	journal=$(echo /var/lib/daxadm/*.journal)
	is 'it has left a journal that outlives it' "$(head -n 1 "$journal")" 'daxadm-journal 3'
	for name in $(daxadm list -N | jq -r '.[] | select(.raw_size == 268435456) | .dev'); do
		ok 'the journal is kept on the other device' daxadm reconfigure -m fsdax "$name" $lose
		disk=$(daxadm list -N | jq -r '.[] | select(.mode == "fsdax") | .blockdev')
		{ echo "${journal##*/}" && stat -c %s "$journal" && cat "$journal"; } >/tmp/kept
		dd if=/tmp/kept of="/dev/$disk" bs=64k conv=fsync status=none
	done
	sync
}

boot_3() {
	disk=$(daxadm list -N | jq -r '.[] | select(.mode == "fsdax") | .blockdev')
	mkdir -p /var/lib
	{ read -r name && read -r size; } < <(head -n 2 "/dev/$disk")
	mkdir -m 700 /var/lib/daxadm
	head -c 65536 "/dev/$disk" | tail -n +3 | head -c "$size" >"/var/lib/daxadm/$name"
	chmod 600 "/var/lib/daxadm/$name"
	head -c 65536 "/dev/$disk" | sha256sum >/tmp/disk
	run daxadm list
	like 'list warns of it' "$err" 'a change was interrupted \(align'
	run daxadm recover
	is 'recover' "$status" 0
	is 'brings it back' "$(lasting)" "[[\"$first\",132120576,4096,\"mem\",\"devdax\"]]"
	is 'with another number' "$(device $first)" dax$l.0
	ok 'with what it held' mapcheck check "$(device $first)" 7
	is 'what has its number now is as it was' "$(cat /tmp/disk)" "$(head -c 65536 "/dev/$disk" | sha256sum)"
	same_as_ndctl 'ndctl sees what daxadm sees'
	ok 'it goes by its uuid' daxadm disable-device $first
	ok 'enabled or disabled' daxadm enable-device $first
	is 'and is what it was' "$(lasting)" "[[\"$first\",132120576,4096,\"mem\",\"devdax\"]]"
}

"boot_$1"
done_testing
