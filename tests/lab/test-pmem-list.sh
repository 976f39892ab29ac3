#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# list of persistent memory: with labels and without, of every mode; what we see is what ndctl and daxctl see.
# lab: --nvdimm 1G,label=2M --nvdimm 512M --hmem 1G --cpus 1
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"

find_nd
l=${ND[0]} u=${ND[1]}
run daxadm list -N
is 'before anything is made there are raw namespaces' "$status $(json 'map([.dev, .mode, .region])')" \
	"0 [[\"namespace$l.0\",\"raw\",\"region$l\"],[\"namespace$u.0\",\"raw\",\"region$u\"]]"
same_as_ndctl 'and ndctl sees the same'
make_labels
run daxadm list -NR
is 'with labels there is free capacity' "$(json 'map([.dev, .labels, .available_size, (.namespaces | map(.seed))])')" \
	"[[\"region$l\",true,1056964608,[true]],[\"region$u\",false,0,[null]]]"
same_as_ndctl 'and ndctl sees the same'
run daxadm list -R
is 'list -R shows where devices could be made, though there is none' \
	"$(json 'map(select(.kind == "nd") | [.name, .labels, .dynamic, .available_size, .largest_free])')" \
	"[[\"region$l\",true,true,1056964608,1056964608],[\"region$u\",false,false,null,0]]"
dimm=/sys/bus/nd/devices/$(cut -d, -f1 /sys/bus/nd/devices/region$l/mapping0)
slots=$(json ".[] | select(.name == \"region$l\") | .available_slots")
is 'and for how many there are labels' "$slots" "$(<"$dimm/available_slots")"
run daxadm list -R -r region$l
is 'that one' "$status $(json 'map([.name, .kind, .id])')" "0 [[\"region$l\",\"nd\",$l]]"
changes=1
look 'no device yet, on nd regions'
agreed
rm /tmp/looks

ok 'a namespace in mode devdax' ndctl create-namespace -r region$l -m devdax -a 2M -s 256M
ok 'one in mode fsdax' ndctl create-namespace -r region$l -m fsdax -s 128M -n 'a name'
ok 'one in mode sector' ndctl create-namespace -r region$l -m sector -s 64M
ok 'a raw one' ndctl create-namespace -r region$l -m raw -s 64M
ok 'and, without labels, one in mode devdax' ndctl create-namespace -f -e namespace$u.0 -m devdax -a 4K -M mem
same_as_ndctl 'ndctl sees the same'
look 'namespaces'
changes=1

uuid=$(ndctl list -n namespace$l.0 | jq -r 'if type == "array" then .[0] else . end | .uuid')
run daxadm list dax$l.0
is 'list shows what is behind a device' "$(json 'map([.chardev, .persistent, .namespace, .uuid, .map])')" \
	"[[\"dax$l.0\",true,\"namespace$l.0\",\"$uuid\",\"dev\"]]"
run daxadm list
is 'and behind that of a region without labels' \
	"$(json 'map(select(.persistent)) | map([.namespace, .map, .align, .uuid | length])')" '[[12,3,2097152,36],[12,3,4096,36]]'
is 'and nothing of the kind on soft-reserved memory' "$(json 'map(select(.persistent | not)) | map(.namespace)')" '[null]'
run daxadm list -R
is 'list -R shows the nd region behind each' \
	"$(json 'map(select(.kind == "pmem")) | map([.nd_region.dev, .nd_region.labels, .nd_region.available_size])')" \
	"[[\"region$l\",true,520093696],[\"region$u\",false,0]]"
is 'and by itself, where devices are made' "$(json 'map([.kind, .available_size]) | sort')" \
	'[["hmem",null],["nd",null],["nd",520093696],["pmem",null],["pmem",null]]'
is 'each namespace has taken a label' "$(json ".[] | select(.name == \"region$l\") | .available_slots")" $((slots - 4))
is 'in the eyes of the kernel, too' "$(<"$dimm/available_slots")" $((slots - 4))
run daxadm list -N -r $u
is 'the namespaces of one region' "$(json 'map(.dev)')" "[\"namespace$u.0\"]"
run daxadm list -N -u
is 'sizes for people' "$(json '.[0].raw_size')" '256.00 MiB (268.44 MB)'

# A namespace that ndctl disables takes its device away.
ok 'a namespace is disabled' ndctl disable-namespace namespace$l.0
run daxadm list
is 'its device is gone' "$(json "map(select(.namespace == \"namespace$l.0\"))")" '[]'
same_as_ndctl 'and ndctl sees the same'
ok 'and enabled again' ndctl enable-namespace namespace$l.0
same_as_ndctl 'ndctl sees the same'
agreed

# What ndctl has made has two uuids: in its label, and of what it is set up as. The latter does not show while it is disabled.
run daxadm list $uuid
before=$out raw=$(json '.[0].raw_uuid')
is 'both uuids are shown' "$status $(json '.[0] | .uuid != .raw_uuid and (.raw_uuid | length) == 36')" '0 true'
is 'as ndctl does' "$raw" "$(ndctl list -n namespace$l.0 -v | jq -r '.. | .raw_uuid? // empty')"
run daxadm list "$raw"
is 'the device goes by either' "$out" "$before"
run daxadm disable-device $uuid
is 'disabled by its uuid' "$status $(json '.[0] | [.uuid, .raw_uuid, .state]')" "0 [\"$raw\",null,\"disabled\"]"
like 'it is said by which it goes then' "$err" "while it is disabled, use the uuid in its label to name namespace$l.0: $raw"
refused 'by the other one it is not known' 1 'no device of persistent memory has this uuid' enable-device $uuid
like 'which the hint explains' "$err" 'a disabled namespace has the uuid in its label'
run daxadm enable-device "$raw"
is 'enabled by that in its label, it is as it was' "$status $out" "0 $before"

# Who may not read addresses still sees the rest.
run setpriv --reuid=65534 --clear-groups daxadm list -NR
is 'everybody may look' "$status" 0
done_testing
