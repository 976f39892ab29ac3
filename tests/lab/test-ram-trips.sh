#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# There and back: devdax, system-ram, devdax, on each kind of memory, in one range and in several,
# whatever the machine does with new memory by itself.
# lab: --hmem 1G@2M --cxl 1G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"

# all LETTER COUNT: so many of them.
all() { printf "%$2s" '' | tr ' ' "$1"; }

# trip DEVICE BLOCKS POLICY: there and back, under this policy for new memory.
trip() {
	local d=$1 n=$2 policy=$3
	echo "$policy" >"$POLICY"
	snapshot /tmp/trip.before
	run daxadm reconfigure -m system-ram "$d"
	is "$d becomes system memory, policy $policy" \
		"$status $(driver "$d") $(zones_of "$d") $(<"$POLICY")" "0 kmem $(all M "$n") $policy"
	like "$d: and says so" "$(flat "$out")" "\"online_memblocks\":$n,\"total_memblocks\":$n,\"movable\":true"
	run daxadm reconfigure -m devdax "$d"
	is "$d comes back, policy $policy" "$status $(driver "$d") $(<"$POLICY")" "0 device_dax $policy"
	snapshot /tmp/trip.after
	same "$d: all is as it was" /tmp/trip.before /tmp/trip.after
}

# no_online DEVICE BLOCKS POLICY: -N, which daxctl refuses where the machine brings memory online.
no_online() {
	local d=$1 n=$2 policy=$3
	echo "$policy" >"$POLICY"
	if [ "$policy" = offline ]; then
		ok "$d: --no-online" daxadm reconfigure -N -m system-ram "$d"
	else
		refused "$d: --no-online, policy $policy" 1 "auto_online_blocks is $policy" \
			reconfigure -N -m system-ram "$d"
		ok "$d: --no-online --force" daxadm reconfigure -N --force -m system-ram "$d"
	fi
	is "$d: its memory is offline, the policy as before" "$(zones_of "$d") $(<"$POLICY")" "$(all - "$n") $policy"
	as_devdax "$d"
}

trips() {
	local policy
	for policy in offline online online_kernel online_movable; do
		if ! echo "$policy" >"$POLICY"; then
			skip "policy $policy" 'this kernel does not know it'
			continue
		fi
		trip "$@" "$policy"
		no_online "$@" "$policy"
	done
	echo offline >"$POLICY"
}

# In a zone that the kernel chooses: the kernel may take some of it for good, so this comes last.
no_movable() {
	local d=$1 n=$2 zones
	echo online_movable >"$POLICY"
	run daxadm reconfigure --no-movable -m system-ram "$d"
	is "$d: --no-movable" "$status $(zones_of "$d") $(<"$POLICY")" "0 $(all N "$n") online_movable"
	like "$d: movable is false" "$(flat "$out")" '"movable":false'
	run daxadm online-memory --timeout 1 "$d"
	zones=$(zones_of "$d")
	if [ "$status" -eq 0 ]; then
		is "$d: it goes to zone Movable" "$zones" "$(all M "$n")"
	else
		is "$d: the kernel keeps it, and it is where it was" "$status $zones" "1 $(all N "$n")"
		like "$d: the error names a block" "$err" 'memory block [0-9]+ \(at 0x'
	fi
	echo offline >"$POLICY"
}

# pieces REGION START: devices of which one has three ranges, the middle of each a whole block or more.
pieces() {
	local r=$1 start=$2
	daxadm destroy-device -f -r "$r" all
	daxadm create-device -r "$r" --range "$(range "$start" $((130 * MIB)))" \
		--range "$(range $((start + 256 * MIB)) $((256 * MIB)))" \
		--range "$(range $((start + 640 * MIB)) $((254 * MIB)))"
}

find_memory
for r in "${HMEM[0]}" "${CXL[@]}"; do
	d=dax$r.0
	as_devdax "$d"
	start=$(($(attr "$d" resource)))
	trips "$d" "$(blocks_of "$d" | wc -w)"
	pieces "$r" "$start" >/dev/null 2>&1
	d=dax$r.1
	is "$d has three ranges" "$(ranges "$d" | wc -w)" 3
	trips "$d" "$(blocks_of "$d" | wc -w)"
	no_movable "$d" "$(blocks_of "$d" | wc -w)"
done
[ ${#CXL[@]} -gt 0 ] || skip 'CXL memory' 'Linux 6.1 makes no dax device of it'
done_testing
