/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz target on files, for compilers without libFuzzer: replay TARGET FILE... */
#include "fuzz.h"

#include <stdio.h>

#define MAX_SIZE (4 * 1024 * 1024)

typedef int target_fn(const uint8_t *data, size_t size);

static target_fn *find_target(const char *name)
{
#define FUZZ_NAMED(target)               \
	if (strcmp(name, #target) == 0) \
		return fuzz_##target;
	FUZZ_TARGETS(FUZZ_NAMED)
#undef FUZZ_NAMED
	return NULL;
}

static int replay(target_fn *target, const char *path, uint8_t *buffer)
{
	FILE *file = fopen(path, "rb");

	if (!file) {
		perror(path);
		return 1;
	}
	/* Said first: a target that finds something does not come back. */
	printf("# %s\n", path);
	fflush(stdout);
	size_t size = fread(buffer, 1, MAX_SIZE, file);

	fclose(file);
	return target(buffer, size);
}

int main(int argc, char **argv)
{
	_cleanup_free_ uint8_t *buffer = malloc(MAX_SIZE);
	target_fn *target = argc > 1 ? find_target(argv[1]) : NULL;
	int failed = !buffer || !target;

	for (int i = 2; i < argc && !failed; i++)
		failed = replay(target, argv[i], buffer);
	return failed;
}
