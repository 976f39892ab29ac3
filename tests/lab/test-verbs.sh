#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every verb on each kind of memory: what the dry run predicts, what is then
# there, and what libdaxctl sees of it are the same.
# lab: --hmem 4G --hmem 1G@2M --cxl 2G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"

# shape DEVICE: size, alignment and driver.
shape() { echo "$(attr "$1" size) $(attr "$1" align) $(driver "$1")"; }

# As the kernel hands it over: a device over the whole region.
test_first() {
	local region=$1 d=dax$1.0
	if [ "$LAB_SERIES" = 6.1 ]; then
		no_change 'devdax already: reconfigure -m changes nothing' reconfigure -m devdax "$d"
	else
		is 'newer kernels make memory of it' "$(driver "$d")" kmem
		no_change 'enable-device leaves a system-ram device alone' enable-device "$d"
		change 'system-ram with its memory offline becomes devdax' reconfigure -m devdax "$d"
		is 'it is devdax now' "$(driver "$d")" device_dax
	fi
	refused 'destroy-device wants it disabled' 1 "$d is enabled" destroy-device "$d"
	change 'disable-device' disable-device "$d"
	change 'enable-device' enable-device "/dev/$d"
	change 'destroy-device -f' destroy-device -f "$region.0"
	is 'the first device stays, empty' "$(attr "$d" size)" 0
	like 'and that is said' "$err" "note: $d stays"
	no_change 'destroying it again changes nothing' destroy-device "$d"
}

test_create() {
	local r=$1
	change 'create-device of a size' create-device -r "$r" -s 256M
	is 'it is made as asked' "$(shape "dax$r.1")" "$((256 * MIB)) $((2 * MIB)) device_dax"
	like 'the count goes to stderr' "$err" '^created 1 device$'
	change 'create-device with an alignment of 4K' create-device -r "region$r" -s 0x4000000 -a 4K
	is 'it has it' "$(shape "dax$r.2")" "$((64 * MIB)) 4096 device_dax"
	change 'create-device of a share of what is free' create-device -r "$r" -s 25%
	change 'create-device --count splits the rest evenly' create-device -r "$r" --count 3
	is 'three of one size' "$(grep '"size"' <<<"$out" | uniq -c | awk '{ print $1 }')" 3
	is 'nothing is left' "$(($(<"/sys/bus/dax/devices/dax$r.0/../dax_region/available_size") < 6 * MIB))" 1
	change 'several are disabled at once' disable-device "dax$r.1" "dax$r.3" "$r.5"
	is 'all are printed, in order' "$(sed -n 's/.*"chardev":"\(.*\)",/\1/p' <<<"$out" | xargs)" \
		"dax$r.1 dax$r.3 dax$r.5"
	no_change 'being disabled is fine' disable-device "dax$r.1" "dax$r.3" "$r.5"
	change 'several are enabled at once, those that need it' enable-device -r "$r" all
	like 'and counted' "$err" '^enabled 3 devices$'
	no_change 'being enabled is fine' enable-device -r "$r" all
	refused 'one of several that cannot be destroyed: none is' 1 "dax$r.4 is enabled" \
		destroy-device "dax$r.4" "dax$r.5"
	change 'several are destroyed at once' destroy-device -f "dax$r.2" "dax$r.3" "dax$r.4" "dax$r.5"
	is 'destroyed devices are not printed' "$out" '[]'
	change 'and the rest of the region' destroy-device -f -r "$r" all
}

test_shape() {
	local r=$1 d=dax$1.1
	change 'a device to be resized' create-device -r "$r" -s 512M
	change 'an enabled device grows in one command' reconfigure -s 1G "$d"
	is 'it is larger, and enabled' "$(shape "$d")" "$GIB $((2 * MIB)) device_dax"
	change 'and shrinks in one' reconfigure-device -s 128MiB "$d"
	is 'it is smaller, and enabled' "$(shape "$d")" "$((128 * MIB)) $((2 * MIB)) device_dax"
	no_change 'the size that it has' reconfigure -s 128M "$d"
	change 'an enabled device is aligned in one command' reconfigure --align 4K "$d"
	is 'to 4K' "$(shape "$d")" "$((128 * MIB)) 4096 device_dax"
	change 'and back' align "$d" 2M
	no_change 'the alignment that it has' align "$d" 2M
	change 'size and alignment in one' reconfigure -s 384M -a 4K "$d"
	is 'both are there' "$(shape "$d")" "$((384 * MIB)) 4096 device_dax"
	change 'a disabled one' disable-device "$d"
	change 'is resized, and stays disabled' reconfigure -s 256M "$d"
	is 'no driver' "$(shape "$d")" "$((256 * MIB)) 4096 none"
	change 'a mode enables it' reconfigure -m devdax -a 2M "$d"
	is 'as asked' "$(shape "$d")" "$((256 * MIB)) $((2 * MIB)) device_dax"
	change 'cleared' destroy-device -f "$d"
}

test_1g() {
	local r=$1 d=dax$1.1
	change 'a device of 2 GiB' create-device -r "$r" -s 2G
	change 'an enabled device is aligned to 1G where its ranges allow it' align "$d" 1G
	is 'it has pages of 1G' "$(shape "$d")" "$((2 * GIB)) $GIB device_dax"
	change 'and to 2M again' reconfigure --align 2M "$d"
	change 'cleared again' destroy-device -f "$d"
	change 'created with 1G' create-device -r "$r" -a 1G -s 2G
	change 'it grows in 1G' reconfigure -s 3G "$d"
	is 'right behind itself' "$(ranges "$d")" "$(range "$2" $((2 * GIB))) $(range $(($2 + 2 * GIB)) "$GIB")"
	change 'and is gone' destroy-device -f "$d"
}

test_ranges() {
	local r=$1 start=$2 wanted first second
	first=$(range $((start + 64 * MIB)) $((32 * MIB)))
	second=$(range $((start + 256 * MIB)) $((2 * MIB)))
	change 'exactly these addresses' create-device -r "$r" --range "$first" --range "$second"
	is 'they are what it has' "$(ranges "dax$r.1")" "$first $second"
	change 'and a device beside' create-device -r "$r" -s 16M -a 4K
	wanted=$(daxadm list -M -r "$r" | tee /tmp/layout.json)
	change 'both go' destroy-device -f -r "$r" all
	change 'and come back as --input has them' create-device --input /tmp/layout.json
	is 'byte for byte' "$(daxadm list -M -r "$r")" "$wanted"
	change 'and go again' destroy-device -f -r "$r" all
	jq '.[0]' /tmp/layout.json >/tmp/one.json
	change 'one object is read, too' create-device --input /tmp/one.json
	is 'with its ranges' "$(ranges "dax$r.1")" "$first $second"
	change 'done' destroy-device -f "dax$r.1"
}

test_famfs() {
	local r=$1 d=dax$1.1
	change 'a device to become famfs' create-device -r "$r" -s 64M
	if [ ! -e /sys/bus/dax/drivers/fsdev_dax ]; then
		refused 'no famfs without its driver' 1 'fsdev_dax.*no such module' reconfigure -m famfs "$d"
	else
		change 'devdax becomes famfs' reconfigure -m famfs "$d"
		is 'it is' "$(shape "$d")" "$((64 * MIB)) $((2 * MIB)) fsdev_dax"
		no_change 'being famfs is fine' reconfigure -m famfs "$d"
		change 'a famfs device keeps its mode when it grows' reconfigure -s 128M "$d"
		is 'it does' "$(shape "$d")" "$((128 * MIB)) $((2 * MIB)) fsdev_dax"
		change 'and becomes devdax' reconfigure -m devdax "$d"
		change 'created as famfs' create-device -r "$r" -s 64M -m famfs
		is 'it was' "$(driver "dax$r.2")" fsdev_dax
		change 'disabled' disable-device "dax$r.2"
		change 'enabled as famfs' enable-device -m famfs "dax$r.2"
	fi
	change 'famfs devices go' destroy-device -f -r "$r" all
}

# What --report says of a change, of none, and of a refusal.
test_report() {
	local r=$1 d=dax$1.1
	run daxadm create-device -r "$r" -s 64M --report
	is 'a report of a change' \
		"$(json '[.format, .verb, .dry_run, .changed, .error, .devices[0].chardev, .devices[0].size]')" \
		"[\"daxadm-report-1\",\"create-device\",false,true,null,\"$d\",$((64 * MIB))]"
	is 'its steps are done' "$(json '[.steps[] | .what, .status] | unique')" '["bind","create","done","set-size"]'
	run daxadm reconfigure -s 32M "$d" --report --dry-run
	is 'a report of a dry run' "$(json '[.dry_run, .changed, .devices[0].size, (.steps | map(.status) | unique)]')" \
		"[true,true,$((32 * MIB)),[\"pending\"]]"
	is 'with values' "$(json '.steps[] | select(.what == "set-size") | [.device, .from, .to]')" \
		"[\"$d\",$((64 * MIB)),$((32 * MIB))]"
	run daxadm reconfigure -s 64M "$d" --report
	is 'a report of nothing to do' "$(json '[.changed, .steps, (.devices | length), .error]')" '[false,[],1,null]'
	run daxadm reconfigure -s 64G "$d" --report
	is 'a report of a refusal' "$(json '[.changed, .steps, .error.errno, .error.code, (.error.message | length > 20)]')" \
		'[false,[],"ENOSPC",28,true]'
	is 'fails as without' "$status" 1
	run daxadm reconfigure -s 64X "$d" --report
	is 'a report of junk' "$(json '[.changed, .error.errno]') $status" '[false,"EINVAL"] 2'
	change 'the last one' destroy-device -f "$d"
}

find_memory
diag 'soft-reserved memory'
test_first "${HMEM[0]}"
test_create "${HMEM[0]}"
test_shape "${HMEM[0]}"
test_1g "${HMEM[0]}" "${HMEM_START[0]}"
test_ranges "${HMEM[0]}" "${HMEM_START[0]}"
test_famfs "${HMEM[0]}"
test_report "${HMEM[0]}"
diag 'CXL memory'
if [ ${#CXL[@]} -eq 0 ]; then
	skip 'CXL regions' 'Linux 6.1 makes no dax device of them'
else
	CXL_START=$(($(attr "dax${CXL[0]}.0" mapping0/start)))
	test_first "${CXL[0]}"
	test_create "${CXL[0]}"
	test_shape "${CXL[0]}"
	test_ranges "${CXL[0]}" "$CXL_START"
	test_famfs "${CXL[0]}"
fi
agreed
done_testing
