#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A processor without pages of 1 GiB: the kernel does not look at that, and would let a device have them.
# lab: --hmem 2G --nvdimm 1G,label=256K --qemu-arg -cpu --qemu-arg max,hypervisor=off,pdpe1gb=off
# kernels: 6.1 6.12 7.x
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"

find_memory
r=${HMEM[0]}
change 'the region is emptied' destroy-device -f -r "$r" all
refused 'no device of 1 GiB pages is created' 1 'needs a processor with pages of 1 GiB' \
	create-device -r "$r" -a 1G
change 'one of 2 MiB pages is' create-device -r "$r" -s 1G
refused 'and cannot get them' 1 'needs a processor with pages of 1 GiB' align "dax$r.1" 1G
like 'what works is named' "$err" 'hint: use 2M'

# Persistent memory: supported_alignments is what the kernel was built for, and says nothing of the processor.
make_labels
find_nd
n=${ND[0]}
labels /tmp/labels.before
is 'the kernel offers 1 GiB all the same' "$(<"/sys/bus/nd/devices/$(<"/sys/bus/nd/devices/region$n/dax_seed")/supported_alignments")" \
	"4096 $((2 * MIB)) $GIB "
refused 'no namespace of 1 GiB pages is made' 1 'needs a processor with pages of 1 GiB.*hint: use 2M' create-device -r "$n" -a 1G
labels /tmp/labels.after
ok 'and nothing of it' cmp /tmp/labels.before /tmp/labels.after
seen 'one of 2 MiB pages is' create-device -r "$n" -s 128M --uuid "$first"
labels /tmp/labels.before
refused 'and cannot get them' 1 'needs a processor with pages of 1 GiB' align "dax$n.0" 1G $lose
labels /tmp/labels.after
ok 'nor loses what it has' cmp /tmp/labels.before /tmp/labels.after
agreed
done_testing
