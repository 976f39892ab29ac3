#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel without kmem; and one that has it, but did not load it.
# lab: --hmem 1G --no-modules kmem
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"

find_memory
d=dax${HMEM[0]}.0
as_devdax "$d"
daxadm reconfigure -s 512M "$d" >/dev/null 2>&1
daxadm enable-device "$d" >/dev/null 2>&1
is 'kmem is not loaded' "$(driver "$d") $(ls -d /sys/bus/dax/drivers/kmem 2>/dev/null)" 'device_dax '
modules=/lib/modules/$(uname -r)
mkdir /tmp/away
find "$modules/" -name 'kmem.ko*' -exec mv {} /tmp/away/ \;
depmod
echo online >"$POLICY"
refused 'no such module' 1 'cannot load the driver kmem: this kernel has no such module' reconfigure -m system-ram "$d"
is 'the device is as it was' "$(driver "$d") $(<"$POLICY")" 'device_dax online'
refused 'nor for a new device' 1 'cannot load the driver kmem' create-device -m system-ram
mv /tmp/away/* "$modules/kernel/"
depmod
ok 'where there is one it is loaded' daxadm reconfigure -m system-ram "$d"
is 'and the memory is where it was wanted' "$(zones_of "$d") $(<"$POLICY")" 'MMMM online'
done_testing
