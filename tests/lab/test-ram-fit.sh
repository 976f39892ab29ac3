#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory whose content does not fit elsewhere stays online, and the kernel kills no program.
# lab: --memory 640M --hmem 1G --nvdimm 512M
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
PATH=/tests:$PATH

# take WHAT NODE MIB: a program has that much, its pid is in $HOG.
take() {
	rm -f /tmp/hog
	hog "$@" >/tmp/hog &
	HOG=$!
	until [ -s /tmp/hog ] || ! kill -0 "$HOG" 2>/dev/null; do sleep 0.1; done
}
give_back() {
	kill "$@"
	wait "$@" 2>/dev/null
}

alive() { kill -0 "$2" 2>/dev/null && pass "$1" || fail "$1"; }

# nobody_killed NAME: the kernel had enough memory all the time.
nobody_killed() { is "$1" "$(dmesg | grep -iE 'out of memory|oom-kill|invoked oom')" ''; }

find_memory
D=dax${HMEM[0]}.0
ok 'system memory' daxadm reconfigure -m system-ram "$D"
NODE=$(attr "$D" target_node)
ALL=$(zones_of "$D")
NUMBERS="up to [0-9]+ MiB in use on node $NODE must move, and [0-9]+ MiB fit elsewhere"

# Nobody uses it.
run daxadm offline-memory --dry-run "$D"
is 'an idle node needs no note' "$(grep -c 'must move' <<<"$err")" 0
ok 'an idle node goes offline' daxadm offline-memory "$D"
ok 'and comes back' daxadm online-memory "$D"

# More than the rest of the machine has.
take fill "$NODE" 720
for verb in 'offline-memory' 'reconfigure -m devdax' 'reconfigure -f -s 256M' 'disable-device -f' 'destroy-device -f --force=lose-data'; do
	# shellcheck disable=SC2086 # words
	refused "$verb" 1 "$NUMBERS; bound to node $NODE: pid $HOG \\(hog\\)" $verb "$D"
	is "$verb: online as before" "$(zones_of "$D")" "$ALL"
done
like 'the hint has the word' "$err" 'hint: .*--force=out-of-memory'
run daxadm reconfigure -m devdax --dry-run "$D"
like 'the dry run says it' "$err" "note: up to 7[0-9][0-9] MiB in use on node $NODE must move, .*: this is refused"
alive 'the program is alive' $HOG
nobody_killed 'nothing was killed'

# With swap there is room.
for disk in /dev/pmem*; do mkswap "$disk" >/dev/null && swapon "$disk"; done
ok 'with swap it fits' daxadm reconfigure -m devdax --timeout 120 "$D"
alive 'the program is alive in swap' $HOG
give_back $HOG
swapoff -a
nobody_killed 'nothing was killed for that'
ok 'system memory again' daxadm reconfigure -m system-ram "$D"

# Files in memory.
mkdir -p /tmp/files
mount -t tmpfs -o "size=1G,mpol=bind:$NODE" files /tmp/files
head -c 720M /dev/zero >/tmp/files/file
refused 'tmpfs' 1 "$NUMBERS" reconfigure -m devdax "$D"
umount /tmp/files
nobody_killed 'no program for files'

# Huge pages, of which there are no others.
HUGE=/sys/devices/system/node/node$NODE/hugepages/hugepages-2048kB/nr_hugepages
echo 320 >"$HUGE"
POOL=$(<"$HUGE")
ok 'an unused pool goes with its memory' daxadm offline-memory "$D"
ok 'online again' daxadm online-memory "$D"
echo 320 >"$HUGE"
POOL=$(<"$HUGE")
take huge "$NODE" 600
refused 'huge pages' 1 "; 300 of the $POOL huge pages of 2 MiB on node $NODE are in use, and 0 are free elsewhere" \
	offline-memory "$D"
like 'the hint names them' "$err" 'hint: stop the programs that use the huge pages of 2 MiB'
is 'it does not ask for time' "${err//*--timeout*/longer}" "$err"
alive 'the program with huge pages is alive' $HOG
give_back $HOG
echo 0 >"$HUGE"

# It fits, until somebody takes the rest.
take fill "$NODE" 240
APP=$HOG
snapshot /tmp/eaten.before
daxadm offline-memory "$D" >/tmp/eaten.out 2>&1 &
PID=$!
# shellcheck disable=SC2046 # numbers
until [[ $(zones_of "$D") == *-* ]] || ! kill -0 $PID 2>/dev/null; do :; done
kill -STOP $PID
is 'it is under way' "$(zones_of "$D" | tr -d -c M | head -c 1)" M
is 'it is shielded' "$(cat /proc/$PID/oom_score_adj)" -1000
FREE=$(sed -nE 's/^Node 0 MemFree: +([0-9]+) kB/\1/p' /sys/devices/system/node/node0/meminfo)
take fill 0 $((FREE / 1024 - 60))
kill -CONT $PID
wait $PID
is 'it stops' $? 1
like 'it says why' "$(</tmp/eaten.out)" "cannot take memory block [0-9]+ .* offline: Cannot allocate memory; .*$NUMBERS; bound to node $NODE: pid $APP"
snapshot /tmp/eaten.after
same 'it puts everything back' /tmp/eaten.before /tmp/eaten.after
alive 'the program that had memory there is alive' $APP
alive 'so is the one that took the rest' $HOG
nobody_killed 'nothing was killed meanwhile'
give_back $HOG

ok 'without it all fits' daxadm offline-memory "$D"
alive 'still alive' $APP
give_back $APP
ok 'once more' daxadm online-memory "$D"

# The risk is taken: whoever is killed, it is not this program.
take fill "$NODE" 720
run daxadm offline-memory --force=out-of-memory --timeout 20 "$D"
is 'with the risk taken it is tried' "$((status < 2))" 1
diag "exit status $status: $err"
kill $HOG 2>/dev/null
done_testing
