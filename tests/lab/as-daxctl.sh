# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # variables are the tests'
# Command lines of daxctl, each run by Debian's daxctl and by daxadm under that name, from the same state; sourced
# after tap.sh and dax.sh.
#
#   both KEY WORD...    one command line. KEY: - when all is the same, else NAME=ASPECTS: the difference on purpose
#                       (a line of as-daxctl.differences) and all that differs: o stdout, r exit status, e number of
#                       lines on stderr without those of libdaxctl and our reasons, s the state afterwards
#   state NAME          calls state_NAME for the state that each command line starts from
#   table               reads such lines from stdin, with %r and %s for the two regions
#
# States are made by writes to sysfs alone, without a program: a test makes hundreds of them.

DAX=/sys/bus/dax
MEM=/sys/devices/system/memory
read -r BLOCK <$MEM/block_size_bytes
BLOCK=$((0x$BLOCK))
mkdir -p /tmp/ours
ln -sf /usr/bin/daxadm /tmp/ours/daxctl
THEIRS=/usr/bin/daxctl OURS=/tmp/ours/daxctl

# blocks_at START SIZE: the numbers of the memory blocks there, in $blocks.
blocks_at() {
	local n
	blocks=()
	for ((n = ($1 + BLOCK - 1) / BLOCK; n < ($1 + $2) / BLOCK; n++)); do blocks+=("$n"); done
}

# dump: the state of all dax memory, in $dumped.
dump() {
	local dir file value line
	dumped=
	for dir in "$DAX"/devices/dax*; do
		line=${dir##*/}
		for file in size align target_node; do
			value=
			[ ! -e "$dir/$file" ] || read -r value <"$dir/$file"
			line+=" $value"
		done
		for file in "$DAX"/drivers/*/"${dir##*/}"; do
			[ ! -e "$file" ] || { file=${file%/*} && line+=" ${file##*/}"; }
		done
		for file in "$dir"/mapping[0-9]*/start; do
			[ ! -e "$file" ] || { read -r value <"$file" && line+=" $value"; }
		done
		dumped+=$line$'\n'
	done
	for dir in "${WATCHED[@]}"; do
		[ -e "$MEM/memory$dir" ] || continue
		line=$dir
		for file in state valid_zones; do
			read -r value <"$MEM/memory$dir/$file"
			line+=" $value"
		done
		dumped+=$line$'\n'
	done
	read -r value <$MEM/auto_online_blocks
	dumped+=$value$'\n'
}

# put VALUE FILE: a write that may fail.
put() { echo "$1" >"$2"; } 2>/dev/null

bound() { [ -e "$DAX/drivers/$2/$1" ]; }

# to_driver DEVICE DRIVER
to_driver() {
	put "$1" "$DAX/drivers/$2/bind" || put "$1" "$DAX/drivers/$2/new_id"
	put "$1" "$DAX/drivers/$2/remove_id"
}

# forget DEVICE: no driver has its id.
forget() {
	local driver
	for driver in "$DAX"/drivers/*; do put "$1" "$driver/remove_id"; done
}

# release DEVICE: its memory offline, and no driver.
release() {
	local driver n
	for driver in kmem device_dax fsdev_dax; do
		[ -e "$DAX/drivers/$driver" ] || continue
		put "$1" "$DAX/drivers/$driver/remove_id"
		bound "$1" "$driver" || continue
		if [ $driver = kmem ]; then
			blocks_of_device "$1"
			for n in "${blocks[@]}"; do put offline "$MEM/memory$n/state"; done
		fi
		put "$1" "$DAX/drivers/$driver/unbind"
	done
}

# blocks_of_device DEVICE: in $blocks.
blocks_of_device() {
	local dir start end all=()
	for dir in "$DAX"/devices/"$1"/mapping[0-9]*; do
		[ -e "$dir" ] || continue
		read -r start <"$dir/start"
		read -r end <"$dir/end"
		blocks_at "$start" $((end - start + 1))
		all+=("${blocks[@]}")
	done
	blocks=("${all[@]}")
}

# bring DEVICE MODE: off, devdax, famfs, offline, online, normal, mixed (one block online).
bring() {
	local n
	case $2 in
	off) ;;
	devdax) to_driver "$1" device_dax ;;
	famfs) to_driver "$1" fsdev_dax ;;
	*)
		to_driver "$1" kmem
		blocks_of_device "$1"
		for n in "${blocks[@]}"; do
			case $2 in
			online | mixed) put online_movable "$MEM/memory$n/state" ;;
			normal) put online_kernel "$MEM/memory$n/state" ;;
			esac
			[ "$2" != mixed ] || break
		done
		;;
	esac
}

# empty_region REGION: the first device, without a size.
empty_region() {
	local dir id
	for dir in "$DAX"/devices/dax"$1".*; do release "${dir##*/}"; done
	for dir in "$DAX"/devices/dax"$1".*; do
		id=${dir##*.}
		put 0 "$dir/size"
		[ "$id" = 0 ] || put "dax$1.$id" "$DAX/devices/dax$1.0/../dax_region/delete"
	done
	put 2097152 "$DAX/devices/dax$1.0/align"
}

# build REGION SIZE:MODE...: devices 0, 1, 2, ... of a dynamic region. Size 0 with mode gone: none of this number.
build() {
	local region=$1 id=0 what
	shift
	empty_region "$region"
	# A driver takes a new device whose id it still has.
	for id in 0 1 2 3 4; do forget "dax$region.$id"; done
	id=0
	for what; do
		[ $id -eq 0 ] || put 1 "$DAX/devices/dax$region.0/../dax_region/create"
		put $((${what%:*} * MIB)) "$DAX/devices/dax$region.$id/size"
		id=$((id + 1))
	done
	id=0
	for what; do
		if [ "${what#*:}" = gone ]; then
			put 0 "$DAX/devices/dax$region.$id/size"
			put "dax$region.$id" "$DAX/devices/dax$region.0/../dax_region/delete"
		fi
		bring "dax$region.$id" "${what#*:}"
		id=$((id + 1))
	done
}

restore() {
	put offline $MEM/auto_online_blocks
	"state_$current"
	dump
	[ -n "${known[$current]:-}" ] || known[$current]=$dumped
	[ "$dumped" = "${known[$current]}" ] || diag "restored differently: $(diff <(echo "$dumped") <(echo "${known[$current]}"))"
	base=$dumped
}

# watch_hmem: the memory blocks of soft-reserved memory belong to the state.
watch_hmem() {
	local i
	WATCHED=()
	for i in "${!HMEM[@]}"; do
		blocks_at "${HMEM_START[i]}" "${HMEM_SIZE[i]}"
		WATCHED+=("${blocks[@]}")
	done
	modprobe -qa device_dax kmem fsdev_dax
}

current=
declare -A known=()

state() {
	current=$1
	restore
	diag "state $1:"
	diag "$dumped"
}

# run_one PROGRAM WORD...: $status, $text (stdout), $lines, $errors, $after
run_one() {
	local -a list
	local line
	"$@" >/tmp/one.out 2>/tmp/one.err </dev/null
	status=$?
	text=
	IFS= read -r -d '' text </tmp/one.out
	mapfile -t list </tmp/one.err
	lines=0 errors=
	for line in "${list[@]}"; do
		[[ $line =~ ^(libdaxctl|daxadm|kernel):\  ]] || lines=$((lines + 1))
		errors+=$line$'\n'
	done
	dump
	after=$dumped
}

# same_but_order TEXT TEXT: the same lines, but for the commas between elements. Without a program.
same_but_order() {
	local -A seen=()
	local -a first second
	local line
	mapfile -t first <<<"$1"
	mapfile -t second <<<"$2"
	for line in "${first[@]%,}"; do seen[.$line]=$((${seen[.$line]:-0} + 1)); done
	for line in "${second[@]%,}"; do
		[ "${seen[.$line]:-0}" -gt 0 ] || return 1
		seen[.$line]=$((seen[.$line] - 1))
	done
	[ ${#first[@]} -eq ${#second[@]} ]
}

both() {
	local key=$1 differs='' allowed their_status their_text their_lines their_errors their_after
	shift
	[ "$dumped" = "$base" ] || restore
	run_one "$THEIRS" "$@"
	their_status=$status their_text=$text their_lines=$lines their_errors=$errors their_after=$after
	[ "$after" = "$base" ] || restore
	run_one "$OURS" "$@"
	if [ "$text" != "$their_text" ]; then
		# Sorted by number, and by chance.
		same_but_order "$text" "$their_text" || differs+=o
	fi
	[ "$status" = "$their_status" ] || differs+=r
	[ "$lines" = "$their_lines" ] || differs+=e
	[ "$after" = "$their_after" ] || differs+=s
	allowed=
	[ "$key" = - ] || allowed=${key#*=}
	if [ "$differs" = "$allowed" ]; then
		pass "$current: $*"
		return
	fi
	fail "$current: $*"
	diag "differs: '$differs'"
	diag "theirs: $their_status $their_text$their_errors"
	diag "ours: $status $text$errors"
	[[ $differs != *s* ]] || diag "$(diff <(echo "$their_after") <(echo "$after"))"
}

# table: lines of 'state NAME' and 'KEY WORD...'; a word '' is empty.
table() {
	local -a words
	while read -ra words; do
		case ${words[0]:-#} in
		'#'*) continue ;;
		state) state "${words[1]}" && continue ;;
		esac
		words=("${words[@]//%r/$r}")
		words=("${words[@]//%s/$s}")
		words=("${words[@]/#\'\'/}")
		both "${words[@]}"
	done
}
