#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Another program, or a rule of udev, brings new memory blocks online as soon as it hears of them, in zone Normal.
# Memory that shall be online and movable is so all the same, in each attempt; what shall stay offline is looked at
# again when the events are handled.
# lab: --hmem 1G --nvdimm 1G,label=128K
# kernels: 6.1 6.12 7.x
# timeout: 200
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

all() { printf "%$2s" '' | tr ' ' "$1"; }

# settled: the onliner has seen all events.
settled() {
	sleep 0.1
	while [ -e /run/udev/queue ]; do sleep 0.05; done
}

# trip NAME DEVICE BLOCKS POLICY: there and back.
trip() {
	local name=$1 d=$2 n=$3 policy=$4
	echo "$policy" >"$POLICY" || return
	run daxadm reconfigure -m system-ram "$d" "${extra[@]}"
	settled
	is "$name, policy $policy: all is movable" "$status $(zones_of "$d") $(<"$POLICY")" "0 $(all M "$n") $policy"
	[ "$status" -eq 0 ] || diag "$err"
	run daxadm reconfigure -m devdax "$d"
	is "$name, policy $policy: and comes back" "$status $(driver "$d") $(<"$POLICY")" "0 device_dax $policy"
	[ "$status" -eq 0 ] || diag "$err"
}

# rule TEXT: a rule of udev, of which the plan knows.
rule() {
	mkdir -p /etc/udev/rules.d /run/udev
	echo "$1" >/etc/udev/rules.d/40-online.rules
}

find_memory
d=dax${HMEM[0]}.0
extra=()
as_devdax "$d"
# What the kernel wants of a node for itself, so that the rest of it stays free.
ok 'some memory for the kernel' daxadm reconfigure -s 768M "$d"
ok 'is online' daxadm create-device -r "${HMEM[0]}" -m system-ram --no-movable
hold onliner online
for policy in offline online online_kernel online_movable; do trip 'hmem' "$d" 6 $policy; done
echo offline >"$POLICY"

# What failed half way, and comes back.
ok 'system memory' daxadm reconfigure -m system-ram "$d"
run fault -o /tmp/writes daxadm disable-device "$d"
n=$(sed -n 's|^\([0-9]*\) .*/kmem/unbind .*|\1|p' /tmp/writes)
ok 'system memory again' daxadm enable-device -m system-ram "$d"
run fault -a "$n:TERM" daxadm reconfigure -m devdax "$d"
settled
is 'interrupted behind the unbind: it is movable again' "$status $(driver "$d") $(zones_of "$d")" '1 kmem MMMMMM'
[ "$status" -eq 1 ] || diag "$err"
run fault -a "$n:KILL" daxadm reconfigure -m devdax "$d"
ok 'killed there: recover' daxadm recover
settled
is 'has it movable again' "$(driver "$d") $(zones_of "$d")" 'kmem MMMMMM'
ok 'a new size' daxadm reconfigure -f -s 512M "$d"
settled
is 'all of it is movable' "$(zones_of "$d")" MMMM
as_devdax "$d"

# A device that kmem takes by its id only, beside one that it would take along.
make_labels
find_nd
p=dax${ND[0]}.0
ok 'persistent memory' daxadm create-device -r "${ND[0]}" -s 640M
n=$(blocks_of "$p" | wc -w)
extra=(--force=lose-data)
trip 'persistent memory' "$p" "$n" offline
trip 'persistent memory' "$p" "$n" online_movable
echo offline >"$POLICY"
extra=()

# What shall stay offline.
rule 'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}="online"'
place='/etc/udev/rules.d/40-online.rules:1'
run daxadm reconfigure -N -m system-ram "$d" --dry-run
like 'a dry run of --no-online names the rule' "$status $err" "^0 .*note: $d: .*$place"
run daxadm reconfigure -m system-ram "$d" --dry-run
is 'what shall be online does not' "$status $(grep -c "$place" <<<"$err")" '0 0'
run daxadm reconfigure -N -m system-ram "$d"
settled
case $status in
0) is '--no-online: it is offline' "$(driver "$d") $(zones_of "$d")" 'kmem ----' ;;
1)
	is '--no-online: all is as it was' "$(driver "$d")" device_dax
	like '--no-online: says what happened' "$err" 'another program|went online'
	;;
*) like '--no-online: says what happened' "$status $err" '^3 .*memory block [0-9]+' ;;
esac
diag "$status $err"
let_go
daxadm recover >/dev/null 2>&1
as_devdax "$d"

# A rule that is not about new memory only.
ok 'system memory' daxadm reconfigure -m system-ram "$d"
rule 'SUBSYSTEM=="memory", ATTR{state}=="offline", ATTR{state}="online"'
run daxadm offline-memory "$d" --dry-run
like 'a dry run of offline-memory names the rule' "$status $err" "^0 .*note: $d: .*$place"
hold onliner online_movable offline
run daxadm offline-memory "$d"
like 'offline-memory: says what happened' "$status $err" "^[13] .*memory block [0-9]+ is Movable, not offline.*hint: .*$place"
let_go
rm /etc/udev/rules.d/40-online.rules

# A recovery that could not put the policy back: the next one does.
as_devdax "$d"
echo online_movable >"$POLICY"
ok 'system memory, online by the policy' daxadm reconfigure -m system-ram "$d"
for n in 2 3 4 5; do
	run fault -a 4:KILL daxadm align --timeout 0 "$d" 4K
	run fault -e "$n:EINVAL" daxadm recover
	run daxadm recover
	is "recover, when write $n failed in the one before" "$status $(<"$POLICY")" '0 online_movable'
done
echo offline >"$POLICY"

# Zone Normal.
k=dax${HMEM[0]}.1
run daxadm offline-memory "$k" --dry-run
like 'a dry run tells of zone Normal' "$status $err" "^0 .*note: $k: .*zone Normal"
hold_kernel() { hog kernel "$(attr "$k" target_node)" >/tmp/hog & HOG=$!; until [ -s /tmp/hog ]; do sleep 0.05; done; }
hold_kernel
run fault -o /tmp/writes daxadm offline-memory "$k"
like 'the hint names memhp_default_state' "$status $err" '^1 .*hint: .*memhp_default_state='
# It tries for 3 seconds, not for 30, with up to half a second in between.
is 'it does not try for long' "$(($(grep -c '/state' /tmp/writes) < 40))" 1
kill "$HOG"
done_testing
