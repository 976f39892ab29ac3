#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# CXL persistent memory: its devices are made, changed and destroyed like those of an NVDIMM, next to one and next to
# volatile CXL memory; ndctl and daxctl see what daxadm sees; what is written to it outlives the machine.
# lab: --cxl 256M --cxl-pmem 3G,file=FILE --nvdimm 514M,label=2M --cpus 1
# kernels: 6.1 6.12 7.x
# boots: 2
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"
PATH=/tests:$PATH

kept="[[\"$first\",132120576,4096,\"mem\",\"devdax\"],[\"$second\",262144000,2097152,\"dev\",\"devdax\"]]"

# Its region is below the window, and what is made of it below a bus of nd's own.
l=''
for link in /sys/bus/nd/devices/region*; do
	[[ $(readlink "$link") != */ACPI0017:*/ndbus* ]] || l=${link##*region}
done
d=dax$l.0

boot_1() {
	like 'there is a region of CXL persistent memory' "$l" '^[0-9]+$'
	is 'and the NVDIMM has one' "$(ndctl list -B | jq -c 'map(.provider) | sort')" '["ACPI.NFIT","CXL"]'
	same_as_ndctl 'ndctl sees both'
	# The kernel writes an index where there is none: no init-labels is needed.
	run daxadm list -NR
	is 'all of it is free' "$(json ".[] | select(.dev == \"region$l\") | [.available_size, .labels]")" \
		'[3221225472,true]'
	seen 'create-device' create-device -r "region$l" -s 256M --uuid $first
	run daxadm list "$d"
	is 'as it was asked for' "$(json '.[0] | [.size, .align, .uuid, .map, .driver, .persistent]')" \
		"[262144000,2097152,\"$first\",\"dev\",\"device_dax\",true]"
	seen 'one with all that there is to say' \
		create-device -r "region$l" -s 100M -a 4K --map mem --name 'a name' --uuid $second
	like 'its size is rounded up, which is said' "$err" 'multiple of 16 MiB: 100 MiB becomes 112 MiB'
	seen 'which is destroyed' destroy-device -f $lose "dax$l.1"
	test_changes
	test_system_ram
	test_refused
	seen 'destroyed' destroy-device -f $lose "$d"
	run daxadm list -NR
	is 'and all is free' "$(json ".[] | select(.dev == \"region$l\") | .available_size")" 3221225472
	agreed

	ok 'a device that is to last' daxadm create-device -r "$l" -s 128M -a 4K --map mem --uuid $first
	ok 'another one' daxadm create-device -r "$l" -s 256M --uuid $second
	is 'they are so' "$(lasting -r "region$l")" "$kept"
	ok 'one is filled' mapcheck fill "$(device $first)" 7
	ok 'and the other' mapcheck fill "$(device $second)" 8
	ok 'disabled' daxadm disable-device $first
	ok 'and enabled again' daxadm enable-device $first
	ok 'it holds what was written to it' mapcheck check "$(device $first)" 7
}

test_changes() {
	seen 'alignment 4K' align "$d" 4K $lose
	is 'the uuid stays' "$(json '.[0] | [.uuid, .align]')" "[\"$first\",4096]"
	seen 'map in main memory' reconfigure --map mem "$d" $lose
	seen 'a larger size' reconfigure -s 2512M "$d" $lose
	seen 'alignment 1G' reconfigure -a 1G "$d" $lose
	is 'from one multiple of it to another' "$(json '.[0].size % 1073741824')" 0
	is 'and can be mapped with such pages' "$(mapcheck page "$d" 2>&1)" 1073741824
	seen 'a smaller size and another alignment at once' reconfigure -s 512M -a 2M --map dev "$d" $lose
	no_change 'the same again changes nothing' reconfigure -s 512M -a 2M --map dev "$d" $lose
	is 'nothing has warned the kernel' "$(dmesg | grep -c 'WARNING: ')" 0
	there_and_back "$d"
	change 'mode fsdax' reconfigure -m fsdax "$d" $lose
	same_as_ndctl 'which ndctl sees as well'
	run daxadm list -N -r "region$l"
	is 'it is a disk now' "$(json '.[0] | [.mode, .uuid, .blockdev]')" "[\"fsdax\",\"$first\",\"pmem$l\"]"
	seen 'and devdax again, by the name of the namespace' reconfigure -m devdax "namespace$l.0" $lose
}

test_system_ram() {
	seen 'system memory' reconfigure -m system-ram "$d" $lose
	like 'which is online' "$(json '.[0] | [.online_memblocks, .mode]')" '\[[1-9],"system-ram"\]'
	seen 'offline-memory' offline-memory "$d"
	seen 'online-memory does not ask again' online-memory "$d"
	seen 'and back' reconfigure -m devdax "$d"
}

test_refused() {
	labels /tmp/labels.before
	refused 'nothing is lost without a word for it' 1 'lose-data' align "$d" 4K
	refused 'nor destroyed' 1 'lose-data' destroy-device -f "$d"
	refused 'there is no room for more' 1 'no room for a namespace of 8 GiB' create-device -r "$l" -s 8G
	labels /tmp/labels.after
	same 'the labels are as they were' /tmp/labels.before /tmp/labels.after
}

boot_2() {
	is 'after a reboot all is as it was' "$(lasting -r "region$l")" "$kept"
	ok 'one holds what was written to it' mapcheck check "$(device $first)" 7
	ok 'and the other' mapcheck check "$(device $second)" 8
	same_as_ndctl 'ndctl sees what daxadm sees'
	# Half way, in the middle of setting it up again: there is no personality on the medium now.
	run fault -b 12:KILL daxadm align "$(device $first)" 2M $lose
	is 'a change is killed' "$status" 137
	is 'the device is not there' "$(device $first)" ''
	run daxadm recover
	is 'recover' "$status" 0
	is 'brings it back' "$(lasting -r "region$l")" "$kept"
	ok 'with what it held' mapcheck check "$(device $first)" 7
	same_as_ndctl 'ndctl sees what daxadm sees'
}

"boot_$1"
done_testing
