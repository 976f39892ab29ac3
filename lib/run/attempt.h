/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A layout that crashes the machine must not do so at every boot. While a boot carries out a layout, a file says
 * which; the next boot that finds it leaves that layout alone.
 */
#pragma once

#include "base/error.h"

/* The file, in the state folder. */
#define DAX_ATTEMPT_NAME "boot-attempt"

/* On disk before it returns. -ECANCELED: another boot has begun with this layout, and did not end. */
int dax_attempt_begin(const char *folder, uint64_t digest, struct dax_error *err) DAX_MUST_CHECK;
void dax_attempt_end(const char *folder);
