# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # regions are the tests'
# What the tests of system memory share; sourced after tap.sh and dax.sh.

MEMORY=/sys/devices/system/memory
# shellcheck disable=SC2034 # the tests'
POLICY=$MEMORY/auto_online_blocks
BLOCK=$((0x$(<$MEMORY/block_size_bytes)))

# blocks_of DEVICE: the numbers of the memory blocks that lie whole in its ranges.
blocks_of() {
	local range n
	for range in $(ranges "$1"); do
		for ((n = (${range%-*} + BLOCK - 1) / BLOCK; n < (${range#*-} + 1) / BLOCK; n++)); do echo "$n"; done
	done | sort -n | xargs
}

# zones BLOCK...: where each is, in one letter: - offline, M Movable, N Normal, ? something else.
zones() {
	local block state zone line=''
	for block; do
		state=$(<"$MEMORY/memory$block/state") zone=$(<"$MEMORY/memory$block/valid_zones")
		case $state:$zone in
		offline:*) line+=- ;;
		online:Movable) line+=M ;;
		online:Normal) line+=N ;;
		*) line+='?' ;;
		esac
	done
	echo "$line"
}

# zones_of DEVICE
# shellcheck disable=SC2046 # numbers
zones_of() { zones $(blocks_of "$1"); }

# written_blocks: the numbers of the blocks whose state was written in what was traced.
written_blocks() {
	sed -nE 's|.*\bwrite\([0-9]+<[^>]*/memory([0-9]+)/state>.*|\1|p' /tmp/trace | sort -nu | xargs
}

# as_devdax DEVICE: however the kernel left it, without a word.
as_devdax() { daxadm reconfigure -m devdax "$1" >/dev/null 2>&1; }

# What follows is about the regions $r and $s.
#
# base [POLICY]: two regions, whatever they were before. In the first a device that is at work, in the second
# one that has no driver, and that others pick up who do not take care.
base() {
	local d
	echo offline >"$POLICY"
	echo 1 >/sys/bus/dax/drivers_autoprobe
	modprobe kmem
	for d in "$r" "$s"; do daxadm destroy-device -f -r "$d" all; done
	daxadm reconfigure -m devdax -s 128M -a 2M "dax$r.0"
	daxadm reconfigure -m devdax -s 256M -a 2M "dax$s.0"
	daxadm disable-device "dax$s.0"
	echo "${1:-offline}" >"$POLICY"
}

# make SIZE...: devices .1, .2, ...
make() {
	local size
	for size; do daxadm create-device -r "$r" -s "$size"; done
}

# pieces: .1 has three ranges, .3 is its neighbour, .2 and .4 are free.
pieces() {
	make 128M 128M 128M 128M 128M
	daxadm destroy-device -f "dax$r.1" "dax$r.2" "dax$r.4"
	make 192M
	daxadm reconfigure -s 448M "dax$r.1"
}

# ram DEVICE...: system memory, online.
ram() { daxadm reconfigure -m system-ram "$@"; }

# at MIB SIZE
at() { range $((HMEM_START[0] + $1 * MIB)) $(($2 * MIB)); }
