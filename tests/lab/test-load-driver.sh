#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A driver whose module is not loaded: it is loaded by name, and binds nothing but what was asked for.
# lab: --hmem 1G --hmem 1G --no-modules device_dax --no-modules kmem --no-modules fsdev_dax
. "${0%/*}/tap.sh"

autoprobe=/sys/bus/dax/drivers_autoprobe

is 'device_dax is not there at first' "$(ls -d /sys/bus/dax/drivers/device_dax 2>&1 | grep -c '^/')" 0
run daxadm enable-device -v dax0.0
is 'enable-device: succeeds' "$status" 0
like 'enable-device: says that it loads the driver' "$err" 'done: load the driver device_dax'
is 'the named device is bound' "$(basename "$(readlink /sys/bus/dax/devices/dax0.0/driver)")" device_dax
ok 'the other device is not' test ! -e /sys/bus/dax/devices/dax1.0/driver
ok 'no other driver was loaded' test ! -e /sys/bus/dax/drivers/kmem
is 'the bus probes by itself, as before' "$(cat $autoprobe)" 1

# What a kernel does not have is told in one line, and only in ours.
run daxadm reconfigure --mode famfs dax0.0
if modinfo fsdev_dax >/dev/null 2>&1; then
	is 'famfs: succeeds where the kernel has the driver' "$status" 0
	ok 'famfs: the other device is still without a driver' test ! -e /sys/bus/dax/devices/dax1.0/driver
else
	is 'famfs: fails where the kernel lacks the driver' "$status" 1
	is 'famfs: says why' "$err" \
		'daxadm: cannot load the driver fsdev_dax: this kernel has no such module (ENOENT)
hint: install all modules of this kernel, or boot a kernel that has the module'
	is 'famfs: the device is as it was' "$(basename "$(readlink /sys/bus/dax/devices/dax0.0/driver)")" device_dax
fi

done_testing
