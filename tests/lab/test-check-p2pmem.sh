#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory of a PCI device for its peers: the controller memory buffer of an NVMe disk.
# lab: --cmb 64
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"

pci=$(basename "$(readlink -f /sys/class/nvme/nvme0/device)")
run daxadm list --p2pmem
if [[ $LAB_KERNEL = 6.* ]]; then
	is 'a kernel without' "$status $out" '0 []'
	check 1 "$pci"
	like 'says so' "$err" "daxadm: $pci has no peer-to-peer memory \(ENODEV\)"
	done_testing
fi
memory=/sys/bus/pci/devices/$pci/p2pmem
is 'it is listed' "$(jq -c 'map([.pci, .size, .available, .published])' <<<"$out")" \
	"[[\"$pci\",$((64 << 20)),$(<"$memory/available"),true]]"
run daxadm list -Pu
like 'for people' "$out" '"size":"64.00 MiB \(67.11 MB\)"'
check 0 "$pci"
results 'what is kept' "$pci" pass 'p2p-size p2p-private p2p-offset p2p-map p2p-exit p2p-exhausted'
is 'nothing of it is lost' "$(<"$memory/available")" "$(jq '.[0].available' <(daxadm list -P))"
run strace -qqf -o /tmp/trace -e trace=close,mmap,munmap -P "$(readlink -f "$memory")/allocate" daxadm check "$pci"
like 'a file is closed while it is mapped' "$(awk '$2 ~ /^mmap/ { mapped[$1] = 1 } $2 ~ /^close/ && mapped[$1] { print "closed" }' /tmp/trace)" closed
check 0 "${pci#0000:}"
check 1 0000:00:00.0
like 'a device without' "$err" '0000:00:00.0 has no peer-to-peer memory'
check 1 0000:55:00.0
like 'no device' "$err" '0000:55:00.0: no such PCI device'
# Another file in place of "allocate" keeps nothing of this.
cp "$memory/size" "$memory/available" "$memory/published" /tmp/
truncate -s 1M /tmp/allocate
mount -t tmpfs none "$memory"
cp /tmp/{size,available,published,allocate} "$memory/"
check 1 "$pci"
results 'a file that keeps nothing' "$pci" fail 'p2p-private p2p-offset p2p-map p2p-exit p2p-exhausted'
echo 0 >"$memory/available"
check 1 "$pci"
finding 'nothing is left' "$pci" p2p-size warn '0 bytes of 64 MiB'
umount "$memory"
run setpriv --reuid 65534 --regid 65534 --clear-groups daxadm check "$pci"
is 'somebody else: nothing fails' "$status" 0
done_testing
