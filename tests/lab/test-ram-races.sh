#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Somebody else writes to the same memory blocks at the same time: what succeeds is what is there, and
# memory is not lost to whoever brings it online at the wrong moment, or, if it is, that is said.
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

# once WORD BLOCK...: brings each block online in that way once, as soon as the kernel lets it.
once() {
	local word=$1 block
	shift
	for block; do
		until echo "$word" >"$MEMORY/memory$block/state"; do [ ! -e /tmp/enough ] || return; done
	done 2>/dev/null
}

# lost: what the kernel lost, as it says itself.
lost() { dmesg | grep -cE 'cannot be hotremoved|stuck online'; }

skip_rest() {
	like 'what cannot be put right is told' "$1" '^exit status 3: .*memory block [0-9]+'
	skip 'the rest' 'memory of the device is in a zone where it has to stay'
	done_testing
}

# A rule that brings every new block online, in a zone where it would be stuck.
test_rule() {
	local d=$1
	shift
	for policy in offline online_kernel; do
		as_devdax "$d"
		echo $policy >"$POLICY"
		snapshot /tmp/rule.before
		rm -f /tmp/enough
		once online_kernel "$@" &
		run daxadm reconfigure -m system-ram "$d"
		touch /tmp/enough
		wait
		case $status in
		0) is "a rule onlines new memory, policy $policy: it is put right" "$(zones_of "$d") $(<"$POLICY")" \
			"MMMMMM $policy" ;;
		1)
			snapshot /tmp/rule.after
			same "a rule onlines new memory, policy $policy: all is as it was" /tmp/rule.before /tmp/rule.after
			;;
		# The kernel was quick to put something there. It did not in all of the many runs before.
		*) skip_rest "exit status $status: $err" ;;
		esac
	done
	echo offline >"$POLICY"
}

# Blocks that went offline come back, once each. Not the first, which goes last: see test_moment.
test_way_out() {
	local d=$1
	shift
	daxadm reconfigure -m system-ram "$d" >/dev/null 2>&1
	rm -f /tmp/enough
	once online_movable "${@:2}" &
	run daxadm reconfigure -m devdax --timeout 5 "$d"
	touch /tmp/enough
	wait
	case $status:$(driver "$d") in
	0:device_dax) is 'on the way out: all is gone' "$(ls -d "$MEMORY/memory$1" 2>/dev/null)" '' ;;
	1:kmem) like 'on the way out: the error names a block' "$err" 'memory block [0-9]+' ;;
	*) fail "on the way out: exit status $status, driver $(driver "$d")" && diag "$err" ;;
	esac
	is 'nothing was lost' "$(lost)" 0
}

# As often as it can, for as long as daxadm works. What is then is not known; what is said has to be true
# of the moment in which it was looked at.
test_noise() {
	local d=$1 noise verb
	shift
	daxadm reconfigure -m system-ram "$d" >/dev/null 2>&1
	(while :; do
		for block; do
			echo online_movable >"$MEMORY/memory$block/state"
			echo offline >"$MEMORY/memory$block/state"
		done
	done) 2>/dev/null &
	noise=$!
	for verb in online offline online offline; do
		run daxadm $verb-memory --timeout 2 "$d"
		case $status:$verb:$(flat "$out") in
		0:online:*'"online_memblocks":6,"total_memblocks":6,"movable":true'*) pass "noise: $verb succeeds" ;;
		0:offline:*'"online_memblocks":0,"total_memblocks":6'*) pass "noise: $verb succeeds" ;;
		[13]:*:) like "noise: $verb fails, and says what differs" "$err" 'memory block [0-9]+' ;;
		*) fail "noise: $verb: exit status $status" && diag "$out$err" ;;
		esac
	done
	kill $noise
	wait
	is 'the device is as it was' "$(driver "$d") $(lost)" 'kmem 0'
	ok 'in peace all goes online' daxadm online-memory "$d"
	is 'all of it' "$(zones_of "$d")" MMMMMM
}

# Between the last look and the kernel's own there is a moment. Memory that goes online then is lost.
test_moment() {
	local d=$1
	daxadm reconfigure -m system-ram "$d" >/dev/null 2>&1
	if [ -e "/sys/bus/dax/devices/$d/state" ]; then
		skip 'the moment before kmem is unbound' 'this kernel has removed the memory by then: see test-ram-unplug.sh'
		return
	fi
	echo online_movable >"$POLICY"
	fault -w /drivers/kmem/unbind daxadm disable-device "$d" >/tmp/moment.out 2>&1 &
	until [ -e /tmp/fault.wait ]; do
		kill -0 $! 2>/dev/null || break
		sleep 0.05
	done
	is 'kmem is about to be unbound' "$(zones_of "$d")" '------'
	echo online_movable >"$MEMORY/memory$2/state"
	rm /tmp/fault.wait
	wait $!
	is 'memory that was lost is no success' $? 3
	like 'and it says so' "$(</tmp/moment.out)" 'went online at the last moment, and is lost until the next reboot'
	is 'the policy is put back all the same' "$(<"$POLICY")" online_movable
}

find_memory
d=dax${HMEM[0]}.0
as_devdax "$d"
# The kernel wants some of a zone of its own on each node. When it has that, the rest of the node stays free.
ok 'some memory for the kernel' daxadm reconfigure -s 768M "$d"
ok 'is online' daxadm create-device -r "${HMEM[0]}" -m system-ram --no-movable
# shellcheck disable=SC2207 # numbers
blocks=($(blocks_of "$d"))
test_rule "$d" "${blocks[@]}"
test_way_out "$d" "${blocks[@]}"
test_noise "$d" "${blocks[@]}"
test_moment "$d" "${blocks[@]}"
done_testing
