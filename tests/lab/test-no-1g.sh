#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A processor without pages of 1 GiB: the kernel does not look at that, and would let a device have them.
# lab: --hmem 2G --qemu-arg -cpu --qemu-arg max,hypervisor=off,pdpe1gb=off
# kernels: 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"

find_memory
r=${HMEM[0]}
change 'the region is emptied' destroy-device -f -r "$r" all
refused 'no device of 1 GiB pages is created' 1 'needs a processor with pages of 1 GiB' \
	create-device -r "$r" -a 1G
change 'one of 2 MiB pages is' create-device -r "$r" -s 1G
refused 'and cannot get them' 1 'needs a processor with pages of 1 GiB' align "dax$r.1" 1G
like 'what works is named' "$err" 'hint: use 2M'
agreed
done_testing
