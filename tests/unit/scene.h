/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines, requests and plans in a few words, so that a test of what is pure is a table of texts.
 * Ranges are written "OFFSET+LENGTH", the offset counted from the start of the region:
 *
 *   machine block=128M no-1g drivers=device_dax,kmem policy=online_movable
 *   region 0 hmem.0 4G+8G                 kind and id; where it starts, and its size
 *   region 1 pmem.0 16G+2G static no-node
 *   region 2 dax_region2 32G+4G hidden    where its devices lie cannot be read
 *   region 3 hmem.3 64G+4G assumed        where it starts cannot, and is taken to be here
 *   dax0.0 2M device_dax 0+1G             alignment, driver ("-" for none), ranges
 *   dax0.1 4K kmem=6M2o 2G+512M 1G+512M   memory blocks, by number: 6 in zone Movable, 2 offline;
 *                                         K: Normal, X: in several zones; "kmem" alone: not known
 *   dax0.3 2M - memmap=1 3G+2M            memmap_on_memory; not known without it
 *   dax2.0 2M - 1G                        in a hidden region: the size alone
 *   dax0.2 2M -                           size zero
 *
 * A text that is none of these fails the test.
 */
#pragma once

#include "plan/plan.h"
#include "plan/steps.h"

#define SCENE_TEXT 8192

/* The caller releases it. */
void scene_make(struct dax_topology *topology, const char *text);

/* As scene_make would take it, devices only; used lists and available_size are checked on the way. */
void scene_print(const struct dax_topology *topology, char text[SCENE_TEXT]);

/* The same without the checks. */
void scene_print_devices(const struct dax_topology *topology, char text[SCENE_TEXT]);

/*
 * "create size=1G align=2M mode=famfs count=2 region=0 range=4G+1G force lose-data", "destroy dax0.1 all",
 * "reconfigure dax0.1 mode=system-ram no-online no-movable memmap=on" ...
 */
void scene_request(struct dax_request *request, const char *text);

/*
 * One line a step: "set-size dax0.1 0 1G". NAMES are those of the plan's targets. Memory blocks are
 * written by their numbers and with the zone that they come to, or had: "offline dax0.1 40-42 M 44-44 K".
 */
void scene_print_steps(const struct dax_step *steps, size_t n, const struct dax_target *targets,
		       char text[SCENE_TEXT]);

/*
 * One step and its device: "set-size dax0.1 1G", "bind dax0.1 kmem", "create 0" for a new device in
 * regions[0]. The caller frees the blocks of the step.
 */
void scene_step(struct dax_step *step, struct dax_target *target, const char *text);

/* "EBUSY: dax0.1 is enabled | disable it first". */
void scene_print_error(const struct dax_error *err, char text[SCENE_TEXT]);

/* EXPECTED is "EBUSY", or "EBUSY and some words of the sentence or the hint". */
bool scene_error_is(const struct dax_error *err, const char *expected);

/* Bytes as the texts above have them: "1G", "1536M", "4097". */
const char *scene_size(uint64_t bytes, char text[DAX_SIZE_TEXT]);

/*
 * Fails the test unless what can fail comes before what cannot be brought back: drivers are loaded before all else, and
 * behind the first final step there are only steps that have to follow one of the same device.
 */
void scene_check_order(const struct dax_plan *plan);

/* Fails the test unless used lists, available_size and the devices' ranges and sizes say the same. */
void scene_check(const struct dax_topology *topology);

/* Fails the test unless A and B are the same in everything that a step can change. */
void scene_assert_same(const struct dax_topology *a, const struct dax_topology *b);

/* Parts of the above. */
void scene_read_blocks(const struct dax_topology *topology, struct dax_device *device, const char *text);
void scene_print_blocks(const struct dax_memory *memory, char text[SCENE_TEXT]);
void scene_read_changes(struct dax_step *step, const char *text);
void scene_print_changes(const struct dax_step *step, char text[SCENE_TEXT]);
void scene_check_memory(const struct dax_topology *topology, const struct dax_device *device);
void scene_assert_same_memory(const struct dax_memory *a, const struct dax_memory *b);
