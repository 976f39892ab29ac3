/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmocka, with what it wants to be included before it. */
#pragma once

#include "base/base.h"
#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ERR holds this errno, by its name, and a sentence with TEXT in it. */
#define assert_error(err, errno_value, text)                                       \
	do {                                                                       \
		assert_string_equal(dax_errno_name((err)->code), #errno_value);    \
		assert_non_null((err)->message);                                   \
		if (!strstr((err)->message, text))                                 \
			fail_msg("'%s' does not hold '%s'", (err)->message, text); \
	} while (0)
