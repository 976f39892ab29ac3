# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
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

# calls: how many system calls there were in what was traced.
calls() { grep -cvE '^[0-9]+ +(\+\+\+|---)' /tmp/trace; }

# as_devdax DEVICE: however the kernel left it, without a word.
as_devdax() { daxadm reconfigure -m devdax "$1" >/dev/null 2>&1; }
