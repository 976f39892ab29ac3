# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # variables are the tests'
# What the lab's tests of check share; sourced after tap.sh.
#
#   check STATUS TARGET...       runs it; its findings go to /tmp/found, one 'TARGET CHECK RESULT OBSERVED' a line
#   results 'name' TARGET RESULT 'CHECK...'   exactly these came out so
#   finding 'name' TARGET CHECK RESULT REGEX  this one came out so, and what was observed matches

# check STATUS WORD...: and with this status it ends.
check() {
	local wanted=$1
	shift
	run daxadm check "$@"
	jq -r '.[] | "\(.target) \(.check) \(.result) \(.observed)"' <<<"$out" >/tmp/found 2>&1
	cp /tmp/tap.out "/tmp/checks.$((++checks)).json"
	is "check $*" "$status" "$wanted"
	[ "$status" -eq "$wanted" ] || diag "$err"$'\n'"$(grep -v ' skip ' /tmp/found)"
}
checks=0

# results NAME TARGET RESULT CHECKS: 'all but CHECK...' for the others.
results() {
	local got
	got=$(awk -v t="$2" -v r="$3" '$1 == t && $3 == r { printf "%s%s", sep, $2; sep = " " }' /tmp/found)
	is "$1" "$got" "$4"
	[ "$got" = "$4" ] || diag "$(grep " $3 " /tmp/found)"
}

# flat_hint CHECK: what to do about it. detail CHECK: what more there is to it.
flat_hint() { jq -r ".[] | select(.check == \"$1\") | .hint" <<<"$out"; }
detail() { jq -r ".[] | select(.check == \"$1\") | .detail" <<<"$out"; }

finding() {
	local line
	line=$(grep -F "$2 $3 " /tmp/found)
	like "$1" "$line" "^[^ ]+ $3 $4 .*$5"
}
