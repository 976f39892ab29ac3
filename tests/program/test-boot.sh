#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What systemd and udev read is valid.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/functions.sh"
PATH=$PATH:/sbin:/usr/sbin

# complaints COMMAND...: nothing is said, and it succeeds.
silent() {
	if "$@" >"$work/said" 2>&1 && [ ! -s "$work/said" ]; then return 0; fi
	explain "$work/said"
	return 1
}

mkdir "$work/units"
for unit in daxadm-apply.service daxadm-apply@.service; do
	sed "s,@bindir@/daxadm,$(command -v true)," "$srcdir/systemd/$unit.in" >"$work/units/$unit"
done
cp "$srcdir/systemd/daxadm.target" "$work/units/"
if systemd-analyze verify --help >/dev/null 2>&1; then
	for unit in daxadm-apply.service daxadm-apply@hmem.0.service daxadm.target; do
		# The manual is not installed yet.
		check "systemd-analyze verify $unit" silent systemd-analyze --man=no verify "$work/units/$unit"
	done
else
	ok 'systemd-analyze verify # SKIP there is no systemd-analyze'
fi
if udevadm verify --help >/dev/null 2>&1; then
	udevadm verify "$srcdir/systemd/60-daxadm.rules" >"$work/said" 2>&1
	check 'udevadm verify' test $? -eq 0
	explain "$work/said"
else
	ok 'udevadm verify # SKIP there is no udevadm that can'
fi
for unit in apply.service apply@.service; do
	check "$unit: the program may take as long as it needs" grep -qx TimeoutStartSec=infinity "$srcdir/systemd/daxadm-$unit.in"
	check "$unit: no risk is accepted" test "$(grep -c -e --force "$srcdir/systemd/daxadm-$unit.in")" -eq 0
done
done_testing
