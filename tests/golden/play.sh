# shellcheck shell=bash disable=SC2154 # functions.sh has the rest
# SPDX-License-Identifier: GPL-2.0-or-later
# Plays transcripts, on recorded machines, and compares. In a transcript each command stands behind
# "$ "; below it stand its standard output, its standard error with "! " before each line, and with
# "? " its exit status, unless that is 0. Commands get --sysroot=TREE behind their words.
# With DAXADM_UPDATE_GOLDEN=1 it writes them anew: then 'git diff' shows what has changed.

# unpack NAME: the recorded tree, as $sysroot.
unpack() {
	sysroot=$work/$1
	[ -d "$sysroot" ] || "$srcdir/tests/sysroots/unpack" "$srcdir/tests/sysroots/$1.sysroot" "$sysroot"
}

# record_command WORD...: what the command does, in the form above; its JSON is kept for validation.
record_command() {
	run "$@" --sysroot="$sysroot"
	cat "$work/out"
	sed 's/^/! /' "$work/err"
	[ "$status" -eq 0 ] || echo "? $status"
	[ -s "$work/out" ] || return 0
	case " $* " in
	*' --report '*) schema=report ;;
	*' list '*-N* | *' --namespaces '*) schema=namespaces ;;
	*' list '*R* | *' --regions '*) schema=regions ;;
	*) schema=devices ;;
	esac
	mkdir -p "$work/json/$schema"
	cp "$work/out" "$work/json/$schema/${sysroot##*/}-$(printf '%s' "$*" | tr -c '[:alnum:]-' _).json"
}

# compare NAME COMMAND: with the expected block in $work/expected.
compare() {
	local -a words
	read -ra words <<<"${2#\$ daxadm }"
	record_command "${words[@]}" >"$work/actual"
	{ echo "$2" && cat "$work/actual"; } >>"$work/new"
	if diff -u "$work/expected" "$work/actual" >"$work/diff"; then
		ok "$1: ${2#\$ }"
	else
		not_ok "$1: ${2#\$ }"
		explain "$work/diff"
	fi
}

# play NAME TOPIC: all commands of golden/NAME.TOPIC, on the tree NAME.
play() {
	local line command='' file=$srcdir/tests/golden/$1.$2
	unpack "$1"
	: >"$work/new"
	while IFS= read -r line; do
		if [[ $line == '$ '* ]]; then
			[ -z "$command" ] || compare "$1" "$command"
			command=$line
			: >"$work/expected"
		elif [ -n "$command" ]; then
			printf '%s\n' "$line" >>"$work/expected"
		else
			printf '%s\n' "$line" >>"$work/new" # what it is about
		fi
	done <"$file"
	[ -z "$command" ] || compare "$1" "$command"
	[ -z "${DAXADM_UPDATE_GOLDEN:-}" ] || cp "$work/new" "$file"
}

# validate_all: everything that was printed so far, against its schema.
validate_all() {
	local schema status
	for schema in devices regions namespaces report; do
		[ -d "$work/json/$schema" ] || continue
		status=0
		"$srcdir/tests/program/validate.py" "$srcdir/schema" "$schema.json" "$work/json/$schema"/* \
			2>"$work/invalid" || status=$?
		if [ $status -eq 77 ]; then
			ok "$schema.json # SKIP needs python3-jsonschema"
		elif [ $status -eq 0 ]; then
			ok "all of it is as $schema.json says"
		else
			not_ok "all of it is as $schema.json says"
			explain "$work/invalid"
		fi
	done
}
