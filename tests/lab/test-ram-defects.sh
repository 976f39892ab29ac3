#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What users of system memory suffered from in other tools.
# (test-ram-neighbours.sh: memory of the wrong device; test-ram-trips.sh: policies; test-ram-cost.sh: cost)
# lab: --hmem 2G
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
# shellcheck disable=SC2317 # run calls it
as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
put() { echo "$2" >"$MEMORY/memory$1/state"; }

# What holds already is success, and nothing is written; no race is seen where none is.
test_idempotent() {
	change 'online-memory' online-memory "$D"
	no_change 'online-memory again changes nothing' online-memory "$D"
	is 'without a warning' "$err" 'onlined memory for 0 devices'
	no_change 'the mode that it has changes nothing' reconfigure -m system-ram "$D"
	no_change 'nor with --no-online' reconfigure -N -m system-ram "$D"
	is 'its memory is online' "$(zones_of "$D")" MMMM
	change 'offline-memory' offline-memory "$D"
	no_change 'offline-memory again changes nothing' offline-memory "$D"
	is 'without a warning, too' "$err" 'offlined memory for 0 devices'
	put "$FIRST" online_movable
	put $((FIRST + 2)) online_movable
	traced daxadm online-memory "$D"
	is 'of some that are online only the others are written' "$status $(written_blocks) $(zones_of "$D")" \
		"0 $((FIRST + 1)) $((FIRST + 3)) MMMM"
	change 'all that there is' offline-memory all
	refused 'a device that is no system memory' 1 'is not system memory: it is in mode devdax' online-memory "$OTHER"
	like 'the hint says how it becomes some' "$err" "hint: .*reconfigure --mode system-ram $OTHER"
	refused 'one of two is none: nothing is done' 1 'is not system memory' online-memory "$D" "$OTHER"
	refused 'a device that is not there' 1 'no such device' offline-memory dax9.9
}

# list: what is counted, where it is, and whether it can go.
test_list() {
	daxadm offline-memory all >/dev/null 2>&1
	run daxadm list "$D"
	like 'offline: counts' "$(flat "$out")" '"online_memblocks":0,"total_memblocks":4,"region"'
	put $((FIRST + 3)) online_movable
	run daxadm list -B "$D"
	like 'one is online: counts, and no word on the others' "$(flat "$out")" \
		'"online_memblocks":1,"total_memblocks":4,"region"'
	is 'and which, in runs' "$(json '.[0].blocks | map([.first, .last, .count, .state, .zone])')" \
		"[[$FIRST,$((FIRST + 2)),3,\"offline\",null],[$((FIRST + 3)),$((FIRST + 3)),1,\"online\",\"Movable\"]]"
	daxadm online-memory "$D" >/dev/null 2>&1
	run daxadm list "$D"
	like 'all in zone Movable' "$(flat "$out")" '"online_memblocks":4,"total_memblocks":4,"movable":true,"region"'
	put "$FIRST" offline
	put "$FIRST" online_kernel
	run daxadm list -B "$D"
	like 'one in another: not all of it can go' "$(flat "$out")" '"total_memblocks":4,"movable":false,"region"'
	is 'it is the first' "$(json '.[0].blocks | map([.first, .count, .zone])')" \
		"[[$FIRST,1,\"Normal\"],[$((FIRST + 1)),3,\"Movable\"]]"
	run as_user daxadm list "$D"
	is 'an ordinary user: no counts, no errors, nothing negative' \
		"$status $err $(grep -c -e memblocks -e movable -e ':-' <<<"$out")" '0  0'
	run as_user daxadm offline-memory "$D"
	like 'nor can such a one change it' "$status $err" '^1 daxadm: only root can change devices'
	run as_user daxadm offline-memory --dry-run "$D"
	like 'nor foretell it' "$status $err" "^1 .*$D is system memory, and its online memory blocks cannot be read.*run as root"
	run daxadm online-memory --timeout 1 "$D"
	# Whether the kernel has put something there by now is its own business.
	if [ "$status" -eq 0 ]; then
		is 'a block in the wrong zone is moved' "$(zones_of "$D")" MMMM
	else
		is 'a block in the wrong zone is told' "$status $(zones_of "$D")" '1 NMMM'
		like 'and which one' "$err" "memory block $FIRST \\(at 0x"
	fi
	run daxadm list -v "$D"
	like 'the nodes are shown' "$(flat "$out")" '"target_node":1,.*"numa_node":[0-9]+'
}

# Modes are kept, and nothing has to be waited for.
test_modes() {
	local d=$OTHER node
	node=/sys/devices/system/node/node$(attr "$d" target_node)
	change 'a device becomes system memory' reconfigure -m system-ram "$d"
	is 'what comes next sees it: its size' "$(zones_of "$d")" MMMM
	is 'its memory' "$(awk '/MemTotal/ { print ($4 >= 4 * 128 * 1024) }' "$node/meminfo")" 1
	no_change 'enable-device leaves its mode alone' enable-device "$d"
	refused 'another mode is not for enable-device' 1 'is enabled already, in mode system-ram' enable-device -m devdax "$d"
	change 'disable-device takes it offline' disable-device "$d"
	is 'nothing is left of it' "$(driver "$d") $(grep -c " : $d\$" /proc/iomem)" 'none 0'
	change 'enable-device with its mode' enable-device -m system-ram "$d"
	is 'brings it back' "$(zones_of "$d")" MMMM
	change 'an alignment' align "$d" 4K
	is 'it is as it was' "$(zones_of "$d")" MMMM
	change 'a smaller size' reconfigure -s 384M "$d"
	is 'stays system memory' "$(zones_of "$d")" MMM
	change 'destroy-device --force' destroy-device --force "$d"
	is 'leaves nothing' "$(grep -c " : $d\$" /proc/iomem)" 0
	change 'so that the space can be used' create-device -r "$R" -s 512M
	change 'and used as memory' destroy-device -f "$d"
	change 'at once' create-device -r "$R" -s 512M -m system-ram
	change 'several at once' create-device -r "$R" --count 2 -s 128M -m system-ram
	change 'go at once' destroy-device -f "dax$R.2" "dax$R.3"
	change 'all to devdax' reconfigure -m devdax "$d"
}

# What cannot become memory is refused before anything is written.
test_too_small() {
	refused 'smaller than a memory block' 1 'no whole memory block of 128 MiB is in its ranges' \
		create-device -r "$R" -s 64M -m system-ram
	is 'nothing is tried' "$(daxadm list -i | grep -c chardev)" 2
	change 'a small device' create-device -r "$R" -s 64M
	refused 'that is there' 1 'no whole memory block of 128 MiB is in its ranges' reconfigure -m system-ram "dax$R.2"
	is 'is as it was' "$(driver "dax$R.2")" device_dax
	traced daxadm reconfigure -m system-ram "dax$R.2"
	is 'and was not touched' "$(sysfs_writes)" 0
	refused 'a system-ram device does not become so small' 1 'no whole memory block' reconfigure -s 64M "$D"
	is 'nor loses anything by it' "$(driver "$D")" kmem
	change 'it goes' destroy-device -f "dax$R.2"
	run daxadm create-device -r "$R" -s 130M -m system-ram
	like 'what is lost at the edges is said' "$err" \
		'note: .* MiB of 130 MiB cannot be used as system memory: not aligned to memory blocks of 128 MiB'
}

test_memmap() {
	if [ "$LAB_SERIES" = 6.1 ]; then
		refused 'no memmap_on_memory' 1 'this kernel does not support memmap_on_memory' reconfigure --memmap-on-memory on "$OTHER"
	else
		refused 'memmap_on_memory where the machine has it off' 1 'cannot write 1 to .memmap_on_memory.: .*not supported' \
			reconfigure --memmap-on-memory on "$OTHER"
		like 'the hint says how to boot' "$err" 'hint: .*memory_hotplug.memmap_on_memory=on'
		run daxadm list -v "$OTHER"
		like 'list shows it' "$(flat "$out")" '"memmap_on_memory":false'
	fi
}

find_memory
R=${HMEM[0]} D=dax${HMEM[0]}.0 OTHER=dax${HMEM[0]}.1 FIRST=$((HMEM_START[0] / BLOCK))
as_devdax "$D"
ok 'a device of four blocks' daxadm reconfigure -s 512M -m system-ram "$D"
ok 'another' daxadm create-device -r "$R" -s 512M
daxadm offline-memory "$D" >/dev/null 2>&1
test_idempotent
test_modes
test_too_small
test_memmap
test_list
agreed
done_testing
