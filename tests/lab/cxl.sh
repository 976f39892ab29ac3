# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Make and remove CXL regions. Sourced by init, and by tests that change regions.
#
#   cxl_region WINDOW KIND SIZE [WAYS [UUID_NUMBER]]   make a region of kind ram or pmem in this window
#   cxl_region_gone REGION                             remove it; its memory is free again. Of several regions
#                                                      that share a device the last one goes first

CXL_DEVICES=/sys/bus/cxl/devices

# wait_for TEST...: for a state that the kernel reaches by itself; gives up after a minute.
wait_for() {
	local i
	for ((i = 0; i < 1200; i++)); do
		if "$@"; then return 0; fi
		sleep 0.05
	done
	echo "gave up waiting: $*" >&2
	return 1
}

# cxl_target REGION KIND SIZE POSITION: give the region a decoder with that much free memory. Which
# endpoint can have which position is found by trying: the kernel refuses all others.
cxl_target() {
	local region=$1 kind=$2 size=$3 position=$4 target
	# Only an endpoint's decoder hands out memory, and each only once.
	for target in "$CXL_DEVICES"/decoder*/dpa_size; do
		[ "$(<"$target")" = 0x0000000000000000 ] || continue
		target=${target%/*}
		{ echo "$kind" >"$target/mode" && echo "$size" >"$target/dpa_size"; } 2>/dev/null || continue
		if echo "${target##*/}" 2>/dev/null >"$region/target$position"; then return 0; fi
		echo 0 >"$target/dpa_size"
	done
	return 1
}

cxl_region() {
	local root=$CXL_DEVICES/decoder0.$1 kind=$2 size=$3 ways=${4:-1} number=${5:-$1} region i
	wait_for test -e "$root/create_${kind}_region" || return
	region=$(cat "$root/create_${kind}_region")
	echo "$region" >"$root/create_${kind}_region" || return
	region=$CXL_DEVICES/$region
	# A persistent one is known by its uuid, which no other may have.
	[ "$kind" = ram ] || printf '00000000-0000-4000-8000-%012d\n' "$number" >"$region/uuid"
	echo "$(cat "$root/interleave_granularity")" >"$region/interleave_granularity" 2>/dev/null ||
		echo 256 >"$region/interleave_granularity"
	echo "$ways" >"$region/interleave_ways"
	echo "$size" >"$region/size" || return
	for ((i = 0; i < ways; i++)); do cxl_target "$region" "$kind" $((size / ways)) $i || return; done
	echo 1 >"$region/commit" || return
	echo "${region##*/}" >/sys/bus/cxl/drivers/cxl_region/bind
}

cxl_region_gone() {
	local region=$CXL_DEVICES/$1 target list=() file
	for file in "$region"/target[0-9]*; do list+=("$(<"$file")"); done
	[ ! -e "$region/driver" ] || echo "$1" >/sys/bus/cxl/drivers/cxl_region/unbind
	echo 0 >"$region/commit" || return
	echo "$1" >"$region/../delete_region" || return
	for target in "${list[@]}"; do
		[ ! -e "$CXL_DEVICES/$target" ] || echo 0 >"$CXL_DEVICES/$target/dpa_size"
	done
}
