#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every signal, between two steps of a change and while that is taken back: the change is made whole, or the machine
# is as before, and the exit status says which. And what the limits of the shell do: ulimit -f, -t.
# lab: --hmem 1G
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
PATH=/tests:$PATH

find_memory
r=${HMEM[0]} d=dax${HMEM[0]}.1
daxadm destroy-device -f -r "$r" all >/dev/null 2>&1
daxadm create-device -r "$r" -s 512M >/dev/null 2>&1

state() { echo "$(attr "$d" size) $(driver "$d") $(ls /run/daxadm | grep -v '^lock$')"; }
before="$((512 * MIB)) device_dax " after="$((256 * MIB)) device_dax "

# Those that neither end nor stop a change.
declare -A ignored=()
for name in PIPE XFSZ CHLD CONT URG WINCH TSTP TTIN TTOU; do ignored[$(kill -l "$name")]=yes; done
ignored[32]=yes ignored[33]=yes # glibc's own

# one FAULT...: a change with these faults; its status.
one() {
	fault "$@" daxadm reconfigure -s 256M "$d" >/tmp/out 2>/tmp/err
	status=$?
	now=$(state)
	[ "$now" = "$before" ] || daxadm reconfigure -s 512M "$d" >/dev/null 2>&1
	rm -f /run/daxadm/*.journal
}

wrong=()
for ((number = 1; number <= 64; number++)); do
	case $number in 9 | 19) continue ;; esac # cannot be caught
	one -a "2:$number"
	if [ -n "${ignored[$number]-}" ]; then
		[ "$status $now" = "0 $after" ] || wrong+=("signal $number is not ignored: $status $now $(</tmp/err)")
	else
		[ "$status $now" = "1 $before" ] || wrong+=("signal $number: $status $now $(</tmp/err)")
		[[ $(</tmp/err) == *'interrupted, with 2 of 3 steps done'* ]] || wrong+=("signal $number: $(</tmp/err)")
	fi
	diag "signal $number: $status"
done
is 'each signal' "${#wrong[@]}" 0
[ ${#wrong[@]} -eq 0 ] || diag "$(printf '%s\n' "${wrong[@]}")"

# The third write fails; a signal comes while the others are taken back. And at the end, when nothing is left to do.
for name in INT XCPU USR1 TSTP; do
	number=$(kill -l $name)
	one -e 3:EIO -b "4:$number" -a "4:$number" -a "5:$number"
	is "SIG$name on the way back" "$status $now" "1 $before"
done
one -a 3:2
[ "$status $now" = "0 $after" ] && pass 'SIGINT after the last step' || is 'SIGINT after the last step' "$status $now" "1 $before"

# The kernel itself sends SIGXCPU each second that is over the limit; SIGALRM comes from a timer that was there before.
run fault -a 2:XCPU -a 3:XCPU -a 4:XCPU daxadm reconfigure -s 256M "$d"
is 'SIGXCPU again and again' "$status $(state)" "1 $before"

# ulimit -f: no file may get longer. SIGXFSZ would end the program without a word.
err=$(ulimit -f 0 && daxadm reconfigure -s 256M "$d" 2>&1 >/dev/null) # a pipe has no limit
status=$?
is 'no room for the journal' "$status $(state)" "1 $before"
like 'no room for the journal: it says so' "$err" 'cannot write the journal .*\(EFBIG\)'
truncate -s 64K /tmp/full
bash -c "ulimit -f 64; exec daxadm reconfigure -s 256M $d" >>/tmp/full 2>/tmp/err
is 'no room for the output' "$? $(state)" "3 $after"
like 'no room for the output: it says so' "$(</tmp/err)" 'the change was made'
ok 'and back' daxadm reconfigure -s 512M "$d"
bash -c 'ulimit -f 64; exec daxadm list' >>/tmp/full 2>/tmp/err
is 'list: no room for the output' "$?" 1
like 'list: no room for the output: it says so' "$(</tmp/err)" 'cannot write to standard output: File too large \(EFBIG\)'
done_testing
