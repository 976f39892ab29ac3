/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cases of test-plan.c: a machine (scene.h), requests, and what comes of them. */
#pragma once

#include "scene.h"

struct plan_case {
	const char *name;
	const char *before;
	const char *wish;  /* one request a line */
	const char *error; /* "EBUSY some words": refused; and the hint holds ... */
	const char *hint;
	const char *steps; /* NULL: none */
	const char *after; /* NULL: as before */
	const char *note;  /* the one note holds it; NULL for no note */
};

/* Each list ends with a case without a name. */
extern struct plan_case plan_create_cases[], plan_change_cases[], plan_geometry_cases[], plan_memory_cases[];
