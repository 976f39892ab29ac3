#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Many at once in one region: two and eight daxadm that create, resize, realign and destroy; the same
# beside a daxctl that takes no lock. No space is lost, no device is left over, none has another size than
# was said, and every command is done or refused.
# lab: --cpus 2 --memory 2G --hmem 4G
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"

# Seconds for each round.
[ "${LAB_FAULTS:-}" = all ] && LONG=60 || LONG=8
dir=/tmp/races

# field NAME: of the first device in $said.
field() { [[ $said =~ \"$1\":\"?([^\",]*) ]] && echo "${BASH_REMATCH[1]}"; }

# say NUMBER TEXT: to the worker's log.
say() { echo "$2" >>"$dir/$1.log"; }

# do_one NUMBER VERB...: runs it; 0 when it is done. An answer other than done or refused is wrong.
do_one() {
	local number=$1 status=0
	shift
	said=$(daxadm "$@" 2>"$dir/$number.err") || status=$?
	case $status in
	0) say "$number" "done $*" ;;
	1)
		say "$number" "refused $*: $(head -n 1 "$dir/$number.err")"
		grep -q '^daxadm: ' "$dir/$number.err" || say "$number" "WRONG $*: refused without a word"
		;;
	3)
		# Only who takes no lock can be in the way of an undo.
		[ -e "$dir/rival" ] && say "$number" "stuck $*: $(head -n 1 "$dir/$number.err")" ||
			say "$number" "WRONG $*: $(<"$dir/$number.err")"
		;;
	*) say "$number" "WRONG $*: exit status $status: $(<"$dir/$number.err")" ;;
	esac
	ended=$status
	return "$status"
}

# check NUMBER DEVICE SIZE: it is what was said, unless daxctl took it for its own.
check() {
	local size driver
	size=$(attr "$2" size 2>/dev/null) driver=$(driver "$2")
	[ "$size $driver" = "$3 device_dax" ] || grep -qwF "$2" "$dir/rival" 2>/dev/null || say "$1" "WRONG $2 has $size bytes and driver $driver, not $3 device_dax"
}

# worker NUMBER END: devices of its own, of which it knows the sizes, until then.
worker() {
	local number=$1 end=$2 device size said n ended
	local -A mine=()
	RANDOM=$((number * 7919 + 1))
	while [ $SECONDS -lt "$end" ]; do
		size=$((2 * (1 + RANDOM % 64) * MIB))
		if [ ${#mine[@]} -lt 3 ]; then
			do_one "$number" create-device -r "$r" -s "$size" || continue
			device=$(field chardev)
			[ -z "${mine[$device]-}" ] || say "$number" "WRONG $device was created, and is there already"
			mine[$device]=$size
			check "$number" "$device" "$size"
			continue
		fi
		local -a names=("${!mine[@]}")
		device=${names[RANDOM % 3]}
		n=$((RANDOM % 8))
		if [ $n -lt 3 ]; then
			do_one "$number" reconfigure -s "$size" "$device" && mine[$device]=$size
		elif [ $n -lt 5 ]; then
			do_one "$number" align "$device" $((RANDOM % 2 ? 4096 : 2 * MIB))
		else
			do_one "$number" destroy-device -f "$device" && unset "mine[$device]" && continue
		fi
		# What is stuck is as nobody said.
		if [ "$ended" -eq 3 ]; then unset "mine[$device]"; else check "$number" "$device" "${mine[$device]}"; fi
	done
	for device in "${!mine[@]}"; do echo "$device ${mine[$device]}" >>"$dir/$number.mine"; done
}

# rival END: daxctl, with a device of its own, which it makes and destroys: by its name, which another can
# have by then.
rival() {
	local said device
	while [ $SECONDS -lt "$1" ]; do
		said=$(daxctl create-device -r "$r" -s 64M 2>/dev/null) || continue
		device=$(field chardev)
		[ -n "$device" ] || continue
		echo "$device" >>"$dir/rival"
		daxctl disable-device "$device"
		daxctl destroy-device "$device"
	done >/dev/null 2>&1
}

# all_end PID...: once in a while, when it is not alone, daxctl does not come back from the kernel of 7.x; what it
# holds there others wait for. 1 for that, which is no fault of theirs. All else has to end.
all_end() {
	local i pid
	for ((i = 0; i < LONG + 45; i++)); do
		kill -0 "$@" 2>/dev/null || break
		sleep 1
	done
	for pid in $(pgrep -x daxctl); do
		[ "$(awk '/^State/ { print $2 }' "/proc/$pid/status")" = D ] || continue
		sleep 5
		[ "$(awk '/^State/ { print $2 }' "/proc/$pid/status" 2>/dev/null)" = D ] || continue
		diag "$(tr '\0' ' ' <"/proc/$pid/cmdline")does not come back:"
		diag "$(cat "/proc/$pid/stack")"
		for pid in $(pgrep -x daxadm); do diag "daxadm: $(cat "/proc/$pid/stack")"; done
		kill -KILL "$@" $(pgrep -x daxadm) 2>/dev/null
		skip "$name" 'daxctl hangs in the kernel'
		return 1
	done
	wait "$@"
	return 0
}

# owned: "DEVICE SIZE" of all that the workers say that they have.
owned() { cat "$dir"/*.mine 2>/dev/null | sort -V; }

# there: of all that are there.
there() {
	local device
	for device in /sys/bus/dax/devices/*; do
		device=${device##*/}
		[ "$device" = "dax$r.0" ] || echo "$device $(attr "$device" size)"
	done | sort -V
}

# round NAME WORKERS [rival]
round() {
	local name=$1 n=$2 end i sum=0 size pids=() wrong total available
	rm -rf $dir
	mkdir $dir
	end=$((SECONDS + LONG))
	[ -z "${3-}" ] || touch $dir/rival
	for ((i = 1; i <= n; i++)); do
		worker "$i" "$end" &
		pids+=($!)
	done
	if [ -n "${3-}" ]; then
		rival "$end" &
		pids+=($!)
	fi
	all_end "${pids[@]}" || return
	wrong=$(cat $dir/*.log | grep '^WRONG')
	is "$name: each command is done or refused, and true" "$wrong" ''
	diag "$(cat $dir/*.log | grep -c '^done') done, $(cat $dir/*.log | grep -c '^refused') refused, $(cat $dir/*.log |
		grep -c '^stuck') stuck: $(cat $dir/*.log | sed -n 's/^\(refused\|stuck\) [^:]*: daxadm: \([^:]*\): /\1 /p' |
		sed 's/[0-9][0-9]*/N/g' | sort | uniq -c | sort -rn | head -n 5)"
	if [ -n "${3-}" ]; then
		run daxadm recover
		# Of what daxctl has changed meanwhile it can only say what stands in the way.
		is "$name: what got stuck is recovered, or why not is said" \
			"$((status == 0 || (status == 3 && ${#err} > 0)))" 1
		[ "$status" -eq 0 ] || { diag "$err" && daxadm recover --forget >/dev/null 2>&1; }
		# What is left over of daxctl is not ours; nor need a device be there that daxctl took for its own.
		is "$name: what daxadm made is as it said" \
			"$(comm -23 <(owned | sort) <(there | sort) | grep -vwFf "$dir/rival")" ''
	else
		is "$name: no device is left over, none is missing" "$(there)" "$(owned)"
	fi
	is "$name: no journal is left" "$(ls /run/daxadm | grep -v '^lock$')" ''
	for size in $(there | cut -d ' ' -f 2) "$(attr "dax$r.0" size)"; do sum=$((sum + size)); done
	total=$(attr "dax$r.0" ../dax_region/size) available=$(attr "dax$r.0" ../dax_region/available_size)
	is "$name: no space is lost" $((sum + available)) "$total"
	daxadm destroy-device -f -r "$r" all >/dev/null 2>&1
	is "$name: all of it can be had again" "$(attr "dax$r.0" ../dax_region/available_size)" "$total"
}

find_memory
r=${HMEM[0]}
daxadm destroy-device -f -r "$r" all >/dev/null 2>&1
round 'two' 2
round 'eight' 8
round 'two beside daxctl' 2 rival && round 'four beside daxctl' 4 rival
done_testing
