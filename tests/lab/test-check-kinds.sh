#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The same promises, of devices of other kinds: persistent memory, whose region is static, and CXL memory.
# lab: --cxl 1G --nvdimm 1G,label=2M
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"
# shellcheck source=fsdax.sh
. "${0%/*}/fsdax.sh"

all='device-number open ranges-aligned ranges-claimed read-refused not-a-file map-shared map-private map-length map-offset'
all+=' map-hint map-address map-sync map-flag map-split page-size fault-granularity fault-physical fault-beyond'
all+=' keeps fork dontfork pin write disable'
[ "$LAB_SERIES" != 6.1 ] || all=${all/ pin/} # io_uring pins no memory of devices

# every_check NAME DEVICE: what can be tried is, and all is kept.
every_check() {
	check 0 --disruptive --write --force=lose-data "$2"
	results "$1: all is kept" "$2" pass "$all"
	check 0 "$2"
	finding "$1: and it works" "$2" fault-granularity pass "one fault maps 2 MiB\$"
}

fsdax_namespace
ndctl create-namespace -f -e "namespace${disk##*[!0-9]}.0" -m devdax -a 2M >/tmp/devdax 2>&1 || diag "$(</tmp/devdax)"
d=$(jq -r '.daxregion.devices[0].chardev' /tmp/devdax)
every_check 'persistent memory' "$d"
find_memory
if [ ${#CXL[@]} -eq 0 ]; then
	skip 'CXL memory' 'Linux 6.1 makes no dax device of it'
else
	daxadm reconfigure -m devdax "dax${CXL[0]}.0" >/dev/null 2>&1
	every_check 'CXL memory' "dax${CXL[0]}.0"
fi
done_testing
