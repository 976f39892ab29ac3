#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel numbers namespaces anew at each boot, and whenever their region is enabled: what a killed run has left half
# done is found again by its uuid. What has the old number by now is another namespace, and stays as it is.
# lab: --nvdimm 1G,label=2M --cpus 1
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
third=77777777-8888-4999-8aaa-bbbbbbbbbbbb

# Three namespaces, of which the first goes: so the others have other numbers afterwards.
three() {
	local name
	daxadm recover --forget
	ndctl destroy-namespace -f all
	renumber
	daxadm create-device -r "$l" -s 128M --uuid $first
	daxadm create-device -r "$l" -s 128M --uuid $second
	daxadm create-device -r "$l" -s 128M --uuid $third
	mapcheck fill "dax$l.1" 7
	mapcheck fill "dax$l.2" 8
	daxadm destroy-device -f $lose $first
} >/tmp/three.out 2>&1

# What a boot does, but for the boot.
renumber() {
	ndctl disable-region all
	ndctl enable-region all
} >/tmp/renumber.out 2>&1

# cases NAME DIRECTION EXPECTED VERB...: VERB, of the second, is killed before a write; at every STEPth of them.
step=6
[ "${LAB_FAULTS:-}" != all ] || step=1
cases() {
	local name=$1 direction=$2 expected=$3 n i why wrong=0 left=0
	shift 3
	three
	run fault -o /tmp/writes daxadm "$@"
	[ "$status" -eq 0 ] || diag "undisturbed: $err"
	n=$(grep -c '^[0-9]' /tmp/writes)
	for ((i = 2; i <= n; i += step)); do
		why=
		three
		run fault -b $i:KILL daxadm "$@"
		[ "$status" -eq 137 ] || why+=" exit status $status: $err"
		[ -z "$(ls $journals)" ] || left=$((left + 1))
		renumber
		run daxadm recover --dry-run
		[ "$status" -eq 0 ] || why+=" a dry run exits with $status: $err"
		run daxadm recover --"$direction"
		[ "$status" -eq 0 ] || why+=" recover exits with $status: $err"
		[ "$(lasting -i)" = "$expected" ] || why+=" now: $(lasting -i)"
		mapcheck check "$(device $third)" 8 >/dev/null 2>&1 || why+=' the third has lost what it held'
		[[ $expected != *"$second"* || $name != align* ]] || mapcheck check "$(device $second)" 7 >/dev/null 2>&1 ||
			why+=' the second has lost what it held'
		[ -z "$(ls $journals)" ] || why+=' a journal is left'
		[ -n "$why" ] || continue
		wrong=$((wrong + 1))
		diag "$name, killed before write $i: $(grep "^$i " /tmp/writes): $why"
	done
	is "$name: nothing went wrong" "$wrong" 0
	ok "$name: $left kills left a journal" test "$left" -ge 1
}

make_labels
find_nd
l=${ND[0]}
# Of 128 MiB, in units of 2 MiB, without what the kernel keeps there.
two="[\"$second\",130023424,2097152,\"dev\",\"devdax\"]"
other="[\"$third\",130023424,2097152,\"dev\",\"devdax\"]"
aligned=${two/2097152/4096}

cases 'align' back "[$other,$two]" align "dax$l.1" 4K $lose
cases 'align, to be finished' forward "[$other,$aligned]" align "dax$l.1" 4K $lose
cases 'destroy' back "[$other,$two]" destroy-device -f $lose "dax$l.1"
cases 'create' back "[$other,$two]" create-device -r "$l" -s 64M --uuid $first

# The guard goes by the uuid, too.
three
run fault -b 12:KILL daxadm align "dax$l.1" 4K $lose
is 'a change is killed' "$status" 137
renumber
like 'check tells of it' "$(daxadm check | jq -r '.[] | select(.check == "left-over") | .result + " " + .observed')" \
	'^fail align \(pid [0-9]+\)$'
neighbour=$(device $third)
is 'another namespace has its number now' "$neighbour" "dax$l.1"
run daxadm align "$neighbour" 4K $lose
is 'and can be changed' "$status" 0
run daxadm destroy-device -f $lose "namespace$l.0"
is 'the one that was left half changed cannot' "$status" 1
like 'under its new number' "$err" "dax$l\.0 was left half changed by an interrupted run"
like 'which recover shows' "$(daxadm recover --dry-run 2>&1)" "would undo: dax$l\.0: namespace$l\.0 is configured again"

# What somebody has destroyed is gone.
ndctl destroy-namespace -f "namespace$l.0" >/dev/null 2>&1
run daxadm recover
is 'one that somebody has destroyed cannot be brought back' "$status" 3
like 'which is said' "$err" "no namespace, or more than one, has the uuid $second"
is 'and all others are left alone' "$(device $third)" "$neighbour"
run daxadm recover --forget
is 'it can be forgotten' "$status" 0

# The guard holds back a uuid also while nobody has it: what is made with it would be taken for what a killed run
# has made.
three
create="create-device -r $l -s 64M --uuid $first"
# shellcheck disable=SC2086 # words
run fault -b 1:KILL daxadm $create
is 'a new one is not made' "$status $(device $first)" '137 '
# shellcheck disable=SC2086 # words
refused 'nor by the same command once more' 1 'was left half changed by an interrupted run \(create-device' $create
ok 'before that is taken back' daxadm recover

# One that a killed run has destroyed has no name; its capacity is given to nobody else.
three
writes=$(fault -o /dev/stdout daxadm destroy-device -f $lose "dax$l.1" 2>/dev/null | grep -c '^[0-9]')
three
run fault -a "$writes":KILL daxadm destroy-device -f $lose "dax$l.1"
renumber
is 'one is destroyed by a run that was killed' "$status $(device $second) $(device $third)" "137  dax$l.0"
refused 'its capacity is not given away' 1 "region$l: space is reserved to restore dax$l\.1" create-device -r "$l" -s 64M
like 'recover names it by what it was' "$(daxadm recover --dry-run 2>&1)" \
	"would undo: dax$l\.1: namespace$l\.1 is destroyed: .*; the data that this destroys cannot be restored"
run daxadm recover
like 'recover says that what it held may not come back' "$err" "namespace$l\.[0-9] is configured as before, but"
is 'recover makes it again' "$(lasting -i)" "[$other,$two]"

done_testing
