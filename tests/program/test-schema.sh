#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the program prints is what its JSON Schemas promise.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/functions.sh"

# One validator for all documents: Python takes its time to start.
coproc VALIDATOR { exec python3 "$srcdir/tests/program/validate.py" "$srcdir/schema" 2>>"$work/complaint"; }
validator=$VALIDATOR_PID

# validate SCHEMA FILE: what is wrong is in $work/complaint.
validate() {
	local verdict
	: >"$work/complaint"
	echo "$1 $2" >&"${VALIDATOR[1]}" && read -r verdict <&"${VALIDATOR[0]}" && [ "$verdict" = valid ]
}

if ! read -r ready <&"${VALIDATOR[0]}"; then
	wait "$validator"
	[ $? -eq 77 ] && skip_all "python3-jsonschema is not installed"
fi
check 'the schemas are valid' test "$ready" = ready

# document SCHEMA STATUS WORD...
document() {
	local schema=$1 wanted=$2
	shift 2

	[ "$1" = check ] || set -- "$@" --sysroot="$sysroot"
	run "$@"
	if [ "$status" -eq "$wanted" ] && validate "$schema" "$work/out"; then
		ok "$*"
	else
		not_ok "$*"
		printf '# status %d, wanted %d\n' "$status" "$wanted"
		explain "$work/complaint" "$work/err" "$work/out"
	fi
}

# Nothing at all.
mkdir -p "$sysroot/bus/dax/devices"
document devices.json 0 list
check "nothing is []" test "$(<"$work/out")" = '[]'
document regions.json 0 list -R
check "no region is []" test "$(<"$work/out")" = '[]'

make_machine
make_device dax1.1 268435456 kmem 0x200000000 0x20fffffff
make_blocks 64 Movable offline
make_device dax1.2 1073741824 kmem 0x210000000 0x227ffffff 0x240000000 0x267ffffff
make_blocks 66 Movable Movable Normal
make_blocks 72 Movable offline offline none offline

for options in "" -u -i -M -Mu -v -iMuv -B -Bu -iBMuv "-B dax1.1" "-r 1" "-r 1 -iM" dax0.2 "dax0.1 dax1.1"; do
	# shellcheck disable=SC2086 # options are words
	document devices.json 0 list $options
done
document devices.json 0 list --speed
check "volatile" grep -q '"persistent":false' "$work/out"
check "no speed is known" test "$(grep -cE 'tier|latency' "$work/out")" -eq 0
put "$sysroot/devices/virtual/memory_tiering/memory_tier22/nodelist" 1-3,7
put "$sysroot/devices/system/node/node1/access0/initiators/read_latency" 120
put "$sysroot/devices/system/node/node1/access0/initiators/read_bandwidth" 9000
document devices.json 0 list --speed dax1.1
check "tier and speed" test "$(tr -d ' \n' <"$work/out" | grep -o '"persistent".*')" = \
	'"persistent":false,"tier":22,"read_latency":120,"read_bandwidth":9000}]'
document regions.json 0 list -RD --speed
for options in -R -Ru -RD -RDiM -RDB -RDiBMuv "-R -r hmem.1" "-R -r 1 -D"; do
	# shellcheck disable=SC2086
	document regions.json 0 list $options
done

document devices.json 0 create-device -r 0 -s 1G --dry-run
for options in "" -v -u; do
	# shellcheck disable=SC2086
	document report.json 0 create-device -r 0 -s 25% --count=2 --dry-run --report $options
done
document report.json 0 create-device -r 0 --range=0x1a0000000-0x1afffffff --dry-run --report
document report.json 0 create-device -r 0 -m famfs -s 2M --dry-run --report
document report.json 0 destroy-device dax0.0 dax0.1 -f --dry-run --report
document report.json 0 align dax0.1 4K --dry-run --report
document report.json 0 reconfigure dax0.0 -f -s 512M -a 4K --dry-run --report
document report.json 0 enable-device dax0.1 --dry-run --report
document report.json 0 disable-device dax0.1 --dry-run --report
document report.json 1 reconfigure dax0.0 -f -s 3M --dry-run --report
document report.json 0 disable-device dax1.1 --dry-run --report
document report.json 1 disable-device dax1.2 --dry-run --report
document report.json 0 online-memory dax1.1 --dry-run --report
document report.json 0 offline-memory dax1.1 --dry-run --report
document report.json 1 offline-memory all -r 1 --dry-run --report
document report.json 0 reconfigure -m system-ram --memmap-on-memory on dax0.0 --dry-run --report
document report.json 0 create-device -r 0 -s 256M -m system-ram -N -f --dry-run --report
document layout.json 0 export -r 0
cp "$work/out" "$work/layout"
document report.json 0 apply "$work/layout" --dry-run --report
document report.json 2 apply "$work/nothing" --report
document report.json 1 disable-device dax0.0 --report
document report.json 1 destroy-device dax0.9 --report
document report.json 2 destroy-device --report
document report.json 2 create-device --size=$'\e\xff' --report
document report.json 2 create-device --report --bogus

# What check finds needs a real kernel; this was recorded in the lab.
document checks.json 0 check --list
check "findings" validate findings.json "$srcdir/tests/golden/check.json"
# Of this machine, whatever it is like.
for target in "" / "$srcdir/README.md" "$DAXADM"; do
	run check ${target:+"$target"}
	check "check ${target##*/}: an answer" test "$status" -le 1
	check "check ${target##*/}: findings" validate findings.json "$work/out"
done
document p2pmem.json 0 list --p2pmem
put "$sysroot/devices/pci0000:00/0000:00:04.0/p2pmem/size" 1048576
put "$sysroot/devices/pci0000:00/0000:00:04.0/p2pmem/available" 4096
put "$sysroot/devices/pci0000:00/0000:00:04.0/p2pmem/published" 1
mkdir -p "$sysroot/bus/pci/devices"
ln -s ../../../devices/pci0000:00/0000:00:04.0 "$sysroot/bus/pci/devices/0000:00:04.0"
document p2pmem.json 0 list -P
check "memory for peers" grep -q '"pci":"0000:00:04.0"' "$work/out"
document p2pmem.json 0 list -Pu

# The bytes that scripts cut values out of.
run list --sysroot="$sysroot" dax0.1
check "no space behind a colon" grep -q '^    "chardev":"dax0.1",$' "$work/out"
check "state is at most 5 lines below chardev" test "$(grep -A5 '"chardev":' "$work/out" | grep -c '"state":"disabled"')" -eq 1

done_testing
