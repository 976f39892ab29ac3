#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A layout of persistent memory that was kept in a file is made again by create-device --input: with labels and without,
# the devices have the uuid, size, alignment, map and name that they had.
# lab: --nvdimm 4G,label=2M --nvdimm 512M --hmem 1G --cpus 1
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"

make_labels
find_nd
l=${ND[0]} u=${ND[1]}

ok 'a device with all that there is to say' \
	daxadm create-device -r "$l" -s 256M -a 4K --map mem --uuid $first --name 'a name'
ok 'one of 1 GiB pages' daxadm create-device -r "$l" -s 2512M -a 1G --uuid $second
ok 'two more' daxadm create-device -r "$l" -s 256M --count 2
ok 'one that ndctl makes' ndctl create-namespace -r "region$l" -m devdax -a 2M -s 128M -M mem
ok 'one without labels' daxadm create-device -r "$u" -a 4K $lose
ok 'system memory' daxadm reconfigure -m system-ram --no-online "dax$l.3" $lose

# What is to be the same: all but the numbers, and the uuid that the label had from another tool.
kept() {
	daxadm list -M | jq -c 'map(select(.persistent)) | sort_by(.uuid)
		| map({ uuid, size, align, map, raw_size, name, mode, region, mappings })'
}
before=$(kept)
is 'they are' "$(jq -c 'sort_by(.mappings[0].start)[] | [.size, .align, .map, .raw_size, .name, .mode]' <<<"$before")" \
	'[266338304,4096,"mem",268435456,"a name","devdax"]
[1073741824,1073741824,"dev",2634022912,null,"devdax"]
[262144000,2097152,"dev",268435456,null,"devdax"]
[262144000,2097152,"dev",268435456,null,"system-ram"]
[132120576,2097152,"mem",134217728,null,"devdax"]
[526385152,4096,"dev",536870912,null,"devdax"]'
daxadm list -M -r "$l" >/tmp/layout
daxadm list -M -r "$u" >/tmp/layout-unlabelled

refused 'while they are there' 1 'the uuid .* is already in use by namespace' create-device --input /tmp/layout
destroy_all() { jq -r '.[].uuid' <<<"$before" | xargs daxadm destroy-device -f $lose; }
ok 'all are destroyed' destroy_all
is 'none is left' "$(kept)" '[]'
seen 'create-device --input makes those with labels again' create-device --input /tmp/layout
is 'of which each is where it was' "$(grep -c 'in the file: the kernel chooses' <<<"$err")" 0
refused 'without labels it loses what is there' 1 'data on persistent memory would be lost' \
	create-device --input /tmp/layout-unlabelled
seen 'and then makes it again' create-device --input /tmp/layout-unlabelled $lose
is 'all are as they were' "$(kept)" "$before"
agreed

# A second time nothing has become less.
ok 'all are destroyed once more' destroy_all
daxadm list -M -r "$l" >/tmp/nothing
is 'a layout of nothing' "$(daxadm create-device --input /tmp/nothing)" '[]'
jq '[.[1], .[0]]' /tmp/layout >/tmp/turned
run daxadm create-device --input /tmp/turned
is 'in another order' "$status $(json 'map([.uuid, .raw_size]) | sort')" \
	"0 [[\"$first\",268435456],[\"$second\",2634022912]]"
like 'a note says that they are elsewhere' "$err" 'in the file: the kernel chooses the address of a namespace'
same_as_ndctl 'which ndctl sees as well'

# What the file says is checked, and of other memory it is not taken.
jq '[.[0] | .raw_size = 33554432 | del(.mappings, .uuid)]' /tmp/layout >/tmp/smaller
run daxadm create-device --input /tmp/smaller --dry-run
like 'a size that does not go with raw_size is told' "$err" 'has .*, not 254 MiB as in the file: .* raw_size is used'
jq --arg region "$(daxadm list -R | jq -r '.[] | select(.kind == "hmem").name')" \
	'[.[0] | .region = $region | del(.mappings, .uuid, .map, .name)]' /tmp/layout >/tmp/volatile
refused 'no persistent memory' 1 'raw_size: region hmem.* is not persistent memory' create-device --input /tmp/volatile
done_testing
