#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How fast memory is, on every kernel: of persistent memory, which all of them bind beside an HMAT (older ones
# make one device of a node's whole range, with the hole behind soft-reserved memory, and cannot bind that).
# lab: --nvdimm 1G,label=2M --qemu-arg -machine --qemu-arg hmat=on
# lab: --qemu-arg -numa --qemu-arg hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=80
# lab: --qemu-arg -numa --qemu-arg hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,bandwidth=10G
# lab: --qemu-arg -numa --qemu-arg hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=400
# lab: --qemu-arg -numa --qemu-arg hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-bandwidth,bandwidth=2G
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"

speed() {
	daxadm list --speed "$d" |
		jq -c '.[] | [.persistent, .tier, .read_latency, .write_latency, .read_bandwidth, .write_bandwidth]'
}

echo 2097152 >/sys/bus/nd/devices/region0/align
d=$(ndctl create-namespace -f -e namespace0.0 -m devdax -a 2M 2>/dev/null | jq -r '.daxregion.devices[0].chardev')
is 'offline: nothing is known' "$(speed)" '[true,null,null,null,null,null]'
ok 'as system memory' daxadm reconfigure -m system-ram --force=lose-data "$d"
like 'online: its tier and its speed' "$(speed)" '^\[true,[0-9]+,400,400,2048,2048\]$'
is 'the tier is the kernel'\''s' "$(speed | cut -d, -f2)" \
	"$(grep -lx 1 /sys/devices/virtual/memory_tiering/memory_tier*/nodelist | sed 's/.*memory_tier\([0-9]*\).*/\1/')"
check 0
finding 'of both nodes' host node-speed pass "node 0: access1: read 80 ns, 10240 MB/s, write 80 ns, 10240 MB/s, node 1: access1: read 400 ns, 2048 MB/s, write 400 ns, 2048 MB/s\$"
finding 'one has no processors' host nodes pass 'memory without processors: 1$'
finding 'it has a tier of its own' host tiers pass 'node 1'
echo "#| $LAB_SERIES: tier $(speed | cut -d, -f2), access classes $(cd /sys/devices/system/node/node1 && echo access*)"
done_testing
