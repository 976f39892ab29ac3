#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The program under the name daxctl: words, shapes and statuses.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/functions.sh"

make_machine
ln -s "$DAXADM" "$work/daxctl"
DAXADM=$work/daxctl

# expect NAME STATUS OUT ERR WORD...: ERR is a regular expression for all of stderr.
expect() {
	local name=$1 wanted=$2 out=$3 regex=$4 got
	shift 4
	run "$@"
	got=$(cat "$work/err")
	if [ "$status" -eq "$wanted" ] && [ "$(cat "$work/out")" = "$out" ] && [[ $got =~ ^$regex$ ]]; then
		ok "$name"
	else
		not_ok "$name"
		echo "# status $status, wanted $wanted"
		explain "$work/out" "$work/err"
	fi
}
# on NAME STATUS OUT ERR COMMAND WORD...: of the made-up machine.
on() { expect "$1" "$2" "$3" "$4" "$5" --sysroot="$sysroot" "${@:6}"; }

commands='version
list
help
split-acpi
migrate-device-model
create-device
destroy-device
reconfigure-device
online-memory
offline-memory
disable-device
enable-device'
expect '--list-cmds' 0 "$commands" '' --list-cmds
expect 'version' 0 85 '' version
expect '--version' 0 85 '' --version
expect '-v' 0 85 '' -v
expect 'an unknown command' 1 '' "Unknown command: 'foo'" foo
expect 'an unknown option' 129 '' 'Unknown option: -x.*' -x
expect 'migrate-device-model' 0 '' 'nothing to do.*' migrate-device-model
expect 'split-acpi' 161 '' 'split-acpi is not supported.*' split-acpi
expect '--list-opts' 130 '--region --dev --devices --regions --mappings --idle --human ' '' list --list-opts
expect '-h' 129 '' '.*usage: daxctl list \[<options>\].*' list -h
expect 'an ambiguous prefix' 129 '' $'  Error: Ambiguous option: reg\n\n usage: daxctl list .*>]' list --reg
expect 'a switch with a value' 129 '' "  Error: option .human' takes no value.*" list --human=3
expect 'a value that is missing' 129 '' "  Error: switch .d' requires a value.*  -d, --dev <dev-id>    filter by [a-z ]*" list -d
expect 'a word for list' 129 '' '  Error: unknown parameter "x".*' list x
expect 'no device' 129 '' 'specify a device to disable, or "all".*' disable-device
expect 'two devices' 129 '' 'unknown extra parameter "dax0.1".*' disable-device dax0.0 dax0.1
expect 'no mode' 129 '' "error: a 'align', 'mode' or 'size' option is required.*" reconfigure-device dax0.0
expect '-N with devdax' 129 '' '--no-online is incompatible.*' reconfigure-device -N -m devdax dax0.0
expect '-C' 161 '' '--check-config is not supported.*' reconfigure-device -C dax0.0

region='[
  {
    "path":"\/platform\/hmem.1",
    "id":1,
    "size":4294967296,
    "available_size":4294967296,
    "align":2097152
  }
]'
on 'a region alone' 0 "$region" '' list -r 1
on 'a switch by a unique prefix' 0 "$region" '' list --idl -r region1
on 'a switch that is taken back' 0 "$region" '' list -u --no-human -r 1
on 'nothing matches' 0 '' '' list -d dax9.9
on 'one element for people' 0 '{
  "chardev":"dax0.0",
  "size":"1024.00 MiB (1073.74 MB)",
  "target_node":0,
  "align":2097152,
  "mode":"devdax"
}' '' list -u -d 0.0
on 'mappings and state' 0 '{
  "chardev":"dax0.1",
  "size":"1024.00 MiB (1073.74 MB)",
  "target_node":0,
  "align":2097152,
  "mode":"devdax",
  "state":"disabled",
  "mappings":[
    {
      "page_offset":"0",
      "start":"0x140000000",
      "end":"0x15fffffff",
      "size":"512.00 MiB (536.87 MB)"
    },
    {
      "page_offset":"0x20000",
      "start":"0x180000000",
      "end":"0x19fffffff",
      "size":"512.00 MiB (536.87 MB)"
    }
  ]
}' '' list -u -M -d dax0.1
on 'an empty device without -i' 0 '' '' list -d dax1.0
on 'a device that is missing' 0 '' 'disabled 0 devices' disable-device dax9.9
on 'a device of another region' 0 '' 'disabled 0 devices' disable-device -r 1 dax0.0
on 'destroy: enabled' 250 '' $'dax0.0 is active, specify --force for deletion\nerror destroying devices: .*\ndestroyed 0 devices' \
	destroy-device dax0.0
on 'memory of devdax' 250 '' $'dax0.0: memory operations are not .*\nerror onlining memory: .*\nonlined memory for 0 devices' \
	online-memory dax0.0
on 'resize: enabled' 250 '' $'daxadm: dax0.0: cannot set the size.*\nerror .*\nreconfigured 0 devices' reconfigure-device -s 1g dax0.0
on 'a mode that is not valid' 234 '' $'dax0.0: unknown mode requested: junk\nerror .*\nreconfigured 0 devices' \
	reconfigure-device -m junk dax0.0
on 'a size that is not valid' 234 '' $'daxadm: .junk. is not a valid size\nerror creating devices: .*\ncreated 0 devices' \
	create-device -s junk
on 'a device of no size' 228 '' $'daxadm: .*\nerror creating devices: .*\ncreated 0 devices' create-device -s 0

# The completion of the real one, when it is here.
completion=/usr/share/bash-completion/completions/daxctl
if [ -r $completion ]; then
	# complete_words WORD...: what it offers for the last word.
	complete_words() (
		PATH=$work:$PATH
		# shellcheck source=/dev/null
		. $completion
		COMP_WORDS=(daxctl "$@") COMP_CWORD=$# COMP_LINE="daxctl $*"
		COMP_POINT=${#COMP_LINE}
		_daxctl 2>/dev/null
		printf '%s\n' "${COMPREPLY[@]% }"
	)
	check 'completion: commands' [ "$(complete_words '')" = "$commands" ]
	check 'completion: a command' [ "$(complete_words destr)" = destroy-device ]
	check 'completion: options' [ "$(complete_words list --)" = "$(printf -- '--%s\n' region= dev= devices regions \
		mappings idle human)" ]
else
	ok 'completion # SKIP daxctl is not installed'
fi

# What the tests of the lab allow to differ is in the manual, and nothing else is.
sed -n 's/^\([a-z-]*\): \(.*\)/\2/p' "$srcdir/tests/lab/as-daxctl.differences" | sort >"$work/allowed"
sed -n 's/^\([^ ].*\)::$/\1/p' "$srcdir/man/daxctl-differences.7.adoc" | tr -d '*_' | sort >"$work/told"
if diff "$work/allowed" "$work/told" >"$work/diff"; then
	ok 'differences: those of the lab are those of the manual'
else
	not_ok 'differences: those of the lab are those of the manual'
	explain "$work/diff"
fi

done_testing
