#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices of several ranges: made from the holes that others left, grown into more, cut from the
# tail, put back exactly when something fails, and made from addresses that the user gave.
# lab: --hmem 2G --hmem 1G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
PATH=/tests:$PATH

# at N [LENGTH]: the range at N MiB from the start of the region, of so many MiB.
at() { range $((start + $1 * MIB)) $((${2:-128} * MIB)); }

# comb: eight devices of 128 MiB, dax*.1 to dax*.8, and half of the region free behind them.
comb() {
	change 'emptied' destroy-device -f -r "$r" all
	change 'a row of eight' create-device -r "$r" --count 8 -s 128M
	is 'they lie side by side' "$(ranges "dax$r.1") $(ranges "dax$r.8")" "$(at 0) $(at 896)"
}

test_holes() {
	comb
	change 'two holes' destroy-device -f "dax$r.2" "dax$r.4"
	change 'a device larger than either' create-device -r "$r" -s 384M
	is 'takes both, and goes on behind' "$(ranges "dax$r.2")" "$(at 128) $(at 384) $(at 1024)"
	change 'another hole' destroy-device -f "dax$r.6"
	ok 'it is filled' mapcheck fill "dax$r.2" 2
	change 'growth goes into the first hole' reconfigure -s 448M "dax$r.2"
	is 'as a range more' "$(ranges "dax$r.2")" "$(at 128) $(at 384) $(at 1024) $(at 640 64)"
	change 'growth in place, then where there is room' reconfigure -s 576M "dax$r.2"
	is 'the last range first' "$(ranges "dax$r.2")" "$(at 128) $(at 384) $(at 1024) $(at 640) $(at 1152 64)"
	ok 'the content stays' mapcheck check "dax$r.2" 2 $((384 * MIB))
	ok 'all of it is filled' mapcheck fill "dax$r.2" 3
	change 'it shrinks from the tail' reconfigure -s 320M "dax$r.2"
	is 'ranges go, the last one is cut' "$(ranges "dax$r.2")" "$(at 128) $(at 384) $(at 1024 64)"
	ok 'the content of the rest stays' mapcheck check "dax$r.2" 3 $((320 * MIB))
	change 'it shrinks to one' reconfigure -s 2M "dax$r.2"
	is 'the first' "$(ranges "dax$r.2")" "$(at 128 2)"
	change 'and takes all that is left' reconfigure -s 100% "dax$r.2"
	is 'of the region' "$(attr "dax$r.2" ../dax_region/available_size)" 0
	ok 'which works' mapcheck fill "dax$r.2" 4
	no_change 'all that is left, once more' reconfigure -s 100% "dax$r.2"
	change 'a hole between others is closed' destroy-device -f "dax$r.3"
	change 'by two devices at once' create-device -r "$r" --count 2
	is 'half each' "$(ranges "dax$r.3") $(ranges "dax$r.4")" "$(at 256 64) $(at 320 64)"
	ok 'the neighbour kept its content' mapcheck check "dax$r.2" 4
}

# A write fails: everything is where it was, range by range.
test_undo() {
	comb
	change 'holes again' destroy-device -f "dax$r.2" "dax$r.4" "dax$r.6"
	change 'a device in three pieces' create-device -r "$r" -s 320M
	is 'with a hole behind it' "$(ranges "dax$r.2")" "$(at 128) $(at 384) $(at 640 64)"
	ok 'with content' mapcheck fill "dax$r.2" 5
	fails 'a shrink whose last write fails is taken back' /bind ENOMEM reconfigure -s 192M "dax$r.2"
	fails 'so is a growth' /bind EBUSY reconfigure -s 512M "dax$r.2"
	fails 'and one that fails at once' /size ENOSPC reconfigure -s 512M "dax$r.2"
	fails 'and a destruction' /delete EBUSY destroy-device -f "dax$r.1" "dax$r.2" "dax$r.3"
	ok 'the content is still there' mapcheck check "dax$r.2" 5
	change 'it can still be changed' reconfigure -s 384M "dax$r.2"
	is 'as if nothing had been' "$(ranges "dax$r.2")" "$(at 128) $(at 384) $(at 640)"
}

# fails NAME FILE ERRNO VERB...: the first write to a file so named fails, and all is taken back.
fails() {
	local name=$1 file=$2 errno=$3 paths
	shift 3
	paths=$(realpath /sys/bus/dax/devices/*/{.,../dax_region}"$file" /sys/bus/dax/drivers/*"$file" 2>/dev/null |
		sort -u | sed 's/^/-P /')
	snapshot /tmp/before
	# shellcheck disable=SC2086 # options
	run strace -f -qq -o /tmp/trace $paths -e inject=write:error="$errno":when=1 daxadm "$@"
	snapshot /tmp/after
	is "$name" "$status $(diff /tmp/before /tmp/after)" '1 '
	like 'and the errno is told' "$err" "\($errno\)"
}

# Addresses that the user gave, in the user's order.
test_given() {
	change 'emptied for what the user gives' destroy-device -f -r "$r" all
	change 'a high range before a low one' create-device --range "$(at 512)" --range "$(at 0 64)"
	is 'in that order' "$(ranges "dax$r.1")" "$(at 512) $(at 0 64)"
	run daxadm list -M "dax$r.1"
	is 'and so they are listed' "$(json '.[0].mappings | map([.page_offset, .start])')" \
		"[[0,$((start + 512 * MIB))],[$((128 * MIB / 4096)),$start]]"
	ok 'it works so' mapcheck fill "dax$r.1" 6
	change 'the tail is the low one' reconfigure -s 160M "dax$r.1"
	is 'it was cut' "$(ranges "dax$r.1")" "$(at 512) $(at 0 32)"
	ok 'the rest stayed' mapcheck check "dax$r.1" 6 $((160 * MIB))
	change 'it grows behind the low one' reconfigure -s 256M "dax$r.1"
	is 'in place' "$(ranges "dax$r.1")" "$(at 512) $(at 0 128)"
	change 'ranges that touch stay two' create-device -r "$r" --range "$(at 1024 2)" --range "$(at 1026 2)" -a 4K
	is 'they do' "$(ranges "dax$r.2")" "$(at 1024 2) $(at 1026 2)"
	ok 'and work' mapcheck fill "dax$r.2" 7
}

test_refused_ranges() {
	refused 'ranges that overlap each other' 2 'overlap' \
		create-device -r "$r" --range "$(at 1280)" --range "$(at 1344)"
	refused 'one range twice' 2 'overlap' create-device -r "$r" --range "$(at 1280)" --range "$(at 1280)"
	refused 'a range of another device' 1 'overlaps with a device' create-device -r "$r" --range "$(at 512)"
	refused 'one that reaches into another device' 1 'overlaps with a device' \
		create-device -r "$r" --range "$(at 256 512)"
	refused 'one that begins in another device' 1 'overlaps with a device' \
		create-device -r "$r" --range "$(at 576)"
	refused 'one good range of two' 1 'overlaps with a device' \
		create-device -r "$r" --range "$(at 1280)" --range "$(at 512)"
	refused 'one behind the region' 1 "is not in region" create-device -r "$r" --range "$(at 2048)"
	refused 'one that ends behind it' 1 'is not in region' create-device -r "$r" --range "$(at 1984)"
	refused 'one before it' 1 'is not in region' create-device -r "$r" --range "$(at -128)"
	refused 'one of another region' 1 'is not in region' \
		create-device -r "$r" --range "$(range "${HMEM_START[1]}" $((2 * MIB)))"
	refused 'the last addresses that there are' 1 'is not in region' \
		create-device -r "$r" --range 0xffffffffffe00000-0xffffffffffffffff
	refused 'of no region' 1 'no known region contains' create-device --range 0x200000-0x3fffff
	refused 'one that is 4 KiB too short' 1 'does not start and end on multiples of 2 MiB' \
		create-device -r "$r" --range "$(printf '0x%x-0x%x' $((start + 1280 * MIB)) $((start + 1282 * MIB - 4097)))"
	refused 'one that is 4 KiB off' 1 'does not start and end on multiples of 2 MiB' \
		create-device -r "$r" --range "$(range $((start + 1280 * MIB + 4096)) $((2 * MIB)))"
	refused 'an end that is no last byte' 1 'its last byte' \
		create-device -r "$r" --range "$(printf '0x%x-0x%x' $((start + 1280 * MIB)) $((start + 1282 * MIB)))"
	refused '2 MiB for pages of 1 GiB' 1 'multiples of 1 GiB' create-device -r "$r" -a 1G --range "$(at 1280 2)"
	refused 'an end before its start' 2 'is not a valid range' \
		create-device -r "$r" --range "$(printf '0x%x-0x%x' $((start + 2 * MIB)) $((start + 2 * MIB - 1)))"
	refused 'ranges and a size' 2 'cannot be combined: the ranges define the size' create-device -r "$r" --range "$(at 1280)" -s 128M
	refused 'ranges for several devices' 2 'cannot have the same ranges' \
		create-device -r "$r" --range "$(at 1280)" --count 2
}

# Memory blocks are counted in all ranges, and only in those of the device.
test_blocks() {
	local d=dax$r.2 block first
	comb
	change 'holes for memory' destroy-device -f "dax$r.2" "dax$r.4"
	change 'a device in two pieces' create-device -r "$r" -s 256M
	change 'without a driver' disable-device "$d"
	echo "$d" >/sys/bus/dax/drivers/kmem/new_id
	echo "$d" >/sys/bus/dax/drivers/kmem/bind 2>/dev/null
	echo "$d" >/sys/bus/dax/drivers/kmem/remove_id
	is 'is made memory by hand' "$(driver "$d")" kmem
	run daxadm list "$d"
	is 'its blocks are in both' "$(json '.[0] | [.mode, .online_memblocks, .total_memblocks]')" '["system-ram",0,2]'
	first=$((start / (128 * MIB)))
	block=/sys/devices/system/memory/memory$((first + 3))/state
	echo online_movable >"$block"
	run daxadm list "$d"
	is 'one in the second piece is counted' "$(json '.[0].online_memblocks')" 1
	change 'it goes offline before the device is destroyed' destroy-device -f "$d"
	is 'and is no block any more' "$(ls "$block" 2>/dev/null)" ''
}

find_memory
r=${HMEM[0]}
start=$((HMEM_START[0]))
change 'the other region is emptied' destroy-device -f -r "${HMEM[1]}" all
test_holes
test_undo
test_given
test_refused_ranges
test_blocks
agreed
done_testing
