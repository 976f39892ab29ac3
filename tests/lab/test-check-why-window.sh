#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory that the firmware sets apart and that lies in a CXL window: Linux 6.12 leaves it to CXL, whose
# region of the same memory it then refuses; others make a dax region of it. And efi=nosoftreserve where
# no firmware hears it.
# lab: --cxl 1G --append memmap=1G%0x110000000+0xefffffff --append efi=nosoftreserve
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"

like 'it lies in the window' "$(</proc/iomem)" '110000000-14fffffff : CXL Window 0'
check 0
if [ "$LAB_SERIES" = 6.12 ]; then
	finding 'there is no device' host dax-devices warn 'no dax device exists: CXL regions are not enabled$'
else
	finding 'a device is made of it' host dax-devices pass '1 device in 1 region$'
	finding 'it is in a region' host soft-reserved pass 'all of the special-purpose memory is in dax regions'
	hmem=$(readlink -f /sys/bus/dax/devices/dax*.0/..)
	echo "${hmem##*/}" >"$(readlink -f "$hmem/driver")/unbind"
	check 0
fi
finding 'it is in none' host soft-reserved warn '0x110000000-0x14fffffff is not in a dax region$'
like 'and why' "$(flat_hint soft-reserved)" "^memory in a CXL window belongs to the CXL drivers: run 'cxl list -RD' to see its state\$"
done_testing
