# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154 # variables are the test's, and those of tap.sh
# What test-check-all.sh does to see each check both ways; sourced after tap.sh.
#
#   look KIND TARGET...          checks them, and notes what came out
#   broken NAME TARGET CHECKS WHAT [OPTION...]   these fail
#   lies CHECK LIE...            it fails when the kernel answers so
#   instead FILE TEXT, hidden FOLDER, truth      what the kernel says, for a while
#   row 'WHAT' yes|no            a line of the table of differences

# look KIND TARGET...: checks them, and notes what came out: for "pass" what passed, for "bad" what did not.
look() {
	local kind=$1
	shift
	[ "${*: -1}" != host ] || set --
	run "${with[@]}" daxadm check "$@"
	[ -n "$out" ] || diag "daxadm check $*: status $status: $err"
	jq -r '.[] | "\(.target) \(.check) \(.result) \(.observed)"' <<<"$out" >/tmp/found
	awk -v kind="$kind" '(kind == "pass") == ($3 == "pass") && $3 != "skip" { print $2, $3 }' /tmp/found >>/tmp/seen
}
with=()

# broken NAME TARGET CHECKS WHAT [OPTION...]: each of the CHECKS fails or warns, and, with "only" as WHAT, no other.
broken() {
	local name=$1 target=$2 wanted=$3 what=$4 check failed got=()
	shift 4
	look bad "$@" "$target"
	for check in $wanted; do
		grep -qE "^[^ ]+ $check (fail|warn) " /tmp/found || got+=("$check")
	done
	is "$name" "not seen: ${got[*]}" 'not seen: '
	[ ${#got[@]} -eq 0 ] || diag "$(</tmp/found)"
	[ "$what" = only ] || return 0
	failed=$(awk '$3 == "fail" { printf "%s%s", sep, $2; sep = " " }' /tmp/found)
	is "$name, and nothing else" "$failed" "$wanted"
}

# lies CHECK LIE...: with these the check of the device fails, and no other does.
lies() {
	local check=$1 lie
	shift
	with=(lie)
	for lie; do with+=(-e "$lie"); done
	broken "$check" "$d.1" "$check" only
	with=()
}

# instead FILE TEXT: what the kernel says in it, for a while; until 'truth'.
instead() {
	printf '%s\n' "$2" >"/tmp/instead.${#replaced[@]}"
	mount --bind "/tmp/instead.${#replaced[@]}" "$1"
	replaced+=("$1")
}
hidden() {
	mount -t tmpfs none "$1"
	replaced+=("$1")
}
truth() {
	local i
	for ((i = ${#replaced[@]} - 1; i >= 0; i--)); do umount "${replaced[i]}"; done
	replaced=()
}
replaced=()

# row 'WHAT' yes|no: of the table in daxadm-check(8), which tests/lab/kernels-table makes of these lines.
row() { echo "#| row: $1: $2"; }
# so TARGET CHECK RESULT REGEX: it is in what was found.
so() { grep -qE "^$1 $2 $3 .*$4" /tmp/found && echo yes || echo no; }
pinned() {
	if grep -q '^/mnt/file file-pin skip ' /tmp/found; then
		echo 'not known'
	else
		so /mnt/file file-pin pass EOPNOTSUPP
	fi
}

# rows_of_files FILESYSTEM: of /mnt/file.
rows_of_files() {
	local kept
	kept=$(grep -cE '^/mnt/file file-(dax|sync|align|huge|holes|unwritten|strange|direct) pass ' /tmp/found)
	row "files of $1: direct, MAP_SYNC, one fault for 2 MiB" "$([ "$kept" -eq 8 ] && echo yes || echo no)"
	row "files of $1: not pinned" "$(pinned)"
}

# row_of_mount FILESYSTEM: of what is on the disk; and check is to say the same.
row_of_mount() {
	local way=no
	if mount -t "$1" -o dax=always "$disk" /mnt 2>/dev/null; then
		grep -q '^[^ ]* /mnt .*dax=always' /proc/mounts && way=yes
	elif ! mount -t "$1" "$disk" /mnt 2>/dev/null; then
		row "$1 does DAX" 'not known'
		return
	fi
	row "$1 does DAX" $way
	run daxadm check /mnt
	is "$1: check says so" "$(jq -r '.[] | select(.check == "place-fs") | .result' <<<"$out")" \
		"$([ $way = yes ] && echo pass || echo warn)"
	umount /mnt
}
