#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What it costs, in system calls: so many for each memory block that is asked for, a constant, and
# nothing for all other memory. The order of the writes is that which costs the kernel least.
# lab: --hmem 66G
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"

PATH=/tests:$PATH

# counted COMMAND...: as run, with the number of its system calls in $n.
counted() {
	run calls "$@" 3>/tmp/calls
	n=$(</tmp/calls)
	diag "$n calls: $*"
	[ "$status" -eq 0 ] || diag "$err"
}

# counted_once COMMAND...: by strace, without the writes that are made again since the kernel is busy with
# another block.
counted_once() {
	traced "$@"
	n=$(grep -cvE '/state>.* = -1 E|nanosleep' /tmp/trace)
	diag "$n calls: $*"
}

# at_most NAME CALLS: the last command succeeded with no more than that.
at_most() {
	if [ "$status" -eq 0 ] && [ "$n" -le "$2" ]; then
		pass "$1"
	else
		fail "$1"
		diag "exit status $status, $n calls; at most $2 were expected"
	fi
}

# order: the numbers of the blocks as they were written.
order() { sed -nE 's|.*\bwrite\([0-9]+<[^>]*/memory([0-9]+)/state>.*|\1|p' /tmp/trace | xargs; }

# One for each signal that is caught.
SIGNALS=64

# One device of 512 blocks.
test_large() {
	local theirs
	ok 'a device of 512 memory blocks' daxadm reconfigure -s 64G -N -m system-ram "$D"
	counted daxctl online-memory "$D"
	theirs=$n
	counted daxadm offline-memory "$D"
	at_most 'offline-memory: a third of what daxctl makes of it' $((theirs / 3))
	# And whether what they hold fits elsewhere: once in full, and in brief after every 16 blocks.
	at_most 'two calls for each write, two for each of two looks' $((512 * 6 + 320 + SIGNALS + 512 / 16 * 6))
	is 'all are offline' "$(zones_of "$D" | tr -d -)" ''
	counted daxadm online-memory "$D"
	at_most 'online-memory, too' $((512 * 6 + 280 + SIGNALS))
	# With this word it is not looked, every two seconds, whether a program has the device.
	counted daxadm reconfigure -m devdax --force=in-use "$D"
	at_most 'to devdax: one more look at each block, and none at the end' $((512 * 6 + 380 + SIGNALS + 512 / 16 * 6))
}

# Devices of 16 blocks, alone and among others.
test_small() {
	local alone first=$((HMEM_START[0] / BLOCK)) last=$((HMEM_START[0] / BLOCK + 15))
	ok 'a device of 16 memory blocks' daxadm reconfigure -s 2G -N -m system-ram "$D"
	counted_once daxadm online-memory "$D"
	alone=$n
	at_most 'online-memory: 16 blocks alone' $((250 + SIGNALS))
	calls true 3>/tmp/calls
	diag "of these $(</tmp/calls) are those of any program"
	traced daxadm offline-memory "$D"
	is 'offline: the first stays until all others have gone' "$(order)" "$(seq -s ' ' $((first + 1)) $last) $first"
	traced daxadm online-memory "$D"
	is 'online: the first comes first, the others from the top' "$(order)" \
		"$first $(seq -s ' ' $last -1 $((first + 1)))"
	counted daxadm offline-memory "$D"
	ok '31 more of them' daxadm create-device -r "${HMEM[0]}" --count 31 -s 2G -m system-ram
	counted_once daxadm online-memory "$D"
	at_most 'online-memory: the same with 496 others online' $((alone + 5))
	counted daxadm list
	at_most 'list of 32 such devices' 3500
	is 'all of them are online' "$(grep -c '"online_memblocks":16' /tmp/tap.out)" 32
	counted daxadm list -d "$D"
	at_most 'list of one of them' 130
	counted daxadm online-memory all
	at_most 'online-memory of all that is online' 3500
}

find_memory
D=dax${HMEM[0]}.0
as_devdax "$D"
test_large
test_small
done_testing
