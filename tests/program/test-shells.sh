#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The completions of zsh and fish offer what that of bash does (test-help.sh: and what the program says).
. "$(dirname "$0")/functions.sh"

make_machine
mkdir -p "$work/bin" "$work/fish/completions" "$work/zsh"
ln -s "$DAXADM" "$work/bin/daxadm"
export PATH=$work/bin:$PATH HOME=$work XDG_CONFIG_HOME=$work XDG_DATA_HOME=$work
sed "s|@bashcompletiondir@|$srcdir/bash-completion|" "$srcdir/shell-completion/_daxadm.in" >"$work/zsh/_daxadm"
sed "s|@bashcompletiondir@|$srcdir/bash-completion|" "$srcdir/shell-completion/daxadm.fish.in" \
	>"$work/fish/completions/daxadm.fish"
touch "$work/some-layout.json"
cd "$work" || exit 1

# complete_zsh LINE: zsh completes only at a terminal, so it gets one; what compadd is given is written down.
cat >"$work/zsh/capture.zsh" <<'END'
zmodload zsh/zpty
zpty z zsh -f -i
sent() { local line; while zpty -r z line; do [[ $line == *$1* ]] && return; done; }
zpty -w z "PROMPT= fpath=($1 \$fpath); autoload -U compinit; compinit -u -d $1/dump; compdef _daxadm daxadm
compadd() { local -a got; if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd \"\$@\"; return; fi
builtin compadd -A got \"\$@\"; print -rl -- \$got >>$1/offered; builtin compadd \"\$@\"; }
bindkey '^I' complete-word; zstyle ':completion:*' insert-tab false
after() { : >>$1/finished; }; zle -N after; bindkey '^X' after; echo rea''dy"
sent ready
zpty -w -n z "$2"$'\t\C-X'
for ((i = 0; i < 6000; i++)); do [[ -e $1/finished ]] && break; sleep 0.05; done
zpty -d z
END
complete_zsh() {
	rm -f "$work/zsh/offered" "$work/zsh/finished"
	timeout 300 zsh -f "$work/zsh/capture.zsh" "$work/zsh" "$1" </dev/null >"$work/zsh/log" 2>&1
	cat "$work/zsh/offered" 2>/dev/null
}

complete_fish() { fish --no-config -c "source fish/completions/daxadm.fish; complete --do-complete '$1'" 2>"$work/complaint"; }

# offers SHELL NAME LINE WORD...: exactly these words.
offers() {
	local shell=$1 name=$2 line=$3
	shift 3
	"complete_$shell" "$line" | cut -f1 | sort >"$work/got"
	printf '%s\n' "$@" | sort | diff - "$work/got" >"$work/diff" && [ ! -s "$work/complaint" ] && ok "$shell: $name" && return
	not_ok "$shell: $name"
	explain "$work/diff" "$work/complaint"
}

: >"$work/complaint"
for shell in zsh fish; do
	if ! command -v "$shell" >/dev/null; then
		ok "$shell # SKIP it is not installed"
		continue
	fi
	# shellcheck disable=SC2046 # words
	offers "$shell" 'verbs' 'daxadm ' $(daxadm --list-commands)
	offers "$shell" 'a verb' 'daxadm cre' create-device
	offers "$shell" 'devices' "daxadm destroy-device --sysroot=$sysroot dax0" dax0.0 dax0.1 dax0.2
	offers "$shell" 'an option' 'daxadm align --dry' --dry-run
	offers "$shell" 'an option with a value' 'daxadm reconfigure --mod' --mode=
	offers "$shell" 'a value' 'daxadm reconfigure -m f' famfs fsdax
	[ "$shell" = fish ] && prefix=--mode= || prefix=''
	offers "$shell" 'a value after =' 'daxadm reconfigure --mode=f' "${prefix}famfs" "${prefix}fsdax"
	offers "$shell" 'a file' 'daxadm apply some' some-layout.json
done
done_testing
