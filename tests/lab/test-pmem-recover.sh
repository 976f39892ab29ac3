#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Persistent memory and kill -9: before and after each write to /sys of a change. After daxadm recover no namespace is
# lost that was there before, none is half made, and what the device held is still there where nothing is final. And a
# write that fails: all is taken back at once.
# lab: --nvdimm 1G,label=2M --nvdimm 256M --cpus 1
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"
PATH=/tests:$PATH

journals=/var/lib/daxadm

# state FILE: all that lasts, and the devices. Seeds are nobody's; and the kernel chooses the number of a
# namespace that is made, be it made again.
state() {
	{
		daxadm list -NR | jq -c '.[] | (.available_size, (.namespaces | map(select(.seed and .uuid)) | length),
			(.namespaces[] | select(.seed | not) | del(.dev, .chardev, .blockdev)))'
		daxadm list -M | jq -c '.[] | del(.chardev, .namespace)'
		cat /sys/bus/nd/devices/namespace*/force_raw | sort -u
	} >"$1" 2>&1
}

# Of most scenarios each STEPth case; and of those a sample, another one after each commit, or all of all.
faults=${LAB_FAULTS:-40:0} step=1 most=${2:-3} sample=6
nth=${faults#*:}
[ "$faults" != all ] || nth=0 most=1 sample=1

# scenario NAME DIRECTION FINAL PREPARE VERB: PREPARE makes the state before, whatever there was.
scenario() {
	local name=$1 direction=$2 final=$3 prepare=$4 verb=$5 n i when wrong=0 cases=0 left=0 why
	eval "$prepare" >/tmp/prepare.out 2>&1
	state /tmp/before
	eval "run fault -o /tmp/writes daxadm $verb"
	[ "$status" -eq 0 ] || diag "undisturbed: $err"
	state /tmp/after
	n=$(grep -c '^[0-9]' /tmp/writes)
	for ((i = 1; i <= n; i++)); do
		for when in b a; do
			nth=$((nth + 1))
			[ $((nth % (step * sample))) -eq 0 ] || continue
			why=
			eval "$prepare" >/tmp/prepare.out 2>&1
			state /tmp/now
			cmp -s /tmp/before /tmp/now || why="preparing it: $(diff /tmp/before /tmp/now) $(</tmp/prepare.out)"
			[ "$final" = final ] || mapcheck fill "$d" 7 >/dev/null 2>&1 || why+=" it cannot be filled"
			eval "run fault -$when $i:KILL daxadm $verb"
			[ "$status" -eq 137 ] || why+=" exit status $status: $err"
			if [ -n "$(ls $journals)" ]; then left=$((left + 1)); fi
			run daxadm recover --"$direction"
			[ "$status" -eq 0 ] || why+=" recover exits with $status: $err"
			state /tmp/now
			if [ "$direction" = back ]; then
				cmp -s /tmp/before /tmp/now || why+=" $(diff /tmp/before /tmp/now)"
			else
				cmp -s /tmp/after /tmp/now || cmp -s /tmp/before /tmp/now || why+=" $(diff /tmp/after /tmp/now)"
			fi
			[ "$final" = final ] || mapcheck check "$d" 7 >/dev/null 2>&1 || why+=" what it held is lost"
			[ -z "$(ls $journals)" ] || why+=' a journal is left'
			cases=$((cases + 1))
			[ -n "$why" ] || continue
			wrong=$((wrong + 1))
			diag "$name, killed $([ $when = b ] && echo before || echo after) write $i: $(grep "^$i " /tmp/writes): $why"
			[ ! -e "$journals"/* ] || daxadm recover --forget >/dev/null 2>&1
		done
	done
	is "$name: nothing went wrong" "$wrong" 0
	ok "$name: $cases kills, of which $left left a journal" test "$left" -ge $((cases / 3))
	same_as_ndctl "$name: ndctl sees what daxadm sees"
}

# fails NAME FINAL PREPARE VERB: with each write failing in its turn the change is taken back, or done in another way. What
# the device held is there still, unless that is said, which it may be of what is final only.
fails() {
	local name=$1 final=$2 prepare=$3 verb=$4 n i wrong=0 lost=0 why
	eval "$prepare" >/tmp/prepare.out 2>&1
	state /tmp/before
	eval "run fault -o /tmp/writes daxadm $verb"
	state /tmp/after
	n=$(grep -c '^[0-9]' /tmp/writes)
	for ((i = 1; i <= n; i++)); do
		why=
		[ $(((nth + i) % sample)) -eq 0 ] || continue
		eval "$prepare" >/tmp/prepare.out 2>&1
		[ "$final" = empty ] || mapcheck fill "$d" 7 >/dev/null 2>&1 || why+=" it cannot be filled"
		eval "run fault -e $i:EINVAL daxadm $verb"
		state /tmp/now
		case $status in
		0) cmp -s /tmp/after /tmp/now || why+=$(diff /tmp/after /tmp/now) ;;
		1 | 3) cmp -s /tmp/before /tmp/now || why+=$(diff /tmp/before /tmp/now) ;;
		*) why+="exit status $status: $err" ;;
		esac
		if [ "$status" -eq 3 ]; then
			lost=$((lost + 1))
			[[ $final = final && $err = *'is configured as before, but its data may be lost'* ]] || why+=" $err"
		elif [ "$final" = kept ] || { [ "$status" -eq 1 ] && [ "$final" = final ]; }; then
			daxadm enable-device "$d" >/dev/null 2>&1
			mapcheck check "$d" 7 >/dev/null 2>&1 || why+=' what it held is lost, and nobody says so'
		fi
		[ -z "$(ls $journals)" ] || why+=' a journal is left'
		[ -n "$why" ] || continue
		wrong=$((wrong + 1))
		diag "$name, write $i fails: $(grep "^$i " /tmp/writes): $why"
		diag "$err"
		[ ! -e "$journals"/* ] || daxadm recover >/dev/null 2>&1
	done
	is "$name: of $n writes each that fails is taken back" "$wrong" 0
	[ "$final" != final ] || ok "$name: what was written over is not, which is said" test "$lost" -gt 0
}

clean() {
	local name
	for name in $(daxadm list -N -r "$l" | jq -r '.[] | select(.seed | not) | .dev'); do
		daxadm destroy-device -f $lose "$name" || ndctl destroy-namespace -f "$name"
	done
}
uuid=11111111-2222-4333-8444-555555555555
# A device with everything of its own, to be found again.
base() {
	clean
	daxadm create-device -r "$l" -s 128M --map mem --name base --uuid $uuid "$@"
}
bare() {
	daxadm destroy-device -f $lose "dax$u.0"
}
make_labels
find_nd
l=${ND[0]} u=${ND[1]}
raw() {
	clean
	ndctl create-namespace -r "region$l" -m raw -s 64M
	name=$(daxadm list -N -r "$l" | jq -r '.[] | select(.seed | not) | .dev')
} >/tmp/raw.out 2>&1
# The one device of the region with labels.
find() { d=$(daxadm list | jq -r '.[] | select(.persistent) | .chardev' | grep "^dax$l\."); }
again() { find && daxadm align "$d" 2M $lose && daxadm enable-device "$d"; }

base
find
case ${1:-all} in all | create) scenario 'create' back final clean 'create-device -r $l -s 64M' ;; esac
case ${1:-all} in all | fails)
	fails 'create' empty clean 'create-device -r $l -s 64M --uuid ${uuid/1/2}'
	base
	fails 'align' kept again 'align $d 4K $lose'
	fails 'map' final 'daxadm reconfigure --map mem $d $lose; daxadm enable-device $d' 'reconfigure --map dev $d $lose'
	fails 'size' final 'daxadm reconfigure -s 128M $d $lose; daxadm enable-device $d' 'reconfigure -s 256M $d $lose'
	# Nor is the memory written to on the way back when it cannot be: pwrite is what it is written by.
	again >/dev/null 2>&1
	state /tmp/before
	run strace -f -qq -o /dev/null -e inject=pwrite64:error=EIO daxadm align "$d" 4K $lose
	is 'memory that cannot be written to' "$status $(ls $journals)" '1 '
	like 'is told' "$err" 'cannot overwrite its old info block.*EIO'
	state /tmp/now
	same 'and is as it was' /tmp/before /tmp/now
	# A raw one has no label that says otherwise.
	raw
	run fault -o /tmp/writes daxadm reconfigure -m devdax "$name" $lose
	n=$(sed -n 's|^\([0-9]*\) .*/dax_pmem/bind .* 0$|\1|p' /tmp/writes)
	raw
	run fault -e "$n:EINVAL" daxadm reconfigure -m devdax "$name" $lose
	is 'a raw one is raw again' \
		"$status $(daxadm list -N -r "$l" | jq -r '.[] | select(.seed | not) | .mode') $(<"/sys/bus/nd/devices/$name/holder_class")" \
		'3 raw '
	;;
esac
case ${1:-all} in all | align)
	base
	scenario 'align' back kept again 'align $d 4K $lose'
	step=$most
	scenario 'align, to be finished' forward kept again 'align $d 4K $lose'
	;;
esac
step=$most
case ${1:-all} in all | destroy)
	scenario 'destroy' back final 'find || base; again' 'destroy-device -f $lose $d'
	scenario 'take over a namespace without labels' back final bare 'create-device -r $u $lose'
	bare
	;;
esac
case ${1:-all} in all | other)
	base
	find
	scenario 'disable' back kept 'daxadm enable-device $d' 'disable-device $d'
	scenario 'disable, to be finished' forward final 'daxadm enable-device $d' 'disable-device $d'
	scenario 'enable' back final 'daxadm disable-device $d' 'enable-device $d'
	daxadm enable-device "$d"
	fails 'disable' kept 'daxadm enable-device $d' 'disable-device $d'
	fails 'enable' empty 'daxadm disable-device $d' 'enable-device $d'
	daxadm enable-device "$d"
	scenario 'fsdax' back kept 'daxadm reconfigure -m devdax $d $lose; daxadm enable-device $d' \
		'reconfigure -m fsdax $d $lose'
	scenario 'size' back final 'daxadm reconfigure -s 128M $d $lose; daxadm enable-device $d' \
		'reconfigure -s 256M $d $lose'
	scenario 'map' back final 'daxadm reconfigure --map mem $d $lose; daxadm enable-device $d' \
		'reconfigure --map dev $d $lose'
	scenario 'without labels, align' back final \
		'daxadm create-device -r $u --uuid $uuid $lose; daxadm align dax$u.0 2M $lose' \
		'align dax$u.0 4K $lose'
	;;
esac
done_testing
