#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every write of every kind of change is made to fail, one after the other: each time all that was
# done before it is taken back, and the machine is as it was, byte for byte.
# lab: --hmem 3G --cpus 1
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"

# What daxadm may write to, also of devices that are not there yet; as options of strace.
paths() {
	local region n bus=/sys/bus/dax/drivers
	region=$(realpath "/sys/bus/dax/devices/dax$r.0/..")
	for n in 0 1 2 3 4 5 6 7 8; do
		printf -- '-P %s ' "$region/dax$r.$n"/{size,align,mapping}
	done
	printf -- '-P %s ' "$region"/dax_region/{create,delete} $bus/{device_dax,kmem,fsdev_dax}/{bind,unbind,new_id,remove_id}
}

# injected WHEN ERRNO VERB...: as run, with that write failing.
injected() {
	local when=$1 errno=$2
	shift 2
	# shellcheck disable=SC2046 # options
	run strace -f -qq -o /tmp/trace $(paths) -e trace=write -e inject=write:error="$errno":when="$when" daxadm "$@"
}

# faults NAME ERRNO VERB...: each write of this change fails once; at the end it is done.
faults() {
	local name=$1 errno=$2 n problem=''
	shift 2
	snapshot /tmp/faults.before
	for ((n = 1; n < 40; n++)); do
		injected $n "$errno" "$@"
		[ "$status" -ne 0 ] || break
		snapshot /tmp/faults.after
		grep -q INJECTED /tmp/trace || problem+="write $n: not made to fail: $err"$'\n'
		[ "$status" -eq 1 ] || problem+="write $n: exit status $status"$'\n'
		[ -z "$out" ] || problem+="write $n: it printed $out"$'\n'
		[[ $err == "daxadm: "*"($errno)"* ]] || problem+="write $n: $err"$'\n'
		problem+=$(diff /tmp/faults.before /tmp/faults.after)
		[ -z "$problem" ] || break
	done
	[ "$n" -gt 1 ] || problem+='no write failed'
	if [ -z "$problem" ]; then
		pass "$name: each of $((n - 1)) writes"
	else
		fail "$name: write $n"
		diag "$problem"
		diag "$(grep -c . /tmp/trace) writes: $(sed 's/.*write(/write(/' /tmp/trace | tail -n 30)"
	fi
}

# expect NAME VERB...: an ordinary step between.
expect() { ok "$1" daxadm "${@:2}"; }

test_create() {
	faults 'create-device' EBUSY create-device -r "$r" -s 256M
	expect 'without it' destroy-device -f "dax$r.1"
	faults 'create-device with an alignment' EINVAL create-device -r "$r" -s 64M -a 4K
	faults 'create-device --count' ENOMEM create-device -r "$r" --count 3 -s 128M
	faults 'create-device --range' ENOMEM create-device -r "$r" \
		--range "$(range $((start + 512 * MIB)) $((2 * MIB)))" --range "$(range $((start + 768 * MIB)) $((32 * MIB)))"
	faults 'create-device with pages of 1 GiB' ENOSPC create-device -r "$r" -s 1G -a 1G
	daxadm list -M >/tmp/layout
	expect 'cleared' destroy-device -f -r "$r" all
	faults 'create-device --input' EIO create-device --input /tmp/layout
}

# dax*.1 of 4 KiB pages, dax*.2 to dax*.4 side by side, dax*.5 in two ranges, dax*.6 of 1 GiB pages.
test_shape() {
	is 'the devices are there' "$(daxadm list | grep -c chardev)" 6
	faults 'reconfigure to a smaller size' EBUSY reconfigure -s 66M "dax$r.3"
	faults 'and to a larger one, in pieces' ENOSPC reconfigure -s 384M "dax$r.3"
	faults 'of a device in two ranges, smaller' EBUSY reconfigure -s 2M "dax$r.5"
	faults 'and larger' EINTR reconfigure -s 66M "dax$r.5"
	faults 'align to 4K' EINVAL align "dax$r.2" "dax$r.5" 4K
	faults 'align to 2M' EBUSY align "dax$r.1" "dax$r.2" "dax$r.5" 2M
	faults 'align from 1G' EBUSY align "dax$r.6" 2M
	faults 'align to 1G' EBUSY align "dax$r.6" 1G
	faults 'both at once' EINVAL reconfigure -s 32M -a 4K "dax$r.4"
	faults 'a move to other memory' ENOMEM reconfigure --force=lose-data -s 1G -a 1G "dax$r.4"
}

test_drivers() {
	faults 'disable-device' ENODEV disable-device "dax$r.1" "dax$r.2" "dax$r.6"
	faults 'enable-device' EBUSY enable-device "dax$r.1" "dax$r.2" "dax$r.6"
	if [ "$LAB_SERIES" != 6.1 ]; then
		expect 'a device without a driver' disable-device "dax$r.2"
		run bash -c "echo dax$r.2 >/sys/bus/dax/drivers/device_dax/bind"
		like 'is in no id list' "$err" 'No such device'
		expect 'until it is enabled' enable-device "dax$r.2"
	fi
	if [ -e /sys/bus/dax/drivers/fsdev_dax ]; then
		faults 'devdax to famfs' EBUSY reconfigure -m famfs "dax$r.1" "dax$r.2"
		faults 'famfs grows' EBUSY reconfigure -s 130M "dax$r.2"
		faults 'famfs to devdax' ENOMEM reconfigure -m devdax "dax$r.1" "dax$r.2"
	fi
	faults 'destroy-device' EBUSY destroy-device -f -r "$r" all
}

# The undo fails, too: exit status 3, and what is left is told.
test_stuck() {
	injected 2+ EBUSY create-device -r "$r" -s 64M
	is 'a failure that cannot be taken back: exit status' "$status" 3
	like 'says so' "$err" "could not be undone \(dax$r.1: create it\)"
	like 'and what to do' "$err" $'\nhint: '
	is 'what is left' "$(attr "dax$r.1" size)" 0
	injected 2+ EBUSY create-device -r "$r" -s 64M --report
	is 'a report says it, too' "$status $(json '[.changed, (.steps | map(.status))]')" \
		'3 [true,["stuck","failed","pending"]]'
	ok 'recover takes the rest back' daxadm recover
	is 'nothing is left' "$(ls -d "/sys/bus/dax/devices/dax$r.1" "/sys/bus/dax/devices/dax$r.2" 2>/dev/null)" ''
}

find_memory
r=${HMEM[0]} start=$((HMEM_START[0]))
if [ "$LAB_SERIES" != 6.1 ]; then
	faults 'system-ram, smaller' EBUSY reconfigure -s 2G "dax$r.0"
	faults 'system-ram to devdax' EBUSY reconfigure -m devdax "dax$r.0"
fi
faults 'the first device is emptied' EBUSY destroy-device -f "dax$r.0"
test_create
test_shape
test_drivers
test_stuck
done_testing
