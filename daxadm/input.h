/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --input: a file that says which devices to create, in the form in which list -M prints them. */
#pragma once

#include "plan/request.h"
#include "state/topology.h"

/*
 * One request for each device in the file. WISH gives what the command line said: the region for
 * devices that name none, and what may be done. The caller releases each, and frees the array;
 * also after an error.
 */
int input_read(const char *path, const struct dax_request *wish, struct dax_request **requests, size_t *n,
	       struct dax_error *err) DAX_MUST_CHECK;

/* Refuses a region of the command line that is not the region that the file gives, however each is written. */
int input_check_regions(const char *path, const struct dax_request *requests, size_t n, const char *region,
			const struct dax_topology *topology, struct dax_error *err) DAX_MUST_CHECK;

/* As input_read, of text that is already here and ends with a NUL; PATH is what messages call it. */
int input_from_text(const char *path, const char *text, size_t length, const struct dax_request *wish,
		    struct dax_request **requests, size_t *n, struct dax_error *err) DAX_MUST_CHECK;
