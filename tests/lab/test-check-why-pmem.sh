#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# "Why have I no dax device?" on a machine that has persistent memory and nothing else.
# lab: --nvdimm 1G,label=2M
# kernels: any
set -u
# shellcheck source=tap.sh
. "${0%/*}/tap.sh"
# shellcheck source=check.sh
. "${0%/*}/check.sh"
# shellcheck source=pmem.sh
. "${0%/*}/pmem.sh"

make_labels
check 0
finding 'no namespace' host dax-devices warn \
	'no dax device exists: persistent memory has no namespace in mode devdax$'
like 'what makes one' "$(flat_hint dax-devices)" "^run 'daxadm create-device -r REGION' to create one in free space"
region=$(daxadm list -NR | jq -r '.[0].dev')
ok 'and that does' daxadm create-device -r "$region" -a 2M
check 0
finding 'now there is one' host dax-devices pass '1 device in 1 region$'
done_testing
