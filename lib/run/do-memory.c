/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bringing memory blocks online and taking them offline (drivers/base/memory.c, mm/memory_hotplug.c). The
 * order of the writes decides their cost. When a block goes online, the kernel checks whether its zone is
 * contiguous, and walks the zone from its start to the first hole (set_zone_contiguous). When a block goes
 * offline, it searches the new ends of the zone (shrink_zone_span). In ascending order the zone always is
 * contiguous, each walk is as long as the zone, and the total cost is quadratic. A hole directly after the
 * first block ends every walk there. Online: the first block first, then the others from the last down.
 * Offline: from the second block up, and the first block last. If several devices are in a zone, this first
 * block is that of the lowest device, and the planner gives it a step of its own (plan-arrange.c). "make
 * bench" compares this with other orders.
 */
#include "run/do-memory.h"

#include "base/error.h"
#include "plan/plan.h"
#include "run/do-removal.h"
#include "run/doer.h"
#include "run/guard-memory.h"
#include "run/patience.h"
#include "state/scan-memory.h"
#include "state/scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char memory_dir[] = "devices/system/memory";

/* A busy block is retried after a delay, which increases. */
#define FIRST_WAIT_MS 10
#define LAST_WAIT_MS 500

static int write_block(struct dax_doer *doer, uint64_t number, enum dax_block_state to)
{
	char attr[64];
	const char *word = to == DAX_BLOCK_OFFLINE ? "offline" :
			   to == DAX_BLOCK_MOVABLE ? "online_movable" :
						     "online_kernel";

	snprintf(attr, sizeof(attr), "memory%llu/state", (unsigned long long)number);
	return dax_sysfs_write_waiting(doer->sysfs, memory_dir, attr, word);
}

/* The kernel returns EINVAL for a block that is online, or offline, already: read its state. */
static int settle(struct dax_doer *doer, const struct dax_block_change *change)
{
	struct dax_block now = { .number = change->number };
	int r = dax_scan_block(doer->sysfs, &now, NULL);

	if (r)
		return r;
	if (now.state == change->to)
		return 0; /* another program was faster */
	if (change->to == DAX_BLOCK_OFFLINE || now.state == DAX_BLOCK_OFFLINE)
		return -EINVAL; /* and then changed it back */
	/* Another program brought it online in another zone. */
	r = write_block(doer, change->number, DAX_BLOCK_OFFLINE);
	return r ? r : write_block(doer, change->number, change->to);
}

static int try_block(struct dax_doer *doer, const void *what)
{
	const struct dax_block_change *change = what;
	int r = write_block(doer, change->number, change->to);

	return r == -EINVAL ? settle(doer, change) : r;
}

/* Whether the block may be taken offline: its content still fits elsewhere. */
static bool has_room(struct dax_doer *doer, struct dax_patience *patience)
{
	bool tight = patience->tight;

	if (!patience->step || !dax_memory_still_fits(doer, patience->step, patience->done))
		return !patience->step;
	patience->tight = dax_memory_is_tight(doer);
	if (patience->tight && !tight)
		dax_patience_tick();
	return true;
}

/*
 * Errors that may disappear at the next try. EINVAL after settle means that another program writes to the
 * same block.
 */
static bool is_passing(int r)
{
	return r == -EBUSY || r == -EAGAIN || r == -EINTR || r == -EINVAL;
}

/* One block, or all blocks of a device, retried while busy and while there is time. */
static int retry_until(struct dax_doer *doer, int (*attempt)(struct dax_doer *doer, const void *what),
		       const void *what, struct dax_patience *patience)
{
	struct timespec wait = { 0, FIRST_WAIT_MS * 1000000L };
	int r = 0;

	dax_patience_restart(patience);
	for (;;) {
		/* The kernel would retry forever, and use the last memory of the machine for it. */
		if (!has_room(doer, patience))
			return -ENOMEM;
		r = attempt(doer, what);
		if (!is_passing(r))
			return r;
		if (dax_doer_interrupted(doer))
			return -EINTR;
		if (dax_patience_is_over(patience) || (r == -EBUSY && dax_patience_is_brief_over(patience)))
			return r == -EINTR ? -ETIMEDOUT : r;
		if (r == -EINTR)
			continue;
		nanosleep(&wait, NULL);
		if (wait.tv_nsec < LAST_WAIT_MS * 1000000L)
			wait.tv_nsec *= 2;
	}
}

/* The index of the I-th block in the order; see the top of this file. */
static size_t order(size_t i, size_t n, bool online)
{
	if (online)
		return i ? n - i : 0;
	return i + 1 < n ? i + 1 : 0;
}

/* The current zone of a block: in an undo, or directly after a binding, it may differ from the plan. */
static enum dax_block_state zone_now(struct dax_doer *doer, const struct dax_block_change *change)
{
	struct dax_block now = { .number = change->number };

	return dax_scan_block(doer->sysfs, &now, NULL) ? change->from : now.state;
}

static void hint_at_block(struct dax_doer *doer, const struct dax_block_change *change, int r, struct dax_error *err)
{
	if (r != -EBUSY && r != -ETIMEDOUT)
		return;
	if (change->to == DAX_BLOCK_OFFLINE && zone_now(doer, change) == DAX_BLOCK_KERNEL)
		dax_error_hint(err, "it is in zone Normal, where the kernel puts memory that cannot be "
				    "moved: only a reboot is sure to free it. To keep new memory out of that "
				    "zone, boot with memhp_default_state=online_movable (or offline) and "
				    "remove udev rules that bring memory online");
	else
		dax_error_hint(err, "some of its pages cannot be moved: stop the programs that use this "
				    "memory, or use a longer --timeout");
}

/* An undo has a minimum time, even if the user set none. */
static unsigned seconds_for_each(const struct dax_doer *doer)
{
	unsigned seconds = doer->options->timeout;

	return doer->undoing && seconds < DAX_DEFAULT_TIMEOUT ? DAX_DEFAULT_TIMEOUT : seconds;
}

static void say_why(const struct dax_doer *doer, int r, char reason[64])
{
	if (r == -ETIMEDOUT)
		snprintf(reason, 64, "not done after %u s", seconds_for_each(doer));
	else
		snprintf(reason, 64, "%s", r == -EINTR ? "interrupted" : strerror(-r));
}

static int fail_block(struct dax_doer *doer, const struct dax_step *step, const struct dax_block_change *change,
		      size_t done, int r, struct dax_error *err)
{
	bool online = change->to != DAX_BLOCK_OFFLINE;
	uint64_t address = change->number * doer->before->block_size;
	char reason[64];

	say_why(doer, r, reason);
	dax_fail(err, -r, "%s: cannot %s memory block %llu (at 0x%llx) %s: %s; %zu of %zu were done",
		 dax_doer_name(doer, step), online ? "bring" : "take", (unsigned long long)change->number,
		 (unsigned long long)address, online ? "online" : "offline", reason, done, step->n_blocks);
	/* It was added offline. */
	if (step->kind == DAX_STEP_BIND && !online)
		dax_error_append(err, "another program brought it online");
	hint_at_block(doer, change, r, err);
	if (!online && r != -EINTR)
		dax_explain_memory(doer, step, done, err);
	return r;
}

/*
 * Whether a block needs no write. In a new plan it needs one. In an undo the step may not have been done, and
 * after a binding the memory may be online already; a read is cheaper than a wrong write. *STATE: its state.
 */
static bool is_there(struct dax_doer *doer, const struct dax_step *step, const struct dax_block_change *change,
		     enum dax_block_state *state)
{
	struct dax_block now = { .number = change->number };

	if (!doer->undoing && step->kind != DAX_STEP_BIND)
		return false;
	int r = dax_scan_block(doer->sysfs, &now, NULL);
	*state = r ? *state : now.state;

	/* A block that kmem could not add is not online. */
	return r ? r == -ENOENT && change->to == DAX_BLOCK_OFFLINE : now.state == change->to;
}

static int change_blocks(struct dax_doer *doer, const struct dax_step *step, bool online, struct dax_error *err)
{
	const struct dax_apply_options *options = doer->options;
	struct dax_patience patience = { .step = online ? NULL : step };
	int result = 0;

	dax_patience_begin(&patience, seconds_for_each(doer));
	/*
	 * In an undo, a block that cannot go offline does not stop the others, unless no block has memory to
	 * go to.
	 */
	for (size_t i = 0, done = 0; i < step->n_blocks && (!result || (doer->undoing && result != -ENOMEM)); i++) {
		const struct dax_block_change *change = &step->blocks[order(i, step->n_blocks, online)];
		enum dax_block_state now = change->from;
		int r = is_there(doer, step, change, &now) ? 0 : dax_doer_interrupted(doer) ? -EINTR : 1;

		patience.done = done;
		if (r > 0) {
			patience.brief = change->to == DAX_BLOCK_OFFLINE && now == DAX_BLOCK_KERNEL;
			r = retry_until(doer, try_block, change, &patience);
		}

		if (!r && options->progress)
			options->progress(options->data, dax_doer_name(doer, step), i + 1, step->n_blocks);
		done += !r;
		if (!r || result)
			continue;
		result = fail_block(doer, step, change, done, r, err);
		patience.seconds = 0; /* one wait is enough */
	}
	dax_patience_end(&patience);
	return result;
}

int dax_do_online(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	return change_blocks(doer, step, true, err);
}

int dax_do_offline(struct dax_doer *doer, const struct dax_step *step, struct dax_error *err)
{
	return change_blocks(doer, step, false, err);
}

static int try_unplug(struct dax_doer *doer, const void *what)
{
	return dax_sysfs_write_waiting(doer->sysfs, "bus/dax/devices", what, "unplugged");
}

int dax_doer_unplug(struct dax_doer *doer, const char *name, struct dax_error *err)
{
	char attr[DAX_NAME_MAX + 16], reason[64];
	struct dax_patience patience = { 0 };

	snprintf(attr, sizeof(attr), "%s/state", name);
	if (!dax_sysfs_exists(doer->sysfs, "bus/dax/devices", attr))
		return 0;
	dax_patience_begin(&patience, seconds_for_each(doer));
	int r = retry_until(doer, try_unplug, attr, &patience);
	dax_patience_end(&patience);
	say_why(doer, r, reason);
	if (r)
		return dax_fail(err, -r, "%s: cannot unplug its memory: %s", name, reason);
	/*
	 * An early version of the kernel's patches ends with a short write, and does not remove the memory,
	 * if a block was offline already. The device is then unbound as on kernels without this attribute.
	 */
	return dax_doer_is_unplugged(doer, name) ? 0 : dax_doer_require_offline(doer, name, err);
}
