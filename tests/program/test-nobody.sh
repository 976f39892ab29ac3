#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A recorded machine, as seen by a user who may not read everything.
. "$(dirname "$0")/functions.sh"
. "$srcdir/tests/golden/play.sh"
cd "$srcdir/tests/golden" || exit 1
unpack hmem

if [ "$(id -u)" -eq 0 ]; then
	# The program may be where nobody can reach it.
	cp "$DAXADM" "$work/daxadm" && chmod 755 "$work" "$work/daxadm"
	printf '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups "%s" "$@"\n' \
		"$work/daxadm" >"$work/as-nobody"
	chmod 755 "$work/as-nobody"
	DAXADM=$work/as-nobody
	"$DAXADM" --version >/dev/null 2>&1 || skip_all 'cannot become another user here'
else
	# Who has unpacked it may read it, unless told otherwise.
	find "$sysroot" -type f -perm 0400 -exec chmod 0 {} +
fi

play hmem nobody
validate_all
done_testing
