#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An empty machine gets an answer, too; and one whose firmware says how fast its memory is.
# lab: --qemu-arg -machine --qemu-arg hmat=on
# lab: --qemu-arg -numa --qemu-arg hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=80
# lab: --qemu-arg -numa --qemu-arg hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,bandwidth=10G
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"

check 0
finding 'there is none, and why' host dax-devices warn 'the firmware reports no special-purpose memory'
like 'what to do' "$(flat_hint dax-devices)" 'memmap=SIZE%START-1\+0xefffffff'
finding 'none is set apart' host soft-reserved skip 'the kernel reports no special-purpose memory'
finding 'no CXL' host cxl-memory skip 'no CXL memory device'
finding 'how fast the memory is' host node-speed pass 'node 0: access1: read 80 ns, 10240 MB/s, write 80 ns, 10240 MB/s$'
check 1 dax0.0
like 'a device that is not there' "$err" 'dax0.0'
done_testing
