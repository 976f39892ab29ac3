/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Notes to stderr: what runs left behind that ended early. Whoever may not read it is not told. */
void left_behind_note(void);
