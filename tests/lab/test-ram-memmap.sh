#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The memory map of a device in the device itself: asked for, shown, and kept through changes.
# lab: --hmem 1G --append memory_hotplug.memmap_on_memory=1
# kernels: 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
PATH=/tests:$PATH

# put_back: destroy-device with each of its writes failing in turn; whatever then differs.
put_back() {
	local n
	snapshot /tmp/destroy.before
	for ((n = 1; n < 30; n++)); do
		fault -e "$n:ENXIO" daxadm destroy-device -f "$1" >/dev/null 2>&1 && break
		snapshot /tmp/destroy.after
		diff /tmp/destroy.before /tmp/destroy.after || return
	done
	echo "$((n > 4 && n < 30)) $([ -e "/sys/bus/dax/devices/$1" ] || echo gone)"
}

# usable: MiB of the node that are memory now.
usable() { awk '/MemTotal/ { print int($4 / 1024) }' "/sys/devices/system/node/node$NODE/meminfo"; }
# its DEVICE: what the kernel has of it, and what list says.
its() { echo "$(attr "$1" memmap_on_memory) $(daxadm list -v "$1" | grep -o '"memmap_on_memory":[a-z]*')"; }

find_memory
d=dax${HMEM[0]}.0 NODE=$(attr "dax${HMEM[0]}.0" target_node)
as_devdax "$d"
change 'smaller' reconfigure -s 512M "$d"
change 'reconfigure with it' reconfigure -m system-ram --memmap-on-memory on "$d"
is 'it is shown' "$(its "$d")" '1 "memmap_on_memory":true'
is 'the memory is online' "$(zones_of "$d")" MMMM
is 'but for the map, which is in it' "$(($(usable) < 512)) $(($(usable) > 500))" '1 1'
no_change 'again changes nothing' reconfigure -m system-ram --memmap-on-memory on "$d"
change 'offline' offline-memory "$d"
change 'online' online-memory "$d"
change 'off without a word on the mode: it is put back as it was' reconfigure --memmap-on-memory off "$d"
is 'it is off' "$(its "$d") $(zones_of "$d") $(usable)" '0 "memmap_on_memory":false MMMM 512'
change 'a new device' create-device -m system-ram --memmap-on-memory on -r "${HMEM[0]}"
is 'has it' "$(its "dax${HMEM[0]}.1")" '1 "memmap_on_memory":true'
change 'to devdax' reconfigure -m devdax "dax${HMEM[0]}.1"
is 'where it means nothing, and stays' "$(its "dax${HMEM[0]}.1")" '1 "memmap_on_memory":true'
is 'a destruction that fails gives it back' "$(put_back "dax${HMEM[0]}.1")" '1 gone'
run daxadm create-device --memmap-on-memory on -v -r "${HMEM[0]}"
like 'a new device has none: it is set from 0' "$err" ': set memmap_on_memory from 0 to 1'
refused 'on the way back it is asked for as it is' 2 "invalid memmap-on-memory 'maybe'" \
	reconfigure -m system-ram --memmap-on-memory maybe "dax${HMEM[0]}.1"
change 'all go' destroy-device -f -r "${HMEM[0]}" all
agreed
done_testing
