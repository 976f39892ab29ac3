#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel lets root do to the machine, and daxadm does not: memory that is online is not unbound,
# nobody else's device is bound or changed, and what failed once is told as it is.
# lab: --hmem 2G --hmem 1G
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"

memory=/sys/devices/system/memory
policy=$memory/auto_online_blocks

# as_memory DEVICE: bound to kmem, offline, by the raw interface where the kernel did not do it.
as_memory() {
	[ "$(driver "$1")" != kmem ] || return 0
	echo "$1" >"/sys/bus/dax/devices/$1/driver/unbind"
	echo "$1" >/sys/bus/dax/drivers/kmem/new_id
	echo "$1" >/sys/bus/dax/drivers/kmem/remove_id
	[ "$(driver "$1")" = kmem ]
}

# What is online goes offline first: the kernel would unbind it as it is, and lose it until the next reboot.
# test-ram-busy.sh has the memory that will not go.
test_online_memory() {
	local d=dax$1.0 block
	block=$memory/memory$((HMEM_START[0] / 0x$(<$memory/block_size_bytes) + 3))
	ok 'a device of system memory' as_memory "$d"
	echo online_movable >"$block/state"
	change 'one block online: reconfigure -a 4K' reconfigure -a 4K "$d"
	is 'the block is online again' "$(<"$block/state") $(<"$block/valid_zones")" 'online Movable'
	change 'one block online: disable-device' disable-device "$d"
	is 'nothing of it is left' "$(ls -d "$block" 2>/dev/null)$(grep -c " : $d\$" /proc/iomem)" 0
	change 'system memory again' enable-device -m system-ram -N "$d"
	is 'none of it online' "$(<"$block/state")" offline
}

# Whatever the policy for new memory is, nobody asked for this memory to go online.
test_policy() {
	local d=dax$1.0
	echo online >$policy
	change 'system memory that is offline is resized' reconfigure -s 1G "$d"
	is 'its mode stays' "$(driver "$d")" kmem
	like 'its memory is offline, whatever the policy is' "$(json '.[0].online_memblocks')" '^0$'
	is 'the policy is as it was' "$(<$policy)" online
	echo offline >$policy
}

# new_id makes a driver look at every device on the bus, and ids outlive the devices that they name.
test_ids() {
	local r=$1 d=dax$1.1 bystander=dax$2.0 region
	region=$(readlink -f "/sys/bus/dax/devices/dax$r.0")/../dax_region
	change 'a bystander without a driver' disable-device "$bystander"
	change 'a device is bound' create-device -r "$r" -s 64M
	is 'the bystander is not' "$(driver "$bystander")" none
	change 'the first is, too' reconfigure -m devdax "dax$r.0"
	is 'and again the bystander is not' "$(driver "$bystander")" none
	change 'it goes' destroy-device -f "$d"
	# One of the same name, made by hand.
	echo 1 >"$region/create"
	echo $((64 * MIB)) >"/sys/bus/dax/devices/$d/size"
	echo dax9.9 >/sys/bus/dax/drivers/device_dax/new_id
	echo dax9.9 >/sys/bus/dax/drivers/device_dax/remove_id
	if [ "$LAB_SERIES" = 6.1 ]; then
		skip 'a new device does not inherit its driver' 'Linux 6.1 binds all devices to device_dax'
	else
		is 'a new device does not inherit its driver' "$(driver "$d")" "$(driver "$bystander")"
	fi
	daxadm disable-device "$d" "$bystander" >/dev/null 2>&1
	change 'it goes, too' destroy-device "$d"
}

# Made by hand while nobody looks: `create` fails to tell, `seed` is somebody's failed attempt.
test_orphan() {
	local r=$1 region
	region=$(readlink -f "/sys/bus/dax/devices/dax$r.0")/../dax_region
	echo 1 >"$region/create"
	echo 1073741824 >"/sys/bus/dax/devices/dax$r.1/align"
	is "somebody's device of size 0 is the seed" "$(<"$region/seed")" "dax$r.1"
	change 'a new device is another one' create-device -r "$r" -s 64M
	is 'it is bound' "$(attr "dax$r.2" size) $(driver "dax$r.2")" "$((64 * MIB)) device_dax"
	is "somebody's is as it was" "$(attr "dax$r.1" size) $(attr "dax$r.1" align)" "0 $GIB"
	change 'both go' destroy-device -f "dax$r.1" "dax$r.2"
}

# blind COMMAND...: where /proc/iomem is empty, as it is in some containers.
blind() { unshare -m sh -c 'mount --bind /dev/null /proc/iomem && exec "$@"' sh "$@"; }

# Last, since only a reboot cures it: memory lost by hand. Who does not see that is told by the kernel: binding it
# fails, and is refused for good after that.
test_lost_memory() {
	local d=dax$1.0 block
	block=$memory/memory$((HMEM_START[1] / 0x$(<$memory/block_size_bytes)))
	ok 'system memory' as_memory "$d"
	echo online_movable >"$block/state"
	echo "$d" >/sys/bus/dax/drivers/kmem/unbind
	refused 'lost memory is not tried' 1 'its memory are lost' enable-device "$d"
	run blind daxadm enable-device "$d"
	is 'it could not be bound' "$status" 1
	like 'the kernel says why' "$err" $'\nkernel: .*could not reserve range'
	run blind daxadm enable-device "$d"
	like 'the second time it says what it remembers' "$err" $'\nkernel: .*pre-populated page map'
	like 'and the hint what to do' "$err" $'\nhint: .*first device of a region can be refused until the next reboot'
	is 'it is without a driver' "$(driver "$d")" none
}

find_memory
test_online_memory "${HMEM[0]}"
[ "$LAB_SERIES" = 6.1 ] || test_policy "${HMEM[0]}"
daxadm reconfigure -m devdax -s 1G "dax${HMEM[0]}.0" >/dev/null 2>&1
test_ids "${HMEM[0]}" "${HMEM[1]}"
test_orphan "${HMEM[0]}"
daxadm reconfigure -m devdax "dax${HMEM[1]}.0" >/dev/null 2>&1
test_lost_memory "${HMEM[1]}"
done_testing
