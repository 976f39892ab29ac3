/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of daxctl, read as daxctl reads them: unique prefixes, --no-NAME, values of their own word. */
#pragma once

#include "base/base.h"

struct daxctl_options {
	const char *region, *dev, *size, *align, *mode, *input, *directory, *pxm, *nodes; /* belong to argv */
	const char *sysroot; /* ours, for tests */
	const char *word;    /* the first argument that is not an option; NULL for none */
	const char *extra;   /* the second one */
	bool devices, regions, mappings, idle, human, verbose, force, check_config;
	bool no_online, no_movable;
};

/* Usage lines and options: a bit for each command that has an option. */
enum daxctl_set {
	DAXCTL_LIST = 1 << 0,
	DAXCTL_CREATE = 1 << 1,
	DAXCTL_RECONFIGURE = 1 << 2,
	DAXCTL_DESTROY = 1 << 3,
	DAXCTL_ONLINE = 1 << 4,
	DAXCTL_SWITCH = 1 << 5, /* enable, disable, offline: no option of their own */
	DAXCTL_SPLIT = 1 << 6,
	DAXCTL_NONE = 1 << 7,
};

#define DAXCTL_STATUS_USAGE 129
#define DAXCTL_STATUS_LIST  130

/* 0, or the exit status: all is said then. USAGE is the text behind "usage: daxctl ". */
int daxctl_options_read(enum daxctl_set set, const char *usage, int argc, char **argv,
			struct daxctl_options *options) DAX_MUST_CHECK;

/* The usage text to stderr; returns the exit status. */
int daxctl_options_usage(enum daxctl_set set, const char *usage);
