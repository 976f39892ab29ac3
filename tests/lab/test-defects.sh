#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What users suffer from in other tools of the field, as behaviour that daxadm has instead. What is
# not here is in test-refused.sh (junk sizes and names, several regions, nothing matched, usage),
# test-verbs.sh (resize and align in one command, several names, the same mode again),
# test-faults.sh (nothing half done), test-binding.sh (no modules, no /dev nodes, no ids left behind),
# test-pmem-refused.sh (persistent memory is not lost without being asked for), test-pmem-reboot.sh (what lasts is found by
# its uuid), test-hazards.sh (orphans, the kernel's reasons) and test-many.sh (all devices are printed, in order).
# lab: --hmem 1G --hmem 1G --cxl 1G --cpus 1
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
PATH=/tests:$PATH

chardevs() { sed -n 's/.*"chardev":"\(.*\)",/\1/p' <<<"$out" | xargs; }

# Several devices, one of which cannot: which one is said, and none is touched.
test_batches() {
	change 'a row' create-device -r "$a" --count 3 -s 64M
	refused 'one of several names is not there: none is changed' 1 "dax$a.9: no such device" \
		disable-device "dax$a.1" "dax$a.9" "dax$a.2"
	refused 'one of several cannot: none is changed' 1 "dax$a.3: .*not a multiple of 1 GiB|dax$a.1: " \
		align "dax$a.1" "dax$a.3" 1G
	change 'a verb for all prints all' disable-device -r "$a" all
	is 'in order' "$(chardevs)" "dax$a.1 dax$a.2 dax$a.3"
	change 'some are enabled already' enable-device "dax$a.2"
	change 'all are printed all the same' enable-device -r "$a" all
	is 'whether they changed or not' "$(chardevs)" "dax$a.1 dax$a.2 dax$a.3"
	like 'and those that changed are counted' "$err" '^enabled 2 devices$'
	# The last of three fails in the kernel: the first two come back.
	snapshot /tmp/before
	run strace -f -qq -o /tmp/trace -P "/sys/bus/dax/drivers/device_dax/unbind" \
		-e inject=write:error=EBUSY:when=3 daxadm disable-device -r "$a" all
	snapshot /tmp/after
	like 'one of all fails: which one is said' "$err" "^daxadm: dax$a.3: cannot unbind it .*\(EBUSY\)"
	same 'and the others are as they were' /tmp/before /tmp/after
	run daxadm disable-device -r "$a" all --report
	is 'a report has a status for each' "$(json '[.steps[] | .device, .status] | join(" ")')" \
		"dax$a.1 done dax$a.2 done dax$a.3 done"
	change 'the row goes' destroy-device -r "$a" all
}

# Mode, size and alignment together: all of them, or a reason.
test_together() {
	local d=dax$a.1 mode=devdax driver=device_dax
	change 'a device' create-device -r "$a" -s 64M
	change 'without a driver' disable-device "$d"
	[ ! -e /sys/bus/dax/drivers/fsdev_dax ] || mode=famfs driver=fsdev_dax
	change 'mode, size and alignment in one command' reconfigure -m $mode -s 128M -a 4K "$d"
	is 'all three are set' "$(driver "$d") $(attr "$d" size) $(attr "$d" align)" "$driver $((128 * MIB)) 4096"
	change 'an alignment only, of a disabled device' disable-device "$d"
	change 'is set' reconfigure -a 2M "$d"
	is 'and nothing else' "$(driver "$d") $(attr "$d" size) $(attr "$d" align)" "none $((128 * MIB)) $((2 * MIB))"
	change 'without it' destroy-device "$d"
}

# A device that is mapped by a program keeps its mapping when it is brought into the state that it has.
test_same_state() {
	local d=dax$a.1
	change 'a device that is in use' create-device -r "$a" -s 4M
	mapcheck fill "$d" 1
	hold holder open "/dev/$d"
	no_change 'the same mode, size, alignment and state' reconfigure -m devdax -s 4M -a 2M "$d"
	no_change 'enabled' enable-device "$d"
	is 'its user has it still' "$(readlink "/proc/$holder"/fd/* | grep -cx "/dev/$d")" 1
	let_go
	ok 'and its content' mapcheck check "$d" 1
	change 'it goes' destroy-device -f "$d"
}

# What is printed, whatever there is: arrays, numbers, in order.
test_output() {
	local d=dax$a.1
	change 'two regions are emptied' destroy-device -f -r all all
	run daxadm list
	is 'an empty list is an empty array' "$status $out" '0 []'
	run daxadm list -u
	is 'also for people' "$status $out" '0 []'
	run daxadm destroy-device -r "$a" all
	is 'nothing to do, said in JSON' "$status $out" '0 []'
	change 'one small device' create-device -r "$a" -s 2M
	daxadm list -RDMiu >/tmp/human
	daxadm list -RDMi >/tmp/plain
	daxadm list -u "$d" >/tmp/one
	is 'one element is an array, too; what is a text for people is one at any size, and no key differs' \
		"$(jq -cn --slurpfile h /tmp/human --slurpfile p /tmp/plain --slurpfile o /tmp/one '
			def bytes: .[0][] | .size, .available_size, (.devices[] | .size, .align, (.mappings // [] | .[].size));
			($o[0] | type), ([$h | bytes | type] - ["null"] | unique), ([$p | bytes | type] - ["null"] | unique),
			([$h[0] | paths] == [$p[0] | paths])' | xargs)" 'array [string] [number] true'
	run daxadm list -r "$a"
	is 'the devices of a region are listed, not the region' "$(chardevs)" "$d"
	run daxadm list -d "dax$a.0"
	is 'a device that is named is listed, with size 0 too' "$(chardevs)" "dax$a.0"
	change 'disabled' disable-device "$d"
	is 'a device without a driver says so' "$(json '.[0] | [.state, .driver]')" '["disabled",null]'
	change 'the small device goes' destroy-device "$d"
}

# What list -M prints can be read again, as an array or as an object, and what cannot is refused before anything.
test_input() {
	change 'a device of two ranges' create-device -r "$a" -a 4K \
		--range "$(range $((start + 64 * MIB)) $((2 * MIB)))" --range "$(range "$start" $((2 * MIB)))"
	daxadm list -M >/tmp/saved
	daxadm list -Mu >/tmp/human
	change 'which goes' destroy-device -f -r "$a" all
	refused 'texts for people are not read as numbers' 2 'must be a number of bytes' create-device --input /tmp/human
	refused 'options do not override what a file says, nor does the file override them' 2 'cannot be combined' \
		create-device --input /tmp/saved -a 2M
	run strace -f -qq -o /tmp/trace daxadm create-device --input - --dry-run </dev/null
	is 'nothing is no JSON' "$status" 2
	change 'what list -M printed' create-device --input /tmp/saved
	is 'comes back, order and alignment too' "$(daxadm list -M)" "$(</tmp/saved)"
	change 'and goes' destroy-device -f -r "$a" all
}

# The last, since only a reboot cures it. A driver that failed keeps no id of the device.
test_failed_bind() {
	local d=dax$a.1 block
	change 'a device to be lost' create-device -r "$a" -s 512M
	change 'first unbound' disable-device "$d"
	echo "$d" >/sys/bus/dax/drivers/kmem/new_id
	echo "$d" >/sys/bus/dax/drivers/kmem/remove_id
	[ "$(driver "$d")" = kmem ] || echo "$d" >/sys/bus/dax/drivers/kmem/bind
	block=/sys/devices/system/memory/memory$((start / (128 * MIB)))
	echo online_movable >"$block/state"
	echo "$d" >/sys/bus/dax/drivers/kmem/unbind
	run daxadm enable-device "$d"
	is 'a device that cannot be bound' "$status $(driver "$d")" '1 none'
	run bash -c "echo $d >/sys/bus/dax/drivers/device_dax/bind"
	if [ "$LAB_SERIES" = 6.1 ]; then
		like 'no id is left (Linux 6.1 binds without)' "$err" 'Device or resource busy'
	else
		like 'no id is left in the driver' "$err" 'No such device'
	fi
}

find_memory
a=${HMEM[0]} start=$((HMEM_START[0]))
change 'all is emptied' destroy-device -f all
test_batches
test_together
test_same_state
test_output
test_input
agreed
test_failed_bind
done_testing
