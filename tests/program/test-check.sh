#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What check prints, and its status, whatever machine this is: of files, for which no dax memory is needed.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/functions.sh"

truncate -s 8M "$work/sparse"
run check "$work/sparse"
[ "$status" -eq 0 ] || skip_all "files cannot be checked here: $(<"$work/err")"
cp "$work/out" "$work/alone"

# An error of a later target.
run check "$work/sparse" "$work/nowhere" "$work/sparse"
check 'an error of a later target: status 1' test "$status" -eq 1
check 'what was found before is told' cmp "$work/out" "$work/alone"
check 'and the error is, too' grep -qx "daxadm: $work/nowhere: No such file or directory (ENOENT)" "$work/err"
run check "$work/nowhere" "$work/sparse"
check 'nothing was found before: no document' test "$status $(wc -c <"$work/out")" = '1 0'

if [ -w /dev/full ]; then
	status=0
	"$DAXADM" check "$work/sparse" >/dev/full 2>"$work/err" || status=$?
	check 'nowhere to print: status 1' test "$status" -eq 1
	check 'and why' grep -q '^daxadm: cannot write to standard output: .* (ENOSPC)$' "$work/err"
	status=0
	"$DAXADM" check --table "$work/sparse" "$work/nowhere" >/dev/full 2>"$work/err" || status=$?
	check 'of two errors the first one' grep -q '/nowhere: No such file' "$work/err"
fi

# For people: the same.
run check --table "$work/sparse"
check 'a table: status 0' test "$status" -eq 0
check 'what was expected' grep -qx '        expected: direct access' "$work/out"
# Not every file system tells where the blocks of a file lie.
if grep -q '"ranges"' "$work/alone"; then
	check 'the bytes that it is about' grep -qx '        bytes: 0x0-0x7fffff' "$work/out"
fi
done_testing
