#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What daxadm costs, beside daxctl and beside a program that does only what is necessary (floor), all
# in one boot: system calls, counted with strace, and the guest's clock. With the lab's --icount that
# clock counts instructions, which repeat (say so: bench.sh 3 instructions); without it, it is time,
# and the three are run in turn. The last columns are ratios: below 1, daxadm costs less.
# usage: bench.sh [RUNS [UNIT]]
PATH=/tests:$PATH
runs=${1:-11}
unit=${2:-microseconds}
export LC_ALL=C
scale=1
[ "$unit" = instructions ] && scale=1000

calls() { # calls COMMAND...: how many system calls one run makes
	strace -f -c -o /tmp/calls "$@" >/dev/null 2>&1
	awk '$NF == "total" { print $(NF == 6 ? 4 : NF - 2) }' /tmp/calls | head -n 1
}

cost() { # cost COMMAND...: of one run, by the guest's clock; an instruction is a nanosecond there
	local before=$EPOCHREALTIME after
	"$@" >/dev/null 2>&1
	after=$EPOCHREALTIME
	echo $(((${after/./} - ${before/./}) * scale))
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

row() { # row NAME UNIT DAXADM DAXCTL FLOOR
	awk -v n="$1" -v u="$2" -v a="$3" -v c="$4" -v f="$5" 'BEGIN {
		printf "%-28s %-13s %10d %10d %10d %9.2f %9.2f\n", n, u, a, c, f, a / c, a / f }'
}

compare() { # compare NAME: daxadm list, daxctl list and floor list, in turn
	local i name=$1
	row "$name" calls "$(calls daxadm list)" "$(calls daxctl list)" "$(calls floor list)"
	: >/tmp/a; : >/tmp/c; : >/tmp/f
	for ((i = 0; i < runs; i++)); do
		cost daxadm list >>/tmp/a
		cost daxctl list >>/tmp/c
		cost floor list >>/tmp/f
	done
	row "$name" "$unit" "$(median </tmp/a)" "$(median </tmp/c)" "$(median </tmp/f)"
}

empty() { # leaves one device of 2 MiB, the first, in the region
	daxadm destroy-device --force all >/dev/null 2>&1
	daxadm reconfigure --size 2M "dax$region.0" >/dev/null 2>&1
	daxadm enable-device "dax$region.0" >/dev/null 2>&1
}

daxctl_creates() { # daxctl_creates N: daxctl makes one device at a time
	local i
	for ((i = 0; i < $1; i++)); do
		daxctl create-device -r "$region" -s 2M || return
	done
}

region=$(daxadm list -R | jq -r '[.[] | select(.kind == "hmem") | .id][0]')
printf '%-28s %-13s %10s %10s %10s %9s %9s\n' "$(uname -r)" unit daxadm daxctl floor vs-daxctl vs-floor
empty
compare 'list, 1 device'
daxadm create-device -r "$region" --count 31 -s 2M >/dev/null 2>&1
compare 'list, 32 devices'
daxadm create-device -r "$region" --count 270 -s 2M >/dev/null 2>&1
compare 'list, 302 devices'
row 'list, 1 named of 302' calls "$(calls daxadm list "dax$region.150")" \
	"$(calls daxctl list -d "dax$region.150")" "$(calls floor list)"

empty
a=$(cost daxadm create-device -r "$region" --count 256 -s 2M)
empty
f=$(cost floor create "$region" 256 2097152)
empty
c=$(cost daxctl_creates 256)
row 'create 256 devices' "$unit" "$a" "$c" "$f"

# Under strace daxctl needs minutes for more.
empty
a=$(calls daxadm create-device -r "$region" --count 32 -s 2M)
empty
f=$(calls floor create "$region" 32 2097152)
empty
export -f daxctl_creates
export region
c=$(calls bash -c 'daxctl_creates 32')
row 'create 32 devices' calls "$a" "$c" "$f"
