#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# daxadm at work, in the lab: each command as it would be typed, and what it prints.
#
#   demo.sh [--slowly]     for a reader at a terminal: a pause after each command
#
# Fails when a command does not end as it should.
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

say "Linux $LAB_KERNEL, in a virtual machine: 4 GiB of memory that the firmware set aside," \
	'as it does with high-bandwidth memory, and a CXL memory device of 1 GiB.' \
	'What is there? Sizes for people (-u). The kernel meant both to be system memory;' \
	'none of it is online yet.'
show daxadm list -u

say "Let programs map 1 GiB of $device, and keep the rest free. What would that take?"
show daxadm reconfigure "$device" --mode devdax --size 1G --dry-run

say 'Nothing has changed so far. Now do it.'
show daxadm reconfigure "$device" --mode devdax --size 1G

say 'A second device, from the free space of the same region.'
show daxadm create-device --region "$region" --size 512M
second=$(daxadm list --region "$region" | jq -r '.[-1].chardev')

say 'With pages of 1 GiB? That cannot work: it says why, and what would.'
refused daxadm align "$second" 1G

say "So resize it first. It is enabled: daxadm disables it for that, and enables it again."
show daxadm reconfigure "$second" --size 2G
show daxadm align "$second" 1G

say 'Out of service, and back.'
show daxadm disable-device "$second"
show daxadm enable-device "$second"

say 'Mistakes: what does not exist, what does not fit, and what is in service.' \
	'Each is one line and a hint, and changes nothing.'
refused daxadm disable-device "${second%.*}.7"
refused daxadm create-device --region "$region" --size 64G
refused daxadm destroy-device "$second"

say 'The region, its devices and where they are.'
show daxadm list -RDMu --region "$region"

say 'Done with it: disable (-f) and destroy. Its space is free again.'
show daxadm destroy-device -f "$second"
show daxadm list -Ru --region "$region"

if [ $surprises -ne 0 ]; then
	say "$surprises of these commands did not end as they should"
	exit 1
fi
