/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ctrl-C and its kin, while something is changed: what was done is taken back first. */
#pragma once

#include <signal.h>

/* For the whole run: a write that cannot be made is an error, not the end of the program. */
void signals_ignore_writes(void);

/*
 * From now on every signal that would end the program, and can be caught, ends a waiting system call and is noted,
 * nothing else. Those that would stop it are ignored: while it is stopped it would hold the lock.
 */
void signals_catch(void);

/* Not 0 once one of them came. */
const volatile sig_atomic_t *signals_interrupted(void);
