#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What it costs to bring memory blocks online and to take them offline, all in one boot: with daxadm,
# with daxctl, and with a bare loop of writes that verifies nothing (floor), in the order of daxadm and
# in ascending order. The order alone decides what the kernel does for each write (lib/run/do-memory.c).
# With the lab's --icount the unit is instructions, which repeat; the tools have their turn one by one.
# usage: bench-memory.sh [RUNS [UNIT]] [PART...]
PATH=/tests:$PATH
# shellcheck source=dax.sh
. "${0%/*}/dax.sh"
# shellcheck source=ram.sh
. "${0%/*}/ram.sh"
runs=${1:-3}
unit=${2:-microseconds}
shift 2
export LC_ALL=C
scale=1
[ "$unit" = instructions ] && scale=1000

# cost FILE COMMAND...: adds what one run costs to FILE, by the guest's clock.
cost() {
	local file=$1 before=$EPOCHREALTIME after
	shift
	"$@" >/tmp/bench.out 2>&1 || { echo "# failed: $*"; tail -n 2 /tmp/bench.out; }
	after=$EPOCHREALTIME
	echo $(((${after/./} - ${before/./}) * scale)) >>"$file"
}

calls_of() {
	calls "$@" 3>/tmp/calls >/dev/null 2>&1
	echo $(($(</tmp/calls)))
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

row() { # row NAME UNIT DAXADM DAXCTL BEST ASCENDING
	awk -v n="$1" -v u="$2" -v a="$3" -v c="$4" -v b="$5" -v s="$6" 'BEGIN {
		printf "| %-34s | %-12s | %11s | %11s | %11s | %11s | %6.3f | %6.3f |\n", n, u, a, c, b, s,
			a / c, a / b }'
}

head_of_table() {
	printf '| %-34s | %-12s | %11s | %11s | %11s | %11s | %6s | %6s |\n' "$(uname -r)" unit daxadm daxctl \
		'best loop' 'ascending' /daxctl /best
	echo '| --- | --- | --: | --: | --: | --: | --: | --: |'
}

# The order of daxadm: online the first block, then the others from the top down; offline the first at last.
best_online() { xargs -n1 <<<"$*" | sort -n | { read -r first; echo "$first" "$(sort -rn | xargs)"; }; }
best_offline() { xargs -n1 <<<"$*" | sort -n | { read -r first; echo "$(sort -n | xargs)" "$first"; }; }

# theirs_of DEVICE...: sets $theirs to what daxctl takes for these; it takes one device, or all.
theirs_of() {
	theirs=("$@")
	[ $# -eq 1 ] || theirs=(-r "$region" all)
}

# compare NAME DEVICE...: all their memory online, and offline again, by each in turn.
compare() {
	local name=$1 blocks up down i f theirs
	shift
	theirs_of "$@"
	blocks=$(for f; do blocks_of "$f"; done | xargs)
	up=$(best_online "$blocks") down=$(best_offline "$blocks")
	rm -f /tmp/bench.[acbs][12]
	for ((i = 0; i < runs; i++)); do
		cost /tmp/bench.a1 daxadm online-memory "$@"
		cost /tmp/bench.a2 daxadm offline-memory "$@"
		cost /tmp/bench.c1 daxctl online-memory "${theirs[@]}"
		cost /tmp/bench.c2 daxctl offline-memory "${theirs[@]}"
		# shellcheck disable=SC2086 # numbers
		{
			cost /tmp/bench.b1 floor state online_movable $up
			cost /tmp/bench.b2 floor state offline $down
			[ "$i" -gt 0 ] || cost /tmp/bench.s1 floor state online_movable $blocks
			[ "$i" -gt 0 ] || cost /tmp/bench.s2 floor state offline $blocks
		}
	done
	row "online, $name" "$unit" "$(median /tmp/bench.a1)" "$(median /tmp/bench.c1)" "$(median /tmp/bench.b1)" \
		"$(median /tmp/bench.s1)"
	row "offline, $name" "$unit" "$(median /tmp/bench.a2)" "$(median /tmp/bench.c2)" "$(median /tmp/bench.b2)" \
		"$(median /tmp/bench.s2)"
}

# count NAME DEVICE...: as compare, for system calls.
count() {
	local name=$1 blocks a c b f theirs
	shift
	theirs_of "$@"
	blocks=$(for f; do blocks_of "$f"; done | xargs)
	a=$(calls_of daxadm online-memory "$@") && daxadm offline-memory "$@" >/dev/null 2>&1
	c=$(calls_of daxctl online-memory "${theirs[@]}")
	# shellcheck disable=SC2086 # numbers
	b=$(calls_of floor state offline $blocks)
	row "online, $name" calls "$a" "$c" "$b" "$b"
	daxadm online-memory "$@" >/dev/null 2>&1
	a=$(calls_of daxadm offline-memory "$@") && daxadm online-memory "$@" >/dev/null 2>&1
	c=$(calls_of daxctl offline-memory "${theirs[@]}")
	row "offline, $name" calls "$a" "$c" "$b" "$b"
}

both() {
	compare "$@"
	count "$@"
}

# devices SIZE...: these and no others, as system memory that is offline.
devices() {
	local size n=0
	daxadm destroy-device -f -r "$region" all >/dev/null 2>&1
	for size; do
		if [ $((n++)) -eq 0 ]; then
			daxadm reconfigure -N -m system-ram -s "$size" "dax$region.0"
		else
			daxadm create-device -N -m system-ram -r "$region" -s "$size"
		fi >/dev/null 2>/tmp/bench.err || { echo "# $(</tmp/bench.err)"; exit 1; }
	done
}

one() {
	devices 64G
	both '512 blocks in one device' "dax$region.0"
}

large() {
	devices 125G
	both '1000 blocks in one device' "dax$region.0"
}

# What is online above is of no matter to the kernel. What lies below is what it walks through each time, and
# no order of other blocks changes that.
beside() {
	devices 64G 64G
	daxadm online-memory "dax$region.1" >/dev/null 2>&1
	both '512 blocks, 512 others above' "dax$region.0"
	daxadm offline-memory "dax$region.1" >/dev/null 2>&1
	daxadm online-memory "dax$region.0" >/dev/null 2>&1
	both '512 blocks, 512 others below' "dax$region.1"
	daxadm offline-memory "dax$region.0" >/dev/null 2>&1
}

several() {
	local i names=()
	# shellcheck disable=SC2046 # so many words
	devices $(yes 2G | head -n 32)
	for ((i = 0; i < 32; i++)); do names+=("dax$region.$i"); done
	both '512 blocks in 32 devices' "${names[@]}"
}

region=$(daxadm list -R | jq -r '[.[] | select(.kind == "hmem") | .id][0]')
daxadm reconfigure -m devdax "dax$region.0" >/dev/null 2>&1
head_of_table
[ $# -gt 0 ] || set -- one large several beside
for part; do
	case $part in
	one) one ;;
	large) large ;;
	beside) beside ;;
	several) several ;;
	esac
done
