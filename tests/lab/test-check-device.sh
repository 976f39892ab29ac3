#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel promises of dax devices, asked on real ones: of all alignments, of several ranges, of
# many minors. And devices that break a promise, each found by its check. (Those that a kernel never
# breaks are broken by files that stand in for devices: tests/unit/test-check.c.)
# lab: --memory 2G --hmem 6G --hmem 1G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"
PATH=/tests:$PATH

# quietly VERB...
quietly() { daxadm "$@" >/dev/null 2>/tmp/quietly || diag "daxadm $*: $(</tmp/quietly)"; }

all='device-number open ranges-aligned ranges-claimed read-refused not-a-file map-shared map-private'
all+=' map-length map-offset map-hint map-address map-sync map-flag map-split page-size fault-granularity fault-seam'
all+=' fault-physical fault-beyond keeps fork dontfork pin write disable'
not_tried='map-fsdev fault-seam write disable' passes=23
if [ "$LAB_SERIES" = 6.1 ]; then # io_uring pins no memory of devices
	all=${all/ pin/}
	not_tried='map-fsdev fault-seam pin write disable' passes=22
fi
# Of single pages there are no parts.
small=${all/ map-length map-offset map-hint/}
small=${small/ map-split/}
# To look at page tables takes entries of 1 GiB apart.
large=${all/ fault-physical/}
# What a device of one range has not.
one() { echo "${1/ fault-seam/}"; }
unasked() { echo "${1/ write disable/}"; }

test_alignments() {
	local start=$1
	quietly create-device -r "$r" --range "$(range "$start" "$GIB")"
	quietly create-device -r "$r" --range "$(range $((start + GIB)) $((64 * MIB)))" -a 4K
	quietly create-device -r "$r" --range "$(range $((start + 2 * GIB)) "$GIB")" -a 1G
	check 0 "$d.1" "$d.2" "$d.3"
	results '2 MiB: what is kept' "$d.1" pass "$(unasked "$(one "$all")")"
	results '2 MiB: what is to be known' "$d.1" warn map-offset-fixed
	results '2 MiB: what is not tried' "$d.1" skip "$not_tried"
	results '4 KiB: what is kept' "$d.2" pass "$(unasked "$(one "$small")")"
	results '1 GiB: what is kept' "$d.3" pass "$(unasked "$(one "$large")")"
	for n in '1 2 MiB' '2 4 KiB' '3 1 GiB'; do
		finding "one touch maps ${n#* }" "$d.${n%% *}" fault-granularity pass "one fault maps ${n#* }\$"
	done
	# The other way round: as many times in --table.
	run daxadm check --table "$d.1"
	like 'a table' "$out" $'^dax[0-9.]*\n  pass  device-number +character device [0-9:]+\n'
	like 'its last line counts' "$out" $'\n\n'"$passes passed, 0 failed, 1 warned, $((27 - passes)) skipped\$"
	is 'of each check a line' "$(grep -cE '^  (pass|fail|warn|skip)  ' <<<"$out")" 28
}

# With words for the risks; and after it all is as it was.
test_risks() {
	mapcheck fill "$d.1" 1
	mapcheck fill "$d.3" 3
	snapshot /tmp/before
	check 0 --write --force=lose-data --disruptive "$d.1" "$d.2" "$d.3"
	[ "$LAB_SERIES" = 6.1 ] || like 'how long pinning takes is told' \
		"$(jq -r ".[] | select(.target == \"$d.1\" and .check == \"pin\") | .detail" <<<"$out")" \
		'^256 MiB pinned by io_uring in [0-9]+\.[0-9] ms: [0-9]+\.[0-9] ms for 1 GiB; mapping it before took [0-9]+\.[0-9] ms$'
	snapshot /tmp/after
	same 'it is as it was' /tmp/before /tmp/after
	results '2 MiB: all is kept' "$d.1" pass "$(one "$all")"
	results '4 KiB: all is kept' "$d.2" pass "$(one "$small")"
	results '1 GiB: all is kept' "$d.3" pass "$(one "$large")"
	ok 'and so is what it holds' mapcheck check "$d.1" 1
	ok 'in pages of 1 GiB' mapcheck check "$d.3" 3
	refused 'writing needs its word' 2 '--write may destroy data in the target' check --write "$d.1"
}

# Several ranges, whose seams are in the middle of the device.
test_seams() {
	local start=$1
	quietly destroy-device -f -r "$r" all
	quietly create-device -r "$r" --range "$(range "$start" $((2 * MIB)))" \
		--range "$(range $((start + 8 * MIB)) $((4 * MIB)))" --range "$(range $((start + 4 * MIB)) $((2 * MIB)))"
	quietly create-device -r "$r" --range "$(range $((start + 16 * MIB)) $((2 * MIB)))" \
		--range "$(range $((start + 20 * MIB)) $((2 * MIB)))" -a 4K
	quietly create-device -r "$r" --range "$(range $((start + GIB)) "$GIB")" \
		--range "$(range $((start + 3 * GIB)) "$GIB")" -a 1G
	check 0 all
	results '2 MiB, three ranges' "$d.1" pass "$(unasked "$all")"
	results '4 KiB, two ranges' "$d.2" pass "$(unasked "$small")"
	results '1 GiB, two ranges' "$d.3" pass "$(unasked "$large")"
	quietly destroy-device -f -r "$r" all
}

# A node that is another device's, and one that is none.
test_node() {
	quietly create-device -r "$r" -s 64M
	# Within /dev: a copy elsewhere, put back, would not be the kernel's own, which it takes away with the device.
	mv "/dev/$d.1" /dev/node
	mknod "/dev/$d.1" c 1 5
	check 1 "$d.1"
	results 'another device'\''s node' "$d.1" fail device-number
	finding 'nothing is done with it' "$d.1" map-shared skip 'its path is not the node of the device'
	rm "/dev/$d.1"
	check 0 "$d.1"
	finding 'no node' "$d.1" device-number skip 'No such file'
	ln -s /dev/zero "/dev/$d.1"
	check 1 "$d.1"
	finding 'a link' "$d.1" device-number fail 'something else'
	mv /dev/node "/dev/$d.1"
	check 0 "$d.1"
	mknod /tmp/other-name c "$(cut -d: -f1 "/sys/bus/dax/devices/$d.1/dev")" "$(cut -d: -f2 "/sys/bus/dax/devices/$d.1/dev")"
	check 0 /tmp/other-name
	finding 'by another name' "$d.1" fault-granularity pass 'one fault maps 2 MiB'
}

# not_enabled TARGET...: checked with --disruptive, and its driver does not take it again.
not_enabled() {
	run ${full:+to_full} strace -qqfo /dev/null -e trace=write -P /sys/bus/dax/drivers/device_dax/bind \
		-P /sys/bus/dax/drivers/device_dax/new_id -e inject=write:error=EIO daxadm check --disruptive "$@"
}

to_full() { "$@" >/dev/full; }

# Disabled, and as system memory; and one whose old file somebody keeps.
test_modes() {
	local holder
	quietly disable-device "$d.1"
	check 0 "$d.1"
	results 'disabled: what is kept' "$d.1" pass 'device-number open ranges-aligned'
	finding 'it cannot be opened' "$d.1" open pass ENXIO
	finding 'nor mapped' "$d.1" map-shared skip 'the device is disabled'
	quietly enable-device "$d.1"
	holder open "/dev/$d.1" >/tmp/holder.out &
	holder=$!
	until grep -q ready /tmp/holder.out; do sleep 0.05; done
	check 0 --disruptive "$d.1"
	finding 'one in use is not disabled' "$d.1" disable skip "in use: pid $holder \(holder\)"
	quietly disable-device --force=in-use "$d.1"
	check 1 "$d.1"
	results 'disabled, and somebody has kept it open' "$d.1" fail open
	kill "$holder"
	wait "$holder" 2>/dev/null
	quietly enable-device "$d.1"
	not_enabled "$d.1"
	is 'it could not be enabled again' "$status" 3
	like 'and that is said' "$err" 'daxadm: a device was disabled and could not be enabled again'
	like 'as a finding, too' "$(flat "$out")" '"check":"disable","result":"fail","expected":"thedeviceisenabledagain"'
	quietly recover
	[ "$(driver "$d.1")" = device_dax ] || quietly enable-device "$d.1"
	not_enabled "$d.1" /nowhere
	is 'nor then, and a later target is not there' "$status" 3
	like 'both are said' "$err" '^daxadm: note: /nowhere: No such file or directory'$'\n''daxadm: a device was disabled and could not'
	like 'and what was found' "$(flat "$out")" '"check":"disable","result":"fail"'
	quietly recover
	[ "$(driver "$d.1")" = device_dax ] || quietly enable-device "$d.1"
	full=yes not_enabled "$d.1"
	is 'nor then, and nothing can be printed' "$status" 3
	like 'both are said, too' "$err" '^daxadm: note: cannot write to standard output: [^'$'\n'']*'$'\n''daxadm: a device was disabled and could not'
	quietly recover
	if [[ $LAB_KERNEL != 6.* ]]; then
		quietly reconfigure -m famfs "$d.1"
		check 0 "$d.1"
		results 'for a file system: what is kept' "$d.1" pass 'device-number open ranges-aligned ranges-claimed not-a-file map-fsdev'
		finding 'programs do not map it' "$d.1" map-shared skip 'programs cannot map a device in this mode'
		run lie -e mmap,3=1/0x23:OK daxadm check "$d.1"
		like 'that they could is found' "$(flat "$out")" '"check":"map-fsdev","result":"fail","expected":"ENODEV","observed":"success"'
	fi
	quietly reconfigure -m system-ram -N -f -s 256M "$d.1"
	check 0 "$d.1"
	results 'system memory: what is kept' "$d.1" pass 'device-number open ranges-aligned ranges-claimed'
	quietly destroy-device -f "$d.1"
}

# The kernel makes them, and this shows it.
test_broken() {
	local region start=$1
	region=$(readlink -f "/sys/bus/dax/devices/$d.0")/../dax_region
	# Two halves of 1 GiB, which lie apart.
	quietly create-device -r "$r" --range "$(range $((start + 512 * MIB)) $((512 * MIB)))"
	quietly create-device -r "$r" --range "$(range $((start + 1536 * MIB)) $((4608 * MIB)))"
	echo 1 >"$region/create"
	echo "$GIB" >"/sys/bus/dax/devices/$d.3/align"
	echo "$GIB" >"/sys/bus/dax/devices/$d.3/size"
	raw_bind "$d.3"
	check 1 "$d.3"
	finding 'pieces' "$d.3" ranges-aligned fail '0x'
	finding 'are not mapped' "$d.3" fault-granularity fail SIGBUS
	finding 'nor in a child' "$d.3" fork fail SIGBUS
	finding 'and not pinned' "$d.3" pin fail EFAULT
	quietly destroy-device -f "$d.1" "$d.2" "$d.3"
	# 1 GiB off its boundary, which some kernels do not survive.
	quietly create-device -r "$r" -s 2M
	echo 1 >"$region/create"
	echo "$GIB" >"/sys/bus/dax/devices/$d.2/align"
	echo "$GIB" >"/sys/bus/dax/devices/$d.2/size"
	raw_bind "$d.2"
	check 1 "$d.2"
	results 'off its boundary' "$d.2" fail ranges-aligned
	finding 'it is not touched' "$d.2" fault-granularity skip 'an access to the device is not safe'
	quietly destroy-device -f "$d.1" "$d.2"
	# A range that was given to it while it was enabled.
	quietly create-device -r "$r" -s 64M
	range $((start + 128 * MIB)) $((64 * MIB)) >"/sys/bus/dax/devices/$d.1/mapping"
	check 1 "$d.1"
	results 'a range that its driver does not know' "$d.1" fail ranges-claimed
	finding 'is not touched' "$d.1" fault-physical skip 'an access to the device is not safe'
	quietly destroy-device -f "$d.1"
}

# raw_bind DEVICE: without a thought.
raw_bind() {
	local drivers=/sys/bus/dax/drivers/device_dax
	if ! echo "$1" >"$drivers/bind" 2>/dev/null; then
		echo "$1" >"$drivers/new_id"
		echo "$1" >"$drivers/bind" 2>/dev/null
		echo "$1" >"$drivers/remove_id"
	fi
	is "the kernel enables it" "$(driver "$1")" device_dax
}

# More devices than a byte can count.
test_many() {
	quietly create-device -r "$r" --count 300 -s 2M
	check 0 "$d.1" "$d.300"
	finding 'its minor number' "$d.300" device-number pass 'device [0-9]+:(2[6-9][0-9]|3[0-9][0-9])$'
	results 'a minor number above 255' "$d.300" pass "$(unasked "$(one "$all")")"
	quietly destroy-device -f -r "$r" all
}

# Somebody who may open the device, and pin less than that.
test_limit() {
	quietly create-device -r "$r" -s 256M
	chmod 666 "/dev/$d.1"
	check_as 'ulimit -l 8192; exec' "$d.1"
	is 'a limit breaks no promise' "$status" 0
	if [ "$LAB_SERIES" = 6.1 ]; then
		finding 'nobody can pin it here' "$d.1" pin skip 'this machine cannot pin it'
	else
		finding 'nor can he pin it' "$d.1" pin skip 'this user may not pin 256 MiB'
		like 'he is told how' "$(flat_hint pin)" 'ulimit -l'
		check_as 'ulimit -l unlimited; exec' "$d.1"
		finding 'without a limit he can' "$d.1" pin pass success
	fi
	quietly destroy-device -f "$d.1"
}

# check_as COMMANDS DEVICE: by nobody, after these.
check_as() {
	run bash -c "$1 setpriv --reuid 65534 --regid 65534 --clear-groups daxadm check $2"
	jq -r '.[] | "\(.target) \(.check) \(.result) \(.observed)"' <<<"$out" >/tmp/found 2>&1
}

test_others() {
	refused 'a device that is not there' 1 'dax7.7' check dax7.7
	run setpriv --reuid 65534 --regid 65534 --clear-groups daxadm check "dax${HMEM[1]}.0"
	is 'somebody else: nothing fails' "$status" 0
	like 'he is told to be root' "$(flat "$out")" '"hint":"runasroot"'
	run setpriv --reuid 65534 --regid 65534 --clear-groups daxadm check --disruptive "dax${HMEM[1]}.0"
	is 'and disables nothing' "$status" 1
}

find_memory
r=${HMEM[0]} d=dax${HMEM[0]}
quietly destroy-device -f -r "$r" all
test_alignments $((HMEM_START[0]))
test_risks
test_seams $((HMEM_START[0]))
test_node
test_modes
test_many
test_limit
test_others
test_broken $((HMEM_START[0]))
done_testing
