#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel without kmem; and one that has it, but did not load it.
# lab: --hmem 1G --no-modules kmem
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"

find_memory
d=dax${HMEM[0]}.0
as_devdax "$d"
daxadm reconfigure -s 512M "$d" >/dev/null 2>&1
daxadm enable-device "$d" >/dev/null 2>&1
chmod 640 "/dev/$d"
is 'kmem is not loaded' "$(driver "$d") $(ls -d /sys/bus/dax/drivers/kmem 2>/dev/null)" 'device_dax '
modules=/lib/modules/$(uname -r)
mkdir /tmp/away
find "$modules/" -name 'kmem.ko*' -exec mv {} /tmp/away/ \;
depmod
echo online >"$POLICY"
refused 'no such module' 1 'cannot load the driver kmem: this kernel has no such module' reconfigure -m system-ram "$d"
is 'the device is as it was' "$(driver "$d") $(<"$POLICY")" 'device_dax online'
refused 'nor in a dry run' 1 'cannot load the driver kmem: this kernel has no such module' \
	reconfigure -m system-ram "$d" --dry-run
refused 'nor for a new device' 1 'cannot load the driver kmem' create-device -m system-ram
mv /tmp/away/* "$modules/kernel/"
depmod

# What modprobe.d says: a command in place of the module is the administrator's word; "blacklist" is about aliases only.
conf=/etc/modprobe.d/test.conf
mkdir -p "${conf%/*}"
echo 'install kmem /bin/false' >$conf
forbidden="cannot load the driver kmem: modprobe.d has 'install kmem /bin/false'"
refused 'not where that is forbidden' 1 "$forbidden" reconfigure -m system-ram "$d"
refused 'nor in a dry run' 1 "$forbidden" reconfigure -m system-ram "$d" --dry-run
like 'the hint shows where' "$(eval "$(sed -n "s/.*'\(grep .*\)'.*/\1/p" <<<"$err")")" "$conf"
echo 'install kmem echo ran >/tmp/ran; exit 1' >$conf
run daxadm reconfigure -m system-ram "$d" --dry-run
like 'another command is named' "$status $err" '^0 .*modprobe.d has a command that loads the driver kmem: echo ran'
run daxadm reconfigure -m system-ram "$d"
like 'and when it fails, too' "$status $err" '^1 .*the command of modprobe.d failed: echo ran'
is 'it was run' "$(cat /tmp/ran)" ran
is 'the device is as it was again' "$(driver "$d") $(<"$POLICY")" 'device_dax online'
echo 'blacklist kmem' >$conf
ok 'where there is one it is loaded, also one that is blacklisted' daxadm reconfigure -m system-ram "$d"
is 'and the memory is where it was wanted' "$(zones_of "$d") $(<"$POLICY")" 'MMMM online'
if modinfo fsdev_dax >/dev/null 2>&1; then
	change 'system-ram to famfs is one command' reconfigure -m famfs "$d"
	is 'it has that driver' "$(driver "$d")" fsdev_dax
	change 'a second range takes the place behind it' create-device -r "${HMEM[0]}" -s 128M
	# As on a kernel of which it is not known (personality UNAME26).
	run setarch --uname-2.6 daxadm reconfigure -s 768M "$d"
	like 'famfs on two ranges: not where the kernel may be wrong' "$status $err" \
		"^1 .*$d has 2 ranges: in mode famfs, this kernel may access memory of other devices.*Linux 7.3"
	is 'the device is as it was' "$(driver "$d") $(attr "$d" size)" "fsdev_dax $((512 * MIB))"
	change 'where it is right, two ranges do' reconfigure -s 768M "$d"
	change 'and back' reconfigure -m system-ram "$d"
fi
daxadm reconfigure -m devdax -a 4K "$d" >/dev/null 2>&1
is 'mode and owner of the node are those that were given to it' "$(driver "$d") $(stat -c '%a %U' "/dev/$d")" \
	'device_dax 640 root'
done_testing
