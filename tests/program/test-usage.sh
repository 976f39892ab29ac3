#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad usage: one line that says what is wrong, perhaps a hint, exit 2, and nothing is written.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/functions.sh"

make_machine

# Everything in the tree, and when it was last written.
fingerprint() { find "$sysroot" -printf '%p %l %T@\n' | sort; find "$sysroot" -type f -exec cat {} + | cksum; }
fingerprint >"$work/before"

# expect STATUS MESSAGE WORD...: the message is a regular expression for the whole first line.
expect() {
	local wanted=$1 message=$2 what lines
	shift 2
	what=$(printf '%q ' "$@")

	case $1 in
	help | version | check | recover | -*) run "$@" ;;
	*) run "$1" --sysroot="$sysroot" "${@:2}" ;;
	esac
	lines=$(wc -l <"$work/err")
	fingerprint >"$work/after"
	if [ "$status" -eq "$wanted" ] && [ ! -s "$work/out" ] && [ "$lines" -le 2 ] &&
		head -1 "$work/err" | grep -Eqx "daxadm: $message" &&
		{ [ "$lines" -eq 1 ] || sed -n 2p "$work/err" | grep -q '^hint: '; } &&
		cmp -s "$work/before" "$work/after"; then
		ok "${what//$'\n'/ }"
	else
		not_ok "${what//$'\n'/ }"
		printf '# status %d, wanted %d\n' "$status" "$wanted"
		explain "$work/out" "$work/err"
		diff "$work/before" "$work/after" | explain
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

usage "list: --p2pmem shows no dax devices: it goes with none of their options" list -PR
usage "list: --p2pmem shows no dax devices: it goes with none of their options" list --p2pmem dax0.0

# Targets and risks of checking.
failure "/nowhere: No such file or directory \\(ENOENT\\)" check /nowhere
failure "/dev/null is no file, folder, block device or dax device \\(EINVAL\\)" check /dev/null
failure "0000:ff:1f.7: there is no such PCI device \\(ENODEV\\)" check ff:1f.7
usage "check: --write may lose what the target holds" check --write dax0.0
usage "check: --force=lose-data is for --write" check --force=lose-data dax0.0
usage "check: --force=in-use is not for check: what is in use is left alone" check --force=in-use --disruptive dax0.0
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
usage "destroy-device: 'everything' is no risk that --force takes" destroy all --force=everything
usage "destroy-device: '' is no risk that --force takes" destroy all --force=
usage "destroy-device: 'all' and dax0.1: .*" destroy all dax0.1

# Sizes, alignments, modes, counts, ranges.
for size in 1junk 1GB "" -1 0 0% 101% 1.0000000001K 99999999999999999999 1e9 " 1G" "1G " 0x 1.5 nan; do
	usage "create-device: '$size' is no size" create-device -r 0 -s "$size"
done
for align in junk 3M 0 ""; do
	usage "create-device: '$align' is no alignment.*" create-device -r 0 -a "$align"
	usage "align: '$align' is no alignment.*" align dax0.1 "$align"
done
usage "create-device: 'ram' is no mode" create-device -r 0 -m ram
usage "enable-device: 'DEVDAX' is no mode" enable dax0.1 -m DEVDAX
for count in 0 -1 many 1048577 1.5 ""; do
	usage "create-device: '$count' is no number of devices.*" create-device -r 0 --count "$count"
done
for range in 0 0- -5 5-4 0x1-0x junk 0-18446744073709551616; do
	usage "create-device: '$range' is not a range" create-device -r 0 --range="$range"
done
usage "create-device: the ranges .* overlap" create-device -r 0 --range 0-4095 --range 4095-8191
usage "create-device: a size and ranges: .*" create-device -r 0 --range 0-4095 -s 1G
usage "create-device: 2 devices cannot have the same ranges" create-device -r 0 --range 0-4095 --count 2

# Devices.
for verb in destroy-device enable-device disable-device; do
	usage "$verb: no device is named" "$verb"
done
usage "reconfigure: no device is named" reconfigure -s 1G
usage "reconfigure: nothing to change was named" reconfigure dax0.1
usage "align: a device and an alignment are needed" align
usage "align: a device and an alignment are needed" align dax0.1
usage "create-device: a new device cannot be named.*" create-device dax0.1 -s 1G
for name in dax 0 dax0 dax0. dax0.1x 0.1junk x0.1 dax0.-1 dax99999999999.0 "" "dax0.1 " DAX0.1 dax0.01; do
	usage "list: '$name' is no device name" list "$name"
done
usage "list: 'dax0\.1\\\\x1b\[2J' is no device name" list $'dax0.1\e[2J'
usage "list: 'dax0\.1\\\\ndaxadm: dax0\.0 is gone' is no device name" list $'dax0.1\ndaxadm: dax0.0 is gone'
failure "dax0.9: there is no such device \(ENODEV\)" list dax0.9
failure "dax7.0: there is no such device \(ENODEV\)" destroy-device dax0.1 dax7.0
failure "dax0.1 is not in region 1 \(ENODEV\)" list -r 1 dax0.1
failure "dax0.1 is not in region hmem.1 \(ENODEV\)" destroy-device -r hmem.1 dax0.1
for region in 7 0x 0abc region0x hmem ""; do
	failure ".*: there is no such region \(ENODEV\)" list -r "$region"
done

# System memory.
for option in -N --no-movable; do
	for mode in devdax famfs; do
		usage "reconfigure: --no-.* goes with --mode system-ram" reconfigure dax0.1 -m $mode $option
	done
	usage "enable-device: --no-.* goes with --mode system-ram" enable-device dax0.1 $option
	usage "create-device: --no-.* goes with --mode system-ram" create-device -r 0 $option
	usage "offline-memory: unknown option '$option'" offline-memory dax0.1 $option
done
usage "online-memory: unknown option '-N'" online-memory dax0.1 -N
usage "online-memory: unknown option '--mode'" online-memory dax0.1 --mode=system-ram
usage "enable-device: unknown option '--memmap-on-memory'" enable-device dax0.1 --memmap-on-memory=on
for flag in yes 1 ON ""; do
	usage "reconfigure: '$flag' is not what memmap_on_memory can be: on or off" \
		reconfigure dax0.1 --memmap-on-memory "$flag"
done
for seconds in -1 1.5 10s 86401 99999999999999999999 ""; do
	usage "offline-memory: '$seconds' is not a number of seconds \(0 to 86400\)" offline-memory dax0.1 --timeout "$seconds"
done
for verb in online-memory offline-memory; do
	usage "$verb: no device is named" "$verb"
	failure "dax0\.1 is not system memory: it is disabled \(EINVAL\)" "$verb" dax0.1
	failure "dax0\.0 is not system memory: it is in mode devdax \(EINVAL\)" "$verb" dax0.0
	failure "dax0\.9: there is no such device \(ENODEV\)" "$verb" dax0.9
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
	input "--input and ${option%=*} do not go together.*" '{"size":2097152}' "$option"
done
input "'$file' is empty" $' \n'
input "$file:1:2: unexpected end of data" '{'
input "$file:2:11: .*" $'[\n{"size":1}'
input "$file:1:11: .*" '{"size":1}x'
input "$file:1:12: .*" '{"size":1} {"size":1}'
input "$file:2:2: this key was there before" $'{"size":2097152,\n "size":4194304}'
input "$file:1:2: a key has to be written without escapes" '{"\u0073ize":2097152}'
input "$file:1:9: this number is too large" '{"size":18446744073709551616}'
input "$file:1:2: a text has to be in double quotes" "{'size':2097152}"
input "$file:1:17: nested too deeply" '[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]'
input "$file:1:7: .*" $'{"x":"\xff"}'
for value in NaN -1 1e3 2097152.0 true '[]' '{}'; do
	input "$file: \"size\" has to be a whole number of bytes, not .*" "{\"size\":$value}"
done
input "$file: \"size\" is 0: .*" '{"size":0}'
input "$file: \"size\" has to be a number of bytes, not the text \"1\.00 GiB \(1\.07 GB\)\"" '{"size":"1.00 GiB (1.07 GB)"}'
input "$file: \[1\]: mappings\[0\]: \"start\" has to be a number of bytes, not the text \"0x0\"" \
	'[{"size":2097152},{"mappings":[{"start":"0x0","end":2097151}]}]'
input "$file: mappings\[0\]: \"end\" is before \"start\".*" '{"mappings":[{"start":4096,"end":0}]}'
input "$file: mappings\[0\]: \"end\" is missing" '{"mappings":[{"start":4096}]}'
input "$file: mappings\[0\]: \"size\" is 1, but .*" '{"mappings":[{"start":0,"end":4095,"size":1}]}'
input "$file: \"size\" is 1, but the mappings add up to 4096" '{"size":1,"mappings":[{"start":0,"end":4095}]}'
input "$file: the ranges .* overlap" '{"mappings":[{"start":0,"end":4095},{"start":0,"end":4095}]}'
input "$file: \"mappings\" has to be an array .*" '{"mappings":{}}'
input "$file: neither \"mappings\" nor \"size\" is there" '{}'
input "$file: \"raw_size\" is 0: .*" '{"size":2097152,"raw_size":0}'
input "$file: 'x' is no uuid" '{"raw_size":16777216,"uuid":"x"}'
input "$file: 'ram' is no place for page structures: dev or mem" '{"raw_size":16777216,"map":"ram"}'
input "$file: a name has 1 to 63 characters" '{"raw_size":16777216,"name":""}'
input "$file: \"uuid\" has to be a text" '{"raw_size":16777216,"uuid":1}'
uuid=11111111-2222-4333-8444-555555555555
input "$file: \[1\]: the uuid $uuid is that of \[0\]" \
	"[{\"raw_size\":16777216,\"uuid\":\"$uuid\"},{\"raw_size\":16777216,\"uuid\":\"$uuid\"}]"
input "$file: has to be an object" null
input "$file: \[0\]: has to be an object" '[1]'
input "$file: this is a region, not a device.*" '{"path":"/platform/hmem.0","id":0,"size":4294967296}'
input "$file: it is of region 'hmem.0', and -r says '1'" '{"size":2097152,"region":"hmem.0"}' -r 1
input "$file: 'ram' is no mode" '{"size":2097152,"mode":"ram"}'
input "$file: --no-online goes with --mode system-ram" '{"size":2097152,"mode":"devdax"}' -N
input "$file: \[1\]: --no-movable goes with --mode system-ram" \
	'[{"size":2097152,"mode":"system-ram"},{"size":2097152}]' --no-movable

# What cannot be parsed still gets the report that was asked for.
run create-device --size=junk --report --sysroot="$sysroot"
check "bad usage with --report: exit 2" test "$status" -eq 2
check "bad usage with --report: the report" grep -q "\"message\":\"'junk' is no size\"" "$work/out"

# Where stdout leads to nothing, that is an error, and it is told.
"$DAXADM" list --sysroot="$sysroot" >/dev/full 2>"$work/err"
check "a full device: exit 1" test $? -eq 1
check "a full device: the reason" grep -q '(ENOSPC)$' "$work/err"
"$DAXADM" list --sysroot="$sysroot" >&- 2>"$work/err"
check "stdout is closed: exit 1" test $? -eq 1
check "stdout is closed: the reason" grep -q '(EBADF)$' "$work/err"

done_testing
