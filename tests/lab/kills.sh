# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # variables are the test's, and those of tap.sh and campaign.sh
# Kills at random moments; sourced after campaign.sh. A change is killed somewhere in the time that it takes
# (killer.c); a third of the recoveries are killed, too; and before a half of them somebody else changes the
# machine. Afterwards it is judged:
#
#   nobody else was there   the machine is as before, or, when the change had ended, as after it; recover
#                           succeeds, and leaves no journal
#   somebody was            recover ends so, or it refuses, and says why; what the other made is not touched,
#                           nor is any bystander
#   always                  the kernel has lost no memory
#
# Anything else is wrong. LAB_FAULTS says how many: "all", or a sample whose seed is the N of "K:N".

KINDS=(add gone resized replaced onliner)
declare -A tally=([kills]=0 [killed]=0 [recoveries]=0 [strangers]=0 [back]=0 [after]=0 [refused]=0 [wrong]=0)

# draw N: a random number below it, in $drawn.
draw() { drawn=$(((RANDOM << 15 | RANDOM) % ($1 > 0 ? $1 : 1))); }

# lost: what the kernel has lost, as it says itself.
lost() { dmesg | grep -cE 'cannot be hotremoved|stuck online'; }

# any_journal: whether one is left, of this boot or of persistent memory.
any_journal() {
	local file
	for file in /run/daxadm/* /var/lib/daxadm/*; do
		[ ! -s "$file" ] || [[ $file == *lock ]] || return 0
	done
	return 1
}

# persistent FILE: what lasts, and the devices. The kernel chooses the number of a namespace.
persistent() {
	{
		daxadm list -NR | jq -c '.[] | (.available_size, (.namespaces[] | select(.seed | not)
			| del(.dev, .chardev, .blockdev)))'
		daxadm list -M | jq -c '.[] | del(.chardev, .namespace)'
	} >"$1" 2>&1
}

state() { if [ "$of" = pmem ]; then persistent "$1"; else snapshot "$1"; fi; }

is_state() {
	state /tmp/kills.now
	cmp -s /tmp/kills.now "/tmp/kills.$1"
}

# namespace UUID: its name.
namespace() { daxadm list -N -r "$l" | jq -r --arg uuid "$1" '.[] | select(.uuid == $uuid) | .dev'; }

# device_state DEVICE: all that there is to see of it.
device_state() {
	if [[ $1 == namespace* ]]; then
		cat "/sys/bus/nd/devices/$1"/{size,uuid,mode,holder} 2>/dev/null
		return 0
	fi
	[ -n "$1" ] && [ -e "/sys/bus/dax/devices/$1" ] || return 0
	echo "$(ranges "$1") $(attr "$1" size) $(attr "$1" align) $(driver "$1")" \
		"$([ "$(driver "$1")" != kmem ] || zones_of "$1")"
}

# bystanders: those that the change does not name.
bystanders() {
	local name
	for name in $others; do device_state "$name"; done
}

# devices: of the region $r.
devices() { (cd /sys/bus/dax/devices && echo "dax$r."*); }

# What somebody else does, when it can be done now, and in $theirs the device or the namespace that is theirs then.
stranger_add() {
	there=$(devices)
	if [ "$of" = pmem ]; then
		theirs=$(ndctl create-namespace -r "region$l" -m devdax -s 64M 2>/dev/null | jq -r .dev)
	elif [ "$LAB_SERIES" = 6.1 ]; then
		# There daxctl binds all devices that have no driver (new_id_store).
		echo 1 >"/sys/bus/dax/devices/dax$r.0/../dax_region/create" || return
		theirs=$(<"/sys/bus/dax/devices/dax$r.0/../dax_region/create")
		echo $((320 * MIB)) >"/sys/bus/dax/devices/$theirs/size"
	else
		theirs=$(daxctl create-device -r "$r" -s $((320 * MIB)) 2>/dev/null |
			sed -n 's/.*"chardev":"\(.*\)",/\1/p')
	fi
	[ -n "$theirs" ]
} 2>/dev/null

# can_go: the target is there, and is not system memory, with which daxctl could lose it.
can_go() { [ "$of" = dynamic ] && [ -e "/sys/bus/dax/devices/$target" ] && [ "$(driver "$target")" != kmem ]; }

stranger_gone() {
	if [ "$of" = pmem ]; then
		ndctl destroy-namespace -f "$(namespace "$target")"
	else
		can_go && daxctl destroy-device -f "$target"
	fi
} >/dev/null 2>&1

stranger_resized() {
	can_go || return
	daxctl disable-device "$target"
	theirs=$target
	daxctl reconfigure-device -m devdax -s $((320 * MIB)) "$target"
} >/dev/null 2>&1

# region_gone: by hand, with its memory offline before. A driver id that is left gives a new device to kmem, too.
region_gone() {
	local block
	if [ "$(driver "$target")" = kmem ]; then
		for block in $(blocks_of "$target"); do echo offline >"$MEMORY/memory$block/state"; done
		[[ $(zones_of "$target") =~ ^-*$ ]] || return
	fi
	cxl_region_gone "region${CXL[0]}"
}

# Another region under the same number, on a half of the memory.
stranger_replaced() {
	[ "$of" = cxl ] || return
	region_gone && cxl_region 0 ram $((512 * MIB)) || return
	theirs=$target
} 2>/dev/null

stranger_onliner() {
	local block
	[ "$of" != pmem ] && [ "$(driver "$target")" = kmem ] || return
	for block in $(blocks_of "$target"); do echo online_movable >"$MEMORY/memory$block/state"; done
	# What the run was about to do itself is no sign of a stranger.
	theirs=''
} 2>/dev/null

# leave KIND: the stranger goes, with what is his.
leave() {
	local name
	case $1 in
	add)
		[ "$of" != pmem ] || { ndctl destroy-namespace -f "$theirs" >/dev/null; return; }
		echo "$theirs" >"/sys/bus/dax/drivers/$(driver "$theirs")/unbind"
		echo 0 >"/sys/bus/dax/devices/$theirs/size"
		echo "$theirs" >"/sys/bus/dax/devices/$theirs/../dax_region/delete"
		# daxctl takes the empty device of a run that was killed, and leaves the one that it has made.
		for name in $(devices); do
			[[ " $there " == *" $name "* || $(attr "$name" size) != 0 ]] ||
				echo "$name" >"/sys/bus/dax/devices/dax$r.0/../dax_region/delete"
		done
		;;
	replaced) region_gone && cxl_region 0 ram "$GIB" ;;
	esac
} 2>/dev/null

# recover_once: maybe killed itself, then to its end; 0 when nothing is wrong with how it ended.
recover_once() {
	draw 3
	if [ "$drawn" -eq 0 ]; then
		draw "$duration"
		history+=", recover killed after $drawn us"
		tally[recoveries]=$((tally[recoveries] + 1))
		run killer "$drawn" daxadm recover
		[[ $status == @(0|1|3|137) ]] || why="recover that is killed exits with $status: $err"
	fi
	run daxadm recover
	if [ "$status" -eq 0 ]; then
		! any_journal || why="recover exits with 0, and a journal is left"
	else
		[[ $err == daxadm:* ]] || why="recover exits with $status, and does not say why: $err"
		any_journal || why="recover exits with $status, and no journal is left: $err"
	fi
}

# judge_alone: nobody else was there.
judge_alone() {
	recover_once
	[ -n "$why" ] && return
	if [ "$status" -ne 0 ]; then
		why="recover exits with $status: $err"
	elif is_state before; then
		tally[back]=$((tally[back] + 1))
	elif [ "$journal" = no ] && is_state after; then
		tally[after]=$((tally[after] + 1))
	else
		why="the machine is neither as before nor as after: $(diff /tmp/kills.before /tmp/kills.now)"
	fi
}

# judge_with KIND
judge_with() {
	local mine beside
	mine=$(device_state "$theirs") beside=$(bystanders)
	tally[strangers]=$((tally[strangers] + 1))
	recover_once
	[ -n "$why" ] && return
	[ -z "$theirs" ] || [ "$(device_state "$theirs")" = "$mine" ] ||
		why="the device of another, $theirs, was '$mine' and is '$(device_state "$theirs")'"
	[ "$(bystanders)" = "$beside" ] || why="a bystander was '$beside' and is '$(bystanders)'"
	[ -n "$why" ] && return
	[ "$status" -eq 0 ] || tally[refused]=$((tally[refused] + 1))
	leave "$1"
	[ "$status" -eq 0 ] || run daxadm recover
	if [ "$status" -ne 0 ]; then
		run daxadm recover --forget
		[ "$status" -eq 0 ] && ! any_journal || why="recover --forget exits with $status: $err"
	elif [[ $1$journal == @(add*|onlineryes) ]] && ! is_state before && ! { [ "$journal" = no ] && is_state after; }; then
		why="when the other has gone, the machine is neither as before nor as after: $(diff /tmp/kills.before /tmp/kills.now)"
	fi
}

# reset: as before, whatever there is.
reset() {
	! any_journal || daxadm recover --forget >/dev/null 2>&1
	is_state before && return
	[ "$of" = pmem ] || forget_ids >/dev/null 2>&1
	eval "$prepare" >/tmp/back.out 2>&1
	is_state before && return
	echo "Bail out! $name: the machine cannot be put back: $(diff /tmp/kills.before /tmp/kills.now) $(</tmp/back.out)"
	exit 1
}

# visit: somebody else does what can be done now; sets $kind to that.
visit() {
	local i n
	draw ${#KINDS[@]}
	n=$drawn
	for ((i = 0; i < ${#KINDS[@]}; i++)); do
		kind=${KINDS[(n + i) % ${#KINDS[@]}]}
		if "stranger_$kind"; then
			history+=", then $kind"
			return
		fi
	done
	kind=''
}

# one_kill: of the change that is set up.
one_kill() {
	local why='' history theirs='' there='' kind='' journal=no losses
	losses=$(lost)
	: >/tmp/back.out
	draw "$duration"
	history="killed after $drawn of $duration us"
	tally[kills]=$((tally[kills] + 1))
	run killer "$drawn" daxadm "${change[@]}"
	[[ $status == @(0|137) ]] || why="the change exits with $status: $err"
	[ "$status" -ne 137 ] || tally[killed]=$((tally[killed] + 1))
	! any_journal || journal=yes
	draw 2
	[ "$drawn" -ne 0 ] || [ "$strangers" = no ] || visit
	[ -n "$why" ] || if [ -z "$kind" ]; then judge_alone; else judge_with "$kind"; fi
	[ -n "$why" ] || [ "$(lost)" = "$losses" ] || why="memory is lost: $(dmesg | tail -n 5)"
	if [ -n "$why" ]; then
		tally[wrong]=$((tally[wrong] + 1))
		fail "$name: daxadm ${change[*]}: $history (seed $seed)"
		diag "$why"
	fi
	reset
}

# kills OF NAME TARGET PREPARE VERB...: so many of them. OF: dynamic, cxl or pmem memory. PREPARE makes the
# state before, from any.
kills() {
	local of=$1 name=$2 target=$3 prepare=$4 duration i wrong=${tally[wrong]}
	local -a change=("${@:5}")
	case_number=$((case_number + 1))
	[ "$FAULTS" = all ] || [ $(((case_number + seed) % 4)) -eq 0 ] || return 0
	eval "$prepare" >/tmp/back.out 2>&1
	state /tmp/kills.before
	run killer -m /tmp/kills.duration daxadm "${change[@]}"
	[ "$status" -eq 0 ] || diag "undisturbed: $err $(</tmp/back.out)"
	duration=$(</tmp/kills.duration)
	state /tmp/kills.after
	reset
	for ((i = 0; i < each; i++)); do one_kill; done
	[ "${tally[wrong]}" -gt "$wrong" ] || pass "$name: $each kills"
}

# kills_table
kills_table() {
	printf '#| kills: %d, of which %d came in time; recoveries killed: %d; others at work: %d\n' \
		"${tally[kills]}" "${tally[killed]}" "${tally[recoveries]}" "${tally[strangers]}"
	printf '#| as before: %d, as after: %d, refused for another'"'"'s sake: %d, wrong: %d\n' \
		"${tally[back]}" "${tally[after]}" "${tally[refused]}" "${tally[wrong]}"
}
