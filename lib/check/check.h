/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks whether the kernel keeps its promises. Each check is a row of a const table: the promise, its
 * source, and the function that tests it. Nothing is printed, and nothing is changed except with the options
 * for it. What may crash or hang runs in a child process.
 */
#pragma once

#include "run/apply.h"
#include "state/topology.h"

enum dax_result {
	DAX_PASS = 0, /* the promise was kept */
	DAX_FAIL,     /* the promise was not kept */
	DAX_WARN,     /* no promise was broken, but the result deserves attention */
	DAX_SKIP,     /* the check did not run; the observation gives the reason */
};

/* The result of one check of one target. */
struct dax_finding {
	char *target;      /* owned */
	const char *check; /* name of the check: a constant */
	enum dax_result result;
	char *expected, *observed, *detail, *hint; /* NULL for none; owned */
	struct dax_range *ranges;                  /* ranges of a file; owned */
	size_t n_ranges;
	bool no_memory; /* something could not be stored */
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

/* What a check may do in addition to reading. */
enum dax_checkup_may {
	DAX_MAY_WRITE = 1 << 0,   /* write to the target, whose content may be lost */
	DAX_MAY_DISRUPT = 1 << 1, /* disable a device that nobody uses, and enable it again */
};

struct dax_checkup {
	struct dax_sysfs *sysfs;
	unsigned may;                          /* enum dax_checkup_may */
	const struct dax_apply_options *apply; /* with DAX_MAY_DISRUPT, under the lock */
	struct dax_findings *findings;
};

struct dax_place;

/* The target; which fields are used depends on its kind. */
struct dax_subject {
	const struct dax_checkup *checkup;
	const char *name; /* as in the findings */
	const char *path; /* path of its node, or file */
	const struct dax_topology *topology;
	const struct dax_device *device; /* with its ranges and details */
	const struct dax_place *place;   /* a file, a directory or a block device */
	bool unlisted;                   /* the location of the file's blocks is not known */

	/* Set during the checks. */
	bool strange; /* the object at its path is another one, or does not exist */
	bool missing; /* nothing exists there */
	bool unsafe;  /* an access would be dangerous: its ranges are not those of its driver, or not
		       * aligned */
};

/* Conditions of a check. */
enum dax_check_need {
	DAX_NEED_NODE = 1 << 0,    /* the object at its path is the device */
	DAX_NEED_MAPPED = 1 << 1,  /* ... that programs can map */
	DAX_NEED_TOUCH = 1 << 2,   /* ... and whose pages are safe to access */
	DAX_NEED_UNITS = 1 << 3,   /* ... and are larger than the smallest page of the processor */
	DAX_NEED_SEAM = 1 << 4,    /* ... or that has several ranges */
	DAX_NEED_WRITE = 1 << 5,   /* DAX_MAY_WRITE */
	DAX_NEED_DISRUPT = 1 << 6, /* DAX_MAY_DISRUPT */
	DAX_NEED_EXTENTS = 1 << 7, /* the location of the file's blocks */
};

struct dax_check {
	const char *name;
	const char *promise;
	const char *source; /* the source of the promise */
	unsigned needs;     /* enum dax_check_need */
	void (*run)(struct dax_subject *subject, struct dax_finding *finding);
};

/* The checks for one kind of target. */
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

/* All kinds; NULL after the last. */
const struct dax_checks *dax_checks_of_kind(size_t number);

/*
 * One finding for each check of the table, in its order; -ENOMEM. A failed check is a finding, not an error.
 */
int dax_checkup_run(const struct dax_checks *checks, struct dax_subject *subject,
		    struct dax_error *err) DAX_MUST_CHECK;
