/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Protects memory whose content does not fit elsewhere: the kernel moves it until no memory is left, then
 * kills programs, possibly this one. Without a forecast the kernel decides.
 */
#include "run/guard-memory.h"

#include "base/error.h"
#include "plan/forecast.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "run/doer.h"
#include "state/bound.h"

#include <errno.h>
#include <stdio.h>

/*
 * The forecast is repeated after this many memory blocks, or after each block if the memory that must still
 * move takes most of the room. In this case the blocks have content, and moving it costs a hundred times as
 * much as a forecast.
 */
#define LOOK_AFTER 16

struct look {
	struct dax_sysfs *sysfs;
	const struct dax_step *steps;
	size_t n;
	size_t done;    /* number of blocks of the first of them */
	int *nodes;     /* node of the memory of each step; -1: not known, or nothing goes offline; owned */
	uint64_t block_size;
	struct dax_memory_use use;
	struct dax_leaving *leaving; /* owned */
	size_t n_leaving;
};

static void release(struct look *look)
{
	free(look->nodes);
	free(look->leaving);
	dax_memory_use_release(&look->use);
}

static bool takes_offline(const struct dax_step *step)
{
	return step->kind == DAX_STEP_OFFLINE && step->n_blocks;
}

static bool any_offline(const struct dax_step *steps, size_t n)
{
	while (n && !takes_offline(&steps[n - 1]))
		n--;
	return n;
}

static struct dax_leaving *leaving_of(struct look *look, int node)
{
	for (size_t i = 0; i < look->n_leaving; i++) {
		if (look->leaving[i].node == node)
			return &look->leaving[i];
	}
	struct dax_leaving *grown = reallocarray(look->leaving, look->n_leaving + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	look->leaving = grown;
	grown[look->n_leaving] = (struct dax_leaving){ .node = node };
	return &grown[look->n_leaving++];
}

/* The blocks of a step that still go offline: the first one goes last (do-memory.c). */
static bool still_goes(const struct look *look, size_t step, size_t block)
{
	return step || !look->done || !block || block > look->done;
}

static int gather(struct look *look)
{
	for (size_t i = 0; i < look->n; i++) {
		const struct dax_step *step = &look->steps[i];
		struct dax_leaving *leaving = look->nodes[i] < 0 ? NULL : leaving_of(look, look->nodes[i]);

		if (look->nodes[i] >= 0 && !leaving)
			return -ENOMEM;
		for (size_t j = 0; leaving && j < step->n_blocks; j++) {
			if (still_goes(look, i, j))
				leaving->bytes[step->blocks[j].from == DAX_BLOCK_MOVABLE] += look->block_size;
		}
	}
	return 0;
}

/* Counts the content of the blocks themselves; the rest of their zone may contain most of it. */
static int count(struct look *look)
{
	for (size_t i = 0; i < look->n; i++) {
		const struct dax_step *step = &look->steps[i];
		struct dax_leaving *leaving = look->nodes[i] < 0 ? NULL : leaving_of(look, look->nodes[i]);

		for (size_t j = 0; leaving && j < step->n_blocks; j++) {
			bool movable = step->blocks[j].from == DAX_BLOCK_MOVABLE;
			int r = dax_memory_use_count(step->blocks[j].number * look->block_size, look->block_size,
						     &leaving->used[movable]);
			if (r)
				return r;
			leaving->counted = true;
		}
	}
	return 0;
}

static int judge(struct look *look, bool begun, bool brief, struct dax_forecast *forecast)
{
	dax_memory_use_release(&look->use);

	int r = dax_memory_use_read(look->sysfs, brief, &look->use);
	if (!r)
		dax_forecast(&look->use, look->leaving, look->n_leaving, begun, forecast);
	return r;
}

static int forecast(struct look *look, bool begun, bool brief, struct dax_forecast *forecast)
{
	bool partial = false;
	int r = gather(look);

	if (!r)
		r = look->n_leaving ? judge(look, begun, brief, forecast) : -ENODATA;
	/* Huge pages and swap may make the difference, ... */
	if (!r && brief && !forecast->fits)
		r = judge(look, begun, false, forecast);
	if (r || forecast->fits)
		return r;
	for (size_t i = 0; i < look->n_leaving; i++)
		partial = partial || dax_leaving_is_partial(&look->use, &look->leaving[i]);
	/* ... and so may the content of the blocks themselves. */
	if (partial && count(look) == 0)
		dax_forecast(&look->use, look->leaving, look->n_leaving, begun, forecast);
	return 0;
}

/* The node whose memory a step takes offline; a journal does not contain the node. */
static int node_of(const struct dax_doer *doer, const struct dax_step *step)
{
	char dir[32 + DAX_NAME_MAX];
	int node = -1;

	if (!takes_offline(step))
		return -1;
	if (!doer->recovering)
		return doer->before->regions[doer->plan->targets[step->target].region].target_node;
	snprintf(dir, sizeof(dir), "bus/dax/devices/%s", dax_doer_name(doer, step));
	return dax_sysfs_read_int(doer->sysfs, dir, "target_node", &node, NULL) ? -1 : node;
}

/* -errno without text: no forecast is possible. */
static int look_ahead(const struct dax_doer *doer, const struct dax_step *steps, size_t n, size_t done, bool begun,
		      bool brief, struct dax_forecast *result)
{
	_cleanup_(release) struct look look = {
		.sysfs = doer->sysfs, .steps = steps, .n = n, .done = done, .block_size = doer->before->block_size,
		.nodes = calloc(n + 1, sizeof(*look.nodes)),
	};

	if (!look.nodes)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		look.nodes[i] = node_of(doer, &steps[i]);
	return forecast(&look, begun, brief, result);
}

static bool takes_risk(const struct dax_doer *doer)
{
	return doer->options->risks & DAX_RISK_OUT_OF_MEMORY;
}

static void append_bound(int node, struct dax_error *err)
{
	_cleanup_free_ char *bound = dax_describe_bound(node);

	if (bound)
		dax_error_append(err, "bound to node %d: %s", node, bound);
}

static void append_forecast(const struct dax_forecast *forecast, struct dax_error *err)
{
	_cleanup_free_ char *text = dax_describe_forecast(forecast);
	char page[DAX_SIZE_TEXT];

	if (text)
		dax_error_append(err, "%s", text);
	append_bound(forecast->node, err);
	if (forecast->huge.page)
		dax_error_hint(err,
			       "stop the programs that use the huge pages of %s on node %d, or free memory "
			       "on other nodes for them",
			       dax_format_size(forecast->huge.page, page), forecast->node);
	else
		dax_error_hint(err, "stop the programs that use the memory, or add swap space; use "
				    "--force=out-of-memory to allow this: the kernel may then kill programs");
}

static void remember(struct dax_doer *doer, const struct dax_forecast *forecast)
{
	doer->look_after = forecast->tight ? 1 : LOOK_AFTER;
	doer->unlooked = 0;
}

int dax_check_memory(struct dax_doer *doer, const struct dax_step *steps, size_t n, struct dax_error *err)
{
	struct dax_forecast forecast;
	size_t i = 0;

	doer->look_after = 0;
	if (takes_risk(doer) || !any_offline(steps, n) || look_ahead(doer, steps, n, 0, false, false, &forecast))
		return 0;
	remember(doer, &forecast);
	if (forecast.fits)
		return 0;
	while (node_of(doer, &steps[i]) != forecast.node)
		i++;
	dax_fail(err, ENOMEM, "%s: cannot take its memory offline: its content does not fit elsewhere",
		 dax_doer_name(doer, &steps[i]));
	append_forecast(&forecast, err);
	return -ENOMEM;
}

bool dax_memory_is_tight(const struct dax_doer *doer)
{
	return doer->look_after == 1;
}

/* No forecast was made, or none is due. */
static bool is_due(struct dax_doer *doer)
{
	return doer->look_after && ++doer->unlooked >= doer->look_after;
}

bool dax_memory_still_fits(struct dax_doer *doer, const struct dax_step *step, size_t done)
{
	struct dax_forecast forecast;

	if (!takes_offline(step) || !is_due(doer) || look_ahead(doer, step, 1, done, true, true, &forecast))
		return true;
	remember(doer, &forecast);
	return forecast.fits;
}

void dax_explain_memory(const struct dax_doer *doer, const struct dax_step *step, size_t done, struct dax_error *err)
{
	struct dax_forecast forecast;
	int node = node_of(doer, step);

	if (node < 0 || look_ahead(doer, step, 1, done, true, false, &forecast))
		return;
	if (!forecast.fits || forecast.huge.page)
		append_forecast(&forecast, err);
	else
		append_bound(node, err);
}

void dax_note_memory(struct dax_sysfs *sysfs, const struct dax_topology *before, struct dax_plan *plan)
{
	const struct dax_doer doer = { .sysfs = sysfs, .before = before, .plan = plan };
	struct dax_forecast forecast;

	if (!any_offline(plan->steps, plan->n_steps) ||
	    look_ahead(&doer, plan->steps, plan->n_steps, 0, false, false, &forecast))
		return;
	if (forecast.fits && forecast.moves <= DAX_FORECAST_ALWAYS_FITS)
		return;
	_cleanup_free_ char *text = dax_describe_forecast(&forecast);
	if (text)
		dax_plan_note(plan, "%s%s", text, forecast.fits ? "" : ": this is refused without --force=out-of-memory");
}
