/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line for people who wait: when it comes, what it says, and that it goes. */
#include "unit.h"

#include "progress.h"

#include <stdio.h>

/* What progress_show prints on standard error for block DONE of ten, SECONDS after the first. */
static void printed(struct progress *progress, const char *device, size_t done, int seconds, char text[128])
{
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);

	assert_non_null(file);
	assert_true(saved >= 0);
	fflush(stderr);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	progress->start.tv_sec -= seconds;
	progress->shown.tv_sec -= seconds;
	if (done)
		progress_show(progress, device, done, 10);
	else
		progress_end(progress);
	progress->start.tv_sec += seconds;
	fflush(stderr);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	close(saved);
	rewind(file);
	text[fread(text, 1, 127, file)] = '\0';
	fclose(file);
}

static void test_line(void **state)
{
	struct progress progress = PROGRESS_INIT;
	char text[128];

	(void)state;
	printed(&progress, "dax0.0", 1, 0, text);
	assert_string_equal(text, "");
	printed(&progress, "dax0.0", 2, 0, text);
	assert_string_equal(text, "");
	printed(&progress, "dax0.0", 0, 0, text);
	assert_string_equal(text, "");
	printed(&progress, "dax0.0", 5, 2, text);
	assert_string_equal(text, "\r\033[Kdax0.0: 5 of 10 memory blocks, 2/s, 3 s left");
	/* Not so often that the terminal is what takes time. */
	printed(&progress, "dax0.0", 6, 0, text);
	assert_string_equal(text, "");
	/* For each device anew. */
	printed(&progress, "dax0.1", 2, 9, text);
	assert_string_equal(text, "");
	printed(&progress, "dax0.1", 0, 0, text);
	assert_string_equal(text, "\r\033[K");
	printed(&progress, "dax0.1", 0, 0, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_line) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
