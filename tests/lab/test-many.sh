#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# 300 devices in one region, more than a kernel's 256 minor numbers of old, made by few commands
# whose cost grows with what they make and with nothing else.
# lab: --hmem 1G --cpus 1
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
PATH=/tests:$PATH

at_most() { is "$1: $2 is at most $3" "$(($2 <= $3))" 1; }

# Whether a device is open is looked at every two seconds (module/*/refcnt), so that does not count.
count_calls() { grep -vc /refcnt /tmp/trace; }

# calls_between FILE FIRST LAST: the system calls of a trace from the FIRST write to a file of this
# name up to the one before LAST.
calls_between() {
	awk -v first="$2" -v last="$3" -v file="$1>" '
		index($0, " write(") && index($0, file) { n++ }
		n >= first && n < last && !/\/refcnt/ { calls++ }
		END { print calls + 0 }' /tmp/trace
}

names() { sed -n 's/.*"chardev":"\(.*\)",/\1/p' <<<"$out"; }

# A run of names as they should be printed.
expected() {
	local n
	for ((n = $1; n <= $2; n++)); do echo "dax$r.$n"; done
}

# cost NAME FILE COUNT EACH: what was traced did COUNT times the same. What follows the last
# write is not its cost, but that of reading all devices back.
cost() {
	local first last calls
	calls=$(count_calls)
	at_most "$1: all $calls system calls, for $3 devices" "$calls" $(($4 * $3))
	first=$(calls_between "$2" 1 65)
	last=$(calls_between "$2" $(($3 - 64)) "$3")
	at_most "$1: the last 64 cost no more than 1.2 of the first 64" "$last" $((first * 12 / 10))
}

find_memory
r=${HMEM[0]}
change 'the region is emptied' destroy-device -f -r "$r" all
traced daxadm create-device -r "$r" --count 256 -s 2M
is '256 devices by one command' "$status $err" '0 created 256 devices'
is 'all of them are printed, in order' "$(names)" "$(expected 1 256)"
cost 'create-device' dax_region/create 256 20
change '44 more' create-device -r "$r" --count 44 -s 2M
is 'are printed' "$(names)" "$(expected 257 300)"
run daxadm list
is 'all 300 are listed, in order' "$(names)" "$(expected 1 300)"
like 'more than 256 minor numbers are in use' "$(attr "dax$r.300" dev)" ':(29[0-9]|3[0-9][0-9])$'
for n in 1 256 257 300; do
	ok "dax*.$n can be opened and mapped" mapcheck fill "dax$r.$n" $n
done
for n in 1 256 257 300; do
	ok "dax*.$n keeps what was written" mapcheck check "dax$r.$n" $n
done
traced daxadm list "dax$r.300"
at_most 'listing one of them does not look at the others: system calls' "$(count_calls)" 100
traced daxadm reconfigure -a 4K "dax$r.300"
is 'changing one' "$status" 0
like 'writes to it alone' "$(grep -c '\bwrite([0-9]*</sys/' /tmp/trace)" '^[3-5]$'
mapfile -t some < <(expected 1 256)
traced daxadm disable-device "${some[@]}"
is '256 are disabled by one command' "$status $err" '0 disabled 256 devices'
cost 'disable-device' device_dax/unbind 256 25
traced daxadm enable-device "${some[@]}"
is 'and enabled' "$status $err" '0 enabled 256 devices'
# Newer kernels take these devices for device_dax by id only.
cost 'enable-device' "device_dax/$([ "$LAB_SERIES" = 6.1 ] && echo bind || echo remove_id)" 256 28
traced daxadm destroy-device -f -r "$r" all
is 'all are destroyed by one command' "$status $err" '0 destroyed 300 devices'
at_most 'destroy-device: all system calls, for 300' "$(count_calls)" $((23 * 300))
is 'nothing is left' "$(daxadm list)" '[]'
change 'and all the space is there again' create-device -r "$r"
is 'in one piece' "$(ranges "dax$r.1")" "$(range "${HMEM_START[0]}" "$GIB")"
agreed
done_testing
