/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --input: a file with the devices to create, in the format of list -M. */
#pragma once

#include "plan/request.h"
#include "state/topology.h"

/*
 * One request for each device in the file. WISH has the options of the command line: the region for devices
 * without one, and the accepted risks. The caller releases each, and frees the array, also after an error.
 */
int input_read(const char *path, const struct dax_request *wish, struct dax_request **requests, size_t *n,
	       struct dax_error *err) DAX_MUST_CHECK;

/* Refuses a region of the command line that differs from the region in the file, whatever their spelling. */
int input_check_regions(const char *path, const struct dax_request *requests, size_t n, const char *region,
			const struct dax_topology *topology, struct dax_error *err) DAX_MUST_CHECK;

/* As input_read, for text in memory that ends with a NUL; PATH is its name in messages. */
int input_from_text(const char *path, const char *text, size_t length, const struct dax_request *wish,
		    struct dax_request **requests, size_t *n, struct dax_error *err) DAX_MUST_CHECK;
