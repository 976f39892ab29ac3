#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Layouts that are not valid, each with one line that says where and why; and folders of layouts.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/functions.sh"

make_machine
# Of this user alone, whatever the umask is.
chmod 755 "$work"
folder=$work/layout.d other=$work/other.d
mkdir -m 755 "$folder" "$other"

# apply PATH...: without changing anything.
apply() { run apply --sysroot="$sysroot" --dry-run --force=lose-data "$@"; }

# expect NAME STATUS MESSAGE: the first line of what was said; a hint may follow, and nothing else.
expect() {
	local name=$1 lines
	mapfile -t lines <"$work/err"
	if [ "$status" -eq "$2" ] && [[ ${lines[0]-} =~ ^daxadm:\ (apply:\ )?$3$ ]] &&
		[[ ${#lines[@]} -eq 1 || ( ${#lines[@]} -eq 2 && ${lines[1]} == 'hint: '* ) ]]; then
		ok "$name"
	else
		not_ok "$name"
		printf '# status %d, wanted %d\n' "$status" "$2"
		explain "$work/err"
	fi
}

# refused MESSAGE TEXT: a document that is not a layout; the message behind the path.
refused() {
	printf '%s' "$2" >"$work/layout"
	apply "$work/layout"
	expect "${2:0:72}" "${wanted:-2}" "$1"
}
file=${work//./\\.}/layout
entry() { echo '{ "format": "daxadm-layout-1", "regions": [ { "region": { "size": "4G", "nth": 0 }, "devices": [ '"$1"' ] } ] }'; }

refused "'$file' is empty" ''
refused "'$file' is empty" $' \n\t'
refused "$file:1:32: unexpected end of data" '{ "format": "daxadm-layout-1", '
refused "$file:1:1: this is not valid JSON: unexpected character" 'layout'
refused "$file:1:28: nested too deeply" '{ "format": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ '
refused "$file:1:31: duplicate key" '{ "format":"daxadm-layout-1", "format": "daxadm-layout-1", "regions": [] }'
refused "$file:1:.*: duplicate key" "$(entry '{ "size": "1G", "size": "2G" }')"
refused "$file: an object is expected" '[]'
refused "$file: format: the document is not a layout" '{ "format": "daxadm-layout-2", "regions": [] }'
refused "$file: regions: an array is expected" '{ "format": "daxadm-layout-1" }'
refused "$file: unknown key \"region\"" '{ "format": "daxadm-layout-1", "regions": [], "region": {} }'
refused "$file: regions\\[0\\].devices\\[0\\]: unknown key \"sise\"" "$(entry '{ "sise": "1G" }')"
refused "$file: regions\\[0\\].devices\\[0\\].size: \"0\" is not valid" "$(entry '{ "size": "0" }')"
refused "$file: regions\\[0\\].devices\\[0\\].size: \"101%\" is not valid" "$(entry '{ "size": "101%" }')"
refused "$file: regions\\[0\\].devices\\[0\\].size: -1 is not valid" "$(entry '{ "size": -1 }')"
refused "$file:1:.*: this number is too large" "$(entry '{ "size": 99999999999999999999999 }')"
refused "$file: regions\\[0\\].devices\\[0\\].align: \"3M\" is not valid" "$(entry '{ "align": "3M" }')"
refused "$file: regions\\[0\\].devices\\[0\\].mode: \"ram\" is not valid" "$(entry '{ "mode": "ram" }')"
refused "$file: regions\\[0\\].devices\\[0\\]: zone and online require mode system-ram" "$(entry '{ "zone": "normal" }')"
refused "$file: regions\\[0\\].devices\\[1\\].size: only one device of a region can have size \"rest\"" "$(entry '{}, { "size": "rest" }')"
refused "$file: regions\\[0\\].region: the region must be described" \
	'{ "format": "daxadm-layout-1", "regions": [ { "region": {}, "devices": [] } ] }'
for name in '' -a 'a b' all dax0.0 region0 7 "$(printf '%065d' 0)" 2f9d4c5e-9b1e-4c0e-8f5a-0123456789ab; do
	refused "$file: regions\\[0\\].devices\\[0\\].name: \"${name:0:60}.* is not valid" "$(entry '{ "name": "'"$name"'" }')"
done
refused "$file: regions\\[0\\].devices\\[1\\].name: \"a\" is also the name of $file: regions\\[0\\].devices\\[0\\]" \
	"$(entry '{ "name": "a", "size": "1G" }, { "name": "a" }')"
refused "$file: regions\\[0\\].devices\\[0\\]: name and count cannot be combined" "$(entry '{ "name": "a", "size": "1G", "count": 2 }')"
refused "$file: regions\\[0\\].devices\\[0\\]: name and \"each\" cannot be combined" \
	'{ "format": "daxadm-layout-1", "regions": [ { "region": {}, "each": true, "devices": [ { "name": "a" } ] } ] }'
refused "$file: regions\\[0\\].devices\\[0\\].permissions: \"4755\" is not valid" "$(entry '{ "permissions": "4755" }')"
refused "$file: regions\\[0\\].devices\\[0\\].permissions: 432 is not valid" "$(entry '{ "permissions": 432 }')"
head -c 1048577 /dev/zero | tr '\0' ' ' >"$work/layout"
apply "$work/layout"
expect 'a huge file' 2 "'$file' is larger than 1 MiB"

# What this machine cannot be.
wanted=1
refused "$file: regions\\[0\\].devices\\[0\\].owner: 'nobody-has-this' does not exist on this machine \\(ENOENT\\)" \
	"$(entry '{ "owner": "nobody-has-this" }')"
refused "$file: regions\\[0\\].devices: the sizes add up to 5 GiB, but region hmem\\.[01] has only 4 GiB \\(ENOSPC\\)" "$(entry '{ "size": "1G", "count": 5 }')"
refused "$file: regions\\[0\\].devices\\[0\\]: a size of 256 MiB is not a multiple of 1 GiB \\(EINVAL\\)" "$(entry '{ "size": "256M", "align": "1G" }')"
refused "$file: regions\\[0\\].region: no region matches \\(ENODEV\\)" \
	'{ "format": "daxadm-layout-1", "regions": [ { "region": { "size": "3G" }, "devices": [] } ] }'
wanted=2
two='{ "region": { "size": "4G", "nth": 1 }, "devices": [] }'
refused "$file: regions\\[1\\].region: region hmem\\.1 is described by $file: regions\\[0\\] as well" \
	'{ "format": "daxadm-layout-1", "regions": [ '"$two, $two"' ] }'

# A folder: only *.json, and each name once.
same='{ "format": "daxadm-layout-1", "regions": [] }'
apply "$folder"
expect 'a folder without a layout' 1 "no layout: there is no \\*\\.json file in ${folder//./\\.} \\(ENOENT\\)"
echo "$same" >"$folder/50-a.json"
for name in README .hidden.json a.json.bak; do echo nonsense >"$folder/$name"; done
apply "$folder"
check 'only *.json files count' test "$status $(<"$work/out")" = '0 []'
run apply "$folder" --dry-run --sysroot="$sysroot"
check 'options may come last' test "$status $(<"$work/out")" = '0 []'
echo nonsense >"$folder/60-b.json"
apply "$folder"
expect 'a file that is not a layout' 2 "${folder//./\\.}/60-b\\.json:1:.*"
echo "$same" >"$other/60-b.json"
apply "$folder" "$other"
check 'the file of a later folder overrides' test "$status $(<"$work/out")" = '0 []'
apply "$other" "$folder"
check 'and not that of an earlier one' test "$status" -eq 2
rm "$other/60-b.json"
ln -s /dev/null "$other/60-b.json"
apply "$folder" "$other"
check '/dev/null masks' test "$status $(<"$work/out")" = '0 []'
rm "$folder/60-b.json"
: >"$folder/60-b.json"
apply "$folder"
expect 'an empty file is not a mask' 2 "'${folder//./\\.}/60-b\\.json' is empty"
rm "$folder/60-b.json"
mkdir "$folder/60-b.json"
apply "$folder"
expect 'a folder in place of a file' 1 "${folder//./\\.}/60-b\\.json is not a regular file \\(EINVAL\\)"
rmdir "$folder/60-b.json"
mkfifo "$folder/60-b.json"
apply "$folder"
expect 'a pipe in place of a file' 1 "${folder//./\\.}/60-b\\.json is not a regular file \\(EINVAL\\)"
rm "$folder/60-b.json"
ln -s nowhere "$folder/60-b.json"
apply "$folder"
expect 'a link to nowhere' 1 "cannot open ${folder//./\\.}/60-b\\.json: No such file or directory \\(ENOENT\\)"
ln -sfn 60-b.json "$folder/60-b.json"
apply "$folder"
expect 'a link to itself' 1 "cannot open ${folder//./\\.}/60-b\\.json: Too many levels of symbolic links \\(ELOOP\\)"
rm "$folder/60-b.json"
apply "$work/none.d/" "$folder"
expect 'a folder that is not there' 2 "cannot open '${work//./\\.}/none\\.d/': No such file or directory"

# What others can change is not read.
untrusted() { expect "$1" 1 "$2 cannot be trusted: others can write to '$3' \\(EPERM\\)"; }
path=${folder//./\\.}/50-a\\.json
chmod 664 "$folder/50-a.json"
apply "$folder"
untrusted 'a file that a group can write' "$path" '50-a\.json'
chmod 646 "$folder/50-a.json"
apply "$folder"
untrusted 'a file that others can write' "$path" '50-a\.json'
chmod 644 "$folder/50-a.json"
chmod 775 "$folder"
apply "$folder"
untrusted 'a folder that a group can write' "${folder//./\\.}" 'layout\.d'
chmod 755 "$folder"
mkdir -m 777 "$work/open"
mkdir -m 755 "$work/open/layout.d"
cp -p "$folder/50-a.json" "$work/open/layout.d/"
apply "$work/open/layout.d"
untrusted 'a folder on the way that others can write' "${work//./\\.}/open/layout\\.d" open
chmod 1777 "$work/open"
apply "$work/open/layout.d"
check 'with the sticky bit nobody can replace the folder' test "$status $(<"$work/out")" = '0 []'
chmod 777 "$work/open"
ln -s ../open/layout.d/50-a.json "$folder/70-link.json"
apply "$folder"
untrusted 'a link through such a folder' "${folder//./\\.}/70-link\\.json" open
chmod 755 "$work/open"
apply "$folder"
check 'a link that nobody else can change' test "$status $(<"$work/out")" = '0 []'
if [ "$(id -u)" -eq 0 ]; then
	chown 65534 "$folder/50-a.json"
	apply "$folder"
	expect 'a file of somebody else' 1 "$path cannot be trusted: '50-a\\.json' belongs to uid 65534 \\(EPERM\\)"
fi

# At boot nobody consents.
echo "$same" >"$work/layout"
run apply --sysroot="$sysroot" --boot --force=lose-data "$work/layout"
check '--boot and --force' grep -q 'boot cannot be combined with' "$work/err"
run apply --sysroot="$sysroot" --boot --dry-run "$work/layout"
check '--boot and --dry-run' grep -q 'boot cannot be combined with' "$work/err"
done_testing
