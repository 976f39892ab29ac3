#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Help, --list-options and the completion name the same verbs, options and names (test-man.sh: and the manual).
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/functions.sh"
# shellcheck source=/dev/null
. "$srcdir/bash-completion/daxadm"

make_machine
verbs=$("$DAXADM" --list-commands)

# complete_words WORD...: what the completion offers for the last word, one on a line.
complete_words() {
	COMP_WORDS=(daxadm "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_daxadm "$DAXADM"
	printf '%s\n' "${COMPREPLY[@]}"
}

# same NAME EXPECTED GOT: two lists of words hold the same, in whatever order.
same() {
	if diff <(sort <<<"$2") <(sort <<<"$3") >"$work/diff"; then
		ok "$1"
	else
		not_ok "$1"
		explain "$work/diff"
	fi
}

same "completion: verbs" "$verbs" "$(complete_words "")"
same "help lists the verbs" "$verbs" "$("$DAXADM" --help | sed -n 's/^  \([a-z-]\{1,\}\)  .*/\1/p')"

same "--list-cmds is --list-commands" "$verbs" "$("$DAXADM" --list-cmds)"
same "--list-opts is --list-options" "$("$DAXADM" list --list-options)" "$("$DAXADM" list --list-opts)"

for verb in $verbs; do
	listed=$("$DAXADM" "$verb" --list-options | sed 's/^--//; s/\[.*//; s/=.*//')
	run "$verb" --help
	cp "$work/out" "$work/long"
	same "$verb: --help and --list-options" "$listed" "$(grep -o '^ .\{5\}--[a-z0-9-]*' "$work/out" | sed 's/.*--//')"
	same "$verb: completion and --list-options" "$listed" \
		"$(complete_words "$verb" -- | sed 's/^--//; s/=$//')"
	run "$verb" -h
	check "$verb: -h is --help" cmp "$work/out" "$work/long"
	run help "$verb"
	check "help $verb is $verb --help" cmp "$work/out" "$work/long"
	check "$verb: help fits 100 columns" awk 'length > 100 { exit 1 }' "$work/long"
done

for pair in create=create-device destroy=destroy-device enable=enable-device disable=disable-device \
	reconfigure-device=reconfigure; do
	same "alias ${pair%=*}: the same options" "$(complete_words "${pair#*=}" --)" "$(complete_words "${pair%=*}" --)"
done

devices=$'all\ndax0.0\ndax0.1\ndax0.2\ndax1.0'
same "completion: devices" "$devices" "$(complete_words destroy-device --sysroot = "$sysroot" "")"
same "completion: devices that start so" "dax1.0" "$(complete_words enable --sysroot "$sysroot" dax1)"
same "completion: devices for align" "$devices"$'\n4K\n2M\n1G' "$(complete_words align --sysroot = "$sysroot" "")"
same "completion: none for a new device" "" "$(complete_words create-device --sysroot = "$sysroot" "")"
same "completion: -r" $'all\nhmem.0\nhmem.1' "$(complete_words list --sysroot = "$sysroot" -r "")"
same "completion: --region=" $'all\nhmem.0\nhmem.1' "$(complete_words list --sysroot = "$sysroot" --region =)"
same "completion: --region=hmem.1" hmem.1 "$(complete_words list --sysroot = "$sysroot" --region = hmem.1)"
same "completion: -m" $'devdax\nfamfs\nfsdax\nsystem-ram' "$(complete_words reconfigure dax0.1 -m "")"
same "completion: --align=" $'4K\n2M\n1G' "$(complete_words create --align =)"
same "completion: --memmap-on-memory=" $'on\noff' "$(complete_words reconfigure dax0.1 --memmap-on-memory =)"
same "completion: --timeout=" "" "$(complete_words online-memory dax0.1 --timeout =)"
same "completion: devices for online-memory" "$devices" "$(complete_words online-memory --sysroot = "$sysroot" "")"
same "completion: --force=" $'lose-data\nin-use' "$(complete_words destroy --force = "")"
same "completion: help" "$verbs" "$(complete_words help "")"

# The user's taste in help texts does not change ours: the manual shows them.
run list --help
cp "$work/out" "$work/plain"
ARGP_HELP_FMT=nonsense,short-opt-col=9 run list --help
check "help does not depend on ARGP_HELP_FMT" cmp "$work/out" "$work/plain"
check "help does not complain about ARGP_HELP_FMT" test ! -s "$work/err"

run --version
check "--version" grep -Eqx 'daxadm [0-9.]+' "$work/out"

done_testing
