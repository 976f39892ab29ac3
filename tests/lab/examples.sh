# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Runs the examples of a page of the manual; sourced after tap.sh. In its source '// lab: COMMAND' is run before the
# example that follows it. '// machine: NAME' says on which machine all from there on is: hmem, as in the beginning, pmem,
# or another one, on which nothing is run.
mkdir -p /run/examples
cd /run/examples || exit 1

# As people have it: the test's own jq prints keys in another order.
jq() { /usr/bin/jq "$@"; }

# check_block NAME: its commands, run again; the block is in ./block.
check_block() {
	local line command

	while IFS= read -r line; do
		[[ $line == '# '* ]] || continue
		command=${line#'# '}
		printf '%s\n' "$line"
		eval "$command" 2>&1 </dev/null
	done <block >printed
	same "$1" block printed
}

# check_page FILE MACHINE: the examples that are for such a machine.
check_page() {
	local line name='' inside=no n=0 machine=hmem

	name=${1##*/}
	name=${name%.adoc}
	while IFS= read -r line; do
		case $inside:$line in
		no:'// machine: '*) machine=${line#// machine: } ;;
		no:'// lab: '*) [ "$machine" != "$2" ] || ok "$name: ${line#// lab: }" eval "${line#// lab: }" ;;
		no:---- | no:'```') inside=yes && : >block ;;
		yes:---- | yes:'```')
			inside=no
			[ "$machine" != "$2" ] || ! grep -q '^# ' block || check_block "$name: example $((++n))"
			;;
		yes:*) printf '%s\n' "$line" >>block ;;
		esac
	done <"$1"
}
