#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The campaign of faults (campaign.sh): each kind of change, disturbed at each of its writes in every way
# that the kernel, a signal or a kill can.
# lab: --cpus 1 --hmem 3G --hmem 1G --cxl 1G
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
# shellcheck source=campaign.sh
. "${0%/*}/campaign.sh"
PATH=/tests:$PATH

shapes() {
	every_call=yes
	scenario 'create' base "daxadm destroy-device -f $d" create-device -r "$r" -s 512M
	every_call=
	scenario 'create, 1 GiB pages' base "daxadm destroy-device -f $d" create-device -r "$r" -s 1G -a 1G
	scenario 'create, ranges and 4 KiB pages' base "daxadm destroy-device -f $d" \
		create-device --range "$(at 1024 64)" --range "$(at 512 128)" -a 4K
	scenario 'create, three' base "daxadm destroy-device -f -r $r $d dax$r.2 dax$r.3" \
		create-device -r "$r" --count 3 -s 128M
	scenario 'destroy' 'base; make 512M' 'make 512M' destroy-device -f "$d"
	scenario 'destroy, many ranges, 4 KiB pages' "base; pieces; daxadm align $d 4K" '' destroy-device -f "$d"
	scenario 'destroy, above a free number' "base; make 64M 64M; daxadm destroy-device -f $d" '' \
		destroy-device -f "dax$r.2"
	scenario 'destroy, all of a region' "base; pieces; daxadm align dax$r.3 4K; daxadm disable-device dax$r.5" '' \
		destroy-device -f -r "$r" all
	scenario 'resize, up into many ranges' 'base; pieces; daxadm reconfigure -s 64M '"$d" \
		"daxadm reconfigure -s 64M $d" reconfigure -s 448M "$d"
	scenario 'resize, down from many ranges' 'base; pieces' "daxadm reconfigure -s 448M $d" reconfigure -s 64M "$d"
	scenario 'realign' 'base; make 512M' "daxadm align $d 2M" align "$d" 4K
	scenario 'realign and resize' 'base; make 512M' '' \
		reconfigure -s 1G -a 1G --force=lose-data "$d"
	scenario 'disable, three' 'base; make 128M 128M' "daxadm enable-device dax$r.0 $d dax$r.2" \
		disable-device "dax$r.0" "$d" "dax$r.2"
	scenario 'enable, three' "base; make 128M 128M; daxadm disable-device dax$r.0 $d dax$r.2" \
		"daxadm disable-device dax$r.0 $d dax$r.2" enable-device "dax$r.0" "$d" "dax$r.2"
}

memory() {
	every_call=yes
	scenario 'to system-ram' 'base; make 512M' "as_devdax $d" reconfigure -m system-ram --timeout 0 "$d"
	every_call=
	scenario 'to devdax' "base; make 512M; ram $d" "ram $d" reconfigure -m devdax --timeout 0 "$d"
	scenario 'to system-ram, many ranges' 'base; pieces' "as_devdax $d" reconfigure -m system-ram --timeout 0 "$d"
	scenario 'offline' "base; make 512M; ram $d" "daxadm online-memory $d" offline-memory --timeout 0 "$d"
	scenario 'online' "base; make 512M; ram $d; daxadm offline-memory $d" "daxadm offline-memory $d" \
		online-memory --timeout 0 "$d"
	scenario 'to system-ram, three, two regions' "base; make 256M; daxadm create-device -r $s -s 256M" \
		"daxadm reconfigure -m devdax dax$r.0 $d dax$s.1" \
		reconfigure -m system-ram --timeout 0 "dax$r.0" "$d" "dax$s.1"
	scenario 'to system-ram, policy online' 'base online; make 512M' "as_devdax $d" \
		reconfigure -m system-ram --timeout 0 "$d"
	scenario 'to system-ram, policy online_movable' 'base online_movable; make 512M' "as_devdax $d" \
		reconfigure -m system-ram --timeout 0 "$d"
	scenario 'to system-ram, to stay offline' 'base online; make 512M' "as_devdax $d" \
		reconfigure -m system-ram -N -f --timeout 0 "$d"
	scenario 'to devdax, policy online' "base online; make 512M; ram $d" "ram $d" \
		reconfigure -m devdax --timeout 0 "$d"
	scenario 'resize online memory, policy online' "base online; make 512M; ram $d" \
		"daxadm reconfigure -f -s 512M $d" reconfigure -f -s 256M --timeout 0 "$d"
	scenario 'realign online memory, policy online_movable' "base online_movable; make 256M; ram $d" \
		"daxadm align $d 2M" align --timeout 0 "$d" 4K
	scenario 'create system memory, policy online' 'base online' "daxadm destroy-device -f $d" \
		create-device -r "$r" -s 256M -m system-ram --timeout 0
	scenario 'destroy online memory' "base; make 256M; ram $d" "make 256M; ram $d" destroy-device -f --timeout 0 "$d"
	scenario 'disable online memory' "base; make 256M; ram $d" "daxadm enable-device -m system-ram $d" \
		disable-device --timeout 0 "$d"
	scenario 'enable system memory, policy online_movable' "base online_movable; make 256M; daxadm disable-device $d" \
		"daxadm disable-device $d" enable-device -m system-ram --timeout 0 "$d"
	each='rmmod kmem 2>/dev/null' # it stays loaded
	scenario 'to system-ram, driver not loaded' 'base online_movable; make 512M; rmmod kmem' \
		"as_devdax $d; rmmod kmem" reconfigure -m system-ram --timeout 0 "$d"
	each=''
	if [[ $LAB_SERIES == 7.* ]]; then
		scenario 'to famfs' 'base; make 512M' "as_devdax $d" reconfigure -m famfs "$d"
	fi
	[ ${#CXL[@]} -eq 0 ] || scenario 'CXL, to system-ram' "base; as_devdax dax${CXL[0]}.0" "as_devdax dax${CXL[0]}.0" \
		reconfigure -m system-ram --timeout 0 "dax${CXL[0]}.0"
}

find_memory
r=${HMEM[0]} s=${HMEM[1]} d=dax${HMEM[0]}.1
for part in ${1:-shapes memory}; do "$part"; done
is 'nothing went wrong' "${total[wrong]}" 0
table
done_testing
