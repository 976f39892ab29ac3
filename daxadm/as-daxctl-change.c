/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "as-daxctl-change.h"

#include "as-daxctl-print.h"
#include "change-options.h"
#include "change.h"
#include "document.h"
#include "input.h"
#include "json.h"
#include "report.h"
#include "scope.h"
#include "state/topology.h"

#include <errno.h>
#include <string.h>

/* A command under way. */
struct job {
	enum dax_verb verb;
	const struct daxctl_options *options;
	struct change change;
	size_t n;    /* devices that are asked for */
	int refused; /* -errno, or 1, of the last device that cannot be; 0 for none */
	bool said;   /* the reason of the failure is on stderr */
	struct dax_error *err;
};

static bool is_memory(const struct dax_device *device)
{
	return strcmp(device->driver, "kmem") == 0;
}

static bool is_shape(const struct job *job)
{
	return job->options->size || job->options->align;
}

/* daxctl's own line of blocks that need no change; returns whether that is all of them. */
static bool say_already(const struct dax_device *device, bool online)
{
	const struct dax_memory *memory = &device->memory;
	size_t n = online ? memory->online : memory->total - memory->online;

	if (!memory->known || !n)
		return false;
	if (n == memory->total)
		report_line("%s: all memory sections (%zu) already %s", device->name, n, online ? "online" : "offline");
	else
		report_line("%s: %zu memory section%s already %s", device->name, n, n == 1 ? "" : "s",
			    online ? "online" : "offline");
	return n == memory->total;
}

/* In a new mode: what daxctl refuses that daxadm would do. */
static int check_mode(const struct job *job, const struct dax_device *device)
{
	const char *driver = job->change.wish.driver;

	if (!device->size) {
		report_line("daxadm: %s: cannot be enabled: its size is 0", device->name);
		return -ENXIO;
	}
	if (strcmp(driver, device->driver) == 0)
		report_line("%s was already in %s mode", device->name, dax_driver_mode(driver));
	if (!is_memory(device))
		return 0;
	if (strcmp(driver, "kmem") == 0) {
		if (!job->options->no_online)
			(void)say_already(device, true);
		return 0;
	}
	if (strcmp(driver, "device_dax") != 0) {
		report_line("daxadm: %s: in system-ram mode, change it to devdax first", device->name);
		return -EINVAL;
	}
	if (job->options->force) {
		(void)say_already(device, false);
		return 0;
	}
	if (!device->memory.online)
		return 0;
	report_line("daxadm: %s: %zu memory blocks are online", device->name, device->memory.online);
	return -EBUSY;
}

static int check_memory(const struct job *job, const struct dax_device *device)
{
	if (!is_memory(device)) {
		report_line("%s: memory operations are not applicable in devdax mode", device->name);
		return -ENXIO;
	}
	return say_already(device, job->verb == DAX_VERB_ONLINE);
}

/* daxctl has no such command for persistent memory: the kernel refuses its writes. */
static int refuse_static(const struct dax_device *device)
{
	report_line("daxadm: %s: is persistent memory: use daxadm or ndctl to change its namespace", device->name);
	return -ENXIO;
}

/* 0 when the device can be asked for; else what daxctl would return, and it is said why. */
static int check_device(const struct job *job, const struct dax_device *device, bool dynamic)
{
	switch (job->verb) {
	case DAX_VERB_ONLINE:
	case DAX_VERB_OFFLINE:
		return check_memory(job, device);
	case DAX_VERB_ENABLE:
	case DAX_VERB_DISABLE:
		if (is_memory(device)) {
			report_line("%s: status operations are only applicable in devdax mode", device->name);
			return -ENXIO;
		}
		if (job->verb == DAX_VERB_DISABLE || device->size)
			return 0;
		report_line("%s: enable failed: %s", device->name, strerror(ENXIO));
		return -ENXIO;
	case DAX_VERB_DESTROY:
		if (!device->driver[0] || job->options->force)
			return dynamic ? 0 : refuse_static(device);
		report_line("%s is active, specify --force for deletion", device->name);
		return -ENXIO;
	default:
		if (!is_shape(job))
			return check_mode(job, device);
		if (!device->driver[0])
			return dynamic ? 0 : refuse_static(device);
		report_line("daxadm: %s: cannot set the %s: the device must be disabled first", device->name,
			    job->options->align ? "alignment" : "size");
		return -ENXIO;
	}
}

/* daxctl cuts a path to its last part. False for what is not the name of a device. */
static bool read_name(const char *word, int *region_id, int *id, bool *all)
{
	const char *name = strrchr(word, '/') ? strrchr(word, '/') + 1 : word;

	*all = strcmp(name, "all") == 0;
	return *all || dax_parse_device_name(name, region_id, id) == 0;
}

static int choose_devices(struct job *job, const struct dax_topology *topology)
{
	const char *region = job->options->region;
	int region_id = 0, id = 0, r = 0;
	bool all = false;
	bool valid = read_name(job->options->word, &region_id, &id, &all);

	for (size_t i = 0; !r && valid && i < topology->n_devices; i++) {
		const struct dax_device *device = &topology->devices[i];

		if (!all && (device->region_id != region_id || device->id != id))
			continue;
		if (!scope_is_everywhere(region) && !dax_region_matches(&topology->regions[device->region], region))
			continue;
		int refused = check_device(job, device, topology->regions[device->region].dynamic);

		if (refused) {
			job->refused = refused;
			continue;
		}
		job->n++;
		r = dax_request_add_device(&job->change.wish, device->name, job->err);
	}
	return r;
}

/* As many devices as there are regions that can hold one. */
static int choose_region(struct job *job)
{
	const char *region = job->options->region;

	job->change.wish.region = strdup(region ? region : "all");
	return job->change.wish.region ? 0 : dax_no_memory(job->err);
}

static int read_size(struct job *job)
{
	const char *text = job->options->size;
	uint64_t bytes = 0;

	if (!text)
		return 0;
	if (dax_parse_size(text, &bytes))
		return dax_usage(job->err, "'%s' is not a valid size", text);
	if (!bytes && job->verb == DAX_VERB_CREATE)
		return dax_fail(job->err, ENOSPC, "a device of size 0 cannot be created");
	return dax_request_set_size(&job->change.wish, text, job->err);
}

/* The reason is daxctl's own line. */
static int read_mode(struct job *job)
{
	const char *mode = job->options->mode;

	job->said = dax_request_set_mode(&job->change.wish, mode, NULL) || job->change.wish.fsdax;
	if (!job->said)
		return 0;
	report_line("%s: unknown mode requested: %s", job->options->word, mode);
	return -EINVAL;
}

static int read_wish(struct job *job)
{
	const struct daxctl_options *options = job->options;
	struct dax_request *wish = &job->change.wish;
	int r = read_size(job);

	wish->verb = job->verb;
	wish->force = options->force;
	wish->dax_only = true;
	/* As its manual says, a mode is consent; but what can be recognized was not meant. */
	wish->risks = DAX_RISK_LOSE_UNRECOGNIZED;
	if (!r && options->align)
		r = dax_request_set_align(wish, options->align, job->err);
	/* Size and alignment win over the mode, which create does not look at. */
	if (!r && job->verb == DAX_VERB_RECONFIGURE && !is_shape(job))
		r = read_mode(job);
	if (wish->has_mode || job->verb == DAX_VERB_ONLINE) {
		wish->no_online = options->no_online;
		wish->no_movable = options->no_movable;
	}
	if (!r && job->verb == DAX_VERB_CREATE)
		r = choose_region(job);
	if (!r && job->verb == DAX_VERB_CREATE && options->input) {
		if (wish->has_size || wish->has_align)
			return dax_usage(job->err, "--input cannot be combined with --size or --align");
		job->change.input = options->input;
		r = input_read(options->input, wish, &job->change.requests, &job->change.n_requests, job->err);
	}
	return r;
}

static int print_devices(const struct job *job, const struct dax_outcome *outcome)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < outcome->observed.n_devices; i++) {
		if (!json_append(array, daxctl_device(&outcome->observed, &outcome->observed.devices[i], false,
						      job->options->human)))
			return dax_no_memory(job->err);
	}
	return daxctl_print(array, job->options->human, job->err);
}

static int carry_out(struct job *job, const struct daxctl_words *words)
{
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_outcome_ struct dax_outcome outcome = DAX_OUTCOME_INIT;
	struct document document = { .verb = words->verb, .plan = &plan, .err = job->err };

	job->change.apply.verb = words->verb;
	int r = dax_request_validate(&job->change.wish, job->err);

	if (!r)
		r = change_carry_out(&job->change, &plan, &outcome, &document, job->err);
	/* A static region is one without space to daxctl. */
	if (r == -EOPNOTSUPP && job->verb == DAX_VERB_CREATE)
		r = -ENOSPC;
	if (r)
		return r;
	if (job->verb == DAX_VERB_CREATE)
		job->n = plan.n_targets;
	if (job->verb == DAX_VERB_CREATE || job->change.wish.has_mode)
		r = print_devices(job, &outcome);
	return r;
}

static int do_job(struct job *job, const struct daxctl_words *words)
{
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	struct dax_request everything = DAX_REQUEST_INIT;
	int r = read_wish(job);

	if (r || job->verb == DAX_VERB_CREATE)
		return r ? r : carry_out(job, words);
	r = dax_sysfs_open(&sysfs, job->options->sysroot, job->err);
	if (!r)
		r = scope_read(&sysfs, &everything, NULL,
			       DAX_WANT_RANGES | DAX_WANT_MEMORY,
			       &topology, job->err);
	if (!r)
		r = choose_devices(job, &topology);
	return r || !job->n ? r : carry_out(job, words);
}

int as_daxctl_change(enum dax_verb verb, const struct daxctl_words *words, const struct daxctl_options *options)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct job job = { .verb = verb, .options = options, .err = &err };

	change_init(&job.change, &err);
	job.change.wish.verb = verb;
	job.change.common.sysroot = options->sysroot;
	int r = do_job(&job, words);

	if (r) {
		/* It names options that daxctl does not have. */
		free(err.hint);
		err.hint = NULL;
		if (!job.said)
			report_error(NULL, &err);
		job.n = 0;
	} else {
		r = job.refused;
	}
	if (r < 0)
		report_line("error %s: %s", words->failed, strerror(-r));
	report_count(words->done, job.n, "device");
	change_release(&job.change);
	return r & 0xff;
}
