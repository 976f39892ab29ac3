#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# "Why have I no dax device?" on a machine that has CXL memory and nothing else: it is in a region that no
# driver makes a dax region of; then it is in none. (On Linux 6.1 it never is: that makes none of it.)
# lab: --cxl 1G --no-modules dax_cxl
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"

for region in /sys/bus/cxl/devices/region[0-9]*; do
	[ -e "$region" ] || continue
	check 0
	finding 'a CXL region is no dax region' host dax-devices warn 'no dax device exists: CXL regions have no dax region$'
	like 'what makes it one' "$(flat_hint dax-devices)" "^run 'modprobe dax_cxl'"
	modprobe dax_cxl
	check 0
	finding 'and that does' host dax-devices pass '1 device in 1 region$'
	echo "${region##*/}" >"$(readlink -f "$region/..")/delete_region"
done
check 0
finding 'CXL memory is in no region' host dax-devices warn 'no dax device exists: CXL memory devices are in no region$'
finding 'which is to be known, too' host cxl-memory warn '1 memory device, 0 regions$'
like 'what makes one' "$(flat_hint dax-devices)" "^run 'cxl create-region' to create one"
done_testing
