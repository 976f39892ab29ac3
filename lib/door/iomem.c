/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* " 100000000-13fffffff : dax0.0", two spaces for each level (kernel/resource.c, r_show). */
#include "door/iomem.h"

#include "base/fields.h"
#include "door/proc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void dax_iomem_release(struct dax_iomem *iomem)
{
	free(iomem->items);
	*iomem = (struct dax_iomem)DAX_IOMEM_INIT;
}

static bool parse_line(const char *line, struct dax_resource *resource)
{
	size_t indent = strspn(line, " ");
	struct dax_range range = { 0, 0 };

	line += indent;
	if (dax_field_digits(&line, 16, &range.start) || !dax_field_word(&line, "-") ||
	    dax_field_digits(&line, 16, &range.end) || !dax_field_word(&line, " : ") || range.end < range.start ||
	    !dax_range_size(range))
		return false;
	resource->range = range;
	resource->depth = (unsigned)(indent / 2);
	snprintf(resource->name, sizeof(resource->name), "%.*s", (int)strcspn(line, "\n"), line);
	return true;
}

int dax_iomem_parse(struct dax_iomem *iomem, const char *text, struct dax_error *err)
{
	size_t room = 0;
	bool shown = false;

	*iomem = (struct dax_iomem)DAX_IOMEM_INIT;
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (iomem->n == room) {
			room = room ? 2 * room : 16;
			struct dax_resource *grown = reallocarray(iomem->items, room, sizeof(*grown));

			if (!grown) {
				dax_iomem_release(iomem);
				return dax_no_memory(err);
			}
			iomem->items = grown;
		}
		if (!parse_line(line, &iomem->items[iomem->n]))
			continue;
		shown = shown || iomem->items[iomem->n].range.end;
		iomem->n++;
	}
	if (shown)
		return 0;
	dax_iomem_release(iomem);
	return dax_fail(err, EACCES, "only root can see the addresses in /proc/iomem");
}

int dax_iomem_read(const struct dax_sysfs *sysfs, struct dax_iomem *iomem, struct dax_error *err)
{
	_cleanup_free_ char *text = NULL;
	int r = sysfs && sysfs->recorded ? dax_proc_read_in(sysfs->root, "proc/iomem", &text, err) :
				  dax_proc_read("/proc/iomem", &text, err);

	return r ? r : dax_iomem_parse(iomem, text, err);
}
