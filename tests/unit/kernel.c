/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "door/iomem.h"
#include "kernel.h"

#include <errno.h>
#include <limits.h>

struct kernel *kernel;

void kernel_boot(struct kernel *booted, const struct dax_topology *machine, bool old)
{
	*booted = (struct kernel){ .old = old, .log = -1 };
	assert_int_equal(dax_topology_copy(machine, &booted->machine, NULL), 0);
	for (size_t i = 0; i < machine->n_devices; i++)
		booted->has_memmap = booted->has_memmap || machine->devices[i].memmap_on_memory >= 0;
	kernel = booted;
}

void kernel_halt(struct kernel *halted)
{
	dax_topology_release(&halted->machine);
	*halted = (struct kernel){ .log = -1 };
}

static void tell(const char *path, const char *value)
{
	char line[PATH_MAX];
	int n = snprintf(line, sizeof(line), "%s %s\n", path, value);

	if (kernel->log >= 0 && write(kernel->log, line, (size_t)n) != n)
		abort();
}

void kernel_replay(int log)
{
	FILE *lines = fdopen(log, "r");
	char line[PATH_MAX];

	assert_non_null(lines);
	while (fgets(line, sizeof(line), lines)) {
		char *space = strchr(line, ' ');

		assert_non_null(space);
		*space = '\0';
		space[1 + strcspn(space + 1, "\n")] = '\0';
		(void)!kernel_write(line, space + 1);
	}
	fclose(lines);
}

/* A mapping is not taken, or somebody is faster and takes back what was just done. */
static bool may_lie(const char *attr)
{
	const char *slash = strrchr(attr, '/'), *name = slash ? slash + 1 : attr;

	return strcmp(name, "mapping") == 0 || strcmp(name, "state") == 0 || strcmp(name, "size") == 0 ||
	       strcmp(name, "align") == 0;
}

static int write_with_faults(const char *dir, const char *attr, const char *value)
{
	char path[PATH_MAX];
	size_t n = ++kernel->writes;
	bool now = n == kernel->at || n == kernel->again;

	snprintf(path, sizeof(path), "%s/%s", dir, attr);
	if (kernel->broken && n >= kernel->at)
		now = strstr(path, kernel->broken) != NULL;
	if (now && kernel->fault == KERNEL_FAIL)
		return -kernel->error;
	if (now && kernel->fault == KERNEL_KILL_BEFORE)
		_exit(0);
	if (now && kernel->fault == KERNEL_LIE && may_lie(attr))
		return 0;
	tell(path, value);
	int r = kernel_write(path, value);
	if (now && kernel->fault == KERNEL_KILL_AFTER)
		_exit(0);
	if (now && kernel->fault == KERNEL_INTERRUPT)
		kernel->interrupted = SIGTERM;
	return r;
}

/* From here on, the functions of lib/door/sysfs.h, and of lib/door/iomem.h. */

/* Nothing was lost in it. */
int dax_iomem_read(const struct dax_sysfs *sysfs, struct dax_iomem *iomem, struct dax_error *err)
{
	(void)sysfs;
	(void)err;
	*iomem = (struct dax_iomem)DAX_IOMEM_INIT;
	return 0;
}

void dax_iomem_release(struct dax_iomem *iomem)
{
	(void)iomem;
}

int dax_sysfs_open(struct dax_sysfs *sysfs, const char *root, struct dax_error *err)
{
	(void)root;
	(void)err;
	*sysfs = (struct dax_sysfs)DAX_SYSFS_INIT;
	return 0;
}

void dax_sysfs_close(struct dax_sysfs *sysfs)
{
	(void)sysfs;
}

int dax_sysfs_read(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size,
		   struct dax_error *err)
{
	char path[PATH_MAX];

	(void)sysfs;
	snprintf(path, sizeof(path), "%s/%s", dir, attr);
	int r = kernel_read(path, buffer, size);
	return r ? dax_fail(err, -r, "cannot read %s: %s", path, strerror(-r)) : 0;
}

int dax_sysfs_read_u64(struct dax_sysfs *sysfs, const char *dir, const char *attr, uint64_t *value,
		       struct dax_error *err)
{
	char text[64];
	int r = dax_sysfs_read(sysfs, dir, attr, text, sizeof(text), err);

	return r ? r : dax_parse_u64(text, value);
}

int dax_sysfs_read_int(struct dax_sysfs *sysfs, const char *dir, const char *attr, int *value, struct dax_error *err)
{
	uint64_t read = 0;
	int r = dax_sysfs_read_u64(sysfs, dir, attr, &read, err);

	*value = (int)read;
	return r;
}

int dax_sysfs_read_link(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size,
			struct dax_error *err)
{
	char path[PATH_MAX];
	const char *rest = NULL;

	(void)sysfs;
	snprintf(path, sizeof(path), "%s/%s", dir, attr);
	const struct dax_device *device = kernel_device(path, &rest);
	if (!device || strcmp(rest, "driver") != 0 || !device->driver[0])
		return dax_fail(err, ENOENT, "cannot read %s", path);
	snprintf(buffer, size, "../../bus/dax/drivers/%s", device->driver);
	return 0;
}

bool dax_sysfs_exists(struct dax_sysfs *sysfs, const char *dir, const char *attr)
{
	char text[64], path[PATH_MAX];
	const char *rest = NULL;

	if (strcmp(dir, "bus/dax/drivers") == 0)
		return kernel->machine.drivers & dax_driver_bit(attr);
	snprintf(path, sizeof(path), "%s/%s", dir, attr);
	if (kernel_device(path, &rest) && !*rest)
		return true;
	return dax_sysfs_read(sysfs, dir, attr, text, sizeof(text), NULL) == 0;
}

int dax_sysfs_read_serial(struct dax_sysfs *sysfs, const char *dir, const char *attr, uint64_t *serial)
{
	(void)sysfs;
	*serial = 1 + kernel->region_serial;
	if (strcmp(dir, "bus/dax/devices") != 0)
		return 0;
	if (!dax_topology_device(&kernel->machine, attr))
		return -ENOENT;
	*serial = 1;
	for (size_t i = 0; i < kernel->n_made; i++) {
		if (strcmp(kernel->made[i].device, attr) == 0)
			*serial = kernel->made[i].serial;
	}
	return 0;
}

int dax_sysfs_list(struct dax_sysfs *sysfs, const char *dir, int (*each)(const char *name, void *data), void *data,
		   struct dax_error *err)
{
	int r = strcmp(dir, "bus/dax/devices") == 0 ? 0 : each("dax_region", data);

	(void)sysfs;
	(void)err;
	for (size_t i = 0; r >= 0 && i < kernel->machine.n_devices; i++) {
		const struct dax_device *device = &kernel->machine.devices[i];

		if (strcmp(dir, "bus/dax/devices") == 0 ||
		    strcmp(dir, kernel->machine.regions[device->region].path) == 0)
			r = each(device->name, data);
	}
	return r < 0 ? r : 0;
}

int dax_sysfs_write(struct dax_sysfs *sysfs, const char *dir, const char *attr, const char *value)
{
	(void)sysfs;
	return write_with_faults(dir, attr, value);
}

int dax_sysfs_write_waiting(struct dax_sysfs *sysfs, const char *dir, const char *attr, const char *value)
{
	return dax_sysfs_write(sysfs, dir, attr, value);
}

void dax_sysfs_interrupt(void)
{
}

int dax_sysfs_write_kept(struct dax_sysfs *sysfs, const char *dir, const char *attr, const char *value)
{
	return dax_sysfs_write(sysfs, dir, attr, value);
}

int dax_sysfs_read_kept(struct dax_sysfs *sysfs, const char *dir, const char *attr, char *buffer, size_t size)
{
	return dax_sysfs_read(sysfs, dir, attr, buffer, size, NULL);
}
