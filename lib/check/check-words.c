/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of words in one text: "node 1, node 2". */
#include "check/checker.h"

#include <stdarg.h>
#include <stdio.h>

bool dax_words_begin(struct dax_words *words, struct dax_finding *finding)
{
	*words = (struct dax_words){ 0 };
	words->out = open_memstream(&words->text, &words->size);
	finding->no_memory = finding->no_memory || !words->out;
	return words->out;
}

void dax_words_add(struct dax_words *words, const char *word)
{
	fprintf(words->out, "%s%s", words->n++ ? ", " : "", word);
}

void dax_words_say(struct dax_words *words, const char *text, ...)
{
	va_list args;

	dax_words_add(words, "");
	va_start(args, text);
	vfprintf(words->out, text, args);
	va_end(args);
}

void dax_words_end(struct dax_words *words)
{
	if (words->out)
		fclose(words->out);
	words->out = NULL;
}

void dax_words_release(struct dax_words *words)
{
	dax_words_end(words);
	free(words->text);
}
