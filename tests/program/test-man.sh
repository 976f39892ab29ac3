#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual says what the program says: verbs, options, keys; and its pages are sound.
. "$(dirname "$0")/functions.sh"
man=$srcdir/man

# equal NAME FILE FILE: what the program says, and what the page says.
equal() {
	if diff "$2" "$3" >"$work/diff"; then
		ok "$1"
	else
		not_ok "$1"
		explain "$work/diff"
	fi
}

# source_of PAGE: its text, with what it includes.
source_of() {
	local line

	while IFS= read -r line; do
		case $line in
		include::*'[]')
			line=${line#include::}
			cat "$man/${line%'[]'}"
			;;
		*) printf '%s\n' "$line" ;;
		esac
	done <"$man/$1.adoc"
}

# section PAGE TITLE
section() { source_of "$1" | awk -v title="== $2" '/^== / { on = $0 == title } on'; }

# terms: '-r, --region=REGION' for a line '*-r*, *--region*=_REGION_::'
terms() { sed -n 's/^\(\*.*\)::$/\1/p' | sed 's/\*//g; s/_\([A-Z][A-Z-]*\)_/\1/g'; }

# The verbs of --help, each with its summary: 'list - show devices and regions'.
run --help
sed -n 's/^  \([a-z][a-z-]*\)  *\(.*\)/\1 - \2/p' "$work/out" >"$work/summaries"
run --list-commands
cp "$work/out" "$work/verbs"
sed 's/ - .*//' "$work/summaries" >"$work/got"
equal '--help has a summary for each verb' "$work/verbs" "$work/got"

section daxadm.8 VERBS | terms | sed 's/,.*//; s/ .*//' >"$work/listed"
equal 'daxadm(8) lists all verbs, and no other' "$work/verbs" "$work/listed"

while IFS= read -r verb; do
	page=daxadm-$verb.8
	case $verb in
	version | help) continue ;; # in daxadm(8)
	esac
	if [ ! -e "$man/$page.adoc" ]; then
		not_ok "$verb has a page"
		continue
	fi
	sed -n "s/^$verb - /daxadm-&/p" "$work/summaries" >"$work/expected"
	section "$page" NAME | sed -n '3p' >"$work/got"
	equal "$verb: the page is named as --help has it" "$work/expected" "$work/got"

	run "$verb" --help
	sed -nE 's/^ +(-[^ ,]*(, --[^ ]*)?)( .*)?$/\1/p' "$work/out" | sort >"$work/expected"
	section "$page" OPTIONS | terms | sort >"$work/got"
	equal "$verb: the page has the options of --help, and no other" "$work/expected" "$work/got"

	run "$verb" --list-options
	sort "$work/out" >"$work/expected"
	sed -n 's/^.*\(--\)/\1/p' "$work/got" | sort >"$work/long"
	equal "$verb: and those of --list-options" "$work/expected" "$work/long"

	while IFS= read -r alias; do
		run "$alias" --help
		check "$verb: $alias is another name for it" grep -q "^Usage: daxadm $verb " "$work/out"
	done < <(source_of "$page" | sed -n 's/.*\*\([a-z-]*\)\* is another name for this verb.*/\1/p')
done <"$work/verbs"

# The checks, each with its promise, and where that is made.
if command -v jq >/dev/null; then
	run check --list
	jq -r '.[] | "*\(.check)*::\n\(.promise[:1] | ascii_upcase)\(.promise[1:]).\nPromised in: \(.source)."' \
		"$work/out" >"$work/expected"
	section daxadm-check.8 CHECKS | grep -A2 '^\*[a-z0-9_-]*\*::$' | grep -v '^--$' >"$work/got"
	equal 'daxadm-check(8) has the checks of --list, and no other' "$work/expected" "$work/got"
else
	ok 'daxadm-check(8) has the checks of --list # SKIP needs jq'
fi

# Pages that pages name, and pages that the build knows.
grep -ho '\*daxadm[a-z-]*\*([578])' "$man"/*.adoc "$man"/parts/*.adoc | sort -u | tr -d '*' |
	sed 's/(\(.\))/.\1/' >"$work/named"
while IFS= read -r page; do check "there is a page $page" test -e "$man/$page.adoc"; done <"$work/named"
(cd "$srcdir" && ls man/*.adoc man/parts/*.adoc) | sed '/parts/! s/\.adoc$//' | sort >"$work/expected"
sed -n 's/^\t\(man\/[^ ]*\).*/\1/p' "$man/local.mk" | grep -v '%' | sort >"$work/got"
equal 'the build knows all pages and parts' "$work/expected" "$work/got"

# The keys of the schemas, each with its section. A device, a region and a range have a size.
if command -v jq >/dev/null; then
	keys='.. | objects | .properties? // empty | keys[]'
	jq -r "$keys" "$srcdir/schema/layout.json" | sort -u >"$work/expected"
	source_of daxadm-layout.5 | sed -n 's/^\*\([a-z]*\)\*[:;][:;].*/\1/p' | sort -u >"$work/got"
	equal 'daxadm-layout(5) has the keys of its schema, and no other' "$work/expected" "$work/got"
	find "$srcdir/schema" -name '*.json' ! -name layout.json -exec jq -r "$keys" {} + | sort -u >"$work/expected"
	source_of daxadm-json.5 | terms | sed 's/ .*//' | sort -u >"$work/got"
	equal 'daxadm-json(5) has the keys of the schemas, and no other' "$work/expected" "$work/got"
else
	ok 'daxadm-layout(5) has the keys of its schema # SKIP needs jq'
	ok 'daxadm-json(5) has the keys of the schemas # SKIP needs jq'
fi

# Files that the texts for developers name, and tests that they name by their words.
is_there() { compgen -G "$srcdir/$1" >"$work/there" || [ -e "$srcdir/$1.c" ]; }
# shellcheck disable=SC2016 # the back quotes of Markdown
while IFS= read -r path; do
	[[ $path != *NAME* ]] || continue
	check "there is $path" is_there "$path"
done < <(grep -hoE '`(lib|daxadm|man|schema|tests)/[^` ]*`' "$srcdir"/{README,CONTRIBUTING}.md | tr -d '`' | sort -u)

# shellcheck disable=SC2016
while IFS=: read -r file names; do
	while IFS= read -r name; do
		[ -n "$name" ] || continue
		check "${file##*/} tests '$name'" grep -qF -e "$name" "$srcdir/$file"
	done < <(sed 's/; /\n/g; s/^ //; s/ |$//' <<<"$names")
done < <(sed -nE 's/^\|.*\| `(tests[^`]*)`: (.*) \|$/\1:\2/p' "$srcdir/CONTRIBUTING.md")

# complaints_of PAGE: what the formatter has to say.
complaints_of() {
	{ LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$1" >/dev/null; } 2>&1
}

for page in "$man"/daxadm*.adoc; do
	page=${page##*/}
	page=${page%.adoc}
	file=man/$page
	[ -e "$file" ] || file=$man/$page
	if ! command -v man >/dev/null; then
		ok "$page is rendered without a warning # SKIP needs man-db"
	elif [ ! -e "$file" ]; then
		ok "$page is rendered without a warning # SKIP it is not built"
	else
		complaints_of "$file" >"$work/warnings"
		equal "$page is rendered without a warning" /dev/null "$work/warnings"
	fi
done

done_testing
