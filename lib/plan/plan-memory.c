/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory of a device as system memory. The guard of this file: kmem is never unbound while a block is online,
 * under any option. The kernel would report success, and lose the memory until the next reboot
 * (dev_dax_kmem_remove in drivers/dax/kmem.c).
 */
#include "plan/plan-memory.h"

#include "base/error.h"
#include "base/text.h"
#include "plan/plan-bind.h"
#include "plan/plan-content.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "state/memory.h"
#include "state/namespace.h"
#include "state/topology.h"

#include <errno.h>
#include <string.h>

static int set_policy(struct dax_plan *plan, enum dax_policy policy, struct dax_error *err)
{
	if (plan->after.policy == policy || plan->after.policy == DAX_POLICY_UNKNOWN)
		return 0;
	return dax_plan_add(plan, (struct dax_step){ .kind = DAX_STEP_SET_POLICY, .to = policy }, err);
}

/* Adds a step that changes the state of every block in CHANGES; no step if it is empty. */
static int add_changes(struct dax_plan *plan, size_t target, enum dax_step_kind kind,
		       struct dax_block_change *changes, size_t n, struct dax_error *err)
{
	if (!n)
		return 0;
	return dax_plan_add(
		plan, (struct dax_step){ .kind = kind, .target = target, .blocks = changes, .n_blocks = n },
		err);
}

static int require_known(const struct dax_device *device, struct dax_error *err)
{
	if (device->memory.known)
		return 0;
	dax_fail(err, EACCES, "%s is system memory, and its online memory blocks cannot be read",
		 device->name);
	dax_error_hint(err, "run as root");
	return -EACCES;
}

/* The kernel would report success, as it does for online memory, and lose the memory. */
static int refuse_fixed(const struct dax_device *device, struct dax_error *err)
{
	dax_fail(err, EOPNOTSUPP, "%s is system memory, and this kernel cannot remove memory", device->name);
	dax_error_hint(err, "reboot to free it: the kernel was built without CONFIG_MEMORY_HOTREMOVE");
	return -EOPNOTSUPP;
}

static int check_can_go(const struct dax_device *device, const struct dax_block *block, struct dax_error *err)
{
	if (block->fixed)
		return refuse_fixed(device, err);
	if (block->state != DAX_BLOCK_MIXED)
		return 0;
	return dax_fail(err, EBUSY, "%s: memory block %llu spans zones: the kernel never takes it offline",
			device->name, (unsigned long long)block->number);
}

/* Takes all online blocks offline, except those in the zone KEEP; DAX_BLOCK_OFFLINE keeps none. */
static int plan_offline(struct dax_plan *plan, size_t target, enum dax_block_state keep,
			struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	const struct dax_memory *memory = &device->memory;
	_cleanup_free_ struct dax_block_change *changes = calloc(memory->total + 1, sizeof(*changes));
	size_t n = 0;
	int r = changes ? require_known(device, err) : dax_no_memory(err);

	for (size_t i = 0; !r && i < memory->total; i++) {
		const struct dax_block *block = &memory->blocks[i];

		if (block->state == DAX_BLOCK_OFFLINE || block->state == keep)
			continue;
		r = check_can_go(device, block, err);
		changes[n++] = (struct dax_block_change){ block->number, block->state, DAX_BLOCK_OFFLINE };
	}
	return r ? r : add_changes(plan, target, DAX_STEP_OFFLINE, changes, n, err);
}

int dax_plan_offline(struct dax_plan *plan, size_t target, struct dax_error *err)
{
	return plan_offline(plan, target, DAX_BLOCK_OFFLINE, err);
}

/*
 * Whether binding the target to kmem gives up its content: from then on any program can bring the memory
 * online, and the kernel writes to it. A device that was bound to kmem before the plan has lost its content
 * already. A new namespace is empty. Reconfiguring a namespace has required consent already.
 */
static bool gives_content_away(const struct dax_plan *plan, size_t target)
{
	if (plan->after.regions[dax_plan_device(plan, target)->region].dynamic ||
	    strcmp(plan->targets[target].driver, "kmem") == 0)
		return false;
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct dax_step *step = &plan->steps[i];

		if (dax_step_has_target(step) && step->target == target &&
		    (step->final || step->kind == DAX_STEP_CREATE_NAMESPACE))
			return false;
	}
	return true;
}

/* Marks the last step of the target: after it, the kernel may write to the memory. */
static void mark_final(struct dax_plan *plan, size_t target)
{
	size_t i = plan->n_steps;

	while (i-- > 0 && (!dax_step_has_target(&plan->steps[i]) || plan->steps[i].target != target))
		;
	plan->steps[i].final = true;
	dax_plan_note_loss(plan, target);
}

static int check_content(const struct dax_plan *plan, size_t target, const struct dax_request *request,
			 struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	const struct dax_namespace *namespace = dax_topology_namespace(&plan->after, device->name);
	char text[DAX_NAMESPACE_TEXT] = "";

	bool unrecognized = request->risks & DAX_RISK_LOSE_UNRECOGNIZED;
	bool read = namespace && namespace->content_read;

	if ((request->risks & DAX_RISK_LOSE_DATA) || (unrecognized && read && !namespace->content[0]))
		return 0;
	if (namespace)
		dax_plan_describe_namespace(namespace, text, sizeof(text));
	dax_fail(err, EPERM, "%s is persistent memory: as system memory it loses its data%s%s%s", device->name,
		 namespace ? ": " : "", text, unrecognized && !read ? "; what it holds cannot be read" : "");
	dax_error_hint(err, "use --force=lose-data to allow this");
	return -EPERM;
}

static enum dax_block_state wanted_zone(const struct dax_request *request)
{
	return request->no_movable ? DAX_BLOCK_KERNEL : DAX_BLOCK_MOVABLE;
}

int dax_plan_online(struct dax_plan *plan, size_t target, const struct dax_request *request,
		    struct dax_error *err)
{
	const struct dax_memory *memory = &dax_plan_device(plan, target)->memory;
	_cleanup_free_ struct dax_block_change *changes = calloc(memory->total + 1, sizeof(*changes));
	enum dax_block_state zone = wanted_zone(request);
	size_t n = 0;

	if (!changes)
		return dax_no_memory(err);
	/* Blocks that are online in another zone must go offline first. */
	int r = plan_offline(plan, target, zone, err);
	for (size_t i = 0; !r && i < memory->total; i++) {
		if (memory->blocks[i].state == DAX_BLOCK_OFFLINE)
			changes[n++] = (struct dax_block_change){ memory->blocks[i].number, DAX_BLOCK_OFFLINE,
								  zone };
	}
	return r ? r : add_changes(plan, target, DAX_STEP_ONLINE, changes, n, err);
}

/* Newer kernels can unplug a device: it is bound to kmem, but has no memory. */
int dax_plan_is_unplugged(const struct dax_plan *plan, size_t target, bool *unplugged, struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	struct dax_memory whole = { 0 };

	*unplugged = false;
	if (!device->memory.known || device->memory.total)
		return 0;
	if (dax_memory_of_ranges(device->ranges, device->n_ranges, plan->after.block_size, &whole))
		return dax_no_memory(err);
	free(whole.blocks);
	*unplugged = whole.total;
	return 0;
}

int dax_plan_unbind_kmem(struct dax_plan *plan, size_t target, struct dax_error *err)
{
	const struct dax_memory *memory = &dax_plan_device(plan, target)->memory;
	enum dax_policy policy = plan->after.policy;
	bool fixed = memory->total && memory->blocks[0].fixed;
	int r = fixed ? refuse_fixed(dax_plan_device(plan, target), err) : dax_plan_offline(plan, target, err);

	/* An undo of this step binds the device again, and its memory must not go online then. */
	if (!r)
		r = set_policy(plan, DAX_POLICY_OFFLINE, err);
	if (!r)
		r = dax_plan_add(
			plan,
			(struct dax_step){ .kind = DAX_STEP_UNBIND, .target = target, .driver = "kmem" },
			err);
	return r ? r : set_policy(plan, policy, err);
}

/* The memory that the kernel does not use at the edges of ranges. */
static void note_lost_edges(struct dax_plan *plan, size_t target)
{
	const struct dax_device *device = dax_plan_device(plan, target);
	char lost[DAX_SIZE_TEXT], size[DAX_SIZE_TEXT], block[DAX_SIZE_TEXT];
	uint64_t used = device->memory.total * plan->after.block_size;

	if (used < device->size)
		dax_plan_note(plan,
			      "%s: %s of %s cannot be used as system memory: not aligned to memory "
			      "blocks of %s",
			      device->name, dax_format_size(device->size - used, lost),
			      dax_format_size(device->size, size),
			      dax_format_size(plan->after.block_size, block));
}

/* What cannot be predicted cannot be checked afterwards, nor taken back. */
static int add_bind_kmem(struct dax_plan *plan, size_t target, struct dax_error *err)
{
	if (!plan->after.block_size)
		return dax_fail(err, EOPNOTSUPP, "%s: this kernel does not support memory hotplug",
				dax_plan_device(plan, target)->name);
	int r = dax_plan_add_bind(plan, target, "kmem", err);
	if (!r)
		r = require_known(dax_plan_device(plan, target), err);
	if (!r)
		note_lost_edges(plan, target);
	return r;
}

/*
 * Binds the target with all its memory in STATE, whatever the policy of the machine is. The kernel brings the
 * memory online while it adds it. Until then, every program that hears of a new block and writes to it must
 * wait (add_memory_driver_managed holds device_hotplug_lock). If the blocks were offline in between, a udev
 * rule could bring them online in zone Normal, where they may never go offline again.
 */
static int bind_in_state(struct dax_plan *plan, size_t target, enum dax_block_state state, struct dax_error *err)
{
	enum dax_policy policy = plan->after.policy;
	int r = set_policy(plan, dax_policy_for(state), err);

	if (!r)
		r = add_bind_kmem(plan, target, err);
	return r ? r : set_policy(plan, policy, err);
}

/* Other tools also refuse this: scripts that want the memory offline rely on the error. */
static int check_no_online(const struct dax_plan *plan, size_t target, const struct dax_request *request,
			   struct dax_error *err)
{
	if (!request->no_online || plan->after.policy <= DAX_POLICY_OFFLINE || request->force)
		return 0;
	dax_fail(err, EBUSY, "%s: the machine brings new memory online by itself (auto_online_blocks is %s)",
		 dax_plan_device(plan, target)->name, dax_policy_word(plan->after.policy));
	dax_error_hint(err, "use --force to set it to offline while the device is bound");
	return -EBUSY;
}

static int bind_kmem(struct dax_plan *plan, size_t target, const struct dax_request *request,
		     struct dax_error *err)
{
	bool loses = gives_content_away(plan, target);
	int r = check_no_online(plan, target, request, err);

	if (!r && loses)
		r = check_content(plan, target, request, err);
	if (r)
		return r;
	r = bind_in_state(plan, target, request->no_online ? DAX_BLOCK_OFFLINE : wanted_zone(request), err);
	if (!r && loses)
		mark_final(plan, target);
	return r || request->no_online ? r : dax_plan_online(plan, target, request, err);
}

int dax_plan_bind_mode(struct dax_plan *plan, size_t target, const struct dax_request *request,
		       struct dax_error *err)
{
	const char *driver = request->has_mode ? request->driver : "device_dax";

	return strcmp(driver, "kmem") == 0 ? bind_kmem(plan, target, request, err)
					   : dax_plan_bind(plan, target, driver, err);
}

/* Memory that was online before goes online again, in its zone. */
static int restore_memory(struct dax_plan *plan, size_t target, const struct dax_memory *before,
			  struct dax_error *err)
{
	const struct dax_memory *memory = &dax_plan_device(plan, target)->memory;
	_cleanup_free_ struct dax_block_change *changes = calloc(memory->total + 1, sizeof(*changes));
	/* New blocks get the state of the existing blocks, if these all have the same state. */
	bool all_online = before->total && before->online == before->total;
	enum dax_block_state other = all_online ? before->blocks[before->total - 1].state : DAX_BLOCK_OFFLINE;
	size_t n = 0;

	if (!changes)
		return dax_no_memory(err);
	for (size_t i = 0; i < memory->total; i++) {
		const struct dax_block *had = dax_memory_block(before, memory->blocks[i].number);
		enum dax_block_state to = had ? had->state : other;

		if (to != memory->blocks[i].state)
			changes[n++] = (struct dax_block_change){ memory->blocks[i].number,
								  memory->blocks[i].state, to };
	}
	return add_changes(plan, target, DAX_STEP_ONLINE, changes, n, err);
}

/* The state of all blocks; DAX_BLOCK_OFFLINE if they have different states. */
static enum dax_block_state common_state(const struct dax_memory *memory)
{
	for (size_t i = 1; i < memory->total; i++) {
		if (memory->blocks[i].state != memory->blocks[0].state)
			return DAX_BLOCK_OFFLINE;
	}
	return memory->total ? memory->blocks[0].state : DAX_BLOCK_OFFLINE;
}

int dax_plan_bind_memory_again(struct dax_plan *plan, size_t target, const struct dax_memory *before,
			       struct dax_error *err)
{
	int r = bind_in_state(plan, target, common_state(before), err);

	return r ? r : restore_memory(plan, target, before, err);
}

int dax_plan_memmap(struct dax_plan *plan, size_t target, const struct dax_request *request,
		    struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);

	if (!request->has_memmap || device->memmap_on_memory == (int)request->memmap)
		return 0;
	/* Nothing is known yet about a device that will be created. */
	if (device->memmap_on_memory < 0 && !plan->targets[target].created)
		return dax_fail(err, EOPNOTSUPP, "%s: this kernel does not support memmap_on_memory for devices",
				device->name);
	return dax_plan_add(
		plan,
		(struct dax_step){ .kind = DAX_STEP_SET_MEMMAP, .target = target, .to = request->memmap },
		err);
}

int dax_plan_unbind(struct dax_plan *plan, size_t target, struct dax_error *err)
{
	const struct dax_device *device = dax_plan_device(plan, target);

	if (!device->driver[0])
		return 0;
	if (!dax_driver_bit(device->driver)) {
		dax_fail(err, EOPNOTSUPP, "%s is bound to %s, a driver that daxadm does not know",
			 device->name, device->driver);
		dax_error_hint(err, "unbind it from that driver first");
		return -EOPNOTSUPP;
	}
	if (strcmp(device->driver, "kmem") == 0)
		return dax_plan_unbind_kmem(plan, target, err);
	return dax_plan_add(plan,
			    (struct dax_step){ .kind = DAX_STEP_UNBIND,
					       .target = target,
					       .driver = dax_plan_constant_driver(device->driver) },
			    err);
}
