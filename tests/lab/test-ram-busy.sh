#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory that cannot go: offline fails within its time, names the block, and all is as before.
# lab: --hmem 1G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
PATH=/tests:$PATH

# hold HOW: a program has memory of the node; BUSY is the number of a block that holds some of it.
hold() {
	rm -f /tmp/hog
	hog "$1" "$NODE" >/tmp/hog &
	HOG=$!
	until [ -s /tmp/hog ]; do sleep 0.05; done
	BUSY=$(($(</tmp/hog) / BLOCK))
}
let_go() {
	kill "$HOG"
	wait "$HOG" 2>/dev/null
}

# writes_state PID: it has the state of a memory block open, to write to it.
writes_state() {
	local file
	for file in "/proc/$1/fd"/*; do
		[[ $(readlink "$file") == "$MEMORY"/memory*/state ]] || continue
		! grep -qs '^flags:.*1$' "${file/fd/fdinfo}" || return 0
	done
	return 1
}

# interrupted NAME SIGNAL VERB...: by a signal, when the busy block is on its way and daxadm is at a block.
interrupted() {
	local name=$1 signal=$2 pid
	shift 2
	snapshot /tmp/interrupted.before
	env --default-signal=INT daxadm "$@" >/tmp/interrupted.out 2>&1 &
	pid=$!
	until [ "$(<"$MEMORY/memory$BUSY/state")" = going-offline ] && writes_state $pid; do
		kill -0 $pid 2>/dev/null || break
		sleep 0.05
	done
	kill -"$signal" $pid
	wait $pid
	is "$name: exit status 1" $? 1
	like "$name: says so" "$(</tmp/interrupted.out)" 'interrupted'
	snapshot /tmp/interrupted.after
	same "$name: all is as before" /tmp/interrupted.before /tmp/interrupted.after
}

find_memory
d=dax${HMEM[0]}.0
as_devdax "$d"
NODE=$(attr "$d" target_node)
daxadm reconfigure -s 512M "$d" >/dev/null 2>&1
FREE=dax${HMEM[0]}.1
ok 'system memory' daxadm create-device -N -m system-ram -r "${HMEM[0]}"
ok 'more of it' daxadm reconfigure -m system-ram "$d"

hold touch
ok 'memory that a program uses goes elsewhere' daxadm offline-memory "$d"
is 'all of it' "$(zones_of "$d")" '----'
let_go
ok 'back' daxadm online-memory "$d"

hold pin
ok 'a neighbour that nobody uses' daxadm online-memory "$FREE"
# Ends by itself, with this reason, and changes nothing. When time is short another block can be the one.
fails() { refused "$1" 1 "${@:2}"; }

any='cannot take memory block [0-9]+ \(at 0x[0-9a-f]*\) offline'
stuck="cannot take memory block $BUSY \\(at 0x[0-9a-f]*\\) offline"
fails 'a pinned page' "$stuck" offline-memory --timeout 5 "$d"
like 'the hint says what to do' "$err" $'\nhint: .*--timeout'
like 'the kernel names the page' "$err" $'\nkernel: .*migrat'
fails 'no time at all' "$any" offline-memory --timeout 0 "$d"
fails 'it is not unbound' "$any" reconfigure -f -m devdax --timeout 1 "$d"
fails 'nor disabled' "$any" disable-device -f --timeout 1 "$d"
fails 'nor destroyed' "$any" destroy-device --force=lose-data -f --timeout 1 "$d"
fails 'nor resized' "$any" reconfigure -f -s 384M --timeout 1 "$d"
interrupted 'SIGINT' INT offline-memory --timeout 3600 "$d"
interrupted 'SIGTERM' TERM reconfigure -m devdax --timeout 3600 "$d"

# Of two devices the second is busy: the first is put back, too.
refused 'all or none' 1 "$any" offline-memory --timeout 1 "$FREE" "$d"

# Somebody else is stuck with this very block: one that is on its way is not offline.
for block in $(blocks_of "$d"); do
	[ "$block" = "$BUSY" ] || echo offline >"$MEMORY/memory$block/state"
done
echo offline >"$MEMORY/memory$BUSY/state" 2>/dev/null &
OTHER=$!
until [ "$(<"$MEMORY/memory$BUSY/state")" = going-offline ]; do sleep 0.05; done
fails 'a block that is going offline is not offline' 'memory block' disable-device --timeout 2 "$d"
is 'it is bound' "$(driver "$d")" kmem
fails 'nobody waits for ever' 'cannot take memory block' offline-memory --timeout 2 "$FREE"
interrupted 'SIGINT, while the other is stuck' INT offline-memory --timeout 3600 "$FREE"
(until pid=$(pgrep -x daxadm) && writes_state "$pid"; do sleep 0.05; done; kill "$OTHER") &
ok 'what waits goes on when the other is gone' daxadm offline-memory --timeout 3600 "$FREE"
wait "$OTHER" 2>/dev/null
ok 'all are back' daxadm online-memory "$d" "$FREE"
is 'in their zone' "$(zones_of "$d")" MMMM

# The page is let go while daxadm tries.
(until pid=$(pgrep -x daxadm) && writes_state "$pid"; do sleep 0.05; done; kill "$HOG") &
ok 'what is let go in time goes' daxadm offline-memory --timeout 3600 "$d"
is 'all of it is offline' "$(zones_of "$d")" '----'
wait 2>/dev/null

# Memory of the kernel's own.
ok 'online for the kernel' daxadm online-memory --no-movable "$d"
hold kernel
fails "the kernel's own memory" 'cannot take memory block [0-9]+ \(at 0x[0-9a-f]*\) offline: ' \
	offline-memory --timeout 1 "$d"
fails 'it does not go to another zone' 'cannot take memory block' online-memory --timeout 1 "$d"
let_go
done_testing
