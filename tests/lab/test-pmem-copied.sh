#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Persistent memory that was copied byte for byte, as an image of a disk is: two devices have one uuid, and who
# names a device by it is told of both.
# lab: --nvdimm 256M --nvdimm 256M --cpus 1
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"
PATH=/tests:$PATH

find_nd
a=${ND[0]} b=${ND[1]}
both="the uuid $first is ambiguous: namespace($a\.0 and namespace$b|$b\.0 and namespace$a)\.0 have it \(EEXIST\).*hint: use the device name"

ok 'a device' daxadm create-device -r "$a" --uuid $first $lose
ok 'which holds something' mapcheck fill "dax$a.0" 5
run daxadm list $first
is 'goes by its uuid' "$(json 'map(.chardev)')" "[\"dax$a.0\"]"

# In raw mode it is a disk with all of it.
ok 'it is disabled' daxadm disable-device "dax$a.0"
echo 1 >"/sys/bus/nd/devices/namespace$a.0/force_raw"
ok 'a disk of all of it' ndctl enable-namespace "namespace$a.0"
ok 'is copied' dd if="/dev/pmem$a" of="/dev/pmem$b" bs=1M conv=fsync
ok 'and is no disk any more' ndctl disable-namespace "namespace$a.0"
echo 0 >"/sys/bus/nd/devices/namespace$a.0/force_raw"
ok 'nor is the copy' ndctl disable-namespace "namespace$b.0"
ok 'both are enabled' daxadm enable-device "namespace$a.0" "namespace$b.0"
run daxadm list
is 'and have one uuid' "$(json 'map([.chardev, .uuid]) | sort')" "[[\"dax$a.0\",\"$first\"],[\"dax$b.0\",\"$first\"]]"

for verb in list disable-device enable-device 'align --dry-run' "destroy-device -f $lose" "reconfigure -m fsdax $lose"; do
	# shellcheck disable=SC2046,SC2086 # words
	refused "by the uuid: $verb" 1 "$both" $verb $first $([ "${verb%% *}" != align ] || echo 4K)
done
refused 'nor does a new one get it' 1 "the uuid $first is " create-device -r "$a" --uuid $first $lose
run daxadm list
is 'and nothing changed' "$(json 'map([.chardev, .uuid, .mode]) | sort')" \
	"[[\"dax$a.0\",\"$first\",\"devdax\"],[\"dax$b.0\",\"$first\",\"devdax\"]]"

ok 'by its name the copy goes' daxadm destroy-device -f "dax$b.0" $lose
ok 'then there is one again' daxadm disable-device $first
ok 'which comes back by its name' daxadm enable-device "namespace$a.0"
ok 'with what it holds' mapcheck check "dax$a.0" 5
done_testing
