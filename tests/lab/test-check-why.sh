#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# "Why have I no dax device?": soft-reserved memory without a driver; then with one, on a machine without
# nodes and without pages of 1 GiB; and none at all.
# lab: --hmem 1G --no-modules dax_hmem --append numa=off --qemu-arg -cpu --qemu-arg max,hypervisor=off,pdpe1gb=off
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"

# On kernels of which a driver of CXL needs it, it is there all the same.
rmmod dax_cxl cxl_region cxl_acpi 2>/dev/null
rmmod dax_hmem 2>/dev/null
check 0
finding 'there is none' host dax-devices warn 'no dax device exists: soft-reserved memory has no driver'
finding 'and which memory that is' host soft-reserved warn 'is not in a dax region'
finding 'it could be loaded' host driver-dax_hmem pass loadable
like 'what to do' "$(flat_hint dax-devices)" 'modprobe dax_hmem'
finding 'no pages of 1 GiB' host huge-1g warn 'this processor does not have them'
modprobe dax_hmem
modprobe device_dax
check 0
finding 'now there is one' host dax-devices pass '1 device in 1 region'
finding 'its memory has no node' host region-nodes warn 'hmem.0: none'
finding 'the memory is in a region' host soft-reserved pass all
# A device that was unbound by hand: to load the driver, which is there, does not help.
hmem=$(basename "$(ls -d /sys/bus/platform/drivers/hmem/hmem.*)")
echo "$hmem" >/sys/bus/platform/drivers/hmem/unbind
check 0
finding 'unbound: there is none' host dax-devices warn 'no dax device exists: soft-reserved memory has no driver'
hint=$(flat_hint dax-devices)
is 'unbound: the hint binds it by name' "$hint" "echo $hmem >/sys/bus/platform/drivers/hmem/bind"
eval "$hint"
check 0
finding 'which helps' host dax-devices pass '1 device in 1 region'
# The first device of a region is never deleted: it is left without a size.
run daxadm destroy-device -f all
is 'they are destroyed' "$status" 0
region=$(daxadm list -R | jq -r '.[0].name')
check 0
finding 'the region is empty' host dax-devices warn "no dax device exists: region $region is empty\$"
like 'what fills it' "$(flat_hint dax-devices)" "^run 'daxadm create-device -r $region' to create a device in it\$"
ok 'and that does' daxadm create-device -r "$region"
check 0
finding 'which is counted' host dax-devices pass '1 device in 1 region$'
done_testing
