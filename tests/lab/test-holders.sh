#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No device is pulled from under a program: it is found whatever it calls the device, wherever it lives and
# however it holds it; and only --force=in-use pulls it all the same.
# lab: --icount --memory 3G --hmem 2G
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
PATH=/tests:$PATH

# all_refused NAME REGEX: all that takes a device from whoever has it.
all_refused() {
	local name=$1 regex=$2 verb
	for verb in "disable-device $d" 'disable-device all' "align $d 4K" "reconfigure -s 256M $d" \
		"reconfigure -s 64M $d" "destroy-device -f $d" 'destroy-device -f all' \
		"reconfigure -m system-ram $d" "reconfigure -m system-ram -N -f $d"; do
		# shellcheck disable=SC2086 # words
		refused "$name: $verb" 1 "$regex" $verb
	done
}

# seen NAME REGEX HOW: what list --holders shows of this holder.
seen() {
	run daxadm list --holders "$d"
	like "$1: list --holders shows it" "$(flat "$out")" "\"holders\":\[\{\"pid\":$2,\"command\":\"holder\",$3"
}

test_plain() {
	hold holder map "/dev/$d"
	all_refused 'mapped' "$d is in use: pid $holder \(holder\) maps it"
	seen 'mapped' "$holder" '"open":false,"maps":true'
	is 'mapped: it was not disturbed' "$(touched)" touched
	change 'another device is at nobody'\''s' align "$other" 4K
	let_go
	hold holder open "/dev/$d"
	all_refused 'open' "$d is in use: pid $holder \(holder\) has it open"
	seen 'open' "$holder" '"open":true,"maps":false'
	let_go
	change 'when it has ended' align "$d" 4K
	change 'and back' align "$d" 2M
}

test_hidden() {
	local number
	number=$(attr "$d" dev)
	mknod /tmp/other-name c "${number%:*}" "${number#*:}"
	hold holder map /tmp/other-name
	refused 'under another name' 1 "pid $holder \(holder\) maps it" disable-device "$d"
	rm /tmp/other-name
	refused 'the name is gone' 1 "pid $holder \(holder\) maps it" disable-device "$d"
	let_go
	hold unshare -m sh -c "mount -t tmpfs none /mnt && mknod /mnt/x c ${number/:/ } && exec holder open /mnt/x"
	refused 'in another mount namespace' 1 "pid $holder \(holder\) has it open" disable-device "$d"
	let_go
	hold unshare -mpf --mount-proc holder map "/dev/$d"
	refused 'in another pid namespace, with the pid that we see' 1 \
		"pid $(pgrep -x holder) \(holder\) maps it" disable-device "$d"
	let_go
	hold unshare -mr sh -c "exec holder open /dev/$d"
	refused 'in another user namespace' 1 '\(holder\) has it open' disable-device "$d"
	let_go
	hold holder low "/dev/$d"
	refused 'at an address of few digits' 1 "pid $holder \(holder\) maps it" disable-device "$d"
	let_go
	hold holder thread "/dev/$d"
	refused 'in a thread of a process without its first one' 1 "pid $holder \(holder\) has it open" \
		disable-device "$d"
	let_go
	hold holder flight "/dev/$d"
	refused 'in no process, but in a socket' 1 "$d may be in use" disable-device "$d"
	let_go
	ok 'nobody has it any more' daxadm align "$d" 4K
	ok 'and back' daxadm align "$d" 2M
}

test_force() {
	hold holder map "/dev/$d"
	ok 'in use: disabled by force' daxadm disable-device --force=in-use "$d"
	is 'its next touch is SIGBUS' "$(touched)" SIGBUS
	refused 'its file is stale: it is not enabled before that is closed' 1 "$d is still in use: pid $holder" \
		enable-device "$d"
	let_go
	ok 'now it is' daxadm enable-device "$d"
	hold holder map "/dev/$d"
	refused '-f alone is not that risk' 1 'is in use' destroy-device -f "$d"
	refused 'nor is another risk' 1 'is in use' destroy-device -f --force=lose-data "$d"
	ok 'destroyed by force' daxadm destroy-device -f --force=in-use "$d"
	is 'its touch is SIGBUS, too' "$(touched)" SIGBUS
	is 'the device is gone' "$(test -e "/sys/bus/dax/devices/$d" && echo there)" ''
	let_go
	ok 'another one in its place' daxadm create-device -r "$r" -s 128M
	hold holder map "/dev/$d"
	is 'works' "$(touched)" touched
	let_go
}

# looks: how often the traced program looked into a process, other than at its own oom_score_adj.
looks() { grep '/proc/[0-9]' /tmp/trace | grep -vc oom_score_adj; }

# What cannot hurt looks at nobody; and where no device is open, what could hurt does not either.
test_costs() {
	local verb start ms alone
	hold holder open "/dev/$d"
	for verb in list "align --dry-run $other 4K" 'create-device -s 16M'; do
		# shellcheck disable=SC2086 # words
		traced daxadm $verb
		is "$verb: looks into no process" "$status $(looks)" '0 0'
	done
	let_go
	start=${EPOCHREALTIME/./}
	daxadm align "$d" 4K >/dev/null 2>&1
	alone=$(((${EPOCHREALTIME/./} - start) / 1000))
	daxadm align "$d" 2M >/dev/null 2>&1
	traced daxadm align "$d" 4K
	is 'nothing is open: no process is looked into' "$status $(looks)" '0 0'
	echo 20000 >/proc/sys/kernel/threads-max
	# With icount a second is a thousand million instructions. Before Linux 6.11 maps are read as text: dearer.
	hold holder crowd 10000
	is 'ten thousand processes' "$(pgrep -xc holder)" 10001
	sleep 1000 9<>"/dev/$other" &
	local sleeper=$!
	until [ -e "/proc/$sleeper/fd/9" ]; do sleep 0.05; done
	start=${EPOCHREALTIME/./}
	daxadm align "$d" 2M >/dev/null 2>&1
	ms=$(((${EPOCHREALTIME/./} - start) / 1000 - alone))
	diag "with 10,000 processes: $ms ms more than the $alone of itself"
	is 'are looked through in two thousand million instructions' $((ms < 2000)) 1
	is 'and it was done' "$(attr "$d" align)" $((2 * MIB))
	kill "$sleeper"
	let_go
}

find_memory
r=${HMEM[0]} d=dax${HMEM[0]}.1 other=dax${HMEM[0]}.2
daxadm destroy-device -f -r "$r" all >/dev/null 2>&1
daxadm create-device -r "$r" --count 2 -s 128M >/dev/null 2>&1
test_plain
test_hidden
test_force
test_costs
done_testing
