# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A block device for DAX file systems; sourced after tap.sh.
#
#   fsdax_namespace        makes the namespace of the one NVDIMM such; $disk is its block device
#   make_file FILE MIB     all of it written
#   whole_file FILE MIB    and allocated whole before

fsdax_namespace() {
	local region
	region=$(echo /sys/bus/nd/devices/region[0-9])
	# What the label leaves over is no multiple of the usual 16 MiB.
	echo 2097152 >"$region/align"
	disk=/dev/$(ndctl create-namespace -f -e "namespace${region##*/region}.0" -m fsdax 2>/tmp/ndctl | jq -r .blockdev)
	[ -b "$disk" ] || diag "ndctl: $(</tmp/ndctl)"
}

make_file() { dd if=/dev/zero of="$1" bs=1M count="$2" conv=notrunc,fsync status=none; }
whole_file() { fallocate -l "$2M" "$1" && make_file "$1" "$2"; }
