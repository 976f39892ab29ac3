#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The rules of the house: who may include whom, who may open files, what is pure, how long things are.
. "$(dirname "$0")/functions.sh"
shopt -s lastpipe # the counter is to live on behind a pipe
builddir=$(dirname "$(dirname "$DAXADM")")
cd "$srcdir" || exit 1

# The rooms, from the ground up. A file includes its own room and those below.
rooms=(base door state plan run check)

# floor_of PATH: as $floor, the number of its room.
floor_of() {
	local i
	floor=${#rooms[@]}
	[[ $1 == lib/* ]] || return 0
	for i in "${!rooms[@]}"; do
		[[ $1 != lib/${rooms[i]}/* ]] || { floor=$i && return 0; }
	done
	return 1
}

# nothing NAME: what comes on standard input should not be there.
nothing() {
	cat >"$work/found"
	if [ -s "$work/found" ]; then
		not_ok "$1"
		explain "$work/found"
	else
		ok "$1"
	fi
}

unplaced() {
	local file
	for file in $(find lib -name '*.[ch]'); do
		floor_of "$file" || echo "$file"
	done
}

upward_includes() {
	local file name mine path
	for file in lib/*/*.[ch] daxadm/*.[ch]; do
		floor_of "$file"
		mine=$floor
		while IFS= read -r name; do
			path=lib/$name
			[ -e "$path" ] || path=daxadm/$name
			{ [ -e "$path" ] && floor_of "$path" && [ "$floor" -le "$mine" ]; } || echo "$file includes $name"
		done < <(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file")
	done
}

# What is planned is read before: a planner that opens a file would plan from two states of the machine.
grep -n '#include "door/' lib/plan/*.[ch] | nothing 'no planner includes what reads the machine'
unplaced | nothing 'every file is in a room'
upward_includes | nothing 'nothing includes what is above it'

grep -n '"/sys"' lib/*/*.[ch] daxadm/*.[ch] | grep -v '^lib/door/sysfs\.c:' | nothing 'only sysfs.c knows where /sys is'
grep -nE '\b(open|openat|openat2|creat|fopen|freopen|fdopen|opendir|fdopendir)\(' lib/*/*.c daxadm/*.c |
	grep -vE '^(lib/(door/[a-z-]*|state/(holders|scan-content|scan-disk)|run/(attempt|node-notes|lock|lock-holder|journal|journal-folder|journal-read|do-namespace)|check/check-[a-z]*)|daxadm/(main|input-text|layout-folder|trusted))\.c:' |
	nothing 'files are opened in few places'
grep -nE "\bstderr\b[,)]" lib/*/*.c daxadm/*.c | grep -vE '^daxadm/(report|progress)\.c:' |
	nothing 'only report.c prints to stderr, and progress.c to terminals'
# But into memory, which is called out there.
grep -nE '\b(printf|puts|putchar|perror|fprintf|fputs|fwrite)\(' lib/*/*.c |
	grep -vE '^lib/(run/journal|state/holders|check/check-words|plan/steps-namespace)\.c:.*(\((words->)?out, |, out\);)' | nothing 'lib prints nothing'
grep -LE 'SPDX-License-Identifier: (GPL-2\.0|LGPL-2\.1)-or-later' lib/*/*.[ch] daxadm/*.[ch] \
	tests/*/*.[ch] tests/*/*.sh ./*/local.mk | nothing 'every file names its license'
grep -L 'LGPL-2.1-or-later' lib/*/*.[ch] | nothing 'the library can be linked by others'

# Size: a page to a function, a few to a file.
wc -l lib/*/*.[ch] daxadm/*.[ch] tests/*/*.[ch] | awk '$2 != "total" && $1 > 400' |
	nothing 'no file has more than 400 lines'
if ctags --version 2>/dev/null | grep -q Universal; then
	# shellcheck disable=SC2016 # awk's
	ctags -x --kinds-c=f --fields=+ne --_xformat='%{end} %n %F %N' lib/*/*.c daxadm/*.c tests/*/*.c |
		awk '$1 - $2 + 1 > 60 { print $3 ":" $2 ": " $4 " has " $1 - $2 + 1 " lines" }' |
		nothing 'no function has more than 60 lines'
else
	ok 'no function has more than 60 lines # SKIP needs universal-ctags'
fi

# displaced: functions that a header declares and the .c of another name defines. Two headers are tables on purpose.
displaced() {
	ctags -x --kinds-c=fp --extras=-F --_xformat='%N %K %F' lib/*/*.[ch] daxadm/*.[ch] |
		awk '$2 == "prototype" && $3 ~ /\.h$/ { declared[$1] = $3 }
			$2 == "function" && $3 ~ /\.c$/ { defined[$1] = $3 }
			END {
				for (name in declared) {
					header = declared[name]
					file = defined[name]
					sub(/\.h$/, ".c", header)
					if (file != "" && file != header && header !~ /^(lib\/check\/checker|daxadm\/commands)\.c$/)
						print declared[name] " declares " name ", which is in " file
				}
			}' | sort
}
if ctags --version 2>/dev/null | grep -q Universal; then
	displaced | nothing 'what a header declares is in the .c of its name'
else
	ok 'what a header declares is in the .c of its name # SKIP needs universal-ctags'
fi

# What the objects need and hold.
if ! command -v nm >/dev/null || ! command -v objdump >/dev/null || [ ! -e "$builddir/lib/plan/plan.o" ]; then
	ok 'objects # SKIP no objects, or no binutils to look into them'
	done_testing
	exit 0
fi

# Of libc what works in memory; of the library all, and of its other floors those objects are checked likewise.
pure='^(dax_|mem|str|free$|(m|c|re)alloc$|reallocarray$|qsort$|bsearch$|v?(sn|as)printf$|_*(mem|str|v?sn|v?as)[a-z]*_chk$'
pure+='|__(stack_chk_fail|ctype|u?(div|mod|divmod)ti[34])|_GLOBAL_OFFSET_TABLE_$|__(asan|ubsan|sanitizer|sancov|gcov)_)'
for object in base/{text,error} state/{topology,memory,namespace} plan/{space,space-namespace,model,model-memory,model-namespace} \
	plan/{plan,plan-arrange,plan-bind,plan-blocks,plan-change,plan-content,plan-create,plan-geometry,plan-make,plan-memory} \
	plan/{plan-namespace,plan-namespace-size,plan-notes,plan-persistent,plan-reshape,steps,compare}; do
	# shellcheck disable=SC2016 # awk's
	nm -u "$builddir/lib/$object.o" | awk '{ print $NF }' | grep -vE "$pure" | nothing "$object is pure"
done

# calls: "USER USED" for each two objects of which one calls the other. The table of commands has the command
# that prints it.
calls() {
	nm -A "$builddir"/lib/*/*.o "$builddir"/daxadm/*.o | awk '
		{ object = $1; sub(/:.*/, "", object); type = $(NF - 1) }
		type == "T" { owner[$NF] = object }
		type == "U" { user[++n] = object; used[n] = $NF }
		END {
			for (i = 1; i <= n; i++)
				if (used[i] in owner && user[i] != owner[used[i]])
					print user[i], owner[used[i]]
		}' | grep -v 'commands\.o .*cmd-help\.o$' | sort -u
}
calls | tsort 2>&1 >/dev/null | nothing 'no two files call each other'

# no_memory_message is never written: it stands in where no copy could be made. A signal's handler reaches
# nothing but variables: interrupted, waiting, refusing. What starts with two underscores, or has a dot in
# it, is the compiler's.
objdump -t "$builddir"/lib/*/*.o "$builddir"/daxadm/*.o |
	awk '($4 == ".data" || $4 == ".bss" || $4 == "*COM*") && $3 != "d" { print $NF }' |
	grep -vE '^((no_memory_message|interrupted|waiting|refusing)$|__)|\.' | nothing 'no state but what is passed along'
done_testing
