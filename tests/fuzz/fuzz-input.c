/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes --input. What is accepted must be whole: each device has a size or ranges, and no range is empty. */
#include "../../daxadm/input.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct dax_request *request)
{
	uint64_t total = 0;

	if (request->has_size == (request->n_ranges > 0))
		abort();
	if (request->has_size && !request->size.bytes)
		abort();
	for (size_t i = 0; i < request->n_ranges; i++) {
		if (!dax_range_size(request->ranges[i]) ||
		    __builtin_add_overflow(total, dax_range_size(request->ranges[i]), &total))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_free_ char *text = malloc(size + 1);
	const struct dax_request wish = { .verb = DAX_VERB_CREATE };
	struct dax_request *requests = NULL;
	size_t n = 0;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';

	int r = input_from_text("-", text, size, &wish, &requests, &n, &err);

	/* Refusing is a usage error with a sentence, and nothing else. */
	if (r && (err.blame != DAX_BLAME_USAGE || !err.message))
		abort();
	for (size_t i = 0; i < n; i++) {
		if (!r)
			check(&requests[i]);
		dax_request_release(&requests[i]);
	}
	free(requests);
	return 0;
}
