/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A second opinion: compares with what other tools see. Their library is opened if it is installed. */
#include "check/checker.h"

#include "door/library.h"

#include <inttypes.h>
#include <string.h>

/* The declarations of libdaxctl.h; its structs are opaque. */
struct library {
	void *handle, *context;
	int (*new_context)(void **context);
	void *(*unref)(void *context);
	void (*set_log_priority)(void *context, int priority);
	void *(*first_region)(void *context), *(*next_region)(void *region);
	void *(*first_device)(void *region), *(*next_device)(void *device);
	const char *(*name)(void *device);
	unsigned long long (*size)(void *device);
};

static void library_close(struct library *library)
{
	if (library->context)
		library->unref(library->context);
	dax_library_close(&library->handle);
}

static bool library_open(struct library *library)
{
	const struct dax_symbol functions[] = {
		{ "daxctl_new", (void **)&library->new_context },
		{ "daxctl_unref", (void **)&library->unref },
		{ "daxctl_set_log_priority", (void **)&library->set_log_priority },
		{ "daxctl_region_get_first", (void **)&library->first_region },
		{ "daxctl_region_get_next", (void **)&library->next_region },
		{ "daxctl_dev_get_first", (void **)&library->first_device },
		{ "daxctl_dev_get_next", (void **)&library->next_device },
		{ "daxctl_dev_get_devname", (void **)&library->name },
		{ "daxctl_dev_get_size", (void **)&library->size },
	};

	if (dax_library_open(&library->handle, "libdaxctl.so.1", functions, ARRAY_SIZE(functions), NULL) ||
	    library->new_context(&library->context) < 0)
		return false;
	library->set_log_priority(library->context, DAX_LIBRARY_SILENT);
	return true;
}

static void compare(struct library *library, const struct dax_topology *topology, struct dax_words *words,
		    size_t *n)
{
	for (void *region = library->first_region(library->context); region;
	     region = library->next_region(region)) {
		for (void *theirs = library->first_device(region); theirs;
		     theirs = library->next_device(theirs)) {
			const char *name = library->name(theirs);
			const struct dax_device *ours = dax_topology_device(topology, name);
			char text[DAX_NAME_MAX + 80];

			*n += !!ours;
			if (ours && ours->size == library->size(theirs))
				continue;
			snprintf(text, sizeof(text), "it shows %.60s with %llu bytes", name,
				 library->size(theirs));
			dax_words_add(words, text);
		}
	}
}

void dax_check_libdaxctl(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "the same devices with the same sizes";
	const struct dax_topology *topology = subject->topology;
	_cleanup_(library_close) struct library library = { 0 };
	struct dax_words words;
	size_t both = 0;

	if (!library_open(&library)) {
		dax_found_skip(finding, "libdaxctl is not installed");
		return;
	}
	if (!dax_words_begin(&words, finding))
		return;
	compare(&library, topology, &words, &both);
	if (both < topology->n_devices) {
		char text[96];

		snprintf(text, sizeof(text), "it does not see %zu of %zu devices", topology->n_devices - both,
			 topology->n_devices);
		dax_words_add(&words, text);
	}
	dax_words_end(&words);
	dax_found(finding, words.n ? DAX_WARN : DAX_PASS, expected, "%s", words.n ? words.text : expected);
	if (words.n)
		dax_found_hint(finding,
			       "libdaxctl does not see a device without a node in /dev; if all nodes exist, "
			       "run this again: the devices may have changed meanwhile");
	dax_words_release(&words);
}
