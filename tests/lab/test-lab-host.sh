#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the lab says when a machine does not start, or its script is killed.
# host: yes
# kernels: 7.x
set -u
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tap.sh
. "$here/tap.sh"
WORK=$(mktemp -d -t daxadm-lab-test.XXXXXX)
trap 'rm -rf "$WORK"' EXIT
scratch=$WORK

lab() { run "$here/lab" --kernel "$LAB_SERIES" --console "$WORK/console" "$@"; }

lab --qemu-arg -no-such-option -c true
is 'QEMU does not start: the lab failed' "$status" 125
like 'with what QEMU says' "$err" $'\nqemu: .*-no-such-option'
is 'and without a console' "$(stat -c %s "$WORK/console")" 0

# The limit is a way out for this test alone: the machine ends long before.
lab --memory 512M --timeout 900 -c 'echo before; exec tail /dev/zero'
is 'the script is killed for want of memory' "$status $out" '126 before'
like 'which is said' "$err" 'Out of memory: Killed process [0-9]+'
like 'of the script' "$err" 'the kernel killed the script'

lab --memory 512M --timeout 900 -c 'tail /dev/zero; echo "after $?"; exit 7'
is 'a program of the script is killed: the script goes on' "$status $out" '7 after 137'
like 'and that is said' "$err" 'Out of memory: Killed process [0-9]+'
done_testing
