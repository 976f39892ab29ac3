#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The machine is as it was described, and behaves as such a machine does.
# lab: --cpus 2 --hmem 4G --hmem 1G@2M --cxl 1G,ways=2,bridges=2,serial=40 --cxl 512M,regions=2 --cxl-window 256M --cxl-pmem 512M --nvdimm 1G,label=2M --cmb 64
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"

old=no
[[ $LAB_KERNEL != 6.1.* ]] || old=yes

# device_at START: the dax device that begins at this physical address.
device_at() {
	local file
	for file in /sys/bus/dax/devices/*/mapping0/start; do
		if [ "$(cat "$file")" = "$1" ]; then
			file=${file%/mapping0/start}
			echo "${file##*/}"
			return
		fi
	done
}

is 'the kernel is the one that was asked for' "$(uname -r)" "$LAB_KERNEL"
is 'processors' "$(nproc)" "$LAB_CPUS"

for extent in $LAB_HMEM; do
	IFS=: read -r size start node <<<"$extent"
	device=$(device_at "$start")
	like "a device begins at $start" "$device" '^dax[0-9]+\.0$'
	dir=/sys/bus/dax/devices/$device
	is "its size" "$(cat "$dir/size")" "$size"
	is "its node" "$(cat "$dir/target_node")" "$node"
	driver=kmem
	[ $old = no ] || driver=device_dax
	is "its driver" "$(basename "$(readlink "$dir/driver")")" $driver
done

cxl=/sys/bus/cxl/devices
is 'the serial numbers of the CXL devices' "$(sort -n <(printf '%d\n' $(cat $cxl/mem*/serial)) | xargs)" '3 4 40 41'
if [ $old = yes ]; then
	skip 'a CXL region is a dax region' 'Linux 6.1 makes none of volatile memory'
else
	mapfile -t daxes < <(cd /sys/bus/dax/devices && readlink -f dax*.0 | grep ACPI0017 | sort)
	is 'a CXL region is a dax region, and so are two in one window' \
		"$(for device in "${daxes[@]}"; do echo "$(<"$device/size") $(basename "$(readlink "$device/driver")")"; done | sort -n)" \
		"$((256 << 20)) kmem
$((256 << 20)) kmem
$((1 << 30)) kmem"
	region=$(dirname "$(grep -lx "$(printf '0x%x' $((1 << 30)))" $cxl/region*/size)")
	is 'which two devices interleave' "$(cat "$region/interleave_ways") $(wc -w < <(cat "$region"/target[01]))" '2 2'
	# shellcheck source=cxl.sh
	. "${0%/*}/cxl.sh"
	ok 'a region goes' cxl_region_gone "${region##*/}"
	is 'and its device' "$(readlink -f /sys/bus/dax/devices/dax* | grep -c ACPI0017)" 2
	ok 'a smaller one can be made there' cxl_region 0 ram $((512 << 20)) 2
	is 'and is there' "$(cat $cxl/decoder0.0/region*/size)" 0x20000000
fi
is 'the windows, the last one without a region' "$(cat $cxl/decoder0.[0-9]/size | xargs printf '%d ')$(ls $cxl/decoder0.3 | grep -c '^region')" \
	"$((1 << 30)) $((512 << 20)) $((512 << 20)) $((256 << 20)) 0"

region=$(readlink -f /sys/bus/nd/devices/region* | grep ACPI0017)
is 'CXL persistent memory is a region of it' "$(cat "$region/size" "$region/available_size")" \
	"${LAB_CXL_PMEM% }"$'\n'"${LAB_CXL_PMEM% }"
is 'with room for labels' "$(cat "$region/nstype")" 5

ok 'the NVDIMM is a block device' test -b "$(echo /dev/pmem*)"
is 'with room for its label' "$(cat /sys/block/pmem*/size)" $((((1 << 30) - (2 << 20)) / 512))

if [[ $LAB_KERNEL = 6.* ]]; then
	skip 'NVMe memory for peers' 'Debian enables P2PDMA in 7.x'
else
	is 'NVMe memory for peers' "$(cat /sys/bus/pci/devices/*/p2pmem/size)" $((LAB_CMB << 20))
fi

is 'new memory stays offline' "$(cat /sys/devices/system/memory/auto_online_blocks)" offline
is 'no kmem block is online' \
	"$(cat /sys/devices/system/node/node[1-9]/memory*/state 2>/dev/null | grep -c '^online')" 0
ok 'daxctl runs' daxctl list -DR
ok 'an unprivileged user is there' runuser -u nobody -- test ! -r /sys/kernel/debug
ok 'a file system can be made and mounted with dax' eval \
	'mkfs.ext4 -q /dev/pmem* && mount -o dax=inode /dev/pmem* /mnt; umount /mnt'

snapshot /tmp/before
snapshot /tmp/after
like 'a snapshot has the devices' "$(</tmp/before)" 'dax[0-9]+\.0/size:'
like 'and their drivers' "$(</tmp/before)" 'dax/drivers/(kmem|device_dax)/dax[0-9]+\.0'
same 'two snapshots are the same' /tmp/before /tmp/after
done_testing
