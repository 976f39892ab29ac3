#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a region of persistent memory has to say about its namespaces: its own alignment, which can be set; a size
# that is no multiple of that; that it is read-only. What is refused changes nothing, not a byte of a label.
# lab: --nvdimm 1G,label=256K --nvdimm 512M,label=128K --cpus 1
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"
PATH=/tests:$PATH

nd=/sys/bus/nd/devices

# kept NAME STATUS REGEX VERB...: refused, and the labels are the same.
kept() {
	labels /tmp/labels.before
	refused "$@"
	labels /tmp/labels.after
	cmp -s /tmp/labels.before /tmp/labels.after || fail "$1: the labels are not the same"
}

# unit SIZE: of the region with labels, from now on.
unit() {
	echo "$1" >"$nd/region$l/align" && [ $(($(<"$nd/region$l/align"))) -eq "$1" ]
}

# size DEVICE: of its namespace.
size() { echo "$(<"$nd/namespace${1#dax}/size")"; }

new() { json '.[0].chardev'; }

# Without labels a region is one namespace, whatever its size: here it is 2 MiB less than a multiple of the alignment.
test_odd() {
	is 'no labels: the size is no multiple of the alignment' \
		$(($(<"$nd/region$u/size") % $(<"$nd/region$u/align"))) $((14 * MIB))
	run daxadm list -N -r "$u"
	is 'no labels: the kernel has enabled it as it is' "$(json 'map([.mode, .state, .blockdev])')" \
		"[[\"raw\",null,\"pmem$u\"]]"
	kept 'no labels: not without the word' 1 "would be lost: namespace$u\.0, 510 MiB \(EPERM\).*lose-data" create-device -r "$u"
	ok 'no labels: a file system' mkfs.ext4 -q -F "/dev/pmem$u"
	kept 'no labels: it says what is on it' 1 "510 MiB, holds ext4, not mounted \(EPERM\)" create-device -r "$u"
	ok 'no labels: it is disabled' ndctl disable-namespace "namespace$u.0"
	kept 'no labels: then nothing is known of it' 1 \
		"510 MiB, disabled: its content is not known \(EPERM\).*ndctl enable-namespace namespace$u\.0" create-device -r "$u"
	ok 'no labels: which brings it back' ndctl enable-namespace "namespace$u.0"
	kept 'no labels: as it was' 1 "510 MiB, holds ext4, not mounted \(EPERM\)" create-device -r "$u"
	seen 'no labels: taken over' create-device --uuid "${first/5555/0001}" -r "$u" $lose
	is 'no labels: all of it' "$(size "dax$u.0")" "$(<"$nd/region$u/size")"
	run daxadm disable-device "dax$u.0"
	kept 'no labels: of the device nothing is known either' 1 'disabled: its content is not known.*ndctl enable-namespace' \
		destroy-device "namespace$u.0"
	ok 'no labels: it is enabled' daxadm enable-device "namespace$u.0"
	seen 'no labels: another alignment' align "dax$u.0" 4K $lose
	seen 'no labels: given back' destroy-device -f "dax$u.0" $lose
	ok 'no labels: and taken over while it is disabled' ndctl disable-namespace "namespace$u.0"
	seen 'no labels: with the word' create-device --uuid "${first/5555/0002}" -r "$u" $lose
	ok 'no labels: gone' daxadm destroy-device -f "dax$u.0" $lose
}

test_unit() {
	local d
	ok 'units of 16 MiB' unit $((16 * MIB))
	seen 'a device of 100 MiB' create-device --uuid "${first/5555/0003}" -r "$l" -s 100M
	d=$(new)
	is 'is rounded up to units' "$(size "$d")" $((112 * MIB))
	like 'which is said' "$err" 'multiple of 16 MiB: 100 MiB becomes 112 MiB'
	ok 'units of 64 MiB, which do not divide the region' unit $((64 * MIB))
	same_as_ndctl 'what there is left is what ndctl sees'
	seen 'one of odd size is aligned as it is' align "$d" 4K $lose
	is 'and keeps its size' "$(size "$d")" $((112 * MIB))
	there_and_back "$d"
	kept 'it does not grow from within a unit' 1 \
		"namespace${d#dax} cannot grow: .* on units of region region$l, which are 64 MiB now \(ENOSPC\)" \
		reconfigure -s 120M "$d" $lose
	seen 'it gets a smaller size in whole units' reconfigure -s 10M "$d" $lose
	is 'of the new kind' "$(size "$d")" $((64 * MIB))
	seen 'and grows from there' reconfigure -s 120M "$d" $lose
	is 'by one unit' "$(size "$d")" $((128 * MIB))
	seen 'a second device of 100 MiB' create-device --uuid "${first/5555/0004}" -r "$l" -s 100M
	is 'has two units' "$(size "$(new)")" $((128 * MIB))
	like 'which is said' "$err" 'multiple of 64 MiB: 100 MiB becomes 128 MiB'
	kept 'what is left of an alignment goes by that size' 1 'alignment of 1 GiB no usable space is left of 128 MiB' \
		create-device -r "$l" -s 100M -a 1G
	seen 'half of what is free' create-device --uuid "${first/5555/0005}" -r "$l" -s 50%
	is 'is whole units' $(($(size "$(new)") % (64 * MIB))) 0
	seen 'and all that is free' create-device --uuid "${first/5555/0006}" -r "$l" -a 4K
	is 'is as well' $(($(size "$(new)") % (64 * MIB))) 0
	run daxadm list -R -N -r "$l"
	is 'then there is none left' "$(json '.[0] | [.available_size, .align]')" "[0,$((64 * MIB))]"
	kept 'though there is something behind the last unit' 1 'is too small' create-device -r "$l"
	kept 'nor is there for a size' 1 'no room for a namespace of 64 MiB' create-device -r "$l" -s 16M
	for d in $(daxadm list -r "$l" | jq -r '.[].chardev'); do
		ok "$d goes" daxadm destroy-device -f "$d" $lose
	done
	if unit $GIB 2>/dev/null; then
		fail 'a unit larger than the region'
	else
		pass 'a unit larger than the region is refused by the kernel'
	fi
	ok 'units of 4 KiB' unit 4096
	seen 'one of 100 MiB' create-device --uuid "${first/5555/0007}" -r "$l" -s 100M
	is 'is that' "$(size "$(new)")" $((100 * MIB))
	ok 'goes' daxadm destroy-device -f "$(new)" $lose
	ok 'and back to units of 16 MiB' unit $((16 * MIB))
}

test_read_only() {
	local d name
	seen 'a device' create-device --uuid "${first/5555/0008}" -r "$l" -s 128M
	d=$(new)
	ok 'which holds something' mapcheck fill "$d" 5
	ok 'a disk' daxadm create-device -r "$l" -s 64M -m fsdax
	name=$(daxadm list -N -r "$l" | jq -r '.[] | select(.mode == "fsdax") | .dev')
	echo 1 >"$nd/region$l/read_only"
	is 'the region is read-only' "$(<"$nd/region$l/read_only")" 1
	kept 'read-only: nothing is made' 1 "region$l is read-only \(EROFS\)" create-device -r "$l" -s 64M
	kept 'read-only: no alignment' 1 "region$l is read-only \(EROFS\).*read_only in" align "$d" 4K $lose
	kept 'read-only: no map' 1 'is read-only' reconfigure --map mem "$d" $lose
	kept 'read-only: no size' 1 'is read-only' reconfigure -s 64M "$d" $lose
	kept 'read-only: no other mode' 1 'is read-only' reconfigure -m fsdax "$d" $lose
	kept 'read-only: no device of a disk' 1 'is read-only' reconfigure -m devdax "$name" $lose
	kept 'read-only: not destroyed' 1 'is read-only' destroy-device -f "$d" $lose
	kept 'read-only: nor a disk' 1 'is read-only' destroy-device "$name" $lose
	there_and_back "$d"
	ok 'read-only: it holds what it held' mapcheck check "$d" 5
	echo 0 >"$nd/region$l/read_only"
	seen 'when it is not read-only any more it is changed' align "$d" 4K $lose
	ok 'and destroyed' daxadm destroy-device -f "$d" $lose
}

find_nd
for r in "${ND[@]}"; do
	if [ "$(<"$nd/region$r/size")" -gt $((512 * MIB)) ]; then l=$r; else u=$r; fi
done
test_odd
ndctl disable-region "region$l" >/tmp/make-labels 2>&1
ndctl init-labels -f "nmem$(sed 's/nmem\([0-9]*\),.*/\1/' "$nd/region$l/mapping0")" >>/tmp/make-labels 2>&1
ndctl enable-region "region$l" >>/tmp/make-labels 2>&1
is 'labels' "$(<"$nd/region$l/nstype")" 5
test_unit
test_read_only
agreed
done_testing
