#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A demo of daxadm in the lab: prints each command as a user types it, and its output.
#
#   demo.sh [--slowly]     with a pause after each command, for a reader at a terminal
#
# Fails if a command does not have the expected exit status.
# lab: --hmem 4G --cxl 1G
# kernels: 7.x
set -u
pause=0 bold='' plain=''
if [ "${1:-}" = --slowly ]; then
	pause=2 bold=$'\e[1m' plain=$'\e[0m'
fi
surprises=0

say() {
	echo
	printf '# %s\n' "$@"
}

# expect STATUS COMMAND...
expect() {
	local expected=$1 status=0
	shift
	printf '%s$ %s%s\n' "$bold" "$*" "$plain"
	"$@" </dev/null 2>&1 || status=$?
	[ $status -eq 0 ] || echo "(exit status $status)"
	[ $status -eq "$expected" ] || surprises=$((surprises + 1))
	sleep $pause
}

show() { expect 0 "$@"; }
refused() { expect 1 "$@"; }

# The kernel numbers regions in the order in which their drivers load.
region=$(daxadm list --regions | jq -r 'first(.[] | select(.kind == "hmem")).name')
device=$(daxadm list --region "$region" | jq -r '.[0].chardev')

say "Linux $LAB_KERNEL in a virtual machine. It has 4 GiB of soft-reserved memory, like" \
	'high-bandwidth memory, and a CXL memory device of 1 GiB.' \
	'List the devices (-u: sizes for people). The kernel has bound both to kmem, the driver' \
	'for system memory; no memory block is online yet.'
show daxadm list -u

say "Convert $device to a device of 1 GiB that programs can map. First a dry run: it prints" \
	'the steps and the resulting device.'
show daxadm reconfigure "$device" --mode devdax --size 1G --dry-run

say 'Nothing has changed so far. Run it.'
show daxadm reconfigure "$device" --mode devdax --size 1G

say 'Create a second device from the free space of the same region.'
show daxadm create-device --region "$region" --size 512M
second=$(daxadm list --region "$region" | jq -r '.[-1].chardev')

say 'Set its alignment to 1 GiB. This is refused, with the reason and a hint.'
refused daxadm align "$second" 1G

say 'Resize it first. daxadm disables the device for the change, and enables it again.'
show daxadm reconfigure "$second" --size 2G
show daxadm align "$second" 1G

say 'Disable it, and enable it again.'
show daxadm disable-device "$second"
show daxadm enable-device "$second"

say 'Three mistakes: a device that does not exist, a size that does not fit, and a device that' \
	'is enabled. Each gives one line and a hint, and changes nothing.'
refused daxadm disable-device "${second%.*}.7"
refused daxadm create-device --region "$region" --size 64G
refused daxadm destroy-device "$second"

say 'Show the region, its devices and their addresses.'
show daxadm list -RDMu --region "$region"

say 'Disable (-f) and destroy the second device. Its space is free again.'
show daxadm destroy-device -f "$second"
show daxadm list -Ru --region "$region"

if [ $surprises -ne 0 ]; then
	say "$surprises of these commands did not have the expected exit status"
	exit 1
fi
