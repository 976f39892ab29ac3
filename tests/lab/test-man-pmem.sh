#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The examples of the manual that are about persistent memory.
# lab: --nvdimm 1G,label=2M --put man
# kernels: 7.x
. "${0%/*}/tap.sh"
# shellcheck source=examples.sh
. "${0%/*}/examples.sh"

for page in "${0%/*}"/man/*.adoc; do check_page "$page" pmem; done
done_testing
