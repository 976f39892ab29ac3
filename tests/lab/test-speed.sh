#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How fast memory is, as the firmware says it: of soft-reserved memory once it is online.
# lab: --hmem 1G --cxl 1G --qemu-arg -machine --qemu-arg hmat=on
# lab: --qemu-arg -numa --qemu-arg hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=80
# lab: --qemu-arg -numa --qemu-arg hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,bandwidth=10G
# lab: --qemu-arg -numa --qemu-arg hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=400
# lab: --qemu-arg -numa --qemu-arg hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-bandwidth,bandwidth=2G
# Older kernels make one device of the node's whole range, with the hole behind the extent, and cannot bind it.
# kernels: 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"

speed() { daxadm list --speed "$1" | jq -c '.[] | [.persistent, .tier, .read_latency, .read_bandwidth]'; }

find_memory
d=dax${HMEM[0]}.0
is 'offline: nothing is known' "$(speed "$d")" '[false,null,null,null]'
daxadm reconfigure -m system-ram "$d" >/dev/null 2>&1
like 'online: its tier and its speed' "$(speed "$d")" '^\[false,[0-9]+,400,2048\]$'
check 0
finding 'of both nodes' host node-speed pass "node 0: access1: read 80 ns, 10240 MB/s, write 80 ns, 10240 MB/s, node 1: access1: read 400 ns, 2048 MB/s, write 400 ns, 2048 MB/s\$"
finding 'one has no processors' host nodes pass 'memory without processors: 1$'
like 'tiers' "$(grep ' tiers ' /tmp/found)" 'node 0'
daxadm reconfigure -m devdax "$d" >/dev/null 2>&1
is 'without the option not a word' "$(daxadm list "$d" | grep -cE 'persistent|tier|latency')" 0
is 'CXL memory of which its device says nothing' "$(speed "dax${CXL[0]}.0")" '[false,null,null,null]'
done_testing
