# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The campaign of faults; sourced after tap.sh and dax.sh. A scenario is a change that is made again and
# again, each time with another fault (see fault.c), and judged by what it leaves:
#
#   exit status 0   the machine is as after the undisturbed change: done in spite of the fault
#   exit status 1   the machine is as before, and no journal is left
#   exit status 3   only where the way back was disturbed as well; daxadm recover ends it
#   killed          daxadm recover ends it
#
# Anything else is wrong. The machine is compared attribute by attribute and block by block, and no driver
# knows an id that it did not know.
#
# LAB_FAULTS says which faults: "all", or "K:N" for those whose number is N modulo K.

FAULTS=${LAB_FAULTS:-40:0}
JOURNALS=/run/daxadm

# Per scenario and in all: injected, ended as before, done all the same, ended by recover, wrong.
declare -A total=([injected]=0 [before]=0 [done]=0 [recovered]=0 [wrong]=0) count=()
case_number=0
declare -a rows=() regions=()
said=''  # by the change that was disturbed
errno='' # that it should have told
each=''

# wanted: whether this one, of all that there are, is in the sample.
wanted() {
	case_number=$((case_number + 1))
	[ "$FAULTS" = all ] || [ $(((case_number + ${FAULTS#*:}) % ${FAULTS%:*})) -eq 0 ]
}

# errors PATH: those that a write to this file can give, the one that lasts first.
errors() {
	case ${1##*/} in
	create) echo ENOSPC EINVAL ENXIO ;;
	delete) echo EBUSY ENXIO ;;
	size) echo ENXIO EBUSY EINVAL ENOSPC ERANGE ;;
	align) echo ENXIO EBUSY EINVAL ;;
	mapping) echo ENOMEM EINVAL ENXIO ;;
	bind) echo ENXIO EBUSY EINVAL ENODEV ENOMEM EEXIST ERANGE EAGAIN EINTR ;;
	unbind) echo ENODEV ;;
	new_id | remove_id) echo EINVAL ENOMEM ;;
	state) echo EPERM EBUSY EINVAL EINTR ENOMEM EAGAIN EHWPOISON ;;
	memmap_on_memory) echo EBUSY EOPNOTSUPP ;;
	*) echo EINVAL ;;
	esac
}

# lies PATH: whether the kernel can say that it made this write when it did not.
lies() { [[ ${1##*/} == @(mapping|new_id|unbind) ]]; }

# find_ids: adds to $why the drivers that take a device by an id that they should not know. `bind` says ENODEV
# of a device that the driver does not match, and something else (it is bound, it is empty) of one that it does.
find_ids() {
	local drivers=(device_dax fsdev_dax) driver device region i name new=()
	[ "$LAB_SERIES" != 6.1 ] || drivers=(kmem)
	[ -n "${regions[$r]-}" ] || regions[r]=$(readlink -f "/sys/bus/dax/devices/dax$r.0")/../dax_region
	region=${regions[$r]}
	# Some more, for the ids of devices that are gone.
	for i in 1 2 3; do
		{ echo 1 >"$region/create"; } 2>/dev/null || break
		read -r name <"$region/create"
		new=("$name" "${new[@]}")
	done
	for driver in "${drivers[@]}"; do
		[ -d "/sys/bus/dax/drivers/$driver" ] || continue
		for device in /sys/bus/dax/devices/*; do
			{ echo "${device##*/}" >"/sys/bus/dax/drivers/$driver/bind"; } 2>/tmp/bind.err
			[[ $(</tmp/bind.err) == *'No such device' ]] || why+=" $driver knows ${device##*/}"
		done
	done
	for name in "${new[@]}"; do echo "$name" >"$region/delete"; done
}

# forget_ids: of all devices that there may have been.
forget_ids() {
	local file region i
	for file in /sys/bus/dax/drivers/*/remove_id; do
		for region in "$r" "$s"; do
			for i in 0 1 2 3 4 5 6; do echo "dax$region.$i" >"$file"; done
		done
	done
}

# has_journals: whether there are any.
has_journals() {
	local -a list=("$JOURNALS"/*.journal)
	[ -e "${list[0]}" ]
}

# compare FILE: sets $why to how the machine differs from a snapshot, in any way.
compare() {
	why=''
	snapshot /tmp/fault.now
	[ "$(</tmp/fault.now)" = "$(<"$1")" ] || why=$(diff "$1" /tmp/fault.now)
	! has_journals || why+=" there is a journal: $(ls "$JOURNALS")"
	find_ids
}

# note WHAT: one more of these.
note() { count[$1]=$((count[$1] + 1)); }

# again: from the state after the change back to the one before it.
again() {
	local why
	eval "$back" 2>/tmp/back.out >/dev/null
	compare /tmp/fault.before
	[ -n "$why" ] || return 0
	# Not every change has an exact opposite.
	forget_ids
	eval "$prepare" 2>/tmp/back.out >/dev/null
	compare /tmp/fault.before
	[ -z "$why" ] && return 0
	echo "Bail out! $scenario: the way back does not lead back: $why $(</tmp/back.out)"
	exit 1
}

# recovers [OPTION] [FILE]: daxadm recover succeeds and leaves what FILE (before) has.
recovers() {
	local expected=${2:-/tmp/fault.before}
	why=''
	run daxadm recover ${1:+"$1"}
	[ "$status" -eq 0 ] || why="recover $1 exits with $status: $err"
	[ -n "$why" ] || compare "$expected"
	[ -n "$why" ] || note recovered
}

# ended STATUS...: judges what the command has left, which may have ended in one of these ways. Sets $why,
# empty when all is well, and $how.
ended() {
	how=$status why=''
	[[ " $* " == *" $status "* ]] || why="exit status $status"
	[ "$status" -eq 0 ] || [ "$status" -ge 128 ] || [[ $err == *daxadm:\ * ]] || why="it does not say why: $err"
	[ -z "$why" ] || return
	[ "$status" -ne 1 ] || [[ $said == *"(${errno:-E}"* ]] || why="it does not tell the real errno: $said"
	[ -z "$why" ] || return
	case $status in
	0)
		compare /tmp/fault.after
		[ -n "$why" ] || note done
		;;
	1)
		compare /tmp/fault.before
		[ -n "$why" ] || note before
		;;
	3)
		has_journals || why='exit status 3 without a journal'
		[ -n "$why" ] || recovers ''
		;;
	*) killed ;;
	esac
}

# Killed before the journal was there, or when it was gone already, there is nothing to recover.
killed() {
	if has_journals; then
		run daxadm list
		[[ $err == *'a change was interrupted'* ]] || why="list does not warn: $err"
		[ -n "$why" ] || recovers ''
		return
	fi
	snapshot /tmp/fault.now
	if [ "$(</tmp/fault.now)" = "$(</tmp/fault.after)" ]; then
		how=0
		note done
		return
	fi
	compare /tmp/fault.before
	[ -n "$why" ] || note before
}

# wrong: tells of it, and goes on from where the next case begins.
wrong() {
	note wrong
	fail "$scenario: $1"
	diag "daxadm ${change[*]}"
	diag "$why"
	diag "$said"
	! has_journals || daxadm recover --forget 2>/dev/null
	forget_ids
	eval "$prepare" 2>/tmp/back.out >/dev/null
	compare /tmp/fault.before
	[ -z "$why" ] && return
	echo "Bail out! $scenario: the machine cannot be put back: $why $(</tmp/back.out)"
	exit 1
}

# faulted FAULT...: the change, disturbed. What each attempt has to find as it was, and a snapshot does not
# show, is in $each.
faulted() {
	[ -z "$each" ] || eval "$each"
	run fault "$@" daxadm "${change[@]}"
	said=$err
}

# one STATUSES FAULT...: one case, if it is wanted.
one() { wanted && always "$@"; }

always() {
	local statuses=$1 why how
	shift
	note injected
	faulted "$@"
	# shellcheck disable=SC2086 # a list
	ended $statuses
	if [ -n "$why" ]; then
		wrong "fault $*"
	elif [ "$how" -eq 0 ]; then
		again
	fi
}

# succeeds: after a recovery the same change can be made.
succeeds() {
	local why
	run daxadm "${change[@]}"
	if [ "$status" -eq 0 ]; then compare /tmp/fault.after; else why="exit status $status: $err"; fi
	if [ -n "$why" ]; then wrong 'the same change, after a recovery'; else again; fi
}

# Each write fails in turn, each in every way; then all that follow it, so that nothing can be taken back.
errors_at() {
	local n=$1 path=$2 error
	for error in $(errors "$path"); do
		errno=$error
		[ "${path##*/}:$error" != state:EINTR ] || errno=ETIMEDOUT # the kernel's word for: it took too long
		one '0 1' -e "$n:$error"
	done
	errno=
	! lies "$path" || one '0 1' -l "$n"
	one '1 3' -e "$n+:ENXIO"
}

# The number of cases is not known before the first fault was made: in a sample there is one for each N.
# these FIRST LAST: all numbers from one to the other, or one of them.
these() {
	[ "$1" -le "$2" ] || return
	if [ "$FAULTS" = all ]; then seq "$1" "$2"; else echo $(($1 + case_number % ($2 - $1 + 1))); fi
}

# path N FILE: of the Nth write that fault listed there.
path() {
	local line
	line=$(sed -n "$1s/^[0-9]* //p" "$2")
	echo "${line%% *}"
}

# lasting PATH: the error that is no reason to try again.
lasting() {
	local list
	read -ra list <<<"$(errors "$1")"
	echo "${list[0]}"
}

# The Nth write fails, and then one of those that take back what was done before it.
errors_twice() {
	local n=$1 first m
	[ "$n" -gt 1 ] || return
	[ "$FAULTS" = all ] || wanted || return
	first=$(lasting "$2")
	faulted -o /tmp/undo -e "$n:$first"
	[ "$status" -ne 0 ] || again
	for m in $(these $((n + 1)) "$(wc -l </tmp/undo)"); do
		always '0 1 3' -e "$n:$first" -e "$m:$(lasting "$(path "$m" /tmp/undo)")"
	done
}

kills_at() {
	local n=$1
	one '137' -b "$n:KILL" && succeeds
	one '137' -a "$n:KILL" && succeeds
}

signals_at() {
	local n=$1
	one '0 1' -b "$n:TERM"
	one '0 1' -a "$n:INT"
	one '0 1' -a "$n:HUP"
	one '0 1' -b "$n:INT" -a "$n:TERM" -b "$((n + 1)):INT" -a "$((n + 2)):TERM"
}

# killed_at N: dead right after the Nth write, with a journal.
killed_at() {
	faulted -a "$1:KILL"
	has_journals && return
	again
	return 1
}

# The recovery is killed, or fails, at each of its writes; the next one ends it. And it goes forward as well.
recoveries_at() {
	local n=$1 m fault why='' how=3
	if wanted && killed_at "$n"; then
		note injected
		recovers --forward /tmp/fault.after
		if [ -n "$why" ]; then wrong "killed after write $n, recover --forward"; else again; fi
	fi
	[ "$FAULTS" = all ] || wanted || return
	killed_at "$n" || return
	fault -o /tmp/undo daxadm recover >/tmp/tap.out 2>&1
	for m in $(these 1 "$(wc -l </tmp/undo)"); do
		for fault in "-a $m:KILL" "-e $m:$(lasting "$(path "$m" /tmp/undo)")"; do
			killed_at "$n" || continue
			note injected
			# shellcheck disable=SC2086 # two words
			run fault $fault daxadm recover
			said=$err
			why=''
			[[ $status == @(0|3|137) ]] || why="recover exits with $status: $err"
			[ -n "$why" ] || recovers ''
			[ -z "$why" ] || wrong "killed after write $n, then recover with $fault"
		done
	done
}

# Killed before every single call, also of the kinds that write no attribute: those around the journal.
kills_between() {
	local n calls
	faulted -n -o /tmp/calls
	again
	calls=$(sed -n 's/^calls //p' /tmp/calls)
	for ((n = 1; n <= calls; n++)); do one '0 137' -c "$n"; done
}

row() { printf '#| %-44s %7s %9s %9s %9s %10s %6s' "$@"; }

# campaign: of the scenario that is set up.
campaign() {
	local n path
	for ((n = 1; n <= writes; n++)); do
		path=$(path "$n" /tmp/writes)
		errors_at "$n" "$path"
		errors_twice "$n" "$path"
		kills_at "$n"
		signals_at "$n"
		recoveries_at "$n"
	done
	[ -z "$every_call" ] || kills_between
}

# scenario NAME PREPARE BACK VERB...: PREPARE makes the state before, from any state; BACK from the one after.
# With every_call set, it is also killed at each system call.
scenario() {
	local scenario=$1 prepare=$2 back=$3 key why
	local -a change=("${@:4}")
	local -i writes
	count=([injected]=0 [before]=0 [done]=0 [recovered]=0 [wrong]=0)
	eval "$prepare" 2>/tmp/back.out >/dev/null
	snapshot /tmp/fault.before
	faulted -o /tmp/writes
	writes=$(wc -l </tmp/writes)
	snapshot /tmp/fault.after
	compare /tmp/fault.after
	if [ "$status" -ne 0 ] || [ "$writes" -eq 0 ] || [ -n "$why" ]; then
		fail "$scenario: without a fault"
		diag "exit status $status; $said $why; prepared with: $(</tmp/back.out)"
		return
	fi
	again
	campaign
	[ "${count[wrong]}" -gt 0 ] || pass "$scenario: ${count[injected]} faults"
	rows+=("$(row "$scenario" "$writes" "${count[injected]}" "${count[before]}" "${count[done]}" \
		"${count[recovered]}" "${count[wrong]}")")
	for key in "${!total[@]}"; do total[$key]=$((total[$key] + count[$key])); done
}

# table: all scenarios.
table() {
	row scenario writes faults before done recovered wrong
	echo
	printf '%s\n' "${rows[@]}"
	row all '' "${total[injected]}" "${total[before]}" "${total[done]}" "${total[recovered]}" "${total[wrong]}"
	echo
}
