#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The changing verbs on recorded machines: what they would do, and why they would not.
leaks=yes
. "$(dirname "$0")/functions.sh"
. "$srcdir/tests/golden/play.sh"
cd "$srcdir/tests/golden" || exit 1

for name in none idle hmem mixed disabled; do play "$name" plan; done
validate_all
done_testing
