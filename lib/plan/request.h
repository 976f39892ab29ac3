/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The request: a plain struct that the program fills from options or from a file. */
#pragma once

#include "base/error.h"
#include "state/namespace.h"

struct dax_region;

enum dax_verb {
	DAX_VERB_CREATE,
	DAX_VERB_DESTROY,
	DAX_VERB_ENABLE,
	DAX_VERB_DISABLE,
	DAX_VERB_RECONFIGURE,
	DAX_VERB_ONLINE,  /* memory of system-ram devices */
	DAX_VERB_OFFLINE,
};

/* Risks that a user can accept, each by its own name: --force=RISK. */
enum dax_risk {
	DAX_RISK_LOSE_DATA = 1 << 0, /* "lose-data" */
	DAX_RISK_IN_USE = 1 << 1,    /* "in-use": programs that use a device get SIGBUS */
	DAX_RISK_OUT_OF_MEMORY = 1 << 2, /* "out-of-memory": the kernel may kill programs */
	DAX_RISK_LOSE_UNRECOGNIZED = 1 << 3, /* no word: data that has been looked at and not recognized */
};

struct dax_request {
	enum dax_verb verb;

	/*
	 * The devices that change: canonical names (or uuids, until they are looked up), sorted by number,
	 * without duplicates ...
	 */
	char (*devices)[DAX_NAME_MAX]; /* owned */
	size_t n_devices;
	bool all_devices; /* ... or all of them (of the region, if one is given) */

	char *region;     /* as typed; "all" for all regions; NULL if not given; owned */

	/* What is requested; a field without its flag was not given. */
	bool has_size, has_align, has_mode;
	struct dax_amount size;
	uint64_t align;          /* bytes */
	const char *driver;      /* driver of the requested mode: a constant */
	struct dax_range *ranges; /* create: the device consists of exactly these ranges, in this order;
				   * owned */
	size_t n_ranges;
	bool fsdax;              /* namespace: a disk, instead of a mode with a driver */
	enum dax_map map;        /* NONE: not given */
	char name[DAX_NAME_MAX]; /* create: name of the namespace, in its label; "" for none */
	char uuid[DAX_UUID_TEXT]; /* of the first new namespace; the next ones count up from it */
	bool has_uuid;           /* it was given by the user, not generated */
	unsigned count;          /* create: number of devices; 0 means one */
	bool count_max;          /* create: as many as fit */

	/* create, from a file: the device of persistent memory whose namespace had the requested size. */
	bool has_model;
	uint64_t model_size;  /* 0: not given */
	uint64_t model_start; /* 0: not given */

	/* For memory that becomes, or is, system memory. */
	bool no_online;       /* leave it offline */
	bool no_movable;      /* in a zone of the kernel, not in Movable */
	bool has_memmap, memmap; /* requested value of memmap_on_memory */

	bool dax_only;  /* no namespace is created, enabled or disabled: a device of it alone is */
	bool force;     /* disable first if necessary */
	unsigned risks; /* enum dax_risk */
};

#define DAX_REQUEST_INIT { 0 }
#define _cleanup_request_ _cleanup_(dax_request_release)

void dax_request_release(struct dax_request *request);

/* Whether devices are to be emptied: reconfigure with a size of zero. */
bool dax_request_empties(const struct dax_request *request);

/* Adds a device by any of its names, its uuid, or "all"; usage error for any other text. */
int dax_request_add_device(struct dax_request *request, const char *text, struct dax_error *err) DAX_MUST_CHECK;

/* Sorts the devices by number and removes duplicates; needed again after a uuid was replaced by a name. */
void dax_request_sort_devices(struct dax_request *request);

/* Adds a range for create. */
int dax_request_add_range(struct dax_request *request, struct dax_range range, struct dax_error *err) DAX_MUST_CHECK;

/* Each sets one property from text; a usage error names the valid values. */
int dax_request_set_size(struct dax_request *request, const char *text, struct dax_error *err) DAX_MUST_CHECK;
int dax_request_set_align(struct dax_request *request, const char *text, struct dax_error *err) DAX_MUST_CHECK;
int dax_request_set_mode(struct dax_request *request, const char *text, struct dax_error *err) DAX_MUST_CHECK;
int dax_request_set_count(struct dax_request *request, const char *text, struct dax_error *err) DAX_MUST_CHECK;
int dax_request_set_memmap(struct dax_request *request, const char *text, struct dax_error *err) DAX_MUST_CHECK;
int dax_request_set_map(struct dax_request *request, const char *text, struct dax_error *err) DAX_MUST_CHECK;
int dax_request_set_name(struct dax_request *request, const char *text, struct dax_error *err) DAX_MUST_CHECK;
int dax_request_set_uuid(struct dax_request *request, const char *text, struct dax_error *err) DAX_MUST_CHECK;
int dax_request_add_risk(struct dax_request *request, const char *word, struct dax_error *err) DAX_MUST_CHECK;

/* The last check before planning: a request that contradicts itself is a usage error. Sorts the devices. */
int dax_request_validate(struct dax_request *request, struct dax_error *err) DAX_MUST_CHECK;

/* Whether the request names one region, not "all" or none. */
bool dax_request_names_region(const struct dax_request *request);

/* Whether REQUEST, which is for all devices, includes those of REGION. */
bool dax_request_covers(const struct dax_region *region, const struct dax_request *request);
