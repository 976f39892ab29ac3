# SPDX-License-Identifier: GPL-2.0-or-later
# zsh and fish, which run bash's completion.
EXTRA_DIST += shell-completion/_daxadm.in shell-completion/daxadm.fish.in

if BASH_COMPLETION
zshcompletion_DATA = shell-completion/_daxadm
fishcompletion_DATA = shell-completion/daxadm.fish
CLEANFILES += $(zshcompletion_DATA) $(fishcompletion_DATA)

shell-completion/%: $(srcdir)/shell-completion/%.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && sed 's|@bashcompletiondir@|$(bashcompletiondir)|' $< >$@
endif
