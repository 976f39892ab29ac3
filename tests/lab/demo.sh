#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# daxadm at work, in the lab: each command as it would be typed, and what it prints.
# lab: --hmem 4G --hmem 2G --cxl 1G
# kernels: 7.x
set -u

say() { printf '\n# %s\n' "$*"; }

show() {
	local status=0
	printf '$ %s\n' "$*"
	"$@" </dev/null 2>&1 || status=$?
	[ $status -eq 0 ] || echo "(exit status $status)"
}

# Region ids depend on the order in which the drivers load: take them by place.
IFS=: read -r _ start _ <<<"${LAB_HMEM%% *}"
for file in /sys/bus/dax/devices/*/mapping0/start; do
	[ "$(cat "$file")" != "$start" ] || break
done
device=${file%/mapping0/start}
device=${device##*/}
region=${device#dax}
region=${region%.*}
second=dax$region.1

echo "Linux $LAB_KERNEL, with two soft-reserved extents and a CXL memory device."
say 'What is there?'
show daxadm list -R -D -u

say "Give $device back 3 GiB, and make a device of 1 GiB pages from them."
show daxadm reconfigure-device --dry-run --size 1G "$device" -f
show daxadm reconfigure-device --size 1G "$device" -f
show daxadm create-device -r "$region" -s 256M
show daxadm align "$second" 1G
show daxadm reconfigure-device --size 2G "$second" -f
show daxadm align "$second" 1G
show daxadm list -u "$second"

say 'Take it out of service, and back.'
show daxadm disable-device "$second"
show daxadm enable-device "$second"

say 'A mistake: more than there is. Nothing changes.'
show daxadm create-device -r "$region" -s 64G

say 'Another: a device that is in use.'
exec 7<"/dev/$second"
show daxadm destroy-device -f "$second"
exec 7<&-

say 'Done with it.'
show daxadm destroy-device -f "$second"
show daxadm list -R -u

say "Next: './quickstart shell' to try it yourself, './quickstart check' to run the"
say 'tests, and man/ for the manual.'
