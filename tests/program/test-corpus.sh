#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the fuzzers began with, and found: through the targets, and through the program itself.
. "$(dirname "$0")/functions.sh"
. "$srcdir/tests/golden/play.sh"
builddir=$(dirname "$(dirname "$DAXADM")")
cd "$srcdir/tests/fuzz" || exit 1
unpack hmem

for target in */; do
	target=${target%/}
	if "$builddir/tests/fuzz/replay" "$target" "$target"/* >"$work/replay" 2>&1; then
		ok "fuzz-$target: $(wc -l <"$work/replay") files"
	else
		not_ok "fuzz-$target"
		tail -n 30 "$work/replay" | explain
	fi
done

# one_line: exactly one message, and perhaps a hint, whatever bytes it is about.
one_line() {
	[ "$(grep -c '^daxadm: ' "$work/err")" -eq 1 ] && ! grep -qv '^daxadm: \|^hint: ' "$work/err" &&
		! LC_ALL=C grep -q '[^ -~]' "$work/err"
}

# refused NAME WORD...: exit status 2, one line, and nothing on standard output.
refused() {
	local name=$1
	shift
	run create-device --dry-run -r hmem.0 "$@" --sysroot="$sysroot"
	if [ "$status" -eq 2 ] && [ ! -s "$work/out" ] && one_line; then
		ok "$name is refused"
	else
		not_ok "$name is refused, not with exit status $status and this:"
		explain "$work/err" "$work/out"
	fi
}

for file in input/no-*; do refused "$file" --input "$file"; done
for file in input/ok-*; do
	run create-device --dry-run -r hmem.0 --input "$file" --sysroot="$sysroot"
	if [ "$status" -eq 0 ]; then
		ok "$file is accepted"
	else
		not_ok "$file is accepted"
		explain "$work/err"
	fi
done

# What is too large, or too deep, to be kept as a file.
head -c 200000 /dev/zero | tr '\0' '[' >"$work/nested"
refused '200,000 brackets' --input "$work/nested"
{ echo '[' && yes '{"size":2097152},' | head -c 2000000; } >"$work/huge"
refused 'two megabytes' --input "$work/huge"
head -c 100000 /dev/urandom >"$work/random"
refused 'noise' --input "$work/random"
head -c 3000000 /dev/zero >"$work/zeros"
refused 'zeros' --input "$work/zeros"
refused 'a file that is not there' --input "$work/nothing"
refused 'a folder' --input "$work"
: >"$work/secret" && chmod 0 "$work/secret"
refused 'a file that is empty, or may not be read' --input "$work/secret"

# answered VERB WORD...: done, or refused in one line.
answered() {
	run "$1" --dry-run --sysroot="$sysroot" "${@:2}"
	[ "$status" -eq 0 ] || { [ "$status" -le 2 ] && [ ! -s "$work/out" ] && one_line; }
}

for file in text/*; do
	text=$(<"$file")
	if answered create-device --size="$text" && answered create-device --align="$text" &&
		answered create-device --range="$text" && answered enable-device -- "$text"; then
		ok "'$text' as a size, an alignment, a range, a name"
	else
		not_ok "'$text' ends with exit status $status and this:"
		explain "$work/err"
	fi
done
done_testing
