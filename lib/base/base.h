/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every file may use: attributes, cleanup at the end of a scope, small macros. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define DAX_MUST_CHECK __attribute__((warn_unused_result))
#define DAX_PRINTF(text, first) __attribute__((format(printf, text, first)))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* A variable with this attribute is released when its scope ends. Initialise it at the declaration. */
#define _cleanup_(f) __attribute__((cleanup(f)))
#define _cleanup_free_ _cleanup_(dax_freep)
#define _cleanup_close_ _cleanup_(dax_closep)

/* Moves the ownership of P: P is NULL afterwards, so its scope does not free it. */
#define TAKE_PTR(p)                     \
	({                              \
		__typeof__(p) _p = (p); \
		(p) = NULL;             \
		_p;                     \
	})

static inline void dax_freep(void *p)
{
	free(*(void **)p);
}

static inline void dax_closep(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define DAX_KIB (UINT64_C(1) << 10)
#define DAX_MIB (UINT64_C(1) << 20)
#define DAX_GIB (UINT64_C(1) << 30)

/* ALIGN is a power of two. */
static inline uint64_t dax_round_down(uint64_t value, uint64_t align)
{
	return value & ~(align - 1);
}

/* Wraps to 0 if the result does not fit. Callers for which this can happen check it. */
static inline uint64_t dax_round_up(uint64_t value, uint64_t align)
{
	return dax_round_down(value + align - 1, align);
}

static inline bool dax_is_aligned(uint64_t value, uint64_t align)
{
	return (value & (align - 1)) == 0;
}
