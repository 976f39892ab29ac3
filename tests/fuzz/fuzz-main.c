/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entry of libFuzzer, compiled once for each target: FUZZ_TARGET is its function. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return FUZZ_TARGET(data, size);
}
