# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# TAP for tests that run inside the lab; a test sources it, from its own folder:
#
#   . "${0%/*}/tap.sh"
#   run daxadm list                      # sets $status, $out, $err
#   is 'list succeeds' "$status" 0
#   like 'it names the device' "$out" '"chardev":"dax0\.0"'
#   ok 'the device is there' test -e /dev/dax0.0
#   skip 'no CXL regions' 'needs Linux 6.3'
#   done_testing
#
# A test that needs another machine says so on top, for tests/lab/run:
#   # lab: --hmem 4G --cxl 1G
#   # kernels: 6.12 7.x

tap_count=0
tap_failed=0
status=0 out='' err=''
scratch=/tmp # where run keeps what was printed

diag() { printf '# %s\n' "${1//$'\n'/$'\n'# }"; }

pass() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1"
}

fail() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $1"
}

skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

done_testing() {
	echo "1..$tap_count"
	exit $((tap_failed > 0))
}

# run COMMAND...: never ends the test, whatever the command does.
run() {
	status=0
	"$@" >"$scratch/tap.out" 2>"$scratch/tap.err" </dev/null || status=$?
	out=$(<"$scratch/tap.out")
	err=$(<"$scratch/tap.err")
}

# ok NAME COMMAND...: the command succeeds.
ok() {
	local name=$1
	shift
	run "$@"
	if [ "$status" -eq 0 ]; then
		pass "$name"
	else
		fail "$name"
		diag "'$*' exited with $status"
		diag "$out$err"
	fi
}

# is NAME GOT EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1"
		diag "     got: $2"
		diag "expected: $3"
	fi
}

# like NAME GOT REGEX
like() {
	if [[ $2 =~ $3 ]]; then
		pass "$1"
	else
		fail "$1"
		diag "          got: $2"
		diag "does not match: $3"
	fi
}

# same NAME FILE FILE: equal byte by byte, as two snapshots are when nothing
# was changed between them.
same() {
	if diff "$2" "$3" >/tmp/tap.diff; then
		pass "$1"
	else
		fail "$1"
		diag "$(</tmp/tap.diff)"
	fi
}

# snapshot FILE: the state of all dax memory, one 'path:value' a line. Without what no program can put
# back: a region's memory of names (create, seed), and what the memory of a device was when it was added
# (daxX.Y/state, which does not follow its blocks: only "unplugged" is a state). By the names that do not
# depend on the kernel, and with few programs: tests take thousands of them.
snapshot() (
	shopt -s nullglob
	cd /sys/bus || return
	LC_ALL=C
	grep -sH '' dax/devices/*/{size,align,target_node,numa_node,memmap_on_memory} \
		dax/devices/*/mapping[0-9]*/{start,end,page_offset} \
		dax/devices/*/../dax_region/{id,size,align,available_size} dax/drivers_autoprobe \
		nd/devices/{namespace,dax,pfn,btt}*/{size,mode,align,uuid,namespace,holder_class} \
		memory/devices/memory[0-9]*/{state,valid_zones} ../devices/system/memory/auto_online_blocks >"$1"
	local states=(dax/devices/*/state)
	[ ${#states[@]} -eq 0 ] || grep -sH unplugged "${states[@]}" >>"$1"
	printf '%s\n' dax/drivers/*/dax[0-9]* nd/drivers/*/*[0-9].[0-9]* >>"$1"
)
