#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An ordinary user: sees what the kernel shows to such a user, plans, and changes nothing.
# kernels: any
# lab: --hmem 2G
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"

as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }

daxadm reconfigure -m devdax -s 1G dax0.0 >/dev/null 2>&1
snapshot /tmp/before

run as_user daxadm list -RDM
is 'list: succeeds' "$status" 0
is 'list: without a word' "$err" ''
like 'list: has the device' "$out" '"chardev":"dax0.0"'
is 'list: has no range' "$(grep -c -e '"mappings"' -e '"largest_free"' <<<"$out")" 0

run as_user daxadm create-device -s 512M --dry-run
is 'a dry run: succeeds' "$status" 0
like 'a dry run: says what would be done' "$err" 'would: dax0.1: set the size from 0 bytes to 512 MiB'

run as_user daxadm create-device -s 1G -a 1G --dry-run
is 'what takes the ranges: is refused' "$status" 1
like 'what takes the ranges: says who can read them' "$err" 'hint: run as root'

run as_user daxadm create-device -s 512M -v
is 'a change: fails' "$status" 1
is 'a change: says so before anything' "$err" \
	'daxadm: only root can change devices (EPERM)
hint: use --dry-run to see what would be done'
run as_user daxadm disable-device dax0.0
is 'another one: fails, too' "$status" 1

snapshot /tmp/after
same 'nothing has changed' /tmp/before /tmp/after
done_testing
