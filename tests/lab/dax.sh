# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # variables are the tests'
# What the lab's tests of the verbs share; sourced after tap.sh.
#
#   find_memory            which region is which: their numbers differ between kernels
#   change 'name' VERB...  one change, held against its own dry run
#   agreed                 and, all together, against what daxctl saw after each
#   refused 'name' STATUS 'message' VERB...
#   no_change 'name' VERB...
#   hold COMMAND..., let_go   somebody who has a device or a disk, and says so
#   touched                what the next touch of a holder that maps something gives

MIB=$((1 << 20))
GIB=$((1 << 30))

# Region ids by kind, and what is known of the soft-reserved extents, in the
# order in which they were described: HMEM=(1 2) HMEM_START=(0x100000000 ...)
HMEM=() HMEM_START=() HMEM_SIZE=() CXL=() PMEM=()

# To be called first: it goes by where devices start.
find_memory() {
	local link device start extent n=0
	local -A at=()
	CXL=() PMEM=()
	for link in /sys/bus/dax/devices/*; do
		device=${link##*/dax}
		case $(readlink "$link") in
		*/hmem.*)
			start=$(<"$link/resource") # also of one without a size
			at[$((start))]=${device%.*}
			;;
		*/ndbus*) PMEM+=("${device%.*}") ;; # of an NVDIMM, or of CXL
		*/ACPI0017:*) CXL+=("${device%.*}") ;;
		esac
	done
	for extent in $LAB_HMEM; do
		IFS=: read -r "HMEM_SIZE[n]" "HMEM_START[n]" _ <<<"$extent"
		HMEM[n]=${at[$((HMEM_START[n]))]}
		n=$((n + 1))
	done
}

# json FILTER: of $out, on one line. (jq takes 0.05 s to start in the lab.)
json() { jq -rc "$1" <<<"$out" 2>&1; }

# flat TEXT: JSON without its white space.
flat() { printf '%s' "${1//[[:space:]]/}"; }

# attr DEVICE NAME: as the kernel has it.
attr() { echo "$(<"/sys/bus/dax/devices/$1/$2")"; }
driver() {
	local link
	link=$(readlink "/sys/bus/dax/devices/$1/driver") || link=none
	echo "${link##*/}"
}

# ranges DEVICE: "0xSTART-0xEND ..." in the order of the device.
ranges() {
	local dir list=()
	for dir in /sys/bus/dax/devices/"$1"/mapping[0-9]*; do
		[ -e "$dir" ] || continue
		list[${dir##*mapping}]=$(<"$dir/start")-$(<"$dir/end")
	done
	echo "${list[*]}"
}

# range START LENGTH: as ranges prints it.
range() { printf '0x%x-0x%x' "$1" $(($1 + $2 - 1)); }

# What libdaxctl sees must be what we see, field by field: all regions, devices
# and mappings. It knows no nd regions. Its blocks of a device with several ranges are those of the
# first, it knows no famfs, and its order is any.
AGREE='
	def number: ltrimstr("dax") | split(".") | map(tonumber);
	def device: del(.region, .driver, .persistent, .namespace, .uuid, .map, .raw_size, .raw_uuid, .name)
		| if .mode == "famfs" then .mode = "devdax" else . end
		| if (.mappings | length) > 1 then del(.online_memblocks, .total_memblocks, .movable) else . end;
	def region: del(.name, .kind, .dynamic, .largest_free, .nd_region)
		| if .devices then .devices |= map(device) else . end;
	def sorted: sort_by(.id, .path) | map(if .devices then .devices |= (sort_by(.chardev | number)
		| map(if .mappings then .mappings |= sort_by(.page_offset) else . end)) else . end);
	[inputs] | while(length > 0; .[3:])
		| .[0] as $name | (.[1] | map(select(.kind != "nd") | region)) as $ours | (.[2] | map(region) | sorted) as $theirs
		| if $ours == $theirs then empty
			else "after \($name):\ndaxadm: \($ours)\ndaxctl: \($theirs)" end'

# To be compared at the end, since jq takes its time to start.
look() {
	printf '"%s"\n' "$1"
	daxadm list -DRMi
	daxctl list -DRMi | grep . || echo '[]'
} >>/tmp/looks 2>/dev/null

# agreed: nothing differed, over all changes so far.
agreed() {
	is 'after each change daxctl sees what daxadm sees' "$(jq -nr "$AGREE" /tmp/looks 2>&1)" ''
	is 'which was looked at' "$(grep -c '^"' /tmp/looks)" "$changes"
}

changes=0

# change NAME VERB...: the dry run writes nothing, and the change does what the
# dry run predicted. Leaves $out and $err of the change.
change() {
	local name=$1 predicted problem=''
	shift
	changes=$((changes + 1))
	snapshot /tmp/change.before
	run daxadm "$@" --dry-run
	predicted=$out
	[ "$status" -eq 0 ] || problem+="the dry run failed: $err"
	snapshot /tmp/change.after
	[ "$(</tmp/change.before)" = "$(</tmp/change.after)" ] ||
		problem+=$(diff /tmp/change.before /tmp/change.after)
	run daxadm "$@"
	[ "$status" -eq 0 ] || problem+="exit status $status: $err"
	[ "$out" = "$predicted" ] || problem+="predicted $predicted"$'\n'"but got $out"
	look "$name"
	if [ -z "$problem" ]; then
		pass "$name"
	else
		fail "$name"
		diag "daxadm $*"
		diag "$problem"
	fi
}

# others TEXT: it has lines beside the first that are no hint and not the kernel's.
others() {
	local line first=yes
	while IFS= read -r line; do
		[ $first = yes ] || [[ $line =~ ^(hint|kernel):\  ]] || return 0
		first=no
	done <<<"$1"
	return 1
}

# refused NAME STATUS REGEX VERB...: fails with this status and one line that
# matches (and hints), prints nothing, and leaves the machine byte for byte as it was.
# With frozen=yes, as it was at the first of several: nothing else happens between them.
frozen=''
refused() {
	local name=$1 expected=$2 regex=$3 problem='' first
	shift 3
	if [ "$frozen" != going ]; then snapshot /tmp/refused.before; fi
	frozen=${frozen:+going}
	run daxadm "$@"
	snapshot /tmp/refused.after
	first=${err%%$'\n'*}
	[ "$status" -eq "$expected" ] || problem+="exit status $status, not $expected"$'\n'
	[[ $first == "daxadm: "* && $err =~ $regex ]] || problem+="does not match: $regex"$'\n'
	! others "$err" || problem+="more than one line"$'\n'
	[ -z "$out" ] || problem+="it printed $out"$'\n'
	[ "$(</tmp/refused.before)" = "$(</tmp/refused.after)" ] ||
		problem+=$(diff /tmp/refused.before /tmp/refused.after)
	if [ -z "$problem" ]; then
		pass "$name"
	else
		fail "$name"
		diag "daxadm $*"
		diag "$err"
		diag "$problem"
	fi
}

# hold COMMAND...: in the background, until it says that it is ready; its output goes to /tmp/holder.out.
hold() {
	: >/tmp/holder.out
	setsid "$@" >/tmp/holder.out 2>&1 &
	holder=$!
	until grep -q ready /tmp/holder.out; do
		kill -0 $holder 2>/dev/null || break
		sleep 0.05
	done
}

# let_go: ends it, and its children.
let_go() {
	kill -KILL -- "-$holder" 2>/dev/null
	wait "$holder" 2>/dev/null
	until ! pgrep -x holder >/dev/null; do sleep 0.1; done
}

touched() {
	local before
	before=$(wc -l </tmp/holder.out)
	kill -USR1 "$holder"
	until [ "$(wc -l </tmp/holder.out)" -gt "$before" ]; do
		kill -0 "$holder" 2>/dev/null || break
		sleep 0.05
	done
	tail -n 1 /tmp/holder.out
}

# traced COMMAND...: as run, with its system calls in /tmp/trace.
traced() { run strace -f -y -qq -o /tmp/trace "$@"; }

# sysfs_writes: of what was traced.
sysfs_writes() { grep -cE '\bwrite\([0-9]+</sys/' /tmp/trace; }

# no_change NAME VERB...: succeeds, and writes nothing to /sys.
no_change() {
	local name=$1
	shift
	snapshot /tmp/before
	traced daxadm "$@"
	snapshot /tmp/after
	is "$name" "$status $(sysfs_writes) $(diff /tmp/before /tmp/after)" '0 0 '
	[ "$status" -eq 0 ] || diag "$err"
}
