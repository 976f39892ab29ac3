# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # variables are the tests'
# What the tests of persistent memory share; sourced after dax.sh.
#
#   find_nd               the ids of nd regions: ND=(0 1), in the order in which they were described
#   make_labels           every NVDIMM that has room for labels gets them
#   same_as_ndctl 'name'  what we see of namespaces and their regions is what ndctl sees
#   seen 'name' VERB...   a change, held against its dry run, against daxctl and against ndctl
#   there_and_back DEVICE  device and namespace are disabled together, and come back as they were
#   lasting [OPTION...]   what is to be the same after a reboot, of the devices that list shows with these options
#   device UUID           the name that it has now

lose=--force=lose-data
first=11111111-2222-4333-8444-555555555555
second=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee

lasting() { daxadm list "$@" | jq -c 'map([.uuid, .size, .align, .map, .mode]) | sort'; }

device() { daxadm list | jq -r --arg uuid "$1" '.[] | select(.uuid == $uuid) | .chardev'; }

ND=()
find_nd() {
	local link
	ND=()
	for link in /sys/bus/nd/devices/region*; do ND+=("${link##*region}"); done
}

# QEMU's NVDIMMs begin without a label index.
make_labels() {
	ndctl disable-region all
	ndctl init-labels -f all
	ndctl enable-region all
} >/tmp/make-labels 2>&1

# What ndctl prints is one object, or an array; its seeds have a uuid of zeros, and its devices are
# within their regions.
NDCTL='
	def list: if type == "array" then . else [.] end;
	def theirs: if .size == 0 then del(.uuid) else . end
		| if .daxregion then .chardev = .daxregion.devices[0].chardev | del(.daxregion) else . end
		| del(.numa_node, .badblock_count);
	def ours: del(.region, .raw_size, .raw_uuid, .seed, .holder_class);
	def namespaces(f): (.namespaces // []) | map(f) | sort_by(.dev);
	def region(f): { dev, size, align, available_size, max_available_extent, type, namespaces: namespaces(f) };
	(.[0] | list | map(.regions // .) | flatten | map(region(theirs)) | sort_by(.dev)) as $theirs
	| (.[1] | map(region(ours))) as $ours
	| if $ours == $theirs then empty else "ndctl:  \($theirs)\ndaxadm: \($ours)" end'

same_as_ndctl() {
	ndctl list -NDRXi >/tmp/ndctl.json 2>/dev/null
	run daxadm list -NR
	is "$1" "$(jq -rs "$NDCTL" /tmp/ndctl.json - <<<"$out" 2>&1)" ''
}

seen() {
	local printed said
	change "$@"
	printed=$out said=$err
	same_as_ndctl 'which ndctl sees as well'
	out=$printed err=$said
}

there_and_back() {
	local before namespace=namespace${1#dax}
	run daxadm list "$1"
	before=$out
	seen 'disable-device' disable-device "$1"
	is 'its namespace is disabled, too' "$(ndctl list -i -n "$namespace" | jq -r '.[0].state')" disabled
	is 'and the kernel has no such device' "$(echo /sys/bus/dax/devices/"$1"*)" "/sys/bus/dax/devices/$1*"
	run daxadm list "$1"
	is 'which is listed all the same' "$(json '.[0] | [.chardev, .state, .namespace, .align]')" \
		"[\"$1\",\"disabled\",\"$namespace\",null]"
	no_change 'once more changes nothing' disable-device "$1"
	refused 'what it is set up as does not show then' 1 'is disabled, and does not show what it is set up as' \
		align "$1" 4K $lose
	run daxadm enable-device "$1"
	is 'enable-device enables both' "$status" 0
	[ "$status" -eq 0 ] || diag "$err"
	is 'as they were' "$out" "$before"
	same_as_ndctl 'which ndctl sees as well'
	no_change 'and once more changes nothing' enable-device "$1"
}

# labels FILE: of all NVDIMMs, byte for byte.
labels() { ndctl read-labels all >"$1" 2>/dev/null; }
