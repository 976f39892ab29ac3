#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SIGKILL at random moments (kills.sh), of every verb on every kind of memory: recover leaves the machine as it
# was before, also when it is killed itself, and what others have made meanwhile is theirs.
#   test-kills.sh ['PART...' [yes|no [KILLS]]]   only these; with or without others at work; kills of each change
# lab: --hmem 3G --hmem 1G --cxl 1G --nvdimm 1G,label=2M
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"
# shellcheck source=cxl.sh
. "${0%/*}/cxl.sh"
# shellcheck source=campaign.sh
. "${0%/*}/campaign.sh"
# shellcheck source=kills.sh
. "${0%/*}/kills.sh"
PATH=/tests:$PATH

shapes() {
	local others="dax$r.0 dax$s.0"
	kills dynamic 'create' "$d" base create-device -r "$r" -s 512M
	kills dynamic 'create, three' "$d" base create-device -r "$r" --count 3 -s 128M
	kills dynamic 'create, ranges' "$d" base create-device --range "$(at 1024 64)" --range "$(at 512 128)" -a 4K
	kills dynamic 'destroy' "$d" 'base; make 512M' destroy-device -f "$d"
	kills dynamic 'resize, up into many ranges' "$d" "base; pieces; daxadm reconfigure -s 64M $d" \
		reconfigure -s 448M "$d"
	kills dynamic 'resize, down from many ranges' "$d" 'base; pieces' reconfigure -s 64M "$d"
	kills dynamic 'realign' "$d" 'base; make 512M' align "$d" 4K
	kills dynamic 'disable' "$d" 'base; make 128M 128M' disable-device "$d" "dax$r.2"
	kills dynamic 'enable' "$d" "base; make 128M 128M; daxadm disable-device $d dax$r.2" \
		enable-device "$d" "dax$r.2"
}

memory() {
	local others="dax$r.0 dax$s.0"
	kills dynamic 'to system-ram' "$d" 'base; make 512M' reconfigure -m system-ram "$d"
	kills dynamic 'to devdax' "$d" "base; make 512M; ram $d" reconfigure -m devdax "$d"
	kills dynamic 'offline' "$d" "base; make 512M; ram $d" offline-memory "$d"
	kills dynamic 'online' "$d" "base; make 512M; ram $d; daxadm offline-memory $d" online-memory "$d"
	kills dynamic 'to system-ram, policy online_movable' "$d" 'base online_movable; make 512M' \
		reconfigure -m system-ram "$d"
	kills dynamic 'resize online memory, policy online' "$d" "base online; make 512M; ram $d" \
		reconfigure -f -s 256M "$d"
	kills dynamic 'create system memory' "$d" base create-device -r "$r" -s 256M -m system-ram
	kills dynamic 'destroy online memory' "$d" "base; make 256M; ram $d" destroy-device -f "$d"
	kills dynamic 'disable online memory' "$d" "base; make 256M; ram $d" disable-device "$d"
	[[ $LAB_SERIES != 7.* ]] || kills dynamic 'to famfs' "$d" 'base; make 512M' reconfigure -m famfs "$d"
}

cxl() {
	local c=dax${CXL[0]-}.0 others="dax$r.0 dax$s.0"
	[ ${#CXL[@]} -gt 0 ] || return 0
	base >/dev/null 2>&1
	kills cxl 'CXL, to system-ram' "$c" "cxl_base" reconfigure -m system-ram "$c"
	kills cxl 'CXL, online' "$c" "cxl_base; ram -N $c" online-memory "$c"
	kills cxl 'CXL, to devdax' "$c" "cxl_base; ram $c" reconfigure -m devdax "$c"
	kills cxl 'CXL, resize' "$c" "cxl_base" reconfigure -s 256M "$c"
}

# cxl_base: the region with its one device, whatever there was.
cxl_base() {
	local c=dax${CXL[0]}.0
	daxadm reconfigure -f -m devdax -s 512M -a 2M "$c"
	daxadm reconfigure -m devdax "$c"
}

pmem() {
	local others="dax$r.0 dax$s.0" l=${ND[0]} uuid=11111111-2222-4333-8444-555555555555
	base >/dev/null 2>&1
	kills pmem 'pmem, create' $uuid pmem_clean create-device -r "$l" -s 64M --uuid $uuid
	kills pmem 'pmem, align' $uuid pmem_base align $uuid 4K $lose
	kills pmem 'pmem, resize' $uuid pmem_base reconfigure -s 256M $uuid $lose
	kills pmem 'pmem, disable' $uuid pmem_base disable-device $uuid
	# Somebody else's namespace can take its place before recover, which then creates it in another one and says
	# nothing of that: until this is refused, only with all faults.
	[ "$FAULTS" != all ] ||
		kills pmem 'pmem, destroy' $uuid pmem_base destroy-device -f $uuid $lose
}

pmem_clean() {
	local name
	for name in $(daxadm list -N -r "$l" | jq -r '.[] | select(.seed | not) | .dev'); do
		daxadm destroy-device -f $lose "$name" || ndctl destroy-namespace -f "$name"
	done
}
pmem_base() {
	pmem_clean
	daxadm create-device -r "$l" -s 128M --map mem --name base --uuid "$uuid"
}

find_memory
make_labels
find_nd
r=${HMEM[0]} s=${HMEM[1]} d=dax${HMEM[0]}.1
each=${3:-3} strangers=${2:-yes} seed=0
# On 6.1 there are fewer kinds of memory: 334 in all on each kernel.
if [ "$FAULTS" != all ]; then seed=${FAULTS#*:}; elif [ "$LAB_SERIES" = 6.1 ]; then each=${3:-16}; else each=${3:-13}; fi
RANDOM=$((seed + 1))
diag "seed $seed"
for part in ${1:-shapes memory cxl pmem}; do "$part"; done
is 'nothing went wrong' "${tally[wrong]}" 0
kills_table
done_testing
