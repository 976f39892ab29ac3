#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# System memory: what list shows of its blocks, what a change would do, and what is refused.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/functions.sh"
make_machine
memory=$sysroot/devices/system/memory

# same NAME FILE: standard input is what is expected.
same() {
	if diff - "$2" >"$work/diff"; then
		ok "$1"
	else
		not_ok "$1"
		explain "$work/diff"
	fi
}

# would NAME WORD...: the steps and notes of a dry run, as on standard input.
would() {
	local name=$1
	shift

	run "$@" --dry-run --sysroot="$sysroot"
	[ "$status" -eq 0 ] || explain "$work/err"
	same "$name" "$work/err"
}

# refused NAME MESSAGE HINT WORD...: an empty hint is none.
refused() {
	local name=$1 message=$2 hint=$3
	shift 3

	run "$@" --dry-run --sysroot="$sysroot"
	{ printf 'daxadm: %s\n' "$message" && [ -z "$hint" ] || printf 'hint: %s\n' "$hint"; } >"$work/expected"
	check "$name: exit 1" test "$status" -eq 1
	same "$name: the reason" "$work/err" <"$work/expected"
}

# Two ranges with another device between them, and one block that could not be added.
make_device dax1.1 1207959552 kmem 0x210000000 0x227ffffff 0x240000000 0x26fffffff
make_blocks 66 Movable Movable Normal
make_blocks 72 Movable offline offline none offline
make_device dax1.2 268435456 kmem 0x230000000 0x23fffffff
make_blocks 70 Movable Movable
put "$sysroot/devices/platform/hmem.1/dax_region/available_size" 2818572288

run list -B --sysroot="$sysroot" dax1.1
same 'list -B: blocks of the same state are one entry' "$work/out" <<'END'
[
  {
    "chardev":"dax1.1",
    "size":1207959552,
    "target_node":1,
    "align":2097152,
    "mode":"system-ram",
    "online_memblocks":5,
    "total_memblocks":8,
    "region":"hmem.1",
    "driver":"kmem",
    "blocks":[
      {
        "first":66,
        "last":67,
        "count":2,
        "state":"online",
        "zone":"Movable"
      },
      {
        "first":68,
        "last":68,
        "count":1,
        "state":"online",
        "zone":"Normal"
      },
      {
        "first":72,
        "last":72,
        "count":1,
        "state":"online",
        "zone":"Movable"
      },
      {
        "first":73,
        "last":74,
        "count":2,
        "state":"offline",
        "zone":null
      },
      {
        "first":75,
        "last":75,
        "count":1,
        "state":"online",
        "zone":"mixed"
      },
      {
        "first":76,
        "last":76,
        "count":1,
        "state":"offline",
        "zone":null
      }
    ]
  }
]
END
run list -B --sysroot="$sysroot" dax0.0
check 'list -B: a device of programs has none' test "$(grep -c '"blocks"' "$work/out")" -eq 0
run list --sysroot="$sysroot" dax1.2
check 'movable: all is, and online' grep -qx '    "movable":true,' "$work/out"
put "$memory/memory70/valid_zones" Normal
run list --sysroot="$sysroot" dax1.2
check 'movable: not where one block is in another zone' grep -qx '    "movable":false,' "$work/out"
rm -r "$memory/memory70" "$memory/memory71"
run list -B --sysroot="$sysroot" dax1.2
check 'blocks that are not there: none, and not less' grep -qx '    "online_memblocks":0,' "$work/out"
check 'blocks that are not there: []' grep -qx '    "blocks":\[\]' "$work/out"
make_blocks 70 Movable Normal

would 'offline-memory' offline-memory dax1.2 <<'END'
daxadm: note: dax1.2: 1 memory block in zone Normal may never go offline: the kernel puts memory there that cannot be moved
would: dax1.2: take 2 memory blocks offline
END
would 'online-memory: from the wrong zone' online-memory dax1.2 <<'END'
daxadm: note: dax1.2: 1 memory block in zone Normal may never go offline: the kernel puts memory there that cannot be moved
would: dax1.2: take 1 memory block offline
would: dax1.2: bring 1 memory block online, in zone Movable
END
refused 'offline-memory: a block in several zones' \
	'dax1.1: memory block 75 spans zones: the kernel never takes it offline (EBUSY)' '' offline-memory dax1.1
refused 'online-memory: a device of programs' 'dax0.0 is not system memory: it is in mode devdax (EINVAL)' \
	"run 'daxadm reconfigure --mode system-ram dax0.0' to convert it" online-memory dax0.0

would 'reconfigure --mode system-ram' reconfigure -m system-ram dax0.0 <<'END'
would: dax0.0: unbind it from device_dax
would: the whole machine: set auto_online_blocks from online to online_movable
would: dax0.0: bind it to kmem
would: the whole machine: set auto_online_blocks from online_movable to online
END
check 'and what would be' grep -qx '    "online_memblocks":8,' "$work/out"
would 'reconfigure --mode system-ram: the kernel has other zones, too' \
	reconfigure -m system-ram --no-movable --memmap-on-memory on dax0.0 <<'END'
would: dax0.0: unbind it from device_dax
would: dax0.0: set memmap_on_memory from 0 to 1
would: the whole machine: set auto_online_blocks from online to online_kernel
would: dax0.0: bind it to kmem
would: the whole machine: set auto_online_blocks from online_kernel to online
END
refused '--no-online, where all goes online' \
	'dax0.0: the machine brings new memory online by itself (auto_online_blocks is online) (EBUSY)' \
	'use --force to set it to offline while the device is bound' reconfigure -m system-ram -N dax0.0
would '--no-online, by force' reconfigure -m system-ram -N -f dax0.0 <<'END'
would: dax0.0: unbind it from device_dax
would: the whole machine: set auto_online_blocks from online to offline
would: dax0.0: bind it to kmem
would: the whole machine: set auto_online_blocks from offline to online
END
put "$memory/auto_online_blocks" online_movable
would 'where new memory goes to zone Movable by itself' reconfigure -m system-ram dax0.0 <<'END'
would: dax0.0: unbind it from device_dax
would: dax0.0: bind it to kmem
END
would 'what the kernel leaves out' create-device -r 0 -m system-ram --range=0x1a0200000-0x1bfdfffff <<'END'
daxadm: note: dax0.3: 252 MiB of 508 MiB cannot be used as system memory: not aligned to memory blocks of 128 MiB
would: dax0.3: create it
would: dax0.3: add the range 0x1a0200000-0x1bfdfffff (508 MiB)
would: dax0.3: bind it to kmem
END
would 'disable-device: offline first' disable-device dax1.2 <<'END'
daxadm: note: dax1.2: 1 memory block in zone Normal may never go offline: the kernel puts memory there that cannot be moved
would: dax1.2: take 2 memory blocks offline
would: the whole machine: set auto_online_blocks from online_movable to offline
would: dax1.2: unbind it from kmem
would: the whole machine: set auto_online_blocks from offline to online_movable
END
refused 'disable-device: under no option with a block online' \
	'dax1.1: memory block 75 spans zones: the kernel never takes it offline (EBUSY)' '' \
	disable-device -f --force=lose-data dax1.1

# A kernel that was built without memory hot-remove shows no zones, and would lose what is unbound.
rm "$memory"/memory7[01]/valid_zones
run list -B --sysroot="$sysroot" dax1.2
check 'no hot-remove: what is online is counted' grep -qx '    "online_memblocks":2,' "$work/out"
refused 'no hot-remove: offline-memory' \
	'dax1.2 is system memory, and this kernel cannot remove memory (EOPNOTSUPP)' \
	'reboot to free it: the kernel was built without CONFIG_MEMORY_HOTREMOVE' offline-memory dax1.2
put "$memory/memory70/state" offline
put "$memory/memory71/state" offline
refused 'no hot-remove: unbound not even when all is offline' \
	'dax1.2 is system memory, and this kernel cannot remove memory (EOPNOTSUPP)' \
	'reboot to free it: the kernel was built without CONFIG_MEMORY_HOTREMOVE' reconfigure -m devdax dax1.2
would 'no hot-remove: but online it goes' online-memory dax1.2 <<'END'
would: dax1.2: bring 2 memory blocks online, in zone Movable
END
make_blocks 70 Movable Normal

printf '[{"size":268435456,"region":"hmem.0","mode":"system-ram"}]' >"$work/input"
would '--input: memory' create-device --input="$work/input" --no-movable <<'END'
would: dax0.3: create it
would: dax0.3: set the size from 0 bytes to 256 MiB
would: the whole machine: set auto_online_blocks from online_movable to online_kernel
would: dax0.3: bind it to kmem
would: the whole machine: set auto_online_blocks from online_kernel to online_movable
END

put "$memory/block_size_bytes" 80000000
refused 'a device smaller than a block' 'dax0.0: no whole memory block of 2 GiB is in its ranges (EINVAL)' '' \
	reconfigure -m system-ram dax0.0
for size in 1 0 30000000 junk; do
	put "$memory/block_size_bytes" "$size"
	refused "blocks of $size bytes" \
		"devices/system/memory/block_size_bytes holds '$size', which is not a power of two of at least 1 MiB (EPROTO)" '' \
		offline-memory dax1.2
done
put "$memory/block_size_bytes" 8000000
rm "$sysroot/devices/platform/hmem.0/dax0.0/target_node" "$sysroot"/devices/platform/hmem.0/dax0.[12]/target_node
refused 'no node' 'dax0.0 has no NUMA node for its memory (target_node) (EINVAL)' '' \
	reconfigure -m system-ram dax0.0
rm -r "$sysroot/bus/dax/drivers/kmem"
would 'its driver is loaded first' create-device -r 1 -s 256M -m system-ram <<'END'
would: load the driver kmem
would: dax1.3: create it
would: dax1.3: set the size from 0 bytes to 256 MiB
would: dax1.3: bind it to kmem
END
rm -r "$memory"
refused 'a kernel without memory hotplug' 'dax1.3: this kernel does not support memory hotplug (EOPNOTSUPP)' '' \
	create-device -r 1 -s 256M -m system-ram
done_testing
