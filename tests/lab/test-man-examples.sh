#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The examples of the manual and of README.md: what a page shows is what is printed. Each page starts on
# a machine as it booted, with soft-reserved memory.
# lab: --hmem 4G --hmem 2G --put man --put README.md
# kernels: 7.x
. "${0%/*}/tap.sh"
# shellcheck source=examples.sh
. "${0%/*}/examples.sh"

hmem=/sys/bus/platform/drivers/hmem

has_devices() { [ -e /sys/bus/dax/devices/dax0.0/size ] && [ -e /sys/bus/dax/devices/dax1.0/size ]; }

# fresh: one device over each region, as after a boot.
fresh() {
	local i region

	for region in "$hmem"/hmem.*; do echo "${region##*/}" >"$hmem/unbind"; done
	for region in hmem.0 hmem.1; do echo "$region" >"$hmem/bind"; done
	for ((i = 0; i < 6000; i++)); do
		! has_devices || return 0
		sleep 0.1
	done
	return 1
}

for page in "${0%/*}"/man/*.adoc "${0%/*}/README.md"; do
	ok "${page##*/}: as booted" fresh
	check_page "$page" hmem
done
done_testing
