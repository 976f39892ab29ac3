#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Layouts: what export prints of a machine, apply makes of it again, from any other state, and no more than that.
# lab: --hmem 4G --hmem 1G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
PATH=/tests:$PATH

# What the layout describes, without the numbers of devices: they are the kernel's.
devices() {
	daxadm list -r "$r" -B | jq -rc 'map([.mode, .size, .align, .state, (.blocks // [] | map(.zone // .state) | unique)])
		| sort | .[]'
}
events() { cat /sys/kernel/uevent_seqnum; }

# applied NAME OPTION...: the layout is reached.
applied() {
	local name=$1
	shift
	run daxadm apply "$@" /tmp/layout
	is "$name" "$status" 0
	is "$name: the same devices" "$(devices)" "$(</tmp/devices)"
	like "$name: no refusal" "$err" '^(daxadm: note: .*|changed [0-9]+ devices?|[[:space:]])*$'
}

find_memory
r=${HMEM[0]}
ok 'the region is emptied' daxadm destroy-device -f -r "$r" all
ok 'a device of 2M' daxadm create-device -r "$r" -s 512M
ok 'a device of 1G' daxadm create-device -r "$r" -s 1G -a 1G
ok 'a device of 4K' daxadm create-device -r "$r" -s 256M -a 4K
ok 'system memory' daxadm create-device -r "$r" -s 1G -m system-ram
devices >/tmp/devices
is 'four devices' "$(wc -l </tmp/devices)" 4
run daxadm export -r "$r"
is 'export' "$status $err" '0 '
printf '%s\n' "$out" >/tmp/layout
like 'the start of the region' "$(flat "$out")" "\"start\":\"${HMEM_START[0]}\""
is 'no numbers' "$(grep -cE 'dax[0-9]|hmem\.' /tmp/layout)" 0

# Nothing to do: nothing is done.
before=$(events)
run daxadm apply /tmp/layout --report
is 'apply changes nothing' "$status $(json '[.changed, .steps, .devices]')" '0 [false,[],[]]'
is 'and causes no uevent' "$(events)" "$before"
run bash -c 'daxadm export | daxadm apply - --report'
is 'export | apply -' "$status $(json '[.changed, .steps]')" '0 [false,[]]'
is 'causes no uevent' "$(events)" "$before"

# From nothing.
ok 'all devices are destroyed' daxadm destroy-device -f -r "$r" all
run daxadm apply --dry-run --report /tmp/layout
is 'a dry run' "$status $(json .changed)" '0 true'
is 'changes nothing' "$(devices)" ''
applied 'from nothing'
run daxadm export -r "$r"
is 'export is the same' "$out" "$(</tmp/layout)"

# From another state.
ok 'another state' daxadm destroy-device -f -r "$r" all
ok 'with another device' daxadm create-device -r "$r" -s 2G
run daxadm apply /tmp/layout
is 'data are not lost without a word' "$status" 1
like 'which names the devices' "$err" '1 device would lose their data: dax.* \(2 GiB\) \(EPERM\)'
like 'and the risk' "$err" 'use --force=lose-data'
applied 'with the word' --force=lose-data
memory=$(daxadm list -r "$r" | jq -r '.[] | select(.mode == "system-ram").chardev')
ok 'memory goes offline' daxadm offline-memory "$memory"
applied 'memory goes online again'
ok 'another mode' daxadm reconfigure -m devdax "$memory"
run daxadm apply /tmp/layout
like 'content is not lost without a word' "$status $err" '^1 .*would lose their data: '"$memory"
applied 'the mode changes in place' --force=lose-data

# In use.
device=$(daxadm list -r "$r" | jq -r '.[] | select(.size == 268435456).chardev')
jq '.regions[0].devices |= map(select(.size != "256M"))' /tmp/layout >/tmp/smaller
exec 7<>"/dev/$device"
run daxadm apply --force=lose-data /tmp/smaller
is 'what a program has open stays' "$status $(devices)" "1 $(</tmp/devices)"
exec 7>&-

# Killed at several writes.
for n in 1 4 9; do
	ok "killed at $n: before it" daxadm destroy-device -f -r "$r" all
	run fault -a "$n:KILL" daxadm apply /tmp/layout
	is "killed at $n" "$status" 137
	ok "killed at $n: recover" daxadm recover
	applied "killed at $n: apply"
done

# The whole region, and its rest.
cat >/tmp/layout <<EOF
{ "format": "daxadm-layout-1", "regions": [ { "region": { "start": "${HMEM_START[0]}" }, "devices": [
	{ "size": "25%" }, { "size": "256M", "count": 2, "align": "4K" }, { "mode": "system-ram", "size": "rest" } ] } ] }
EOF
run daxadm apply --force=lose-data /tmp/layout
is 'shares and the rest' "$status $(devices | wc -l)" '0 4'
is 'all of it' "$(daxadm list -r "$r" | jq 'map(.size) | add')" $((4 * GIB))
before=$(events)
run daxadm apply /tmp/layout
is 'once' "$status $(events)" "0 $before"

# Every region without a word about which, and one that is not there.
cat >/tmp/layout <<EOF
{ "format": "daxadm-layout-1", "regions": [
	{ "region": { "size": "1G" }, "devices": [] },
	{ "region": { "start": "0x7000000000", "size": "1G" }, "optional": true, "devices": [] } ] }
EOF
run daxadm apply --force=lose-data /tmp/layout
is 'a region by its size' "$status $(daxadm list -r "${HMEM[1]}" | jq length)" '0 0'
sed -i 's/"optional": true,//' /tmp/layout
run daxadm apply /tmp/layout
is 'a region that is missing' "$status" 1
like 'and where one of its size is' "$err" "regions\[1\].region: no region matches.*hint: region .* starts at ${HMEM_START[1]}: edit start"
done_testing
