/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ctrl-C and its kin, while something is changed: what was done is taken back first. */
#pragma once

#include <signal.h>

/* From now on SIGINT, SIGTERM and SIGHUP end a waiting system call and are noted, nothing else. */
void signals_catch(void);

/* Not 0 once one of them came. */
const volatile sig_atomic_t *signals_interrupted(void);
