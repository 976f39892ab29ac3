#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The machine itself: what it has for DAX memory, and what is found when that is broken, piece by piece.
# lab: --hmem 2G --cxl 1G --nvdimm 1G,label=2M
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"

old=no
[[ $LAB_KERNEL != 6.1.* ]] || old=yes

test_whole() {
	check 0
	finding 'devices are counted' host dax-devices pass '[0-9]+ devices? in [0-9]+ regions?'
	finding 'soft-reserved memory is in regions' host soft-reserved pass 'all'
	if [ $old = yes ]; then
		finding 'CXL memory is in none' host cxl-memory warn '1 memory device, 0 regions'
		finding 'there is no driver for it' host driver-dax_cxl skip 'this kernel does not have it'
	else
		finding 'so is CXL memory' host cxl-memory pass '1 memory device, 1 region'
		finding 'its driver' host driver-dax_cxl pass loaded
	fi
	if [[ $LAB_KERNEL = 6.* ]]; then
		finding 'no driver for file systems' host driver-fsdev_dax skip 'this kernel does not have it'
	else
		finding 'a driver for file systems' host driver-fsdev_dax pass loaded
	fi
	for module in device_dax kmem dax_hmem nd_pmem nfit cxl_core cxl_acpi cxl_mem cxl_port; do
		finding "driver $module" host "driver-$module" pass '(loaded|built in)'
	done
	for name in left-over huge-pages huge-1g memory-hotplug online-policy udev-rules region-nodes; do
		finding "$name" host $name pass .
	done
	finding 'what libdaxctl sees' host libdaxctl pass 'the same devices with the same sizes'
	finding 'nodes' host nodes pass 'memory: 0; processors: 0; memory without processors: none'
	finding 'tiers' host tiers pass 'tier 4: node 0'
	finding 'no word of the firmware' host node-speed warn 'it reports nothing for node 0'
}

test_drivers() {
	local module file
	file=$(modinfo -n dax_pmem)
	rmmod dax_pmem
	check 0
	finding 'not loaded' host driver-dax_pmem pass loadable
	echo "$(</proc/cmdline) module_blacklist=other,dax_pmem quiet" >/tmp/cmdline
	mount --bind /tmp/cmdline /proc/cmdline
	check 0
	finding 'refused at boot' host driver-dax_pmem warn "blocked by the kernel's command line"
	like 'and by what' "$(flat_hint driver-dax_pmem)" '^boot without dax_pmem in module_blacklist=$'
	finding 'what is loaded is not' host driver-nd_pmem pass '(loaded|built in)'
	umount /proc/cmdline
	echo 'blacklist dax_pmem' >/etc/modprobe.d/test.conf
	check 0
	finding 'blacklisted' host driver-dax_pmem warn blacklisted
	echo 'install dax-pmem /bin/false' >/etc/modprobe.d/test.conf
	check 0
	finding 'something else in its place' host driver-dax_pmem warn 'an install command is run'
	rm /etc/modprobe.d/test.conf
	mv "$file" /tmp/module
	depmod 2>/dev/null
	check 0
	finding 'not there' host driver-dax_pmem warn 'this kernel does not have it'
	mkdir -p /boot
	printf '%s\n' CONFIG_DEV_DAX=m '# CONFIG_DEV_DAX_PMEM is not set' >"/boot/config-$LAB_KERNEL"
	run daxadm check --table
	like 'and why' "$out" "detail: CONFIG_DEV_DAX_PMEM is not set \(/boot/config-${LAB_KERNEL//+/\\+}\)"
	mv "/boot/config-$LAB_KERNEL" "/lib/modules/$LAB_KERNEL/config"
	run daxadm check --table
	like 'or there' "$out" "detail: CONFIG_DEV_DAX_PMEM is not set \(/lib/modules/${LAB_KERNEL//+/\\+}/config\)"
	rm "/lib/modules/$LAB_KERNEL/config"
	mv /tmp/module "$file"
	depmod 2>/dev/null
}

test_memory() {
	daxadm destroy-device -f -r "${HMEM[0]}" all >/dev/null 2>&1
	daxadm create-device -r "${HMEM[0]}" -s 192M >/dev/null 2>&1
	echo online >/sys/devices/system/memory/auto_online_blocks
	mkdir -p /etc/udev/rules.d
	echo '#SUBSYSTEM=="memory", ACTION=="add", ATTR{state}="online"' >/etc/udev/rules.d/40-nothing.rules
	echo 'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}=="offline", ATTR{state}="online"' >/etc/udev/rules.d/40-memory.rules
	check 0
	finding 'a device that is no whole memory blocks' host memory-blocks warn 'only a part'
	finding 'a policy that keeps memory for ever' host online-policy warn online
	finding 'a rule that does' host udev-rules warn '/etc/udev/rules.d/40-memory.rules:1$'
	run daxadm check --table
	like 'what is lost' "$out" "dax${HMEM[0]}.1 128 MiB of 192 MiB"
	echo online_movable >/sys/devices/system/memory/auto_online_blocks
	check 0
	finding 'a policy under which it can go again' host online-policy pass online_movable
	echo offline >/sys/devices/system/memory/auto_online_blocks
	rm /etc/udev/rules.d/*
}

# rules FILE LINE...: of udev.
rules() {
	mkdir -p "${1%/*}"
	printf '%s\n' "${@:2}" >"$1"
}

# Rules as distributions have them, and where udev(7) looks for them.
test_rules() {
	local line='SUBSYSTEM=="memory", ACTION=="add", ATTR{state}="online"' local=/usr/local/lib/udev/rules.d
	rules /etc/udev/rules.d/40-redhat.rules 'SUBSYSTEM!="memory", GOTO="memory_hotplug_end"' \
		'ACTION!="add", GOTO="memory_hotplug_end"' 'ENV{.state}="online"' \
		'ATTR{state}=="offline", ATTR{state}="$env{.state}"' 'LABEL="memory_hotplug_end"'
	rules /etc/udev/rules.d/50-joined.rules 'SUBSYSTEM=="memory", ACTION=="add", \' ' ATTR{state}=="offline", ATTR{state}="online"'
	rules /etc/udev/rules.d/60-program.rules 'SUBSYSTEM=="memory", PROGRAM="/bin/choose", ATTR{state}="%c"'
	rules /etc/udev/rules.d/70-offline.rules 'SUBSYSTEM=="memory", ATTR{state}="offline"'
	rules $local/80-local.rules "$line"
	rules /usr/lib/udev/rules.d/90-hidden.rules "$line"
	mkdir -p /run/udev/rules.d
	ln -s /dev/null /run/udev/rules.d/90-hidden.rules
	rules /usr/lib/udev/rules.d/91-replaced.rules "$line"
	rules $local/91-replaced.rules '# nothing'
	check 0
	is 'rules that do' "$(sed -n 's/^host udev-rules warn //p' /tmp/found | sed 's/, /\n/g' | sort)" \
		"/etc/udev/rules.d/40-redhat.rules:4
/etc/udev/rules.d/50-joined.rules:1
/etc/udev/rules.d/60-program.rules:1
$local/80-local.rules:1"
	rm -r /etc/udev/rules.d/* /run/udev/rules.d/90-* $local /usr/lib/udev/rules.d/9*
	check 0
	finding 'without them' host udev-rules pass 'no rule brings new memory online'
}

# It looks for them in /dev.
test_libdaxctl() {
	local node=/dev/dax${HMEM[0]}.0
	mv "$node" /tmp/node
	check 0
	finding 'libdaxctl sees less' host libdaxctl warn 'it does not see 1 of [0-9]+ devices'
	mv /tmp/node "$node"
}

# What Debian's kernels all have, hidden.
test_hidden() {
	mount -t tmpfs none /sys/module/memory_hotplug/parameters
	mount -t tmpfs none /sys/kernel/mm/transparent_hugepage
	check 1
	results 'a kernel that lacks them' host fail 'huge-pages memory-hotplug'
	umount /sys/module/memory_hotplug/parameters /sys/kernel/mm/transparent_hugepage
}

test_left_over() {
	local align
	align=$(readlink -f "/sys/bus/dax/devices/dax${HMEM[0]}.1")/align
	strace -qqo /dev/null -e trace=write -P "$align" -e inject=write:signal=SIGKILL \
		daxadm align "dax${HMEM[0]}.1" 4K >/dev/null 2>&1
	check 1
	results 'what a killed run left' host fail left-over
	finding 'says whose it was' host left-over fail 'align \(pid [0-9]+\)'
	daxadm recover >/dev/null 2>&1
	check 0
}

test_nobody() {
	run setpriv --reuid 65534 --regid 65534 --clear-groups daxadm check
	is 'for anybody' "$status" 0
}

find_memory
test_whole
test_drivers
test_memory
test_rules
test_libdaxctl
test_hidden
test_left_over
test_nobody
done_testing
