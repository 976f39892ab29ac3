#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Pages of 1 GiB, only where they work. The kernel lets a device have them anywhere, and then maps
# other devices' memory, faults for ever or stops: so each is mapped here, beside its neighbours.
# lab: --hmem 6G --hmem 3G@2M --cxl 2G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
PATH=/tests:$PATH

# works DEVICE PAGE SEED: it is mapped with such pages, and holds what is written to it.
works() {
	is "$1 is mapped with pages of $2" "$(mapcheck page "$1" 2>&1)" "$2"
	ok "$1 holds what is written to it" mapcheck fill "$1" "$3"
}
keeps() { ok "$1 kept its content" mapcheck check "$@"; }

# on_boundaries DEVICE: all its ranges start and end on multiples of 1 GiB.
on_boundaries() {
	local range bad=''
	for range in $(ranges "$1"); do
		[ $((${range%-*} % GIB)) -eq 0 ] && [ $(((${range#*-} + 1) % GIB)) -eq 0 ] || bad+="$range "
	done
	is "$1 lies on boundaries of 1 GiB" "$(attr "$1" align) $bad" "$GIB "
}

# Devices of all three alignments, side by side.
test_neighbours() {
	local r=$1 start=$2
	change 'an aligned region is emptied' destroy-device -f -r "$r" all
	change 'a small device at its start' create-device -r "$r" -s 256M
	change 'a device of 1 GiB pages behind it' create-device -r "$r" -s 1G -a 1G
	is 'begins at the next boundary' "$(ranges "dax$r.2")" "$(range $((start + GIB)) "$GIB")"
	change 'a device of 4 KiB pages goes between' create-device -r "$r" -s 256M -a 4K
	change 'and two of 1 GiB pages behind' create-device -r "$r" --count 2 -s 1G -a 1G
	works "dax$r.1" $((2 * MIB)) 1
	works "dax$r.3" 4096 3
	works "dax$r.5" "$GIB" 5
	works "dax$r.2" "$GIB" 2
	works "dax$r.4" "$GIB" 4
	for n in 1 2 3 4 5; do keeps "dax$r.$n" $n; done
	on_boundaries "dax$r.4"
	change 'one of them grows beyond its neighbours' reconfigure -s 2G "dax$r.2"
	on_boundaries "dax$r.2"
	keeps "dax$r.2" 2 "$GIB"
	works "dax$r.2" "$GIB" 6
	change 'the small one becomes larger' reconfigure -s 512M "dax$r.1"
	keeps "dax$r.1" 1 $((256 * MIB))
	change 'it shrinks again' reconfigure -s 1G "dax$r.2"
	keeps "dax$r.2" 6 $((2 * MIB))
	for n in 3 4 5; do keeps "dax$r.$n" $n; done
	change 'down to pages of 2 MiB' align "dax$r.4" "dax$r.5" 2M
	change 'and back' align "dax$r.4" "dax$r.5" 1G
	keeps "dax$r.4" 4
	keeps "dax$r.5" 5
}

# A device that starts off a boundary, with a neighbour before it.
test_off_boundary() {
	local r=$1 d=dax$1.2
	change 'the region is emptied again' destroy-device -f -r "$r" all
	change '2 MiB first' create-device -r "$r" -s 2M
	change 'and 1 GiB behind them' create-device -r "$r" -s 1G
	mapcheck fill "dax$r.1" 7
	mapcheck fill "$d" 8
	refused 'no pages of 1 GiB off a boundary' 1 'possible alignments at its current place: 4K, 2M' align "$d" 1G
	like 'says what would move it' "$err" '--force=lose-data'
	refused '-f alone does not move it' 1 'are not multiples of 1 GiB' align "$d" 1G -f
	keeps "$d" 8
	change '--force=lose-data moves it' align "$d" 1G --force=lose-data
	like 'and says that the content is lost' "$err" "note: $d moves to other physical memory"
	on_boundaries "$d"
	works "$d" "$GIB" 9
	keeps "dax$r.1" 7
	change 'a size of 1 GiB units goes with it' reconfigure -a 4K -s 1022M "dax$r.2"
	refused 'a size that is none' 1 'not a multiple of 1 GiB' align "$d" 1G
}

# Space that is there, but nowhere in one whole unit.
test_fragments() {
	local r=$1 start=$2
	change 'emptied' destroy-device -f -r "$r" all
	for n in 0 1 2 3 4 5; do
		daxadm create-device -r "$r" --range "$(range $((start + n * GIB + 512 * MIB)) $((2 * MIB)))" 2>/dev/null
	done >/dev/null
	refused 'space in pieces' 1 'has room for 0 bytes' create-device -r "$r" -s 1G -a 1G
	refused 'any of it' 1 'has no room for a device of 1 GiB' create-device -r "$r" -a 1G
	change 'one piece is whole' destroy-device -f "dax$r.3"
	refused 'it is not two' 1 'has room for 1 GiB' create-device -r "$r" -s 2G -a 1G
	change 'all that there is' create-device -r "$r" -a 1G
	is 'is that piece' "$(ranges "dax$r.3")" "$(range $((start + 2 * GIB)) "$GIB")"
	works "dax$r.3" "$GIB" 1
	change 'and the end' destroy-device -f -r "$r" all
}

# The first device keeps some space, so that nothing shows where the region begins.
test_unshown_start() {
	local r=$1 d=dax$1.0
	change 'the first device takes some space' reconfigure -s 512M -m devdax "$d"
	change 'pages of 1 GiB behind it' create-device -r "$r" -s 2G -a 1G
	on_boundaries "dax$r.1"
	works "dax$r.1" "$GIB" 1
	change 'two at once' create-device -r "$r" --count 2 -a 1G
	on_boundaries "dax$r.3"
	works "$d" $((2 * MIB)) 2
	keeps "dax$r.1" 1
	change 'emptied at last' destroy-device -f -r "$r" all
	# Now the lowest range is not where the region begins.
	change 'something at the start' create-device -r "$r" -s 1G
	change 'and the first device behind it' reconfigure -m devdax -s 1G "$d"
	change 'alone' destroy-device -f "dax$r.1"
	change 'that does not harm' create-device -r "$r" -s 2G -a 1G
	works "dax$r.1" "$GIB" 1
	change 'nor this' create-device -r "$r" -s 2G -a 1G
	refused 'but in the end the kernel knows better' 1 'is not free, or not in region' \
		create-device -r "$r" -s 1G -a 1G
	change 'emptied for good' destroy-device -f -r "$r" all
}

# A region that itself begins off a boundary.
test_shifted_region() {
	local r=$1 d=dax$1.0
	change 'the first device of a shifted region' reconfigure -m devdax "$d"
	refused 'cannot have pages of 1 GiB' 1 'has room for 2 GiB' align "$d" 1G
	refused 'nor when it is smaller' 1 'are not multiples' reconfigure -s 2G -a 1G "$d"
	change 'but moved it can' reconfigure -s 2G -a 1G --force=lose-data "$d"
	on_boundaries "$d"
	works "$d" "$GIB" 1
}

# Made by hand, without a thought: the kernel would bind it, and later fall over it.
test_raw() {
	local r=$1 region d=dax$1.2
	region=$(readlink -f "/sys/bus/dax/devices/dax$r.0")/../dax_region
	change 'room for raw writes' create-device -r "$r" -s 2M
	echo 1 >"$region/create"
	echo "$GIB" >"/sys/bus/dax/devices/$d/align"
	echo "$GIB" >"/sys/bus/dax/devices/$d/size"
	is 'the kernel made a device off its boundary' "$(attr "$d" align) $(($(attr "$d" resource) % GIB))" \
		"$GIB $((2 * MIB))"
	refused 'enable-device refuses it' 1 'the start or the length of a range is not a multiple of 1 GiB' enable-device "$d"
	like 'and says what to do' "$err" "hint: .*daxadm align $d 2M"
	refused 'so does a mode' 1 'the start or the length of a range is not a multiple of 1 GiB' reconfigure -m devdax "$d"
	change 'what it says works' align "$d" 2M
	change 'then it can be enabled' enable-device "$d"
	works "$d" $((2 * MIB)) 3
	change 'one goes' destroy-device -f "$d"
	# Two halves of one unit.
	for n in 1 2; do
		daxadm create-device -r "$r" --range "$(range $(($2 + n * GIB)) $((512 * MIB)))"
	done >/dev/null 2>&1
	echo 1 >"$region/create"
	echo "$GIB" >"/sys/bus/dax/devices/dax$r.4/align"
	echo $((6 * GIB - 2 * MIB - GIB - 2 * GIB)) >"/sys/bus/dax/devices/dax$r.4/size" 2>/dev/null
	echo $((3 * GIB)) >"/sys/bus/dax/devices/dax$r.4/size"
	refused 'a device of pieces' 1 'is not a multiple of 1 GiB' enable-device "dax$r.4"
	change 'all go' destroy-device -f -r "$r" all
}

find_memory
test_neighbours "${HMEM[0]}" $((HMEM_START[0]))
test_off_boundary "${HMEM[0]}"
test_fragments "${HMEM[0]}" $((HMEM_START[0]))
test_unshown_start "${HMEM[0]}"
test_raw "${HMEM[0]}" $((HMEM_START[0]))
test_shifted_region "${HMEM[1]}"
if [ ${#CXL[@]} -eq 0 ]; then
	skip 'CXL memory' 'Linux 6.1 makes no dax device of it'
else
	change 'CXL memory is emptied' destroy-device -f -r "${CXL[0]}" all
	change 'and has pages of 1 GiB' create-device -r "${CXL[0]}" -a 1G
	on_boundaries "dax${CXL[0]}.1"
	works "dax${CXL[0]}.1" "$GIB" 1
fi
agreed
done_testing
