/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz target on files, for compilers without libFuzzer: replay-TARGET FILE... */
#include "base/base.h"

#include <stdio.h>

#define MAX_SIZE (4 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path, uint8_t *buffer)
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
	return LLVMFuzzerTestOneInput(buffer, size);
}

int main(int argc, char **argv)
{
	_cleanup_free_ uint8_t *buffer = malloc(MAX_SIZE);
	int failed = !buffer;

	for (int i = 1; i < argc && !failed; i++)
		failed = replay(argv[i], buffer);
	return failed;
}
