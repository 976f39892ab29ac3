#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is left behind by a change that ended early, and what is in the way of one: journals that are torn,
# foreign or not alone, locks, folders and machines that are not as they should be.
# lab: --hmem 2G --hmem 1G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
PATH=/tests:$PATH

folder=/run/daxadm
lock=$folder/lock

# left: the one journal that is there.
left() { ls $folder | grep -v '^lock$'; }

# kill_at N VERB...: right after its Nth write to /sys.
kill_at() {
	local n=$1
	shift
	run fault -a "$n:KILL" daxadm "$@"
}

# ended NAME FILE: no journal is left, and the machine is as in this snapshot.
ended() {
	is "$1: no journal is left" "$(left)" ''
	snapshot /tmp/now
	same "$1: the machine is as it was" "$2" /tmp/now
}

test_left_behind() {
	local pid
	snapshot /tmp/before
	kill_at 2 reconfigure -s 256M "$d"
	is 'killed: with a journal' "$status $(left | wc -l)" '137 1'
	is 'that only root can read' "$(stat -c '%a %U' $folder $folder/*.journal | xargs)" '700 root 600 root'
	pid=$(sed -n 's/^pid //p' $folder/*.journal)
	run daxadm list
	is 'list works' "$status" 0
	like 'and warns' "$err" "a change was interrupted \(reconfigure, pid $pid\): run 'daxadm recover --dry-run'"
	is 'in one line' "$(wc -l <<<"$err")" 1
	refused 'the device is not changed' 1 \
		"$d was left half changed by an interrupted run \(reconfigure, pid $pid\).*daxadm recover" align "$d" 4K
	refused 'nor together with others' 1 "$d was left half changed" disable-device all
	change 'another one is' align "$other" 4K
	change 'and back' align "$other" 2M
	snapshot /tmp/half
	run daxadm recover --dry-run
	like 'a dry run says what would be taken back' "$err" "would undo: $d: unbind it from device_dax"
	snapshot /tmp/now
	same 'and does nothing' /tmp/half /tmp/now
	is 'and forgets nothing' "$(left | wc -l)" 1
	run daxadm recover
	is 'recover' "$status" 0
	like 'says so' "$err" 'recovered 1 change'
	ended 'recover' /tmp/before
	run daxadm recover
	is 'nothing to recover' "$status" 0
	kill_at 2 reconfigure -s 256M "$d"
	ok 'recover --forward' daxadm recover --forward
	is 'finishes it' "$(attr "$d" size) $(driver "$d") $(left)" "$((256 * MIB)) device_dax "
	ok 'and back' daxadm reconfigure -s 512M "$d"
	snapshot /tmp/now
	same 'all is as before' /tmp/before /tmp/now
	kill_at 2 reconfigure -s 256M "$d"
	snapshot /tmp/half
	ok 'recover --forget' daxadm recover --forget
	ended 'it touches no device' /tmp/half
	ok 'which somebody else mends' daxadm reconfigure -s 512M -m devdax "$d"
}

# Two that were killed, on devices that have nothing to do with each other.
test_two() {
	snapshot /tmp/before
	kill_at 2 reconfigure -s 256M "$d"
	kill_at 2 align "$other" 4K
	is 'two are left' "$(left | wc -l)" 2
	run daxadm list
	is 'list warns of both' "$(grep -c 'a change was interrupted' <<<"$err")" 2
	ok 'both are recovered' daxadm recover
	ended 'both' /tmp/before
}

# by_hand NAME COMMANDS: somebody mended it, or did not, before the recovery.
by_hand() {
	kill_at 3 reconfigure -s 256M "$d"
	eval "$2" >/dev/null 2>&1
	ok "$1: recover" daxadm recover
	ended "$1" /tmp/before
}

test_by_hand() {
	local dir=/sys/bus/dax/devices/$d driver=/sys/bus/dax/drivers/device_dax
	snapshot /tmp/before
	by_hand 'mended by hand' "echo $((512 * MIB)) >$dir/size; echo $d >$driver/new_id; echo $d >$driver/remove_id"
	by_hand 'mended in part' "echo $((512 * MIB)) >$dir/size"
	by_hand 'bound by hand, with the new size' "echo $d >$driver/new_id; echo $d >$driver/remove_id"
	# A size that the change does not know is somebody else's.
	kill_at 3 reconfigure -s 256M "$d"
	[ "$(driver "$d")" = none ] || echo "$d" >$driver/unbind
	echo $((128 * MIB)) >"$dir/size"
	run daxadm recover
	like 'made smaller by hand' "$status $err" '^3 .*its size is 128 MiB, not (256|512) MiB.*--forget'
	is 'it is left alone' "$(attr "$d" size) $(driver "$d")" "$((128 * MIB)) none"
	echo $((256 * MIB)) >"$dir/size"
	ok 'with the size of the change it is recovered' daxadm recover
	ended 'it, too' /tmp/before
	# Somebody else has its memory meanwhile.
	kill_at 3 reconfigure -s 256M "$d"
	echo 1 >"$dir/../dax_region/create"
	echo $((128 * MIB)) >"/sys/bus/dax/devices/dax$r.3/size"
	run daxadm recover
	is 'its memory has another device: exit status' "$status" 3
	like 'says what is in the way' "$err" 'cannot undo reconfigure.*the range is not free|in region'
	like 'and what to do' "$err" $'\nhint: '
	is 'the journal stays' "$(left | wc -l)" 1
	daxadm disable-device "dax$r.3" >/dev/null 2>&1
	echo 0 >"/sys/bus/dax/devices/dax$r.3/size"
	echo "dax$r.3" >"$dir/../dax_region/delete"
	ok 'when that is gone, it is recovered' daxadm recover
	ended 'it' /tmp/before
	# What was being created is gone; what was being destroyed is there.
	kill_at 2 create-device -r "$r" -s 64M
	echo 0 >"/sys/bus/dax/devices/dax$r.3/size"
	echo "dax$r.3" >"$dir/../dax_region/delete"
	ok 'the new device was deleted by hand: recover' daxadm recover
	ended 'the new device' /tmp/before
}

# A new device must not take the memory, or the name, that an unfinished change may need again.
test_space() {
	snapshot /tmp/before
	kill_at 3 destroy-device -f "$other"
	is 'killed: the device is deleted' "$(test -e "/sys/bus/dax/devices/$other" && echo there)" ''
	refused 'nothing is created in its place' 1 'daxadm recover' create-device -r "$r" -s 2M
	refused 'nor does another one grow into it' 1 'daxadm recover' reconfigure -s 1G "$d"
	ok 'another region is usable' daxadm create-device -r "${HMEM[1]}" -s 2M
	ok 'in every way' daxadm destroy-device -f "dax${HMEM[1]}.1"
	ok 'recover' daxadm recover
	ended 'it is back' /tmp/before
}

# bad NAME: a journal as the caller made it at $bad is told of, and not acted on.
bad() {
	local name=$1
	snapshot /tmp/before.bad
	run daxadm list
	is "$name: list works" "$status" 0
	like "$name: and warns" "$err" "$bad"
	run daxadm recover
	is "$name: recover fails" "$status" 1
	like "$name: with the file's name" "$err" "daxadm: .*$bad"
	snapshot /tmp/now
	same "$name: nothing was done" /tmp/before.bad /tmp/now
	is "$name: it is still there" "$(test -e $bad -o -L $bad && echo yes)" yes
}

test_bad_journals() {
	local size good bad=$folder/0000000001.000000000-1.journal n
	rm -f $folder/*
	snapshot /tmp/before
	kill_at 2 reconfigure -s 256M "$d"
	good=$(left)
	cp "$folder/$good" /tmp/good
	ok 'the good one' daxadm recover
	: >$bad
	bad 'an empty file'
	ok 'it is in nobody'\''s way' daxadm align "$d" 4K
	ok 'and back' daxadm align "$d" 2M
	ok 'it can be forgotten' daxadm recover --forget
	is 'it is gone' "$(left)" ''
	head -c 4096 /dev/urandom >$bad
	bad 'noise'
	echo 'daxadm-journal 99' >$bad
	bad 'of another version'
	truncate -s 10G $bad
	bad 'a huge one'
	rm $bad
	mkfifo $bad
	bad 'a pipe'
	rm $bad
	mkdir $bad
	bad 'a folder'
	rmdir $bad
	ln -s /tmp/good $bad
	bad 'a symbolic link'
	rm $bad
	cp /tmp/good $bad
	chmod 600 $bad
	chown 65534 $bad
	bad 'one of a stranger'
	rm $bad
	cp /tmp/good $bad
	chmod 666 $bad
	bad 'one that a stranger may write'
	rm $bad
	size=$(stat -c %s /tmp/good)
	for ((n = 1; n < size; n += 1 + size / 40)); do
		head -c "$n" /tmp/good >$bad
		chmod 600 $bad
		run daxadm recover
		[ "$status" -eq 1 ] && [[ $err == *'is incomplete'* || $err == *'is not a journal'* ]] && continue
		fail "cut to $n of $size bytes"
		diag "$status $err"
	done
	snapshot /tmp/now
	same 'cut anywhere: nothing was done' /tmp/before /tmp/now
	# A good one beside it is recovered all the same.
	kill_at 2 reconfigure -s 256M "$d"
	run daxadm recover
	is 'a good one beside it: exit status' "$status" 1
	snapshot /tmp/now
	same 'a good one beside it is recovered' /tmp/before /tmp/now
	is 'the bad one stays' "$(left)" "${bad##*/}"
	ok 'until it is forgotten' daxadm recover --forget
}

# refused_here NAME REGEX: a change, for what is wrong with the machine.
refused_here() { refused "$1" 1 "$2" align "$d" 4K; }

test_folders() {
	local victim=/tmp/victim
	rm -rf $folder $lock
	mkdir -m 700 /tmp/elsewhere
	ln -s /tmp/elsewhere $folder
	refused_here 'a symbolic link instead of the folder' "$folder"
	is 'nothing was put there' "$(ls -A /tmp/elsewhere)" ''
	rm $folder
	mkdir -m 777 $folder
	chmod 777 $folder
	refused_here 'a folder that others may write' "$folder cannot be trusted"
	rmdir $folder
	mkdir -m 700 $folder
	chown 65534 $folder
	refused_here 'a folder of a stranger' "$folder cannot be trusted"
	rmdir $folder
	: >$folder
	refused_here 'a file instead of the folder' "$folder"
	rm $folder
	ok 'no folder' daxadm align "$d" 4K
	ok 'and back' daxadm align "$d" 2M
	echo precious >$victim
	rm -f $lock
	ln -s $victim $lock
	refused_here 'a symbolic link instead of the lock' "$lock is not a lock file of daxadm"
	rm $lock
	ln $victim $lock
	refused_here 'a hard link instead of the lock' "$lock is not a lock file of daxadm"
	rm $lock
	: >$lock
	chown 65534 $lock
	refused_here "a stranger's lock" "$lock is not a lock file of daxadm"
	rm $lock
	mkdir $lock
	refused_here 'a folder instead of the lock' "$lock is not a lock file of daxadm"
	rmdir $lock
	mkfifo $lock
	refused_here 'a pipe instead of the lock' "$lock is not a lock file of daxadm"
	rm $lock
	is 'what the links led to is as it was' "$(<$victim)" precious
	ok 'no lock' daxadm align "$d" 4K
	ok 'and back' daxadm align "$d" 2M
}

# in_place NAME STATUS REGEX COMMANDS...: a change in a mount namespace where these have been run.
in_place() {
	local name=$1 expected=$2 regex=$3
	shift 3
	snapshot /tmp/before
	run unshare -m sh -c "$*; exec daxadm align $d 4K"
	is "$name: exit status" "$status" "$expected"
	like "$name: says why" "$err" "$regex"
	[ "$expected" -eq 1 ] || daxadm align "$d" 2M >/dev/null 2>&1
	ended "$name" /tmp/before
}

test_places() {
	in_place '/sys can only be read' 1 '\(EROFS\)' 'mount -o remount,bind,ro /sys'
	in_place '/run is full' 1 'cannot write the journal.*\(ENOSPC\)' \
		'mount -t tmpfs -o size=4k none /run/daxadm; chmod 700 /run/daxadm; dd if=/dev/zero of=/run/daxadm/x bs=4k'
	in_place '/run can only be read' 1 'cannot create the journal directory /run/daxadm.*\(EROFS\)' 'mount -t tmpfs none /run; mount -o remount,ro /run'
	in_place 'a bare /run' 0 'reconfigured 1 device' 'mount -t tmpfs none /run'
	in_place 'something is mounted there' 1 "then run 'umount $folder'" \
		"mount -t tmpfs -o mode=777 none $folder"
	in_place 'and unmounted' 0 'reconfigured 1 device' "mount -t tmpfs -o mode=777 none $folder; umount $folder"
	in_place 'no nodes in /dev' 0 'reconfigured 1 device' 'mount -t tmpfs none /dev'
	in_place 'no kernel log' 0 'reconfigured 1 device' 'mount --bind /dev/null /dev/kmsg'
	in_place 'no /proc' 0 'reconfigured 1 device' 'mount -t tmpfs none /proc'
	run setpriv --reuid 65534 --regid 65534 --clear-groups daxadm align "$d" 4K
	is 'not root: exit status' "$status" 1
	is 'not root: it says so, and how to see what would be done' "$err" 'daxadm: only root can change devices (EPERM)
hint: use --dry-run to see what would be done'
	run setpriv --reuid 65534 --regid 65534 --clear-groups daxadm recover
	like 'not root: nor recover' "$err" '^daxadm: only root can change devices'
	run setpriv --reuid 65534 --regid 65534 --clear-groups daxadm list
	is 'not root: list' "$status $err" '0 '
}

test_lock() {
	local pid node start
	exec 8>>$lock
	echo 'pid 1 (daxadm enable-device)' >$lock
	flock 8
	start=$SECONDS
	refused 'the lock is held, by whom is not known' 1 "another process holds the lock $lock " align --wait 1 "$d" 4K
	is 'it was waited for' "$((SECONDS - start >= 1))" 1
	ok 'a dry run does not need it' daxadm align --dry-run "$d" 4K
	ok 'nor does list' daxadm list
	exec 8>&-
	flock $lock sh -c 'echo; exec sleep 100' >/tmp/flock &
	pid=$!
	until [ -s /tmp/flock ]; do sleep 0.1; done
	echo "pid $pid (daxadm enable-device)" >$lock
	refused 'another program holds it' 1 "another change is under way, by pid $pid \(flock\)" align --wait 0 "$d" 4K
	pkill -KILL -P $pid
	wait $pid
	exec 8>>$lock
	flock 8
	daxadm align --wait 100 "$d" 4K >/dev/null 2>/tmp/err &
	pid=$!
	sleep 0.5
	start=$SECONDS
	kill -TERM $pid # the shell has it ignore SIGINT
	wait $pid
	is 'a signal ends the wait' "$(((SECONDS - start) < 90)) $(attr "$d" align)" "1 $((2 * MIB))"
	# Without the shell's descriptor, which would keep the lock for it.
	daxadm align --wait 100 "$d" 4K >/dev/null 2>/tmp/err 8>&- &
	pid=$!
	sleep 0.5
	exec 8>&-
	wait $pid
	is 'who waits long enough gets it' "$? $(attr "$d" align)" "0 $((4 * KIB))"
	daxadm align "$d" 2M >/dev/null 2>&1
	# A real one: it waits for memory that does not move.
	ok 'some memory' daxadm reconfigure -m system-ram "$d"
	node=$(attr "$d" target_node)
	hog pin "$node" >/tmp/hog &
	until [ -s /tmp/hog ]; do sleep 0.1; done
	daxadm offline-memory --timeout 60 "$d" >/dev/null 2>&1 &
	pid=$!
	until [ -n "$(left)" ]; do sleep 0.1; done
	refused 'a change is under way' 1 "another change is under way, by pid $pid \(daxadm offline-memory\)" \
		align --wait 0 "$other" 4K
	run daxadm list
	is 'list warns of nothing' "$status $err" '0 '
	kill -TERM $pid
	wait $pid
	is 'it is ended' "$? $(left)" '1 '
	pkill -KILL -x hog
	ok 'and the memory comes back' daxadm reconfigure -m devdax "$d"
}

# Whatever becomes of the output: the change is made whole, and status and message say that it was made.
test_output() {
	local status
	(
		trap '' PIPE
		daxadm align "$d" 4K
	) 2>/tmp/err | true
	status=${PIPESTATUS[0]}
	is 'nobody reads: it is done' "$status $(attr "$d" align) $(driver "$d") $(left)" "3 $((4 * KIB)) device_dax "
	bash -c "daxadm align $d 2M | true; exit \${PIPESTATUS[0]}" 2>/tmp/err
	is 'and so is the next one' "$(attr "$d" align) $(driver "$d") $(left)" "$((2 * MIB)) device_dax "
	daxadm align "$d" 4K >/dev/full 2>/tmp/err
	is 'a full disk: exit status' "$?" 3
	like 'a full disk: it was made' "$(</tmp/err)" 'the change was made'
	is 'a full disk: it was' "$(attr "$d" align) $(driver "$d") $(left)" "$((4 * KIB)) device_dax "
	daxadm align "$d" 2M >&- 2>/tmp/err
	is 'no output: it was made' "$(attr "$d" align) $(driver "$d") $(left)" "$((2 * MIB)) device_dax "
	daxadm align "$d" 4K >/dev/null 2>&-
	is 'no output for errors: it was made' "$(attr "$d" align) $(driver "$d") $(left)" "$((4 * KIB)) device_dax "
	daxadm align "$d" 2M >/dev/null 2>&1
}

# The calls around the journal fail: nothing is changed, and nothing is left.
test_journal_fails() {
	local call
	snapshot /tmp/before
	for call in mkdir:EACCES fsync:EIO linkat:EIO fallocate:ENOSPC; do
		run strace -qq -o /tmp/trace -P $folder -P $lock -e trace=all \
			-e "inject=${call%:*}:error=${call#*:}" daxadm align "$d" 4K
		if [ "$status" -eq 0 ]; then
			daxadm align "$d" 2M >/dev/null 2>&1
		else
			like "$call: says so" "$err" "\(${call#*:}\)"
		fi
		ended "$call" /tmp/before
	done
}

find_memory
r=${HMEM[0]} d=dax${HMEM[0]}.1 other=dax${HMEM[0]}.2
KIB=1024
daxadm destroy-device -f -r "$r" all >/dev/null 2>&1
daxadm destroy-device -f -r "${HMEM[1]}" all >/dev/null 2>&1
daxadm create-device -r "$r" --count 2 -s 512M >/dev/null 2>&1
test_left_behind
test_two
test_by_hand
test_space
test_bad_journals
test_folders
test_places
test_lock
test_output
test_journal_fails
done_testing
