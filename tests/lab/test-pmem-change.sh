#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices of persistent memory with labels: made, changed and destroyed, each in one command; after each, ndctl and
# daxctl see what daxadm sees.
# lab: --nvdimm 4G,label=2M --nvdimm 512M --cpus 1
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"

make_labels
find_nd
l=${ND[0]} d=dax${ND[0]}.0

seen 'create-device' create-device -r "$l" -s 256M --uuid $first
run daxadm list "$d"
is 'as it was asked for' "$(json '.[0] | [.size, .align, .uuid, .map, .driver]')" \
	"[262144000,2097152,\"$first\",\"dev\",\"device_dax\"]"
seen 'one with all that there is to say' \
	create-device -r "region$l" -s 100M -a 4K --map mem --name 'a name' --uuid $second
like 'its size is rounded up, which is said' "$err" 'multiple of 16 MiB: 100 MiB becomes 112 MiB'
run daxadm list -N
is 'and its name is in the label' "$(json 'map(select(.name)) | map([.name, .raw_uuid, .raw_size])')" \
	"[[\"a name\",\"$second\",117440512]]"
run daxadm create-device -r "$l" -s 64M --count 2
is 'two at once, each with a uuid of its own' "$status $(json 'map([.chardev, .size]) + [map(.uuid) | unique | length]')" \
	"0 [[\"dax$l.2\",65011712],[\"dax$l.3\",65011712],2]"
same_as_ndctl 'which ndctl sees as well'
seen 'several are destroyed' destroy-device -f $lose "dax$l.1" "dax$l.2" "dax$l.3"

seen 'alignment 4K' align "$d" 4K $lose
is 'the uuid stays' "$(json '.[0] | [.uuid, .align]')" "[\"$first\",4096]"
seen 'map in main memory' reconfigure --map mem "$d" $lose
seen 'a larger size' reconfigure -s 2512M "$d" $lose
seen 'alignment 1G' reconfigure -a 1G "$d" $lose
is 'from one multiple of it to another' "$(json '.[0] | [.size, .align]')" '[1073741824,1073741824]'
is 'and can be mapped with such pages' "$(/tests/mapcheck page "$d" 2>&1)" 1073741824
seen 'a smaller size and another alignment at once' reconfigure -s 512M -a 2M --map dev "$d" $lose
no_change 'the same again changes nothing' reconfigure -s 512M -a 2M --map dev "$d" $lose
no_change 'not even with another word for the size' reconfigure -s 500M "$d"
there_and_back "$d"

# A namespace grows where it is: into what is free in front of it, or behind.
ok 'one behind it' daxadm create-device -r "$l" -s 256M --uuid $second
run daxadm list $second
e=$(json '.[0].chardev')
refused 'no more than is free beside it' 1 'namespace.*: 512 MiB more are needed, but only 0 bytes are free directly before it' \
	reconfigure -s 1G "$d" $lose
seen 'it grows behind' reconfigure -s 1G "$e" $lose
ok 'what is in front of it goes' daxadm destroy-device -f $lose "$d"
seen 'it grows in front' reconfigure -s 1536M "$e" $lose
seen 'and behind, in 1G' reconfigure -s 3G -a 1G "$e" $lose
ok 'it goes' daxadm destroy-device -f $lose "$e"
seen 'the first one again' create-device -r "$l" -s 512M --uuid $first
d=$(json '.[0].chardev') n=namespace${d#dax}

seen 'system memory' reconfigure -m system-ram "$d" $lose
like 'which is online' "$(json '.[0] | [.online_memblocks, .mode]')" '\[[1-9],"system-ram"\]'
seen 'offline-memory' offline-memory "$d"
seen 'online-memory does not ask again' online-memory "$d"
seen 'its alignment, and then it is system memory again' align "$d" 2M $lose
is 'as it was' "$(json '.[0] | [.align, .mode, .online_memblocks == .total_memblocks]')" '[2097152,"system-ram",true]'
seen 'and back' reconfigure -m devdax "$d"

# One that ndctl has disabled takes its device away: both come back together.
ok 'ndctl disables the namespace' ndctl disable-namespace "$n"
no_change 'to disable it there is nothing to do' disable-device "$d"
run daxadm enable-device $first
is 'enable-device enables namespace and device, by the uuid' "$status $(driver "$d") $(json 'map([.uuid, .align, .map])')" \
	"0 device_dax [[\"$first\",2097152,\"dev\"]]"
[ "$status" -eq 0 ] || diag "$err"
same_as_ndctl 'which ndctl sees as well'

change 'mode fsdax' reconfigure -m fsdax "$d" $lose
is 'it is shown what came of it' "$(json 'map([.dev, .mode, .uuid, .blockdev])')" \
	"[[\"$n\",\"fsdax\",\"$first\",\"$(cd "/sys/bus/nd/devices/$(<"/sys/bus/nd/devices/$n/holder")/block" && echo *)\"]]"
same_as_ndctl 'which ndctl sees as well'
run daxadm list -N
is 'it is a disk now' "$(json ".[] | select(.dev == \"$n\") | [.mode, .uuid, .chardev, (.blockdev | startswith(\"pmem\"))]")" \
	"[\"fsdax\",\"$first\",null,true]"
refused 'which is no device' 1 "no such device: $n is in mode fsdax" enable-device "$d"
seen 'and devdax again, by the name of the namespace' reconfigure -m devdax "$n" $lose
seen 'destroyed' destroy-device -f $lose "$d"
run daxadm list
is 'nothing is left' "$out" '[]'
run daxadm list -NR
is 'and all is free' "$(json '.[0] | .available_size == .max_available_extent and .available_size > 4000000000')" true

# System memory from the start, and straight from there to what it is not.
seen 'created as system memory, which loses nothing' create-device -r "$l" -s 512M -m system-ram --uuid $first
m=$(json '.[0].chardev')
is 'it is online' "$(json '.[0] | .online_memblocks == .total_memblocks and .total_memblocks > 0')" true
change 'system memory becomes a disk' reconfigure -m fsdax "$m" $lose
same_as_ndctl 'which ndctl sees as well'
seen 'and system memory again' reconfigure -m system-ram "$m" $lose
seen 'destroyed while it is online' destroy-device -f $lose "$m"

# All that are disabled.
ok 'two' daxadm create-device -r "$l" -s 64M --count 2
run daxadm list
before=$out
seen 'both are disabled' disable-device all
run daxadm list
is 'and not shown' "$out" '[]'
run daxadm list -i
is 'but among what is idle' "$(json 'map(.state)')" '["disabled","disabled"]'
run daxadm enable-device all
is 'both are enabled, and as they were' "$out" "$before"
ok 'one is disabled, by its uuid' daxadm disable-device "$(jq -r '.[0].uuid' <<<"$before")"
ok 'both go, whatever their state' daxadm destroy-device -f $lose $(jq -r '.[].chardev' <<<"$before")
same_as_ndctl 'which ndctl sees as well'

# All that there is, and the largest alignment.
seen 'all that is free, in 1G' create-device -r "$l" -a 1G --map mem --uuid $first
m=$(json '.[0].chardev')
is 'whole units of it' "$(json '.[0].size % 1073741824')" 0
is 'which can be mapped so' "$(/tests/mapcheck page "$m" 2>&1)" 1073741824
seen 'destroyed' destroy-device -f $lose "$m"

# Without labels: the one namespace, of all of the region.
u=${ND[1]} d=dax${ND[1]}.0
seen 'no labels: taken over' create-device -r "$u" --uuid $first $lose
seen 'no labels: alignment 4K' align "$d" 4K $lose
seen 'no labels: map' reconfigure --map mem "$d" $lose
there_and_back "$d"
seen 'no labels: system memory' reconfigure -m system-ram "$d" $lose
seen 'no labels: and back' reconfigure -m devdax "$d"
seen 'no labels: mode fsdax' reconfigure -m fsdax "$d" $lose
seen 'no labels: and back' reconfigure -m devdax "$d" $lose
seen 'no labels: given back' destroy-device -f $lose "$d"
agreed
done_testing
