# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the lab's host-side scripts share: the cache folder, messages, the mirror.

LAB_CACHE=${DAXADM_LAB_CACHE:-/var/cache/daxadm-lab}
# Kernel series that `quickstart check` goes through.
# shellcheck disable=SC2034 # used by the scripts that source this file
LAB_SERIES='6.1 6.12 7.x'

say() { printf 'lab: %s\n' "$*" >&2; }
die() { say "$*"; exit 125; }

need_root() { [ "$(id -u)" -eq 0 ] || die "needs root, to keep kernels and images in $LAB_CACHE"; }

# locked NAME COMMAND...: run COMMAND while no other lab does anything under NAME.
locked() {
	local name=$1
	shift
	mkdir -p "$LAB_CACHE/locks"
	(
		flock 9
		"$@" 9>&-
	) 9>"$LAB_CACHE/locks/$name"
}

# parse_size TEXT: bytes of 4G, 512M, 2048K or a plain number.
parse_size() {
	case $1 in
	'' | *[!0-9KMGT]* | [KMGT]* | *[KMGT]?*) die "not a size: '$1'" ;;
	*) numfmt --from=iec "$1" ;;
	esac
}
