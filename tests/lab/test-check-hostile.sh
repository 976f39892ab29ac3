#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is checked changes, disappears, or is not what it seems: check always ends by itself, with an answer
# or with one line that says why not, and the kernel lives.
# lab: --cpus 2 --hmem 1G --nvdimm 1G,label=2M
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"
# shellcheck source=fsdax.sh
. "${0%/*}/fsdax.sh"
PATH=/tests:$PATH

# answers NAME TARGET: over and over; never another status than 0 and 1, never half a document.
answers() {
	local bad='' i failed=0
	for ((i = 0; i < 12; i++)); do
		run daxadm check "$2"
		failed=$((failed + (status == 1)))
		[ "$status" -le 1 ] || bad+="status $status: $err"$'\n'
		[ -z "$out" ] || [[ $out == '['*']' ]] || bad+="half a document: $out"$'\n'
		[ -n "$out$err" ] || bad+='no answer'$'\n'
	done
	is "$1: always an answer" "$bad" ''
	diag "$failed with status 1"
}

end() {
	kill "$1"
	wait "$1" 2>/dev/null
}

test_strange_files() {
	mkdir /tmp/strange
	cd /tmp/strange || return
	mkfifo fifo
	holder socket socket &
	until [ -S socket ]; do sleep 0.05; done
	kill $!
	ln -s loop loop
	ln -s ../strange/fifo link
	: >empty
	mkdir closed
	: >closed/file
	: >secret
	chmod 0 closed secret
	printf -v long '%0300d' 0
	local -A why=([fifo]='is not a file, directory, block device or dax device' [link]='is not a file, directory' [socket]='is not a file, directory'
		[loop]='Too many levels of symbolic links' [nothing]='No such file' [/dev/null]='is not a file, directory'
		[$long]='File name too long' [empty/x]='Not a directory')
	for name in "${!why[@]}"; do
		run daxadm check "./$name"
		[[ $name != /* ]] || run daxadm check "$name"
		is "${name:0:20}: refused" "$status $out" '1 '
		like "${name:0:20}: why" "$err" "^daxadm: [^"$'\n'"]*${why[$name]}[^"$'\n'"]* \(E[A-Z]+\)\$"
	done
	for name in empty /proc/self/maps /proc/kcore /sys/kernel/mm /dev /; do
		run daxadm check "$name"
		is "$name: an answer" "$status ${out:0:1}" '0 ['
	done
	for name in secret closed/file closed; do
		run setpriv --reuid 65534 --regid 65534 --clear-groups daxadm check "$PWD/$name"
		like "$name: not for everybody" "$status $err" '^1 daxadm: .*Permission denied \(EACCES\)$'
	done
	run daxadm check empty $'\e[31m\xff'
	like 'a name that drives the terminal is escaped' "$err" '\\x1b\[31m\\xff'
	cd /
}

# maps_unit FILE: somebody has just a unit of 2 MiB of it mapped.
maps_unit() {
	local range
	while read -r range; do
		[ $((0x${range#*-} - 0x${range%-*})) -ne $((2 * MIB)) ] || return 0
	done < <(cat /proc/[0-9]*/maps 2>/dev/null | awk -v f="$1" '$6 == f { print $1 }')
	return 1
}

# Between the mapping and the touch: the mapping takes half a minute.
test_truncated_while_mapped() {
	whole_file /mnt/file 16
	strace -qqfo /dev/null -e trace=mmap -P /mnt/file -e inject=mmap:delay_exit=30000000:when=1 \
		daxadm check /mnt/file >/tmp/truncated 2>/tmp/truncated.err &
	local other=$!
	until maps_unit /mnt/file; do
		kill -0 $other 2>/dev/null || break
		sleep 0.05
	done
	truncate -s 0 /mnt/file
	wait $other
	is 'truncated while it is mapped: a check has failed' $? 1
	is 'and only that one' "$(jq -r '.[] | select(.result == "fail") | .check + " " + .observed' /tmp/truncated)" \
		'file-huge SIGBUS'
	is 'where' "$(jq -c '.[] | select(.check == "file-huge") | .ranges | map([.start, .end])' /tmp/truncated)" '[[0,2097151]]'
	is 'and why' "$(jq -r '.[] | select(.check == "file-huge") | .hint' /tmp/truncated)" 'the file became shorter during the check'
	like 'no crash' "$(</tmp/truncated.err)" '^daxadm: 1 of [0-9]* checks failed$'
	is 'nobody is left' "$(pgrep -x daxadm)" ''
}

test_truncated() {
	mkfs.ext4 -q -E stride=512,stripe_width=512 "$disk" && mount -o dax=always "$disk" /mnt
	test_truncated_while_mapped
	rm /mnt/file
	fallocate -l 256M /mnt/file
	while :; do truncate -s 0 /mnt/file; fallocate -l 256M /mnt/file; done &
	local other=$!
	answers 'a file that is truncated' /mnt/file
	end $other
	while :; do rm -f /mnt/file; fallocate -l 64M /mnt/file; done &
	other=$!
	answers 'a file that is removed' /mnt/file
	end $other
	umount /mnt
}

# Not by force: a program that maps a file of a device which is gone crashes newer kernels (__check_vma).
test_disappearing() {
	local r=${HMEM[0]} d=dax${HMEM[0]}.1 other
	daxadm destroy-device -f -r "$r" all >/dev/null 2>&1
	while :; do
		daxadm create-device -r "$r" -s 64M
		sleep 0.3
		daxadm destroy-device -f "$d"
	done >/dev/null 2>&1 &
	other=$!
	answers 'a device that comes and goes' "$d"
	end $other
	daxadm create-device -r "$r" -s 64M >/dev/null 2>&1
	while :; do
		daxadm disable-device "$d"
		daxadm enable-device "$d"
		sleep 0.2
	done >/dev/null 2>&1 &
	other=$!
	answers 'a device that is disabled and enabled' all
	end $other
}

# none_left: a child goes with its parent, which takes the kernel a moment. One that stays is for ever, and the
# limit of the test.
none_left() { while pgrep -x daxadm >/dev/null; do sleep 0.1; done; }

# Somebody who is killed in the middle leaves nobody behind, and no device disabled for good.
test_killed() {
	local d=dax${HMEM[0]}.1 i all
	daxadm recover >/dev/null 2>&1
	daxadm enable-device "$d" >/dev/null 2>&1
	killer -m /tmp/all daxadm check --disruptive "$d" >/dev/null 2>&1
	all=$(</tmp/all)
	for i in 1 2 3 4 5 6; do killer $((all * i / 7)) daxadm check --disruptive "$d" >/dev/null 2>&1; done
	none_left
	pass 'no child is left'
	for i in 1 2 3 4 5 6; do
		env --default-signal=INT killer -s INT $((all * i / 7)) daxadm check --disruptive "$d" >/dev/null 2>&1
	done
	none_left
	pass 'nor after Ctrl-C'
	daxadm recover >/dev/null 2>&1
	ok 'it can be enabled' daxadm enable-device "$d"
	check 0 --disruptive "$d"
}

find_memory
mkdir -p /mnt
fsdax_namespace
test_strange_files
test_truncated
test_disappearing
test_killed
done_testing
