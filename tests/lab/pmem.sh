# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # variables are the tests'
# What the tests of persistent memory share; sourced after dax.sh.
#
#   find_nd               the ids of nd regions: ND=(0 1), in the order in which they were described
#   make_labels           every NVDIMM that has room for labels gets them
#   same_as_ndctl 'name'  what we see of namespaces, their regions and devices is what ndctl sees, daxctl and sysfs
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

# What ndctl prints is one object, or an array; its seeds have a uuid of zeros, and so have labels that are not there.
# Of a device it shows what daxctl does; ours is in the region of its own. What no library tells is in sysfs. A namespace
# is compared as a whole: what only one of the two prints is named here.
NDCTL='
	def list: if . == null then [] elif type == "array" then . else [.] end;
	def some: with_entries(select(.value != null));
	def nobody: . == null or test("^[0-]*$");
	def device: { chardev, size, target_node, align, mode, online_memblocks, total_memblocks, movable, state } | some;
	def daxregion: { id, size, align, devices: ((.devices // []) | map(device)) };
	def theirs: if .size == 0 or (.uuid | nobody) then del(.uuid) else . end
		| if .mode == "raw" or (.raw_uuid | nobody) then del(.raw_uuid) else . end
		| if .daxregion then .daxregion |= daxregion else del(.numa_node) end
		| del(.badblock_count, .badblocks);
	def region: { dev, bus, size, align, available_size, max_available_extent, type, target_node, labels,
		read_only: (.read_only // false), available_slots, namespaces };
	def ours($regions; $target_node): .dev as $dev
		| ([$regions[] | select(.devices[0].namespace == $dev)] | first) as $is
		| if .mode == "raw" then del(.raw_uuid) else . end
		| if $is then .daxregion = ($is | daxregion) | .numa_node = $is.devices[0].numa_node else . end
		| .target_node = $target_node
		| del(.chardev, .region, .raw_size, .seed, .holder_class) | some;
	def namespaces(f): (.namespaces // []) | map(f | some) | sort_by(.dev);
	. as [$ndctl, $regions, $devices, $sysfs]
	| ($ndctl | list | map(.dev as $bus | .regions | list | map(.bus = $bus)) | flatten
		| map(. + $sysfs[.dev] | .namespaces = namespaces(theirs) | region) | sort_by(.dev)) as $theirs
	| ($regions | map(.target_node as $node | .namespaces = namespaces(ours($devices; $node)) | region)) as $ours
	| if $ours == $theirs then empty else "ndctl:  \($theirs)\ndaxadm: \($ours)" end'

# What the kernel says of nd regions itself: {"region0":{"labels":true,"read_only":false,"available_slots":12}}.
nd_in_sysfs() {
	local dir dimm slots least separator='{'
	for dir in /sys/bus/nd/devices/region*; do
		least=null
		for dimm in "$dir"/mapping[0-9]*; do
			dimm=$(<"$dimm")
			slots=$(cat "/sys/bus/nd/devices/${dimm%%,*}/available_slots" 2>/dev/null) || continue
			if [ $least = null ] || [ "$slots" -lt "$least" ]; then least=$slots; fi
		done
		[ "$(<"$dir/nstype")" = 5 ] || least=null
		printf '%s"%s":{"labels":%s,"read_only":%s,"available_slots":%s}' "$separator" "${dir##*/}" \
			"$([ "$(<"$dir/nstype")" = 5 ] && echo true || echo false)" \
			"$([ "$(<"$dir/read_only")" = 1 ] && echo true || echo false)" "$least"
		separator=,
	done
	[ "$separator" = , ] && echo '}' || echo '{}'
}

same_as_ndctl() {
	{
		ndctl list -BNDRXiv
		daxadm list -NR
		daxadm list -RDiv
		nd_in_sysfs
	} >/tmp/same 2>/dev/null
	is "$1" "$(jq -rs "$NDCTL" /tmp/same 2>&1)" ''
	is 'and so does daxctl' "$({
		echo '"that"'
		daxadm list -DRMi
		daxctl list -DRMi | grep . || echo '[]'
	} 2>/dev/null | jq -nr "$AGREE" 2>&1)" ''
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
	refused 'what it is set up as does not show then' 1 'is disabled, and its configuration is not known' \
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
