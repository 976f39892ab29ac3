#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every check there is, seen both ways on this kernel: passing, and failing or warning. First all that the
# kernel keeps; then each promise broken: by a device that is not what it is said to be, by a machine that
# lacks what it should have, or, where no kernel breaks it, by 'lie', which answers a system call in the
# kernel's place. What is seen is what check printed; at the end it is held against check --list.
# lab: --memory 2G --hmem 6G --cxl 1G --nvdimm 1G,label=2M --cmb 64
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"
# shellcheck source=fsdax.sh
. "${0%/*}/fsdax.sh"
# shellcheck source=seen.sh
. "${0%/*}/seen.sh"
PATH=/tests:$PATH

# What one of both is not seen of here, and why.
declare -A never_passes=([map-offset-fixed]='no kernel refuses it')
declare -A never_fails=([huge-1g]='the processor of test-check-why.sh has none')
why='Linux 6.1 pins no such memory by io_uring'
[ "$LAB_SERIES" != 6.1 ] || never_passes+=([pin]=$why [file-pin]=$why [driver-dax_cxl]='not in this kernel'
	[cxl-memory]='there is no dax_cxl') never_fails+=([driver-dax_cxl]='not in this kernel')
if [[ $LAB_KERNEL = 6.* ]]; then
	never_passes+=([driver-fsdev_dax]='not in this kernel' [map-fsdev]='not in this kernel')
	never_fails+=([driver-fsdev_dax]='not in this kernel' [map-fsdev]='not in this kernel')
	for name in size private offset map exit exhausted; do
		never_passes+=(["p2p-$name"]='not in this kernel')
		never_fails+=(["p2p-$name"]='not in this kernel')
	done
fi

quietly() { daxadm "$@" >/dev/null 2>/tmp/quietly || diag "daxadm $*: $(</tmp/quietly)"; }

make_devices() {
	local start=$1
	quietly destroy-device -f -r "$r" all
	quietly create-device -r "$r" --range "$(range "$start" $((64 * MIB)))" --range "$(range $((start + 128 * MIB)) $((64 * MIB)))"
	quietly create-device -r "$r" --range "$(range $((start + 256 * MIB)) $((32 * MIB)))" \
		--range "$(range $((start + 320 * MIB)) $((32 * MIB)))" -a 4K
	quietly create-device -r "$r" --range "$(range $((start + GIB)) "$GIB")" -a 1G
}

# Two halves of 1 GiB that lie apart, as one page: nothing of it can be touched.
make_pieces() {
	local region start=$1
	region=$(readlink -f "/sys/bus/dax/devices/$d.0")/../dax_region
	quietly destroy-device -f -r "$r" all
	quietly create-device -r "$r" --range "$(range $((start + 512 * MIB)) $((512 * MIB)))"
	quietly create-device -r "$r" --range "$(range $((start + 1536 * MIB)) $((4608 * MIB)))"
	echo 1 >"$region/create"
	echo "$GIB" >"/sys/bus/dax/devices/$d.3/align"
	echo "$GIB" >"/sys/bus/dax/devices/$d.3/size"
	echo "$d.3" >/sys/bus/dax/drivers/device_dax/new_id
	echo "$d.3" >/sys/bus/dax/drivers/device_dax/bind 2>/dev/null
	echo "$d.3" >/sys/bus/dax/drivers/device_dax/remove_id
}

# All that is kept, of all kinds of target.
test_kept() {
	make_devices "$1"
	look pass --write --force=lose-data --disruptive "$d.1" "$d.2" "$d.3"
	is 'nothing fails of devices' "$status" 0
	row 'devices of 4K, 2M and 1G: nothing fails' "$([ "$status" -eq 0 ] && echo yes || echo no)"
	row 'an offset within a unit, at an aligned address of the program'\''s own, is mapped' "$(so "$d.1" map-offset-fixed warn success)"
	row 'pages of devices can be pinned without hardware that does it: by io_uring' "$(so "$d.1" pin pass success)"
	row 'to look at page tables, as in _smaps_, takes entries of 1 GiB apart' "$(so "$d.3" fault-physical skip 'does not show pages of this size')"
	mkfs.ext4 -q -E stride=512,stripe_width=512 "$disk" && mount -o dax=always "$disk" /mnt
	whole_file /mnt/file 8
	look pass /mnt/file /mnt "$disk"
	is 'nor of files' "$status" 0
	rows_of_files ext4
	row 'a flag like MAP_DIRECT' "$(jq -r '.[] | select(.check == "file-direct") | .detail' <<<"$out" | grep -q 'has no such flag' && echo no || echo yes)"
	look pass host
	is 'nor of the machine' "$status" 0
	row 'a driver for volatile CXL memory (dax_cxl), which makes dax regions of it' "$(so host driver-dax_cxl pass '')"
	row 'a driver of devices for file systems (fsdev_dax)' "$(so host driver-fsdev_dax pass '')"
	row 'memory of PCI devices for their peers (Debian'\''s configuration)' "$([ -e "/sys/bus/pci/devices/$pci/p2pmem" ] && echo yes || echo no)"
	if [[ $LAB_KERNEL != 6.* ]]; then
		look pass "$pci"
		is 'nor of memory for peers' "$status" 0
	fi
}

# A promise that no kernel breaks is broken by what answers in its place. The mappings are known by their
# length (1), flags (3: shared is 1, private 2, anonymous 0x20) and offset (5).
test_lies() {
	lies read-refused read,2=1:OK
	lies read-refused write,2=0:OK
	lies map-shared "mmap,1=$((128 * MIB)),3=1/0x23:ENOMEM"
	lies map-private "mmap,1=$((2 * MIB)),3=2/0x23:OK"
	lies not-a-file fallocate:OK
	lies not-a-file fsync:OK
	# For reading and writing only, with MAP_NORESERVE.
	lies map-private "mmap,1=$((2 * MIB)),3=0x4002/0x4023:OK"
	lies map-length mmap,1=0x1000,3=1/0x23:OK
	lies map-offset "mmap,1=$((2 * MIB)),3=1/0x23,5=0x1000:OK"
	lies map-hint mmap,0=0x1000/0x1fffff,3=1/0x23:OK
	lies map-sync mmap,3=0x80003:EOPNOTSUPP
	lies map-flag mmap,3=0x200003:OK
	lies map-split "mprotect,1=$MIB,2=0:OK"
	lies dontfork madvise,2=10:OK
	lies pin io_uring_register:EFAULT
	with=(lie -e "mmap,1=$((2 * MIB)),3=0x100001,5=0x1000:EINVAL")
	run "${with[@]}" daxadm check "$d.1"
	like 'map-offset-fixed: a kernel that refuses it' "$(flat "$out")" '"check":"map-offset-fixed","result":"pass"'
	with=(lie -e 'mmap,3=0x80003:EOPNOTSUPP')
	broken 'a file without MAP_SYNC' /mnt/file file-sync only
	with=(lie -e io_uring_register:OK)
	broken 'a file that is pinned' /mnt/file file-pin -
	with=(strace -qqfo /dev/null -e trace=madvise -e inject=madvise:signal=SIGBUS)
	broken 'a crash when what was thrown out is to come back' "$d.1" keeps -
	with=(nothp)
	broken 'without huge pages' /mnt/file file-huge only
	with=()
}

# A device that is not what /sys says: of another alignment, another size, other addresses.
test_other_devices() {
	local device=/sys/bus/dax/devices
	instead "$device/$d.2/align" $((2 * MIB))
	broken '4 KiB for 2 MiB' "$d.2" 'map-length map-offset map-hint map-split page-size fault-granularity fault-seam' -
	truth
	instead "$device/$d.1/align" 4096
	broken '2 MiB for 4 KiB' "$d.1" map-shared -
	truth
	instead "$device/$d.1/align" "$GIB"
	broken '2 MiB for 1 GiB' "$d.1" 'ranges-aligned map-address' -
	truth
	instead "$device/$d.1/size" $((64 * MIB))
	broken 'half of a device' "$d.1" fault-beyond -
	truth
	for end in start end; do
		value=$(<"$device/$d.1/mapping0/$end")
		instead "$device/$d.1/mapping0/$end" "$(<"$device/$d.1/mapping1/$end")"
		instead "$device/$d.1/mapping1/$end" "$value"
	done
	broken 'ranges in another order' "$d.1" fault-physical -
	truth
	instead "$device/$d.1/mapping1/start" "$(printf 0x%x $((HMEM_START[0] + 2 * GIB)))"
	instead "$device/$d.1/mapping1/end" "$(printf 0x%x $((HMEM_START[0] + 2 * GIB + 64 * MIB - 1)))"
	broken 'a range that is not its own' "$d.1" ranges-claimed -
	truth
	mv "/dev/$d.1" /dev/node
	mknod "/dev/$d.1" c 1 5
	broken 'the node of another device' "$d.1" device-number only
	rm "/dev/$d.1"
	mv /dev/node "/dev/$d.1"
	instead /proc/devices $'Character devices:\n  1 mem\n 77 dax\n\nBlock devices:'
	broken 'a number that is not of dax' "$d.1" device-number only
	truth
}

# What only the one who disables a device sees, answered by strace: which call of a process it is tells them apart.
test_disable() {
	local node=/dev/$d.1 main opens
	# Within the program itself, which stays when the device is disabled, and is not unmapped from there.
	echo 0 >/proc/sys/kernel/randomize_va_space
	with=(strace -qqfo /dev/null -e trace=mmap -P "$node" -e inject=mmap:retval=0x555555554001:when=1)
	broken 'disabled, and there is data' "$d.1" disable - --disruptive
	like 'which is what failed' "$(grep ' disable ' /tmp/found)" ' disable fail data$'
	with=(strace -qqfo /dev/null -e trace=mmap -P "$node" -e inject=mmap:error=EINVAL:when=2)
	broken 'disabled, and its file is not mapped for another reason' "$d.1" disable - --disruptive
	like 'which is said' "$(grep ' disable ' /tmp/found)" ' disable fail EINVAL$'
	with=(strace -qqfo /dev/null -e trace=mmap -P "$node" -e inject=mmap:retval=0x1000:when=2)
	broken 'disabled, and its file is mapped' "$d.1" disable - --disruptive
	like 'as is said' "$(grep ' disable ' /tmp/found)" ' disable fail success$'
	strace -qqfo /tmp/trace -e trace=execve,openat -P "$node" -P "$(command -v daxadm)" daxadm check --disruptive "$d.1" >/dev/null
	main=$(awk '/execve/ { print $1; exit }' /tmp/trace)
	opens=$(grep -c "^$main .*openat" /tmp/trace)
	with=(strace -qqfo /dev/null -e trace=openat -P "$node" -e "inject=openat:error=EACCES:when=$opens")
	broken 'disabled, and not opened for another reason' "$d.1" disable only --disruptive
	like 'as is said, too' "$(grep ' disable ' /tmp/found)" ' disable fail EACCES$'
	with=()
}

# One for file systems.
test_fsdev() {
	[[ $LAB_KERNEL != 6.* ]] || return 0
	quietly reconfigure -m famfs "$d.1"
	look pass "$d.1"
	is 'nothing fails of a device for file systems' "$status" 0
	lies map-fsdev mmap,3=1/0x23:OK
	quietly reconfigure -m devdax "$d.1"
}

test_real_devices() {
	local holder
	with=(strace -qqfo /dev/null -e trace=write -P /sys/bus/dax/drivers/device_dax/bind
		-P /sys/bus/dax/drivers/device_dax/new_id -e inject=write:error=EIO)
	broken 'a device that is not enabled again' "$d.1" disable only --disruptive
	with=()
	quietly recover
	[ "$(driver "$d.1")" = device_dax ] || quietly enable-device "$d.1"
	holder open "/dev/$d.1" >/tmp/holder.out &
	holder=$!
	until grep -q ready /tmp/holder.out; do sleep 0.05; done
	quietly disable-device --force=in-use "$d.1"
	broken 'disabled, and somebody has kept it open' "$d.1" open only
	kill "$holder"
	wait "$holder" 2>/dev/null
	make_pieces "$1"
	broken 'pieces' "$d.3" 'ranges-aligned page-size fault-granularity fault-physical keeps fork dontfork write' - \
		--write --force=lose-data
	quietly destroy-device -f -r "$r" all
}

test_files() {
	umount /mnt
	mkfs.xfs -q -f -m reflink=1 -d su=2m,sw=1 "$disk" && mount -o dax=always "$disk" /mnt
	whole_file /mnt/file 8
	look pass /mnt/file /mnt "$disk"
	is 'nothing fails of files of xfs' "$status" 0
	rows_of_files xfs
	cp --reflink=always /mnt/file /mnt/other
	fallocate -o 8M -l 4M /mnt/other
	truncate -s 64M /mnt/other
	umount /mnt
	mount -o dax=always "$disk" /mnt
	look bad /mnt/file
	row 'files of xfs that share blocks: direct after the next mount' "$(so /mnt/file file-dax pass '')"
	broken 'shared, unwritten, with holes' /mnt/other 'file-shared file-unwritten file-holes file-align file-direct' -
	umount /mnt
	mount -o dax=inode "$disk" /mnt
	dd if=/dev/zero of=/mnt/third bs=1M count=2 status=none
	sleep 1000 9</mnt/third &
	holder=$!
	until [ -e "/proc/$holder/fd/9" ]; do sleep 0.05; done
	xfs_io -c 'chattr +x' /mnt/third
	broken 'a flag that is not heard yet' /mnt/third file-dax only
	kill $holder
	wait $holder 2>/dev/null
	umount /mnt
	mkfs.ext4 -q -F -t ext2 "$disk"
	row_of_mount ext2
	mkfs.erofs /tmp/erofs /tests >/dev/null 2>&1 && cat /tmp/erofs >"$disk"
	row_of_mount erofs
}

test_places() {
	broken 'memory without a device' /tmp 'place-memory place-fs place-new' -
	addpart "$disk" 1 3 200000
	mkfs.ext4 -q -b 1024 "${disk}p1" && mount "${disk}p1" /mnt
	broken 'a partition off its boundary' "${disk}p1" place-align -
	broken 'small blocks' /mnt place-blocks -
	dd if=/dev/zero of=/mnt/file bs=1M count=1 status=none
	broken 'what is not written back yet' /mnt/file file-strange -
	umount /mnt
	modprobe loop
	truncate -s 64M /tmp/image
	mkfs.ext4 -q /tmp/image
	mount -o loop /tmp/image /mnt
	broken 'a loop device' /mnt place-queue -
	umount /mnt
}

test_p2pmem() {
	local memory=/sys/bus/pci/devices/$pci/p2pmem
	[[ $LAB_KERNEL != 6.* ]] || return 0
	cp "$memory/size" "$memory/published" /tmp/
	truncate -s 1M /tmp/allocate
	hidden "$memory"
	cp /tmp/{size,published,allocate} "$memory/"
	echo 0 >"$memory/available"
	broken 'a file that keeps nothing' "$pci" 'p2p-size p2p-private p2p-offset p2p-map p2p-exit p2p-exhausted' -
	truth
}

# without_builtin NAME: as if the kernel had no such driver; until depmod with the old file.
without_builtin() {
	cp "$modules/modules.builtin" /tmp/
	sed -i "/$1\\.ko/d" "$modules/modules.builtin"
	depmod 2>/dev/null
}

# The machine, piece by piece.
test_host() {
	local module align speed drivers='' modules=/lib/modules/$LAB_KERNEL
	for module in device_dax kmem dax_hmem dax_cxl dax_pmem fsdev_dax nd_pmem nfit cxl_core cxl_acpi cxl_pci cxl_mem cxl_port cxl_pmem; do
		echo "blacklist $module" >>/etc/modprobe.d/test.conf
		[ -n "${never_fails[driver-$module]-}" ] || drivers+=" driver-$module"
	done
	without_builtin 'cxl_[a-z]*'
	hidden /sys/module
	hidden /sys/kernel/mm/transparent_hugepage
	broken 'drivers that may not be loaded, and what kernels lack' host "${drivers# } huge-pages memory-hotplug" -
	truth
	rm /etc/modprobe.d/test.conf
	cp /tmp/modules.builtin "$modules/"
	depmod 2>/dev/null
	quietly create-device -r "$r" -s 192M
	echo online >/sys/devices/system/memory/auto_online_blocks
	mkdir -p /etc/udev/rules.d
	echo 'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}=="offline", ATTR{state}="online"' >/etc/udev/rules.d/40-memory.rules
	mv "/dev/$d.0" /dev/node
	instead "$(echo /sys/devices/virtual/memory_tiering/memory_tier*/nodelist)" 0-1
	broken 'what fights with us' host 'memory-blocks online-policy udev-rules libdaxctl tiers node-speed' -
	truth
	echo offline >/sys/devices/system/memory/auto_online_blocks
	rm /etc/udev/rules.d/*
	mv /dev/node "/dev/$d.0"
	instead "/sys/bus/dax/devices/$d.0/target_node" -1
	broken 'a region without a node' host region-nodes -
	truth
	instead "/sys/bus/dax/devices/$d.0/target_node" 0
	broken 'a region on the node of the processors' host nodes -
	truth
	align=$(readlink -f "/sys/bus/dax/devices/$d.1")/align
	strace -qqo /dev/null -e trace=write -P "$align" -e inject=write:signal=SIGKILL \
		daxadm align "$d.1" 4K >/dev/null 2>&1
	broken 'what a killed run left' host left-over only
	quietly recover
	quietly destroy-device -f -r "$r" all
	hidden /sys/devices/system/node/node0
	mkdir -p /sys/devices/system/node/node0/access1/initiators
	mkdir /sys/devices/system/node/node0/access0
	cp -r /sys/devices/system/node/node0/access1/initiators /sys/devices/system/node/node0/access0
	speed=/sys/devices/system/node/node0/access
	echo 80 >${speed}1/initiators/read_latency
	echo 90 >${speed}1/initiators/write_latency
	echo 25000 >${speed}1/initiators/read_bandwidth
	echo 60 >${speed}0/initiators/read_latency
	look pass host
	is 'whole blocks, and a firmware that says how fast they are' "$status" 0
	like 'from processors, and from whoever is nearest' "$(grep node-speed /tmp/found)" \
		'node 0: access1: read 80 ns, 25000 MB/s, write 90 ns; access0: read 60 ns$'
	truth
}

# Why soft-reserved memory is in no region: the firmware's was given away at boot, or CXL has it.
test_reserved() {
	instead /proc/cmdline "$(</proc/cmdline) efi=nosoftreserve"
	hidden /sys/firmware
	mkdir /sys/firmware/efi
	broken 'booted with efi=nosoftreserve' host soft-reserved -
	like 'and that is said' "$(grep soft-reserved /tmp/found)" 'booted with efi=nosoftreserve'
	truth
	instead /proc/iomem $'600000000000-60003fffffff : CXL Window 0\n  600000000000-60003fffffff : Soft Reserved'
	broken 'held back by a CXL window' host soft-reserved -
	like 'and so is that' "$(flat_hint soft-reserved)" 'in a CXL window belongs to the CXL drivers'
	truth
	instead /proc/iomem "$(printf '%x-%x : Soft Reserved' "$((HMEM_START[0]))" $((HMEM_START[0] + HMEM_SIZE[0] + GIB - 1)))"
	broken 'of which only a part is in a region' host soft-reserved -
	like 'the rest is told' "$(grep soft-reserved /tmp/found)" \
		"$(printf '0x%x-0x%x is not in a dax region' $((HMEM_START[0] + HMEM_SIZE[0])) $((HMEM_START[0] + HMEM_SIZE[0] + GIB - 1)))"
	truth
}

# Last, since these do not come back: memory that nobody takes.
test_no_devices() {
	local decoder
	quietly destroy-device -f -r "$r" all
	hidden /sys/bus/dax/devices
	broken 'no devices' host dax-devices -
	truth
	basename "$(readlink -f "/sys/bus/dax/devices/$d.0/../..")" >/tmp/hmem
	for decoder in /sys/bus/cxl/devices/region[0-9]*; do
		[ -e "$decoder" ] || continue
		echo "${decoder##*/}" >"$(readlink -f "$decoder/..")/delete_region"
	done
	basename "$(readlink -f "/sys/bus/dax/devices/$d.0/..")" >/sys/bus/platform/drivers/hmem/unbind
	row 'soft-reserved memory that no driver has taken is in _/proc/iomem_' \
		"$(grep -qi "^ *$(printf %x "$((HMEM_START[0]))")-.*soft reserved" /proc/iomem && echo yes || echo no)"
	broken 'memory that is in no region' host 'soft-reserved cxl-memory' -
}

# Every check, with what was seen of it, and why not.
test_table() {
	local check kind reason words missing=() none=() total=0
	run daxadm check --list
	for check in $(jq -r '.[].check' <<<"$out"); do
		total=$((total + 1))
		for kind in pass bad; do
			reason=${never_passes[$check]-} words=pass
			[ $kind = pass ] || reason=${never_fails[$check]-} words='fail|warn'
			if grep -qE "^$check ($words)\$" /tmp/seen; then
				[ -z "$reason" ] || none+=("$check: $words")
			else
				[ -n "$reason" ] || missing+=("$check: $words")
			fi
		done
	done
	is 'all checks were looked for' "$((total > 70))" 1
	is 'each was seen passing, and failing or warning' "$(printf '%s\n' "${missing[@]}")" ''
	is 'but for those that this kernel has not' "$(printf '%s\n' "${none[@]}")" ''
	echo "#| $LAB_SERIES: $total checks; seen to pass: $(grep ' pass$' /tmp/seen | sort -u | wc -l), to fail or warn: $(
		grep -v ' pass$' /tmp/seen | cut -d' ' -f1 | sort -u | wc -l)"
	for check in "${!never_passes[@]}"; do echo "#|   $check does not pass: ${never_passes[$check]}"; done | sort
}

mkdir -p /mnt
find_memory
r=${HMEM[0]} d=dax${HMEM[0]}
pci=$(basename "$(readlink -f /sys/class/nvme/nvme0/device)")
fsdax_namespace
test_kept $((HMEM_START[0]))
test_lies
test_other_devices
test_disable
test_fsdev
test_real_devices $((HMEM_START[0]))
test_files
test_places
test_p2pmem
test_host
test_reserved
test_no_devices
test_table
done_testing
