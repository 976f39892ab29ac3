#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# As an ordinary user: what such a user may read is listed, and a change is refused in one line,
# before anything is written.
# lab: --hmem 1G --hmem 1G --cxl 1G --cpus 1
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"

USER=(setpriv --reuid 65534 --regid 65534 --clear-groups)

# From here on 'run daxadm' and 'refused' are that user's; changes are root's.
user=() program=$(command -v daxadm)
daxadm() { "${user[@]}" "$program" "$@"; }

denied() { refused "$1" 1 'only root can change devices \(EPERM\)' "${@:2}"; }

find_memory
a=${HMEM[0]} b=${HMEM[1]}
change 'a region with devices' destroy-device -f -r "$a" all
change 'one enabled' create-device -r "$a" -s 64M
change 'one of 1 GiB pages would not fit, one of 4 KiB does' create-device -r "$a" -s 128M -a 4K
change 'disabled' disable-device "dax$a.2"
run daxadm list -RDMiv
all=$out

user=("${USER[@]}")
run daxadm list -RDMiv
is 'listing everything works' "$status" 0
is 'without a word' "$err" ''
# All but what only root may read: ranges, the alignment of regions, memory blocks.
printf '%s\n%s\n' "$all" "$out" >/tmp/lists
is 'and says what root is told, but what only root may read' "$(jq -cs '
	.[0] |= map(del(.align, .largest_free)
		| if .devices then .devices |= map(del(.mappings, .resource, .online_memblocks, .total_memblocks)) else . end)
	| .[0] == .[1]' /tmp/lists)" true
run daxadm list -u "dax$a.1"
is 'one device is listed' "$status $err" '0 '
run daxadm list -r "$b"
is 'one region is listed' "$status $err" '0 '
run daxadm create-device -r "$a" -s 64M --dry-run
is 'a dry run works' "$status" 0
like 'and predicts' "$out" "\"chardev\":\"dax$a.3\""
no_change 'what holds already needs no rights' enable-device "dax$a.1"

denied 'create-device' create-device -r "$a" -s 64M
like 'what to do is said' "$err" $'\nhint: use --dry-run to see'
denied 'create-device --count' create-device -r "$a" --count 2
denied 'create-device --range' create-device -r "$a" --range "$(range $((HMEM_START[0] + 512 * MIB)) $((2 * MIB)))"
denied 'destroy-device' destroy-device -f "dax$a.1"
denied 'destroy-device of a disabled one' destroy-device "dax$a.2"
denied 'disable-device' disable-device "dax$a.1"
denied 'enable-device' enable-device "dax$a.2"
denied 'reconfigure to another size' reconfigure -s 32M "dax$a.1"
denied 'a disabled one to another size' reconfigure -s 256M "dax$a.2"
denied 'align' align "dax$a.1" "dax$a.2" 4K
denied 'everything' destroy-device -f all
if [ "$(driver "dax$b.0")" = kmem ]; then
	denied 'system memory of which it is not known whether it is online' disable-device "dax$b.0"
	denied 'another mode for it' reconfigure -m devdax "dax$b.0"
else
	denied 'disable-device of the whole region' disable-device "dax$b.0"
fi

# Root of a user namespace: not root of the machine, and told so.
user=("${USER[@]}" unshare -r)
run daxadm list -RDMiv
is 'in a user namespace: listing works' "$status" 0
is 'in a user namespace: without a word' "$err" ''
run daxadm create-device -r "$a" -s 64M --dry-run
is 'in a user namespace: a dry run works' "$status" 0
for verb in 'create-device -s 64M' "destroy-device -f dax$a.1" recover; do
	# shellcheck disable=SC2086
	refused "in a user namespace: $verb" 1 \
		'only root of the machine can change devices; this is root of a user namespace \(EPERM\)' $verb
done
run daxadm list --holders "dax$a.1"
is 'in a user namespace: who uses a device is not known' "$status $(grep -c holders <<<"$out")" '0 0'
like 'in a user namespace: and that is said' "$err" 'cannot show which programs use a device'
user=(unshare -r)
refused 'a user namespace of root' 1 'this is root of a user namespace' disable-device "dax$a.1"

# Nobody else can make, open or hold the lock.
user=()
is 'the folder of the lock is root'\''s alone' "$(stat -c '%a %u' /run/daxadm)" '700 0'
run "${USER[@]}" flock /run/daxadm/lock true
is 'an ordinary user cannot hold the lock' "$((status != 0))" 1
run "${USER[@]}" mkdir /run/lock /run/lock/daxadm.lock
ok 'root changes something' daxadm disable-device "dax$a.1"
ok 'and back' daxadm enable-device "dax$a.1"

# What is needed are capabilities; the uid is not asked for. What is left of it root can use.
caps=+dac_override,+chown,+sys_admin,+sys_ptrace,+syslog
rm -rf /run/daxadm
user=("${USER[@]}" --inh-caps "$caps" --ambient-caps "$caps")
ok 'with the capabilities of root' daxadm disable-device "dax$a.1"
is 'the folder and the lock are root'\''s' "$(stat -c '%a %u' /run/daxadm /run/daxadm/lock | xargs)" '700 0 600 0'
user=()
ok 'then root' daxadm enable-device "dax$a.1"
rm -rf /run/daxadm
user=("${USER[@]}" --inh-caps +dac_override --ambient-caps +dac_override)
refused 'without the one to give a file away' 1 'cannot create the journal directory /run/daxadm' disable-device "dax$a.1"
user=()
is 'nothing is left of that' "$(ls -d /run/daxadm 2>&1 | grep -c 'No such')" 1
ok 'root again' daxadm disable-device "dax$a.1"
ok 'and once more' daxadm enable-device "dax$a.1"

# Another pid namespace: who uses a device is not known there.
run unshare --fork --pid --mount-proc "$program" list --holders "dax$a.1"
is 'in a pid namespace: who uses a device is not known' "$status $(grep -c holders <<<"$out")" '0 0'
like 'in a pid namespace: and that is said' "$err" 'cannot show which programs use a device'
run daxadm list --holders "dax$a.1"
is 'outside of one it is known' "$status $err $(grep -c holders <<<"$out")" '0  1'
agreed
done_testing
