# shellcheck shell=bash disable=SC2034 # variables are for the tests
# SPDX-License-Identifier: GPL-2.0-or-later
# For the program's tests: TAP, and a made-up /sys small enough to see through.

: "${DAXADM:?is the program to test}"
: "${srcdir:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
# A program built with AddressSanitizer looks for leaks at its end, which takes twice as long as the rest:
# test-plan.sh, with every verb, says "leaks=yes" and has it look.
[ "${leaks-}" = yes ] || export ASAN_OPTIONS=detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sysroot=$work/sys
n_tests=0

ok() { n_tests=$((n_tests + 1)); printf 'ok %d - %s\n' "$n_tests" "$1"; }
not_ok() { n_tests=$((n_tests + 1)); printf 'not ok %d - %s\n' "$n_tests" "$1"; }
done_testing() { printf '1..%d\n' "$n_tests"; }
skip_all() { printf '1..0 # SKIP %s\n' "$1"; exit 0; }

# check NAME COMMAND...: the command succeeds.
check() {
	local name=$1
	shift
	if "$@"; then ok "$name"; else not_ok "$name"; fi
}

# explain FILE...: what a failed test saw, as TAP comments.
explain() { sed 's/^/# /' "$@"; }

# run WORD...: the program; leaves $status, $work/out and $work/err.
run() {
	status=0
	"$DAXADM" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

# put FILE TEXT: one attribute.
put() { mkdir -p "${1%/*}" && printf '%s\n' "$2" >"$1"; }

# make_region ID SIZE AVAILABLE START: an hmem region without devices.
make_region() {
	local dir=$sysroot/devices/platform/hmem.$1

	put "$dir/dax_region/id" "$1"
	put "$dir/dax_region/size" "$2"
	put "$dir/dax_region/available_size" "$3"
	put "$dir/dax_region/align" 2097152
	put "$dir/dax_region/create" ""
	put "$dir/dax_region/seed" ""
	put "$dir/dax_region/delete" ""
	mkdir -p "$sysroot/bus/platform/drivers/hmem" "$sysroot/bus/dax/devices"
	ln -s ../../../bus/platform/drivers/hmem "$dir/driver"
	ln -s "../../../../devices/platform/hmem.$1" "$sysroot/bus/platform/drivers/hmem/hmem.$1"
	region_start[$1]=$4
}
declare -A region_start

# make_device NAME SIZE DRIVER [START END]...: DRIVER may be "" for none.
make_device() {
	local name=$1 size=$2 driver=$3 id=${1#dax} dir page=0 i=0
	id=${id%.*}
	dir=$sysroot/devices/platform/hmem.$id/$name
	shift 3

	put "$dir/size" "$size"
	put "$dir/align" 2097152
	put "$dir/target_node" "$id"
	put "$dir/numa_node" 0
	put "$dir/dev" "252:${name#*.}"
	put "$dir/memmap_on_memory" 0
	printf '0x%x\n' "$((${1:-${region_start[$id]}}))" >"$dir/resource"
	while [ $# -ge 2 ]; do
		put "$dir/mapping$i/start" "$(printf 0x%x "$(($1))")"
		put "$dir/mapping$i/end" "$(printf 0x%x "$(($2))")"
		put "$dir/mapping$i/page_offset" "$(printf 0x%x "$page")"
		page=$((page + ($2 - $1 + 1) / 4096))
		i=$((i + 1))
		shift 2
	done
	ln -s "../../../devices/platform/hmem.$id/$name" "$sysroot/bus/dax/devices/$name"
	if [ -n "$driver" ]; then
		ln -s "../../../../bus/dax/drivers/$driver" "$dir/driver"
	fi
}

# make_drivers NAME...: drivers on the dax bus.
make_drivers() {
	local driver file

	for driver; do
		for file in bind unbind new_id remove_id; do
			put "$sysroot/bus/dax/drivers/$driver/$file" ""
		done
	done
}

# make_blocks FIRST STATE...: memory blocks from this number on: offline, Movable, Normal, or none (more than one zone).
make_blocks() {
	local number=$1 dir state
	shift

	for state; do
		dir=$sysroot/devices/system/memory/memory$number
		case $state in
		offline) put "$dir/state" offline && put "$dir/valid_zones" 'Normal Movable' ;;
		*) put "$dir/state" online && put "$dir/valid_zones" "$state" ;;
		esac
		number=$((number + 1))
	done
}

# make_machine: two regions of 4 GiB; dax0.0 of 1 GiB, dax0.1 of two ranges, the idle dax0.2; an empty region 1.
make_machine() {
	mkdir -p "$sysroot/devices/system/memory"
	put "$sysroot/devices/system/memory/block_size_bytes" 8000000
	put "$sysroot/devices/system/memory/auto_online_blocks" online
	make_drivers device_dax kmem
	make_region 0 4294967296 2147483648 0x100000000
	make_device dax0.0 1073741824 device_dax 0x100000000 0x13fffffff
	make_device dax0.1 1073741824 "" 0x140000000 0x15fffffff 0x180000000 0x19fffffff
	make_device dax0.2 0 ""
	make_region 1 4294967296 4294967296 0x200000000
	make_device dax1.0 0 ""
}
