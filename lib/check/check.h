/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether the kernel keeps what it promises. Each check is a row of a const table: what is
 * promised, where, and the function that tries it. Nothing is printed, and nothing is changed but where
 * the options say so; what may crash, or never answer, is tried in a child process.
 */
#pragma once

#include "run/apply.h"
#include "state/topology.h"

enum dax_result {
	DAX_PASS = 0, /* the promise was kept */
	DAX_FAIL,     /* it was not */
	DAX_WARN,     /* nothing that was promised is broken, and yet somebody should know of it */
	DAX_SKIP,     /* not tried, or it could not be tried: what was observed says why */
};

/* What came of one check of one target. */
struct dax_finding {
	char *target;      /* owned */
	const char *check; /* its name: a constant */
	enum dax_result result;
	char *expected, *observed, *detail, *hint; /* NULL for nothing to say; owned */
	struct dax_range *ranges;                  /* the bytes that it is about, of a file; owned */
	size_t n_ranges;
	bool no_memory; /* something could not be noted */
};

struct dax_findings {
	struct dax_finding *items; /* owned */
	size_t n;
	bool stuck; /* a device was disabled, and could not be enabled again */
};

#define DAX_FINDINGS_INIT \
	{                 \
		0         \
	}
#define _cleanup_findings_ _cleanup_(dax_findings_release)

/* What a check may do beside looking and reading. */
enum dax_checkup_may {
	DAX_MAY_WRITE = 1 << 0,   /* write to the target, whose content may be lost */
	DAX_MAY_DISRUPT = 1 << 1, /* disable a device that nobody holds, and enable it again */
};

struct dax_checkup {
	struct dax_sysfs *sysfs;
	unsigned may;                          /* enum dax_checkup_may */
	const struct dax_apply_options *apply; /* with DAX_MAY_DISRUPT, under the lock */
	struct dax_findings *findings;
};

struct dax_place;

/* What is looked at; which fields count depends on its kind. */
struct dax_subject {
	const struct dax_checkup *checkup;
	const char *name; /* as the findings have it */
	const char *path; /* of its node, or file */
	const struct dax_topology *topology;
	const struct dax_device *device; /* with its ranges and details */
	const struct dax_place *place;   /* a file, a folder or a block device */
	bool unlisted;                   /* where the blocks of the file lie is not known */

	/* Found on the way. */
	bool strange; /* what is at its path is something else, or nothing */
	bool missing; /* there is nothing */
	bool unsafe;  /* to touch it would hurt: its ranges are not what its driver knows, or not aligned */
};

/* When a check can be made. */
enum dax_check_need {
	DAX_NEED_NODE = 1 << 0,    /* what is at its path is the device */
	DAX_NEED_MAPPED = 1 << 1,  /* ... that programs map */
	DAX_NEED_TOUCH = 1 << 2,   /* ... and whose pages it is safe to touch */
	DAX_NEED_UNITS = 1 << 3,   /* ... and are larger than the smallest of the processor */
	DAX_NEED_SEAM = 1 << 4,    /* ... or lie in several ranges */
	DAX_NEED_WRITE = 1 << 5,   /* DAX_MAY_WRITE */
	DAX_NEED_DISRUPT = 1 << 6, /* DAX_MAY_DISRUPT */
	DAX_NEED_EXTENTS = 1 << 7, /* where the blocks of the file lie */
};

struct dax_check {
	const char *name;
	const char *promise;
	const char *source; /* where that is promised */
	unsigned needs;     /* enum dax_check_need */
	void (*run)(struct dax_subject *subject, struct dax_finding *finding);
};

/* The checks of one kind of target. */
struct dax_checks {
	const char *kind; /* "device" */
	const struct dax_check *checks;
	size_t n;
};

extern const struct dax_checks dax_device_checks;
extern const struct dax_checks dax_file_checks;
extern const struct dax_checks dax_place_checks;
extern const struct dax_checks dax_p2pmem_checks;
extern const struct dax_checks dax_host_checks;

/* All kinds; NULL behind the last. */
const struct dax_checks *dax_checks_of_kind(size_t number);

/* One finding for each check of the table, in its order; -ENOMEM. What fails is a finding, and no error. */
int dax_checkup_run(const struct dax_checks *checks, struct dax_subject *subject,
		    struct dax_error *err) DAX_MUST_CHECK;
