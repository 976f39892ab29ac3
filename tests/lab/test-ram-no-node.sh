#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A machine that knows no nodes: memory of dax devices belongs nowhere, and cannot become the system's.
# lab: --hmem 1G --append numa=off
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"

find_memory
d=dax${HMEM[0]}.0
daxadm reconfigure -m devdax "$d" >/dev/null 2>&1
daxadm enable-device "$d" >/dev/null 2>&1
is 'the device has no node' "$(ls "/sys/bus/dax/devices/$d/target_node" 2>/dev/null) $(driver "$d")" ' device_dax'
refused 'it does not become system memory' 1 "$d has no NUMA node for its memory" reconfigure -m system-ram "$d"
traced daxadm reconfigure -m system-ram "$d"
is 'nothing is tried' "$(sysfs_writes)" 0
ok 'smaller' daxadm reconfigure -s 512M "$d"
refused 'nor does a new one' 1 'has no NUMA node' create-device -m system-ram
run daxadm list "$d"
is 'list shows none' "$status $(grep -c target_node <<<"$out")" '0 0'
done_testing
