#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Requests that fail, or should: each leaves the machine byte for byte as it was, says why in one
# line, and exits with 1 (the machine cannot) or 2 (the request makes no sense).
# lab: --hmem 1G --hmem 1G --nvdimm 512M --cpus 1
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"

# usage REGEX WORD...: refused as a request; machine REGEX WORD...: by the machine.
usage() { refused "2: daxadm ${*@Q}" 2 "$@"; }
machine() { refused "1: daxadm ${*@Q}" 1 "$@"; }

test_sizes() {
	local size
	for size in 1GB 3X -1 -2M 0 0M '' ' ' ' 1G' '1G ' '1 G' 1.0001K 1.5.5G 1,5G 1e9 0x 0xG +1G 1G2M GiB 1Gi 1E \
		NaN 0% 101% 5..5% %50 18446744073709551616 0x10000000000000000 17179869184G ١G $'1G\n'; do
		usage 'is not a valid size' create-device -r "$a" -s "$size"
	done
	usage 'is not a valid size' reconfigure -s 1GB "dax$a.1"
	usage 'is not a valid size' reconfigure -s 0% "dax$a.1"
	machine 'not a multiple of 2 MiB.*hint: the nearest sizes are 2 MiB and 4 MiB' create-device -r "$a" -s 3M
	machine 'not a multiple of 2 MiB.*hint: the smallest size is 2 MiB' create-device -r "$a" -s 4097
	machine 'not a multiple of 2 MiB' create-device -r "$a" -a 4K -s 4K
	machine 'not a multiple of 2 MiB' reconfigure -s 65M "dax$a.1"
	machine 'more than the free space of region' create-device -r "$a" -s 18446744073709551615
	machine 'ENOSPC' create-device -r "$a" -s 16777215T
	machine 'ENOSPC' create-device -r "$a" -s 2G
	machine 'ENOSPC.*hint: the largest possible size' reconfigure -s 1026M "dax$a.1"
	machine 'ENOSPC' create-device -r "$b" -s 2M
	machine 'ENOSPC' create-device -r "$b"
	machine 'ENOSPC' reconfigure -s 1026M "dax$b.0"
}

test_alignments() {
	local align
	for align in 3M 0 1GB x '' 2M2 -4096 5000; do
		usage 'is not a valid alignment' create-device -r "$a" -a "$align"
	done
	usage 'is not a valid alignment' align "dax$a.1" 3M
	machine 'does not exist' align "dax$a.1" 8K
	machine 'does not exist' create-device -r "$a" -a 16M
	machine 'does not exist' align "dax$a.1" 1T
	machine 'not a multiple of 1 GiB' align "dax$a.1" 1G
	machine 'not a multiple of 1 GiB' align "dax$a.1" 1G -f
	machine 'ENOSPC' create-device -r "$a" -a 1G
}

test_names() {
	local name
	for name in foo dax dax1 1. .1 1 dax1.x 1.0junk dax-1.0 dax1.-1 1.0.0 99999999999.0 dax0x1.0 ''; do
		usage 'is not a valid device name' disable-device "$name"
	done
	usage 'is not the node of a dax device' disable-device /dev/null
	machine 'dax9.9: no such device' disable-device dax9.9
	machine 'no such device' enable-device /dev/dax9.9
	machine 'no such device' destroy-device -f 9.9
	machine 'no such device' reconfigure -s 2M "dax$a.77"
	machine 'no such device' list -d dax9.9
	machine 'no such device' disable-device "dax$a.1" dax9.9
	machine "dax$b.0 is not in region .$a." disable-device -r "$a" "dax$b.0"
	usage 'cannot be combined' disable-device all "dax$a.1"
	usage 'no device is given' destroy-device -f
	usage 'the kernel chooses the name' create-device -r "$a" "dax$a.9"
	for name in 77 region77 nosuch 1x 0x0 -1 region; do
		machine 'region .* does not exist' create-device -r "$name" -s 2M
	done
	machine 'region .* does not exist' list -r 77
	machine 'region .* does not exist' disable-device -r 77 all
}

test_options() {
	usage "unknown option '--frobnicate'" create-device --frobnicate
	usage "unknown option '--siz'.*hint: did you mean --size" create-device -r "$a" --siz 2M
	usage "unknown option '--dry'" destroy-device -f --dry "dax$a.1"
	usage "unknown option '--forc'" destroy-device --forc "dax$a.1"
	usage "unknown option '-Z'" list -Z
	usage "unknown option '--range'" reconfigure --range 0x200000-0x3fffff "dax$a.1"
	usage "unknown option '-s'" disable-device -s 2M "dax$a.1"
	usage 'needs a value' create-device -r "$a" -s
	usage 'takes no value' disable-device --json=yes "dax$a.1"
	usage 'is not a valid risk' destroy-device --force=everything "dax$a.1"
	usage 'is not a valid risk' destroy-device --force= "dax$a.1"
	usage 'is not a valid risk' disable-device --force=lose-data,x "dax$a.1"
	usage 'is not a valid mode' reconfigure -m frob "dax$a.1"
	usage 'is not a valid mode' create-device -r "$a" -m ''
	usage 'nothing to change' reconfigure "dax$a.1"
	usage 'a device and an alignment' align "dax$a.1"
	usage 'a device and an alignment' align
	usage 'is not a valid number of devices' create-device -r "$a" --count 0
	usage 'is not a valid number of devices' create-device -r "$a" --count many
	machine 'ENOSPC' create-device -r "$a" --count 3 -s 512M
	machine 'ENOSPC' create-device -r "$a" --count 100000
	usage 'dest' dest "dax$a.1"
	usage 'frob' frob
	usage 'no verb'
}

test_states() {
	machine "dax$a.1 is enabled" destroy-device "dax$a.1"
	machine "dax$a.1 is enabled" destroy-device "dax$a.2" "dax$a.1"
	machine "dax$a.0 has no size" enable-device "dax$a.0"
	machine 'has no size' reconfigure -m devdax "dax$a.0"
	machine 'is enabled already' enable-device -m famfs "dax$a.1"
}

# A namespace's device: what it is, the namespace says.
test_static() {
	local d=dax${PMEM[0]}.0
	machine 'would be lost: namespace' destroy-device -f "$d"
	machine 'has no labels' reconfigure -s 2M "$d"
	machine 'would be lost: namespace' align "$d" 4K
	machine 'no usable space is left of 512 MiB' align "$d" 1G -f --force=lose-data
	machine 'has no labels' create-device -r "${PMEM[0]}" -s 2M
}

test_input() {
	cd /tmp || return
	: >empty
	echo '[{"size":2097152}' >short
	echo '[{"size":2097152}] x' >long
	daxadm list -M -u "dax$a.1" >human
	daxadm list -M "dax$a.1" >taken
	daxadm list -R >regions
	echo '{"mappings":[{"start":4096,"end":4095}]}' >backwards
	echo '{"size":-2097152}' >negative
	echo "{\"size\":2097152,\"region\":\"hmem.77\"}" >elsewhere
	echo '{"size":2097152,"mode":"frob"}' >mode
	echo '[{"size":2097152},{"size":2097153}]' >half
	usage 'cannot open' create-device -r "$a" --input /tmp/nothing
	usage 'cannot read' create-device -r "$a" --input /tmp
	usage 'is empty' create-device -r "$a" --input empty
	usage 'short:[12]:' create-device -r "$a" --input short
	usage 'long:1:[0-9]+:' create-device -r "$a" --input long
	usage 'number of bytes' create-device -r "$a" --input human
	usage 'this object is a region' create-device -r "$a" --input regions
	usage 'is less than .start.' create-device -r "$a" --input backwards
	usage 'whole number' create-device -r "$a" --input negative
	usage 'is not a valid mode' create-device -r "$a" --input mode
	usage 'cannot be combined' create-device -r "$a" --input taken -s 2M
	machine 'region .* does not exist' create-device --input elsewhere
	machine 'overlaps' create-device --input taken
	machine 'not a multiple of 2 MiB' create-device -r "$a" --input half
}

find_memory
a=${HMEM[0]} b=${HMEM[1]}
namespace=(/sys/bus/nd/devices/namespace*.0)
ok 'a namespace of persistent memory' ndctl create-namespace -f -e "${namespace##*/}" -m devdax -a 2M
find_memory
change 'an empty first device' destroy-device -f -r "$a" all
change 'an enabled device' create-device -r "$a" -s 256M
change 'one to be disabled' create-device -r "$a" -s 64M -a 4K
change 'a disabled one' disable-device "dax$a.2"
change 'a size as others write it is fine' create-device -r "$a" -s 0.0625GiB
# From here on nothing may change.
frozen=yes
test_sizes
test_alignments
test_names
test_options
test_states
test_static
test_input
frozen=''
change 'room in the other region' reconfigure -s 512M "dax$b.0"
usage "more than one region has free space: $a \(.*\), $b \(" create-device -s 64M
usage 'more than one region' create-device
change 'it can be all of them' create-device -r all -s 64M
is 'one in each is printed' "$(grep -c chardev <<<"$out")" 2
agreed
done_testing
