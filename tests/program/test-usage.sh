#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad usage: one line that says what is wrong, perhaps a hint, exit 2, and nothing is written.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/functions.sh"

make_machine

# Whatever is written from now on is newer.
touch "$work/before"
until touch "$work/probe" && [ "$work/probe" -nt "$work/before" ]; do :; done
written() { find "$sysroot" -newer "$work/before"; }

# expect STATUS MESSAGE WORD...: the message is a regular expression for the whole first line.
expect() {
	local wanted=$1 regex="^daxadm: $2\$" what lines
	shift 2
	printf -v what '%q ' "$@"

	case $1 in
	help | version | check | recover | -*) run "$@" ;;
	*) run "$1" --sysroot="$sysroot" "${@:2}" ;;
	esac
	mapfile -t lines <"$work/err"
	if [ "$status" -eq "$wanted" ] && [ ! -s "$work/out" ] && [[ ${lines[0]-} =~ $regex ]] &&
		[[ ${#lines[@]} -eq 1 || ( ${#lines[@]} -eq 2 && ${lines[1]} == 'hint: '* ) ]] &&
		[ -z "$(written)" ]; then
		ok "${what//$'\n'/ }"
	else
		not_ok "${what//$'\n'/ }"
		printf '# status %d, wanted %d\n' "$status" "$wanted"
		explain "$work/out" "$work/err"
		written | explain
	fi
}
usage() { expect 2 "$@"; }
failure() { expect 1 "$@"; }

# What recover does with a journal is one thing only.
usage "recover: --forget and --back cannot be used together" recover --forget --back
usage "recover: --back and --forward cannot be used together" recover --back --forward
usage "recover: --forward and --forget cannot be used together" recover --forward --dry-run --forget

# Verbs.
usage "unknown verb 'frobnicate'" frobnicate
usage "unknown verb 'lis'" lis
usage "unknown option '--lis'" --lis
usage "unknown option '-r'" -r 0 list
usage "help: unknown verb 'frobnicate'" help frobnicate

usage "list: --p2pmem cannot be combined with options for dax devices" list -PR
usage "list: --p2pmem cannot be combined with options for dax devices" list --p2pmem dax0.0

# Targets and risks of checking.
failure "/nowhere: No such file or directory \\(ENOENT\\)" check /nowhere
failure "/dev/null is not a file, directory, block device or dax device \\(EINVAL\\)" check /dev/null
failure "0000:ff:1f.7: no such PCI device \\(ENODEV\\)" check ff:1f.7
usage "check: --write may destroy data in the target" check --write dax0.0
usage "check: --force=lose-data requires --write" check --force=lose-data dax0.0
usage "check: --force=in-use is not valid for check: check does not touch devices in use" check --force=in-use --disruptive dax0.0
usage "check: 'x' is not a number of seconds \(0 to [0-9]*\)" check --wait=x dax0.0

# Options.
usage "list: unknown option '--bogus'" list --bogus
usage "list: unknown option '-Q'" list -iQ
usage "list: unknown option '--'" list --=x
usage "list: unknown option '--region-'" list --region-=0
usage "destroy-device: unknown option '--dry'" destroy-device --dry all
usage "destroy-device: unknown option '--dry-ru'" destroy all --dry-ru
usage "destroy-device: unknown option '--forc'" destroy all --forc
usage "destroy-device: unknown option '--size'" destroy all --size=1G
usage "list: option '--human' takes no value" list --human=yes
usage "create-device: option '--size' needs a value" create-device --region 0 --size
usage "list: option '-r' needs a value" list -iDr
usage "version: too many arguments" version 1
usage "destroy-device: 'everything' is not a valid risk" destroy all --force=everything
usage "destroy-device: '' is not a valid risk" destroy all --force=
usage "destroy-device: 'all' and dax0.1 cannot be combined: .*" destroy all dax0.1

# Sizes, alignments, modes, counts, ranges.
for size in 1junk 1GB "" -1 0 0% 0.0% 101% 100.1% 12.5.5% %50 50%% 1e3 1e1% 1.0000000001K 99999999999999999999 1e9 " 1G" "1G " 0x 1.5 nan; do
	usage "create-device: '$size' is not a valid size" create-device -r 0 -s "$size"
done
for align in junk 3M 0 ""; do
	usage "create-device: '$align' is not a valid alignment.*" create-device -r 0 -a "$align"
	usage "align: '$align' is not a valid alignment.*" align dax0.1 "$align"
done
usage "create-device: 'ram' is not a valid mode" create-device -r 0 -m ram
usage "enable-device: 'DEVDAX' is not a valid mode" enable dax0.1 -m DEVDAX
for count in 0 -1 many 1048577 1.5 ""; do
	usage "create-device: '$count' is not a valid number of devices.*" create-device -r 0 --count "$count"
done
for range in 0 0- -5 5-4 0x1-0x junk 0-18446744073709551616; do
	usage "create-device: '$range' is not a valid range" create-device -r 0 --range="$range"
done
usage "create-device: the ranges .* overlap" create-device -r 0 --range 0-4095 --range 4095-8191
usage "create-device: --size and --range cannot be combined: .*" create-device -r 0 --range 0-4095 -s 1G
for count in 2 max; do
	usage "create-device: --count and --range cannot be combined: devices cannot have the same ranges" \
		create-device -r 0 --range 0-4095 --count $count
	usage "create-device: --count and --uuid cannot be combined: .*" create-device -r 0 --count $count --uuid \
		11111111-2222-4333-8444-555555555555
done
usage "create-device: --count max requires --size: .*" create-device -r 0 --count max

# Devices.
for verb in destroy-device enable-device disable-device; do
	usage "$verb: no device is given" "$verb"
done
usage "reconfigure: no device is given" reconfigure -s 1G
usage "reconfigure: --size 0 cannot be combined with another change: .*" reconfigure -s 0 -m devdax dax0.0
usage "reconfigure: --size 0 cannot be combined with another change: .*" reconfigure -s 0 -a 2M dax0.0
usage "reconfigure: --check-config is not supported: .*" reconfigure -C dax0.0
usage "reconfigure: --check-config is not supported: .*" reconfigure --check-config dax0.0
usage "reconfigure: nothing to change is given" reconfigure dax0.1
usage "align: a device and an alignment are required" align
usage "align: a device and an alignment are required" align dax0.1
usage "create-device: unexpected argument 'dax0.1'; the kernel chooses the name of a new device" create-device dax0.1 -s 1G
for name in dax 0 dax0 dax0. dax0.1x 0.1junk x0.1 dax0.-1 dax99999999999.0 "" "dax0.1 " DAX0.1 dax0.01; do
	usage "list: '$name' is not a valid device name" list "$name"
done
# A file is not the device whose name it has; a link is not either, unless it leads to the node of one.
mkdir -p "$work/backup/dax"
: >"$work/backup/dax0.0"
ln -s "$work/backup/dax0.0" "$work/backup/link"
ln -s /dev/null "$work/backup/dax0.1"
for name in "$work/backup/dax0.0" "$work/backup/link" "$work/backup/dax0.1" "$work/backup/dax0.2" /dev/../tmp/dax0.0 \
	/dev/dax/dax0.0 ./dax0.0 dev/dax0.0 /dev/null /dev/ /; do
	usage "destroy-device: '.*' is not the node of a dax device" destroy-device "$name" -f
done
usage "align: '.*' is not the node of a dax device" align "$work/backup/link" 2M
usage "list: '.*' is not the node of a dax device" list "$work/backup/link"
usage "list: 'dax0\.1\\\\x1b\[2J' is not a valid device name" list $'dax0.1\e[2J'
usage "list: 'dax0\.1\\\\ndaxadm: dax0\.0 is gone' is not a valid device name" list $'dax0.1\ndaxadm: dax0.0 is gone'
failure "dax0.9: no such device \(ENODEV\)" list dax0.9
failure "dax7.0: no such device \(ENODEV\)" destroy-device dax0.1 dax7.0
failure "dax0.1 is not in region '1' \(ENODEV\)" list -r 1 dax0.1
failure "dax0.1 is not in region 'hmem.1' \(ENODEV\)" destroy-device -r hmem.1 dax0.1
for region in 7 0x 0abc region0x hmem ""; do
	failure "region '.*' does not exist \(ENODEV\)" list -r "$region"
done

# System memory.
for option in -N --no-movable; do
	for mode in devdax famfs; do
		usage "reconfigure: --no-.* requires --mode system-ram" reconfigure dax0.1 -m $mode $option
	done
	usage "enable-device: --no-.* requires --mode system-ram" enable-device dax0.1 $option
	usage "create-device: --no-.* requires --mode system-ram" create-device -r 0 $option
	usage "offline-memory: unknown option '$option'" offline-memory dax0.1 $option
done
usage "online-memory: unknown option '-N'" online-memory dax0.1 -N
usage "online-memory: unknown option '--mode'" online-memory dax0.1 --mode=system-ram
usage "enable-device: unknown option '--memmap-on-memory'" enable-device dax0.1 --memmap-on-memory=on
for flag in yes 1 ON ""; do
	usage "reconfigure: invalid memmap-on-memory '$flag': use on or off" \
		reconfigure dax0.1 --memmap-on-memory "$flag"
done
for seconds in -1 1.5 10s 86401 99999999999999999999 ""; do
	usage "offline-memory: '$seconds' is not a number of seconds \(0 to 86400\)" offline-memory dax0.1 --timeout "$seconds"
done
for verb in online-memory offline-memory; do
	usage "$verb: no device is given" "$verb"
	failure "dax0\.1 is not system memory: it is disabled \(EINVAL\)" "$verb" dax0.1
	failure "dax0\.0 is not system memory: it is in mode devdax \(EINVAL\)" "$verb" dax0.0
	failure "dax0\.9: no such device \(ENODEV\)" "$verb" dax0.9
done

# Files.
# input MESSAGE TEXT [WORD...]: create-device with a file of this text.
input() {
	local message=$1 text=$2
	shift 2

	printf '%s' "$text" >"$work/input"
	usage "create-device: $message" create-device --input="$work/input" "$@"
}
file=$work/input
usage "create-device: cannot open '.*': No such file or directory" create-device --input="$work/nothing"
usage "create-device: cannot read '.*': Is a directory" create-device --input="$work"
usage "create-device: '/dev/zero' is larger than 1 MiB" create-device --input=/dev/zero
usage "create-device: '-' is empty" create-device --input=-
for option in --size=1G --align=2M --mode=devdax --range=0-4095 --count=1; do
	input "--input and ${option%=*} cannot be combined.*" '{"size":2097152}' "$option"
done
input "'$file' is empty" $' \n'
input "$file:1:2: unexpected end of data" '{'
input "$file:2:11: .*" $'[\n{"size":1}'
input "$file:1:11: .*" '{"size":1}x'
input "$file:1:12: .*" '{"size":1} {"size":1}'
input "$file:2:2: duplicate key" $'{"size":2097152,\n "size":4194304}'
input "$file:1:2: a key must be written without escapes" '{"\u0073ize":2097152}'
input "$file:1:9: this number is too large" '{"size":18446744073709551616}'
input "$file:1:2: a string must be in double quotes" "{'size':2097152}"
input "$file:1:17: nested too deeply" '[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]'
input "$file:1:7: .*" $'{"x":"\xff"}'
for value in NaN -1 1e3 2097152.0 true '[]' '{}'; do
	input "$file: \"size\" must be a whole number of bytes, not .*" "{\"size\":$value}"
done
input "$file: \"size\" must not be 0" '{"size":0}'
input "$file: \"size\" must be a number of bytes, not the string \"1\.00 GiB \(1\.07 GB\)\"" '{"size":"1.00 GiB (1.07 GB)"}'
input "$file: \[1\]: mappings\[0\]: \"start\" must be a number of bytes, not the string \"0x0\"" \
	'[{"size":2097152},{"mappings":[{"start":"0x0","end":2097151}]}]'
input "$file: mappings\[0\]: \"end\" is less than \"start\".*" '{"mappings":[{"start":4096,"end":0}]}'
input "$file: mappings\[0\]: \"end\" is missing" '{"mappings":[{"start":4096}]}'
input "$file: mappings\[0\]: \"size\" is 1, but .*" '{"mappings":[{"start":0,"end":4095,"size":1}]}'
input "$file: \"size\" is 1, but the mappings add up to 4096" '{"size":1,"mappings":[{"start":0,"end":4095}]}'
input "$file: the ranges .* overlap" '{"mappings":[{"start":0,"end":4095},{"start":0,"end":4095}]}'
input "$file: \"mappings\" must be an array .*" '{"mappings":{}}'
input "$file: \"mappings\" or \"size\" is required" '{}'
input "$file: \"raw_size\" must not be 0" '{"size":2097152,"raw_size":0}'
input "$file: 'x' is not a valid uuid" '{"raw_size":16777216,"uuid":"x"}'
input "$file: invalid map 'ram': use dev or mem" '{"raw_size":16777216,"map":"ram"}'
input "$file: the name is empty" '{"raw_size":16777216,"name":""}'
input "$file: \"uuid\" must be a string" '{"raw_size":16777216,"uuid":1}'
uuid=11111111-2222-4333-8444-555555555555
input "$file: \[1\]: the uuid $uuid is also the uuid of \[0\]" \
	"[{\"raw_size\":16777216,\"uuid\":\"$uuid\"},{\"raw_size\":16777216,\"uuid\":\"$uuid\"}]"
input "$file: must be an object" null
input "$file: \[0\]: must be an object" '[1]'
input "$file: this object is a region, not a device" '{"path":"/platform/hmem.0","id":0,"size":4294967296}'
input "$file: \[0\]: --region '1' contradicts region 'hmem.0' in the file" '{"size":2097152,"region":"hmem.0"}' -r 1
input "$file: 'ram' is not a valid mode" '{"size":2097152,"mode":"ram"}'
input "$file: --no-online requires --mode system-ram" '{"size":2097152,"mode":"devdax"}' -N
input "$file: \[1\]: --no-movable requires --mode system-ram" \
	'[{"size":2097152,"mode":"system-ram"},{"size":2097152}]' --no-movable

# Two values, of which one would be ignored.
usage "list: option '--region' is given more than once" list -r 0 -r 1
usage "list: option '--region' is given more than once" list -r0 --region=0
usage "create-device: option '--size' is given more than once" create-device -r 0 -s 1G -s 2G
usage "create-device: option '--mode' is given more than once" create-device -r 0 -m devdax --mode devdax
usage "create-device: option '--count' is given more than once" create-device -r 0 --count 1 --count 2 -s 1G
usage "align: option '--timeout' is given more than once" align dax0.1 2M --timeout 1 --timeout=2
usage "disable-device: option '--region' is given more than once" disable-device -fr 0 -ur 0 all

# Names and uuids that the kernel would change, or nobody could read.
name63=$(printf '%063d' 0)
for name in ' a' 'a ' ' ' $'a\t' $'a\n' $'\ta' $'a\x1b[2J' $'\x7f' a/b / $'a\xa0' $'voil\xc3\xa0' $'\xff' $'\xc3' $'\xc2\x85' \
	$'\xed\xa0\x80' $'\xc0\xaf'; do
	usage "create-device: invalid name '.*': .*" create-device -r 0 --name "$name"
done
usage "create-device: the name '.*' is too long: it has 64 bytes, and a label holds 63" create-device -r 0 --name "0$name63"
usage "create-device: the name is empty" create-device -r 0 --name ""
failure "name: region hmem.0 is not persistent memory .*" create-device -r 0 --name "$name63"
failure "name: region hmem.0 is not persistent memory .*" create-device -r 0 --name $'a b \xc3\xa9\xe2\x82\xac'
usage "create-device: the nil uuid does not identify anything" create-device -r 0 --uuid 00000000-0000-0000-0000-000000000000
input "$file: the nil uuid does not identify anything" '{"raw_size":16777216,"uuid":"00000000-0000-0000-0000-000000000000"}'
input "$file: \[1\]: the uuid .* is also the uuid of \[0\]" \
	'[{"raw_size":16777216,"uuid":"AAAAAAAA-2222-4333-8444-555555555555"},{"raw_size":16777216,"uuid":"aaaaaaaa-2222-4333-8444-555555555555"}]'

# The region of the file and that of the command line, however they are written.
printf '{"size":2097152,"region":"hmem.0"}' >"$work/input"
for region in 0 region0 hmem.0 all; do
	run create-device --dry-run --input="$work/input" --sysroot="$sysroot" -r $region
	check "--region $region is region hmem.0 of the file" test "$status" -eq 0
done
for region in 1 region1 hmem.1 9; do
	input "$file: \[0\]: --region '$region' contradicts region 'hmem.0' in the file" '{"size":2097152,"region":"hmem.0"}' -r $region
done

# Sizes near 2^64, and what is free.
for size in 18446744073709551615 16383P; do
	failure "a size of .* is more than the free space of region hmem.1: 4 GiB are free \(ENOSPC\)" create-device -r 1 -s $size
	failure "a size of .* is more than the free space of region hmem.0: 2 GiB are free \(ENOSPC\)" reconfigure dax0.1 -s $size
	failure "a size of .* is more than the free space .* \(ENOSPC\)" create-device -r 1 -s $size --count 1048576
	failure "a size of .* is more than the free space .* \(ENOSPC\)" create-device -r 1 -s $size --count max
done
failure "the range .* is not in region hmem.1 .*" create-device -r 1 --range 0xffffffffffe00000-0xffffffffffffffff
failure "20 devices of 256 MiB do not fit in region hmem.1: 4 GiB are free, enough for 16 \(ENOSPC\)" \
	create-device -r 1 -s 256M --count 20

# literally MESSAGE HINT WORDS WORD...: the words that the hint gives, in place of what was refused, do work.
literally() {
	local hint=$1 works=$2
	shift 2
	run "$1" --sysroot="$sysroot" "${@:2}"
	if [ "$status" -ne 0 ] && grep -Fq -- "$hint" "$work/err"; then
		ok "${*}: the hint says $hint"
	else
		not_ok "${*}: the hint says $hint"
		explain "$work/err"
	fi
	# shellcheck disable=SC2086 # words
	run $works --sysroot="$sysroot"
	check "and '$works' works" test "$status" -eq 0
}
literally 'use -r region1 ' 'create-device --dry-run -r region1' create-device region1
literally 'use -r hmem.1 ' 'create-device --dry-run -r hmem.1' create-device hmem.1
literally 'use -r 1 ' 'create-device --dry-run -r 1' create-device 1
literally 'use -r all ' 'create-device --dry-run -r all' create-device all
literally 'use -r 1 ' 'create-device --dry-run -r 1' create-device dax1.5
literally 'use -r 0 ' 'create-device --dry-run -r 0' create-device /dev/dax0.7
literally 'use -s 1G ' 'create-device --dry-run -s 1G -r 1' create-device -r 1 1G
literally 'use -s 12.5% ' 'create-device --dry-run -s 12.5% -r 1' create-device -r 1 12.5%
literally 'use -m system-ram ' 'create-device --dry-run -m system-ram -r 1' create-device -r 1 system-ram
literally "run 'daxadm create-device --help'" 'create-device --help' create-device nonsense
literally "use '-r region0 all'" 'destroy-device -f --dry-run -r region0 all' destroy-device region0
literally "use '-r 0 all'" 'disable-device --dry-run -r 0 all' disable-device 0
literally "use '-r hmem.0 all'" 'list -r hmem.0 all' list hmem.0
literally 'use --region 0' 'list --region 0' list -r dax0.0
literally 'use --region 0' 'destroy-device -f --dry-run --region 0 all' destroy-device -r dax0.0 all
literally "run 'daxadm list --regions'" 'list --regions' list -r hmem.9
literally "run 'daxadm list --regions'" 'list --regions' create-device -r hmem.9
literally 'use --region once' 'list --region 1' list -r 0 -r 1
literally 'use --region 0' 'list --region 0 dax0.1' list -r 1 dax0.1
literally 'use --count 16' 'create-device --dry-run -r 1 -s 256M --count 16' create-device -r 1 -s 256M --count 20
literally 'or --count max' 'create-device --dry-run -r 1 -s 256M --count max' create-device -r 1 -s 256M --count 20
literally 'use --count 4' 'create-device --dry-run -r 1 --align 1G --count 4' create-device -r 1 --align 1G --count 5
literally 'leave out --region' "create-device --dry-run --input=$work/input" create-device --input="$work/input" -r 1
literally 'use --size SIZE --count max' 'create-device --dry-run -r 1 --size 1G --count max' create-device -r 1 --count max
literally 'use 4K, 2M or 1G' 'create-device --dry-run -r 1 -a 4K' create-device -r 1 -a 8M0

# What cannot be parsed still gets the report that was asked for.
run create-device --size=junk --report --sysroot="$sysroot"
check "bad usage with --report: exit 2" test "$status" -eq 2
check "bad usage with --report: the report" grep -q "\"message\":\"'junk' is not a valid size\"" "$work/out"

# Where stdout leads to nothing, that is an error, and it is told.
"$DAXADM" list --sysroot="$sysroot" >/dev/full 2>"$work/err"
check "a full device: exit 1" test $? -eq 1
check "a full device: the reason" grep -q '(ENOSPC)$' "$work/err"
"$DAXADM" list --sysroot="$sysroot" >&- 2>"$work/err"
check "stdout is closed: exit 1" test $? -eq 1
check "stdout is closed: the reason" grep -q '(EBADF)$' "$work/err"

done_testing
