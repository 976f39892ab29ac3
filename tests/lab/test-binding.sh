#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Binding: only what was asked for is bound. Where a driver takes a device by its id only, the kernel
# lets it pick up every other device that it matches; none of them may notice.
# lab: --dax idle --hmem 1G --hmem 1G --cxl 1G --nvdimm 512M --cpus 1
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"

drivers() {
	local device
	for device; do printf '%s ' "$(driver "$device")"; done
}

# alone NAME DEVICE DRIVER VERB...: the verb binds DEVICE, and leaves the bystanders without a driver.
alone() {
	local name=$1 device=$2 driver=$3
	shift 3
	traced daxadm "$@"
	is "$name" "$status $(driver "$device")" "0 $driver"
	[ "$status" -eq 0 ] || diag "$err"
	is 'no other device has noticed' "$(drivers "${bystanders[@]}")" "$nobody"
	id_writes=$(written new_id)
}

# written FILE: how often a file of that name was written in what was traced.
written() { grep -cE "\bwrite\([0-9]+<[^>]*/$1>" /tmp/trace; }

# no_id DEVICE: no driver that takes it only by id takes it any more.
no_id() {
	local name=$1 driver status=0
	for driver in device_dax fsdev_dax; do
		[ -e "/sys/bus/dax/drivers/$driver" ] || continue
		{ echo "$name" >"/sys/bus/dax/drivers/$driver/bind"; } 2>/dev/null && status=$driver
	done
	echo $status
}

# The regions are idle, so that their devices match device_dax without an id; those of CXL memory do not.
namespace=(/sys/bus/nd/devices/namespace*.0)
ok 'persistent memory' ndctl create-namespace -f -e "${namespace##*/}" -m devdax -a 2M
find_memory
a=${HMEM[0]} b=${HMEM[1]} p=dax${PMEM[0]}.0
is 'idle memory begins with an empty device' "$(attr "dax$a.0" size) $(driver "dax$a.0")" '0 none'
change 'devices of one region' create-device -r "$a" --count 3 -s 64M
change 'and of another' create-device -r "$b" --count 3 -s 64M
change 'without drivers' disable-device "dax$a.2" "dax$a.3" "dax$b.1" "dax$b.2" "dax$b.3" "$p"
bystanders=("dax$a.2" "dax$b.1" "dax$b.2" "dax$b.3" "$p")
nobody='none none none none none '

alone 'enable-device in idle memory' "dax$a.3" device_dax enable-device "dax$a.3"
is 'needs no id' "$id_writes" 0
alone 'disable-device' "dax$a.3" none disable-device "dax$a.3"
alone 'create-device in idle memory' "dax$a.4" device_dax create-device -r "$a" -s 64M
alone 'a change of size' "dax$a.4" device_dax reconfigure -s 32M "dax$a.4"
alone 'a change of alignment' "dax$a.1" device_dax align "dax$a.1" 4K

if [ ${#CXL[@]} -eq 0 ]; then
	skip 'devices that are bound by id' 'Linux 6.1 makes no dax device of CXL memory'
else
	c=${CXL[0]}
	alone 'system-ram to devdax' "dax$c.0" device_dax reconfigure -m devdax "dax$c.0"
	is 'needs an id' "$id_writes" 1
	is 'the kernel bound others by it, which were let go' "$(($(written unbind) > 1))" 1
	change 'the CXL memory is emptied' destroy-device -f "dax$c.0"
	alone 'create-device' "dax$c.2" device_dax create-device -r "$c" --count 2 -s 64M
	bystanders+=("dax$c.1") nobody+='none '
	change 'a bystander that is taken by id only' disable-device "dax$c.1"
	alone 'enable-device' "dax$c.2" device_dax reconfigure -s 32M "dax$c.2"
	change 'without a driver' disable-device "dax$c.2"
	is 'no id is left' "$(no_id "dax$c.2")" 0
	alone 'enabled' "dax$c.2" device_dax enable-device "dax$c.2"
	change 'disabled' disable-device "dax$c.2"
	is 'no id is left then' "$(no_id "dax$c.2")" 0
	is 'nor for the other one' "$(no_id "dax$c.1")" 0
fi
if [ -e /sys/bus/dax/drivers/fsdev_dax ]; then
	alone 'famfs' "dax$a.1" fsdev_dax reconfigure -m famfs "dax$a.1"
	is 'needs an id, too' "$id_writes" 1
	alone 'and back' "dax$a.1" device_dax reconfigure -m devdax "dax$a.1"
fi
alone 'persistent memory' "dax$a.4" device_dax enable-device "dax$a.4"
bystanders=("dax$a.2" "dax$b.1") nobody='none none '
alone 'persistent memory, enabled' "$p" device_dax enable-device "$p"

# Nothing but /sys is needed.
rm -f /dev/dax*
mv /lib/modules /lib/modules.away
run daxadm list
is 'without nodes in /dev all devices are listed' "$(grep -c chardev <<<"$out")" \
	"$(cat /sys/bus/dax/devices/*/size | grep -vc '^0$')"
alone 'and enabled' "dax$a.3" device_dax enable-device "dax$a.3"
alone 'and created' "dax$a.5" device_dax create-device -r "$a" -s 64M
[ -e /sys/bus/dax/drivers/fsdev_dax ] ||
	refused 'a driver that is not there cannot be had' 1 'cannot load the driver fsdev_dax' reconfigure -m famfs "dax$a.5"
mv /lib/modules.away /lib/modules
done_testing
