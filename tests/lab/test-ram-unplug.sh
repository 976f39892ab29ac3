#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Kernels that remove the memory of a device by one write (daxX.Y/state), all of it or none: it is made before
# kmem is unbound, so that nothing can be lost between the two.
# lab: --hmem 1G --nvdimm 1G,label=128K
# kernels: 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"
PATH=/tests:$PATH

# state: what the kernel says of the device, and what list does.
state() { echo "$(attr "$d" state) $(daxadm list -v "$d" | grep -o '"kmem_state":"[a-z_]*"')"; }

# unbind: which of the writes of disable-device that is.
unbind() { sed -n 's|^\([0-9]*\) .*/kmem/unbind .*|\1|p' /tmp/writes; }

find_memory
d=dax${HMEM[0]}.0
ok 'system memory' daxadm reconfigure -m system-ram "$d"
[ -e "/sys/bus/dax/devices/$d/state" ] || skip_all 'this kernel has no daxX.Y/state'
as_devdax "$d"
daxadm reconfigure -s 512M "$d" >/dev/null 2>&1
change 'system memory' reconfigure -m system-ram "$d"
is 'its state is shown' "$(state)" 'online_movable "kmem_state":"online_movable"'
echo online_movable >"$POLICY"
run fault -o /tmp/writes daxadm disable-device "$d"
is 'disable-device' "$status $(driver "$d")" '0 none'
n=$(unbind)
like 'unplugs it right before it is unbound' "$(sed -n "$((n - 1))p" /tmp/writes)" "/$d/state unplugged 0"

# Between the two.
ok 'system memory' daxadm reconfigure -m system-ram "$d"
run fault -e "$n:ENODEV" daxadm disable-device "$d"
is 'it cannot be unbound: it has its memory again' "$status $(driver "$d") $(zones_of "$d") $(<"$POLICY")" \
	'1 kmem MMMM online_movable'
run fault -b "$n:KILL" daxadm disable-device "$d"
is 'killed: it is without' "$status $(driver "$d") $(attr "$d" state)" '137 kmem unplugged'
ok 'recover' daxadm recover
is 'has all back' "$(driver "$d") $(zones_of "$d") $(<"$POLICY")" 'kmem MMMM online_movable'
run fault -e "$n:ENODEV" -e "$((n + 1)):ENODEV" daxadm disable-device "$d"
is 'nor can the way back: it is without' "$status $(driver "$d") $(attr "$d" state)" '3 kmem unplugged'
ok 'recover' daxadm recover
is 'has all back as well' "$(driver "$d") $(zones_of "$d") $(<"$POLICY")" 'kmem MMMM online_movable'
run fault -b "$n:KILL" daxadm disable-device "$d"
ok 'recover --forward' daxadm recover --forward
is 'ends it' "$(driver "$d") $(<"$POLICY")" 'none online_movable'
ok 'system memory' daxadm enable-device -m system-ram "$d"
# An early version of the kernel's patches returns 1 when a block was offline already, and has done nothing.
strace -f -qq -o /tmp/short -P "/sys/bus/dax/devices/$d/state" -e trace=write -e inject=write:retval=1 \
	daxadm disable-device "$d" >/tmp/short.out 2>&1
is 'a short write is no failure: it is unbound all the same' "$? $(driver "$d") $(grep -c INJECTED /tmp/short)" '0 none 1'
diag "$(</tmp/short.out)"
ok 'system memory' daxadm enable-device -m system-ram "$d"
# It waits before the unbind, and what comes online then has no block to do so.
fault -w /drivers/kmem/unbind daxadm disable-device "$d" >/tmp/moment.out 2>&1 &
until [ -e /tmp/fault.wait ]; do
	kill -0 $! 2>/dev/null || break
	sleep 0.05
done
is 'before it is unbound no block is there' "$(ls -d "$MEMORY/memory$((HMEM_START[0] / BLOCK))" 2>/dev/null)" ''
rm /tmp/fault.wait
wait $!
is 'so nothing is lost' "$? $(driver "$d") $(daxadm list -R | grep -c lost_size)" '0 none 0'

# kmem takes persistent memory by its id, which is no success while it is bound, and without memory.
make_labels
find_nd
p=dax${ND[0]}.0
ok 'system memory of a namespace' daxadm create-device -r "${ND[0]}" -s 512M -m system-ram
before=$(zones_of "$p")
run fault -o /tmp/writes daxadm disable-device "$p"
ok 'again' daxadm enable-device "$p"
ok 'system memory' daxadm reconfigure -m system-ram "$p" "$lose"
run fault -b "$(unbind):KILL" daxadm disable-device "$p"
is 'killed: it is without' "$status $(driver "$p") $(attr "$p" state)" '137 kmem unplugged'
ok 'recover' daxadm recover
is 'has all back' "$(driver "$p") $(zones_of "$p")" "kmem $before"
as_devdax "$p"

# Somebody else has unplugged it.
ok 'system memory' daxadm reconfigure -m system-ram "$d"
echo unplugged >"/sys/bus/dax/devices/$d/state"
run daxadm list -B -v "$d"
like 'unplugged: list' "$(flat "$out")" '"online_memblocks":0,"total_memblocks":0,.*"blocks":\[\],.*"kmem_state":"unplugged"'
refused 'unplugged: there is nothing to bring online' 1 'is unplugged' online-memory "$d"
like 'unplugged: the hint' "$err" "hint: .*reconfigure --mode system-ram $d"
no_change 'unplugged: it is offline' offline-memory "$d"
change 'unplugged: reconfigure --mode system-ram' reconfigure -m system-ram "$d"
is 'gives it its memory' "$(zones_of "$d")" MMMM
echo unplugged >"/sys/bus/dax/devices/$d/state"
change 'unplugged: to devdax' reconfigure -m devdax "$d"
agreed
done_testing
