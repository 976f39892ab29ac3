/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Prints notes about interrupted changes to stderr, for users who may read the journals. */
void left_behind_note(void);
