#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Persistent memory is given to the kernel, which writes over it, only with the word for that: by whatever verb, and also
# when the memory is to stay offline, since any program can bring it online.
# lab: --nvdimm 1G,label=256K --nvdimm 256M --append memhp_default_state=online --cpus 1
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"
PATH=/tests:$PATH

make_labels
find_nd
l=${ND[0]} u=${ND[1]} d=dax${ND[0]}.0
asks='as system memory it loses its data: .*--force=lose-data'

ok 'a device' daxadm create-device -r "$l" -s 512M --uuid $first
ok 'which holds something' mapcheck fill "$d" 5
is 'its node is for root' "$(stat -c '%a %U' "/dev/$d")" '600 root'
chmod 640 "/dev/$d"
is 'the machine brings new memory online' "$(<"$POLICY")" online
refused 'not without the word' 1 "$d is persistent memory: $asks" reconfigure -m system-ram "$d"
refused 'not with --no-online' 1 "$d is persistent memory: $asks" reconfigure -f -N -m system-ram "$d"
refused 'not with another risk' 1 "$d is persistent memory: $asks" \
	reconfigure -f -N --force=in-use -m system-ram "$d"
refused 'not with all of them' 1 "$d is persistent memory: $asks" reconfigure -f -N -m system-ram all
echo "$d" >"/sys/bus/dax/drivers/device_dax/unbind"
refused 'not by enable-device' 1 "$d is persistent memory: $asks" enable-device -f -N -m system-ram "$d"
refused 'nor with the memory online' 1 "$d is persistent memory: $asks" enable-device -m system-ram "$d"
refused 'not by create-device' 1 'data on persistent memory would be lost' \
	create-device -f -N -m system-ram -r "$u"
ok 'enabled again' daxadm enable-device "$d"
ok 'what it holds is still there' mapcheck check "$d" 5

seen 'with the word, and its memory stays offline' reconfigure -f -N -m system-ram "$d" $lose
like 'a note says what is lost' "$err" "data will be lost: namespace$l\.0"
is 'all of it is offline' "$(zones_of "$d" | tr -d -)" ''
no_change 'it is given already' reconfigure -f -N -m system-ram "$d"
# What a udev rule does.
for block in $(blocks_of "$d"); do echo online_movable >"$MEMORY/memory$block/state"; done
is 'somebody brings it online' "$(zones_of "$d" | tr -d M)" ''
seen 'offline again' offline-memory "$d"
seen 'online-memory does not ask again' online-memory "$d"
seen 'and back' reconfigure -m devdax "$d"
refused 'as a device it is asked for anew' 1 "$d is persistent memory: $asks" reconfigure -f -N -m system-ram "$d"
is 'owner and mode of the node stay through the modes' "$(stat -c '%a %U' "/dev/$d")" '640 root'
ok 'disabled with its namespace' daxadm disable-device "$d"
ok 'and enabled' daxadm enable-device "$d"
is 'it has a new node' "$(stat -c '%a %U' "/dev/$d")" '600 root'
agreed
done_testing
