# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += bash-completion/daxadm

if BASH_COMPLETION
bashcompletion_DATA = bash-completion/daxadm
endif
