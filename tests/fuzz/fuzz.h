/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all fuzz targets share. */
#pragma once

#include "base/base.h"

#include <string.h>

/* Each is in the file of that name, and has a corpus in the folder of that name. */
#define FUZZ_TARGETS(use)                                                                     \
	use(dm) use(extents) use(input) use(iomem) use(journal) use(kmsg) use(loan) use(lock) \
	use(memory) use(mountinfo) use(proc) \
	use(sysfs) use(text) use(udev)

#define FUZZ_DECLARE(name) int fuzz_##name(const uint8_t *data, size_t size);
FUZZ_TARGETS(FUZZ_DECLARE)
#undef FUZZ_DECLARE

/* What has to hold, whatever the input is. */
#define REQUIRE(condition)       \
	do {                     \
		if (!(condition)) \
			abort(); \
	} while (0)

/* The input as a string, which the caller frees: one byte more would be read beyond it. */
static inline char *as_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	REQUIRE(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}
