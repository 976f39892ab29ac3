/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recorded machine in a folder of its own, in which things can be broken and mended again. */
#pragma once

#include "random.h"

#include <limits.h>

#define TREE_BROKEN 3

struct tree {
	const char *machine;
	char folder[64];         /* holds "sys" */
	char root[80];
	char (*entries)[256];    /* files and links, below root; owned */
	size_t n_entries;
	struct {
		const char *path;
		const char *how;
		bool was_link;
	} broken[TREE_BROKEN];
	size_t n_broken;
	uint64_t seed;
	size_t refused;
};

/* 0, or -1 when the machine cannot be unpacked. */
int tree_make(struct tree *tree, const char *machine);
void tree_remove(struct tree *tree);

/* Breaks one to TREE_BROKEN entries; what they were is kept beside the root. */
void tree_break(struct tree *tree, struct dice *dice);
void tree_mend(struct tree *tree);
