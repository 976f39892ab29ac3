#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The examples of the manual and of README.md: what a page shows is what is printed. Each page starts on
# a machine as it booted; '// lab: COMMAND' in its source is run before the example that follows it.
# lab: --hmem 4G --hmem 2G --put man --put README.md
# kernels: 7.x
. "${0%/*}/tap.sh"

mkdir -p /run/examples
cd /run/examples || exit 1
hmem=/sys/bus/platform/drivers/hmem

has_devices() { [ -e /sys/bus/dax/devices/dax0.0/size ] && [ -e /sys/bus/dax/devices/dax1.0/size ]; }

# fresh: one device over each region, as after a boot.
fresh() {
	local i region

	for region in "$hmem"/hmem.*; do echo "${region##*/}" >"$hmem/unbind"; done
	for region in hmem.0 hmem.1; do echo "$region" >"$hmem/bind"; done
	for ((i = 0; i < 100; i++)); do
		! has_devices || return 0
		sleep 0.1
	done
	return 1
}

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

check_page() {
	local line name='' inside=no n=0

	name=${1##*/}
	name=${name%.adoc}
	while IFS= read -r line; do
		case $inside:$line in
		no:'// lab: '*) ok "$name: ${line#// lab: }" eval "${line#// lab: }" ;;
		no:---- | no:'```') inside=yes && : >block ;;
		yes:---- | yes:'```')
			inside=no
			! grep -q '^# ' block || check_block "$name: example $((++n))"
			;;
		yes:*) printf '%s\n' "$line" >>block ;;
		esac
	done <"$1"
}

for page in "${0%/*}"/man/*.adoc "${0%/*}/README.md"; do
	ok "${page##*/}: as booted" fresh
	check_page "$page"
done
done_testing
