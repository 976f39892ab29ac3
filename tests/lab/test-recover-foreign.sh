#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# recover touches a device only in a state in which the killed run can have left it. What somebody else has made
# meanwhile under the same name, or has changed, is not touched, nor held back from other verbs.
# lab: --hmem 2G --cxl 1G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
# shellcheck source=cxl.sh
. "${0%/*}/cxl.sh"
PATH=/tests:$PATH

folder=/run/daxadm
bus=/sys/bus/dax

left() { ls $folder 2>/dev/null | grep -v '^lock$'; }

# killed WHERE VERB...: where fault(1) kills it.
killed() {
	local where=$1
	shift
	run fault "${where%%,*}" "${where#*,}" daxadm "$@"
	is "killed: $*" "$status $(left | wc -l)" '137 1'
}

# by_hand_bind DEVICE: to device_dax, as somebody else would.
by_hand_bind() {
	echo "$1" >$bus/drivers/device_dax/bind 2>/dev/null && return
	echo "$1" >$bus/drivers/device_dax/new_id
	echo "$1" >$bus/drivers/device_dax/remove_id
}

# by_hand_unbind DEVICE: whatever driver it has; its memory is offline.
by_hand_unbind() { echo "$1" >"$bus/devices/$1/driver/unbind"; }

# by_hand_remove DEVICE
by_hand_remove() {
	local region
	region=$(readlink -f "$bus/devices/$1/..")
	[ ! -e "$bus/devices/$1/driver" ] || by_hand_unbind "$1"
	echo 0 >"$bus/devices/$1/size"
	echo "$1" >"$region/dax_region/delete"
}

# by_hand_create REGION-FOLDER BYTES: an enabled device; its name.
by_hand_create() {
	local name
	echo 1 >"$1/dax_region/create"
	name=$(<"$1/dax_region/create")
	echo "$2" >"$bus/devices/$name/size"
	by_hand_bind "$name"
	echo "$name"
}

# not_touched NAME REGEX: recover refuses, in both directions, says what differs and what to do, and writes nothing.
not_touched() {
	local way
	snapshot /tmp/before
	for way in --back --forward; do
		traced daxadm recover $way
		is "$1, $way: exit status" "$status" 3
		like "$1, $way: says what differs" "$err" "$2"
		like "$1, $way: says what to do" "$err" $'\nhint: .*daxadm recover --forget'
		is "$1, $way: nothing is written" "$(sysfs_writes)" 0
	done
	snapshot /tmp/after
	same "$1: it is not touched" /tmp/before /tmp/after
	ok "$1: it can be forgotten" daxadm recover --forget
	is "$1: no journal is left" "$(left)" ''
}

# A new device of that name, in the same region.
test_new_device() {
	local size theirs
	for size in 256 128; do
		killed -b,3:KILL create-device -r "$r" -s 128M
		by_hand_remove "$new"
		theirs=$(by_hand_create "$region" $((size * MIB)))
		is "somebody else has a device of $size MiB under that name" "$theirs" "$new"
		ok 'other verbs change it' daxadm align "$new" 4K
		ok 'and back' daxadm align "$new" 2M
		not_touched "a device of $size MiB" "$new is a different device now"
		ok 'it goes' daxadm destroy-device -f "$new"
	done
	killed -b,3:KILL create-device -r "$r" -s 128M
	by_hand_remove "$new"
	ok 'a new device that was removed by hand is not held back' daxadm create-device -r "$r" -s 64M
	ok 'and goes' daxadm recover --forget
	ok 'with its device' daxadm destroy-device -f "$new"
}

# Every verb: killed when the device is disabled; then somebody gives it another size and enables it.
test_changed() {
	local verb
	for verb in 'reconfigure -s 256M' 'reconfigure -a 4K' disable-device 'destroy-device -f'; do
		# shellcheck disable=SC2086 # words
		killed -a,1:KILL $verb "$d"
		echo $((64 * MIB)) >"$bus/devices/$d/size"
		by_hand_bind "$d"
		not_touched "$verb" "$d: its size is 64 MiB, not (512|256) MiB"
		ok "$verb: and other verbs change it" daxadm reconfigure -s 512M "$d"
		# shellcheck disable=SC2086 # words
		killed -a,1:KILL $verb "$d"
		by_hand_bind "$d"
		traced daxadm recover
		is "$verb: mended by hand, nothing is left to do" "$status $(sysfs_writes) $(left)" '0 0 '
		[ "$status" -eq 0 ] || diag "$err"
	done
}

# What one device is stuck with does not keep another from it.
test_two() {
	ok 'two devices' daxadm create-device -r "$r" -s 128M
	killed -a,2:KILL disable-device "$d" "$new"
	echo $((64 * MIB)) >"$bus/devices/$d/size"
	by_hand_bind "$d"
	run daxadm recover
	is 'one of two was changed: exit status' "$status" 3
	like 'it is named' "$err" "$d: its size is 64 MiB, not 512 MiB"
	is 'it is not touched' "$(attr "$d" size) $(driver "$d")" "$((64 * MIB)) device_dax"
	is 'the other one is brought back' "$(driver "$new")" device_dax
	ok 'the rest is forgotten' daxadm recover --forget
	ok 'as before' daxadm reconfigure -s 512M "$d"
	ok 'the second one goes' daxadm destroy-device -f "$new"
}

# offline DEVICE: by hand.
offline() {
	local block
	for block in $(blocks_of "$1"); do
		[ "$(<"$MEMORY/memory$block/state")" = offline ] || echo offline >"$MEMORY/memory$block/state"
	done
}

# Its driver is unbound, and bound again: the kernel makes other devices of the same memory.
test_region() {
	local driver block
	driver=$(readlink -f "$region/driver")
	ok 'some memory' daxadm reconfigure -N -m system-ram "$d"
	killed -a,2:KILL online-memory "$d"
	offline "$d"
	by_hand_unbind "$d"
	echo "${region##*/}" >"$driver/unbind"
	run daxadm recover --dry-run
	is 'a region that is gone: a dry run' "$status $(left | wc -l)" '0 1'
	run daxadm recover
	is 'a region that is gone: exit status' "$status $(left)" '0 '
	like 'says that nothing is left of it' "$err" "region ${region##*/} no longer exists: nothing is left to recover for $d"
	echo "${region##*/}" >"$driver/bind"
	ok 'devices of the region that came back' daxadm destroy-device -f -r "$r" all
	run daxadm create-device -r "$r" -s 512M
	d=$(sed -n 's/.*"chardev":"\(.*\)",/\1/p' <<<"$out")
	ok 'some memory again' daxadm reconfigure -N -m system-ram "$d"
	killed -a,2:KILL online-memory "$d"
	offline "$d"
	by_hand_unbind "$d"
	echo "${region##*/}" >"$driver/unbind"
	echo "${region##*/}" >"$driver/bind"
	not_touched 'another region of that name' 'region .* is a different region now: it was removed and created again'
	for block in $(blocks_of "dax$r.0"); do
		[ ! -e "$MEMORY/memory$block" ] || echo offline 2>/dev/null >"$MEMORY/memory$block/state"
	done
}

# A CXL region is destroyed, and one of another size gets its number.
test_cxl() {
	local c=${CXL[0]} dax cxl name decoder
	dax=$(readlink -f "$bus/devices/dax$c.0/..")
	cxl=${dax%/*}
	ok 'half of the CXL region' daxadm reconfigure -m devdax -s 512M "dax$c.0"
	killed -b,3:KILL create-device -r "$c" -s 128M
	name=${cxl##*/}
	daxadm disable-device "dax$c.0" >/dev/null 2>&1
	echo "$name" >/sys/bus/cxl/devices/decoder0.0/delete_region
	for decoder in /sys/bus/cxl/devices/decoder[1-9]*.0; do
		[ ! -e "$decoder/dpa_size" ] || echo 0 >"$decoder/dpa_size"
	done
	cxl_region 0 ram $((512 * MIB))
	wait_for test -e "$bus/devices/dax$c.0"
	is 'it has the same number' "$(readlink -f "$bus/devices/dax$c.0/..")" "$dax"
	daxadm reconfigure -m devdax "dax$c.0" >/dev/null 2>&1
	by_hand_unbind "dax$c.0"
	echo $((128 * MIB)) >"$bus/devices/dax$c.0/size"
	by_hand_create "$dax" $((256 * MIB)) >/dev/null
	not_touched 'another CXL region' 'region .* is a different region now: its size is 512 MiB, not 1 GiB'
	is 'its device is there' "$(attr "dax$c.1" size) $(driver "dax$c.1")" "$((256 * MIB)) device_dax"
}

find_memory
r=${HMEM[0]} region=
daxadm destroy-device -f -r "$r" all >/dev/null 2>&1
run daxadm create-device -r "$r" -s 512M
d=$(sed -n 's/.*"chardev":"\(.*\)",/\1/p' <<<"$out")
region=$(readlink -f "$bus/devices/$d/..")
new=dax$r.$((${d##*.} + 1))
test_new_device
test_changed
test_two
test_region
[ ${#CXL[@]} -eq 0 ] || test_cxl
done_testing
