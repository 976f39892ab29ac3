/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ctrl-C and other signals during a change: the completed steps are undone first. */
#pragma once

#include <signal.h>

/* For the whole run: a write that fails is an error, and does not end the program. */
void signals_ignore_writes(void);

/*
 * From now on every signal that would end the program, and can be caught, only interrupts a waiting system
 * call and is noted. Signals that would stop the program are ignored, because a stopped program would hold
 * the lock.
 */
void signals_catch(void);

/* Not 0 after such a signal. */
const volatile sig_atomic_t *signals_interrupted(void);
