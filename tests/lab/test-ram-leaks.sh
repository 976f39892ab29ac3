#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory that another tool has lost, which the kernel lets anybody do: it is told, never given to
# anybody, and costs nothing where there is none.
# lab: --hmem 2G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
PATH=/tests:$PATH
KMEM=/sys/bus/dax/drivers/kmem

# has KEY: of region R, of the list -R in $out; 0 when it is left out.
has() { json ".[] | select(.id == $R) | .$1 // 0"; }
# sizes: what is lost of the region, and what is available to us and to the kernel, in MiB.
sizes() {
	run daxadm list -R
	echo "$(($(has lost_size) / MIB)) $(($(has available_size) / MIB)) $(($(<"$REGION/available_size") / MIB))"
}

find_memory
R=${HMEM[0]} START=${HMEM_START[0]} D=dax${HMEM[0]}.0 A=dax${HMEM[0]}.1 B=dax${HMEM[0]}.2 C=dax${HMEM[0]}.3
REGION=$(realpath "/sys/bus/dax/devices/$D/..")/dax_region
as_devdax "$D"
daxadm reconfigure -m system-ram -s 512M "$D" >/dev/null 2>&1
ok 'three devices' daxadm create-device -r "$R" -s 256M --count 2
# In two ranges, around the second of them.
daxadm destroy-device -f "$A" >/dev/null 2>&1
ok 'one in two ranges' daxadm create-device -m system-ram --range="$(range $((START + 512 * MIB)) $((256 * MIB)))" \
	--range="$(range $((START + 1024 * MIB)) $((256 * MIB)))"
is 'nothing is lost' "$(sizes)" '0 768 768'

# Of the one with two ranges one block is online.
daxadm offline-memory "$A" >/dev/null 2>&1
echo online_movable >"$MEMORY/memory$(((START + 1024 * MIB) / BLOCK))/state"
echo "$A" >$KMEM/unbind
echo "$D" >$KMEM/unbind
is 'the kernel says that both are unbound' "$(driver "$A") $(driver "$D")" 'none none'
run daxadm list
is 'one has lost all, one the range that was in use' \
	"$(json 'map([.chardev, (.lost_size // 0) / 1048576])')" "[[\"$D\",512],[\"$A\",256],[\"$B\",0]]"
like 'a note says so' "$err" "note: region .*: 768 MiB are lost until the next reboot: "
is 'of the region that is all' "$(sizes)" '768 768 768'
lost='of its memory are lost until the next reboot: they were online when kmem was unbound from them'
for d in "$D" "$A"; do
	refused "$d: not enabled" 1 "$lost" enable-device "$d"
	refused "$d: not made memory again" 1 "$lost" reconfigure -m system-ram "$d"
	refused "$d: not destroyed" 1 "$lost" destroy-device -f --force=lose-data "$d"
done
like 'the hint' "$err" 'hint: reboot to get them back'
change 'the one between them is as good as before' reconfigure -m system-ram "$B"
change 'and back' reconfigure -m devdax "$B"

# Somebody empties them, and the kernel takes all of that for free.
for d in "$D" "$A"; do echo 0 >"/sys/bus/dax/devices/$d/size"; done
echo "$A" >"$REGION/delete"
is 'it is not' "$(sizes)" '768 1024 1792'
if [ "$LAB_SERIES" != 6.1 ]; then
	run daxctl create-device -r "$R" -s 128M
	is 'another tool gets what is lost, and fails' "$((status != 0)) $(ranges "$A")" "1 $(range "$START" $((128 * MIB)))"
	echo 0 >"/sys/bus/dax/devices/$A/size"
	echo "$A" >"$REGION/delete"
fi
refused 'there is not so much' 1 'are free' create-device -r "$R" -s 1152M
like 'and why' "$err" 'hint: region .*: 768 MiB are lost until the next reboot'
refused 'none of that' 1 'memory in the range .* is lost' create-device --range="$(range $((START + 384 * MIB)) $((256 * MIB)))"
change 'a new device gets none of it' create-device -r "$R" -s 512M -m system-ram
is 'but what is free' "$(ranges "$A") $(zones_of "$A")" \
	"$(range $((START + 1280 * MIB)) $((512 * MIB))) MMMM"
change 'a size for the first' reconfigure -m devdax -s 128M "$D"
change 'the one between them grows' reconfigure -s 384M "$B"
change 'all that is left' create-device -r "$R"
is 'is what it says' "$(attr "$C" size) $(sizes)" "$((256 * MIB)) 768 0 768"
refused 'there is no more' 1 'has no free space' create-device -r "$R" -s 2M
change 'all go' destroy-device -f -r "$R" all
is 'and it is as it was' "$(sizes)" '768 1280 2048'
done_testing
