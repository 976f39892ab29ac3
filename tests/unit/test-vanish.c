/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Something goes away while the machine is read: at the N-th file that is opened, for every N, one device, region,
 * namespace or memory block goes with all that is below it, before the file is opened or before it is read. What is left is
 * read whole, as if the other had never been there or had been there to the end.
 */
#include "unit.h"

#include "state/p2pmem.h"
#include "state/scan.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static const unsigned everything = DAX_WANT_RANGES | DAX_WANT_MEMORY | DAX_WANT_DETAILS | DAX_WANT_EMPTY_REGIONS |
				   DAX_WANT_DRIVERS | DAX_WANT_NAMESPACES | DAX_WANT_ALL_NAMESPACES;

/* What goes, and when; the calls that are watched can reach nothing else. */
static struct {
	long left;      /* opens until it goes; below 0: never */
	bool half_read; /* the file is open by then, and cannot be read */
	char from[PATH_MAX], to[PATH_MAX];
	bool gone;
	int dead; /* the descriptor of that file */
} vanish = { .left = -1, .dead = -1 };

long __real_syscall(long number, int root, const char *path, void *how, size_t size);
long __wrap_syscall(long number, int root, const char *path, void *how, size_t size);
ssize_t __real_read(int fd, void *buffer, size_t size);
ssize_t __wrap_read(int fd, void *buffer, size_t size);

static void go(void)
{
	vanish.gone = rename(vanish.from, vanish.to) == 0;
}

long __wrap_syscall(long number, int root, const char *path, void *how, size_t size)
{
	bool now = number == SYS_openat2 && vanish.left >= 0 && vanish.left-- == 0;

	if (now && !vanish.half_read)
		go();
	long fd = __real_syscall(number, root, path, how, size);
	if (now && vanish.half_read) {
		go();
		/* Only what is below it cannot be read any more. */
		char link[64], file[PATH_MAX];
		snprintf(link, sizeof(link), "/proc/self/fd/%ld", fd);
		ssize_t n = readlink(link, file, sizeof(file) - 1);
		file[n > 0 ? n : 0] = '\0';
		vanish.dead = strncmp(file, vanish.to, strlen(vanish.to)) == 0 ? (int)fd : -1;
	}
	return fd;
}

/* kernfs says so of a file that was removed while it was open. */
ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	if (fd != vanish.dead)
		return __real_read(fd, buffer, size);
	vanish.dead = -1;
	errno = ENODEV;
	return -1;
}

static void come_back(void)
{
	vanish.left = -1;
	vanish.dead = -1;
	if (vanish.gone)
		assert_int_equal(rename(vanish.to, vanish.from), 0);
	vanish.gone = false;
}

static void check_device(const struct dax_topology *all, const struct dax_topology *left, const struct dax_device *device)
{
	const struct dax_device *whole = dax_topology_device(all, device->name);

	assert_non_null(whole);
	assert_string_equal(left->regions[device->region].path, all->regions[whole->region].path);
	assert_int_equal(device->size, whole->size);
	assert_int_equal(device->align, whole->align);
	assert_string_equal(device->driver, whole->driver);
	assert_int_equal(device->major, whole->major);
	assert_int_equal(device->minor, whole->minor);
	assert_int_equal(device->memmap_on_memory, whole->memmap_on_memory);
	assert_int_equal(device->n_ranges, whole->n_ranges);
	assert_memory_equal(device->ranges, whole->ranges, whole->n_ranges * sizeof(*whole->ranges));
	assert_int_equal(device->memory.known, whole->memory.known);
}

static void check_region(const struct dax_topology *all, const struct dax_region *region)
{
	for (size_t i = 0; i < all->n_regions; i++) {
		const struct dax_region *whole = &all->regions[i];

		if (strcmp(whole->path, region->path) != 0 || whole->kind != region->kind)
			continue;
		assert_int_equal(region->id, whole->id);
		assert_int_equal(region->size, whole->size);
		assert_int_equal(region->align, whole->align);
		assert_int_equal(region->dynamic, whole->dynamic);
		return;
	}
	fail_msg("%s is not there", region->path);
}

/* CLAIM: what a namespace was set up as may be gone alone. */
static void check_namespace(const struct dax_topology *all, const struct dax_namespace *namespace)
{
	const struct dax_namespace *whole = dax_topology_namespace(all, namespace->name + strlen("namespace"));

	assert_non_null(whole);
	assert_int_equal(namespace->shape.size, whole->shape.size);
	assert_string_equal(namespace->shape.label_uuid, whole->shape.label_uuid);
	assert_int_equal(namespace->shape.mode, whole->shape.mode);
	assert_string_equal(namespace->shape.uuid, whole->shape.uuid);
	assert_int_equal(namespace->shape.align, whole->shape.align);
	assert_int_equal(namespace->shape.map, whole->shape.map);
	assert_int_equal(namespace->usable, whole->usable);
}

static bool is_below(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(path, folder, length) == 0 && (!path[length] || path[length] == '/');
}

/* That nothing is missing but what is below WHERE. */
static void check_missing(const struct dax_topology *all, const struct dax_topology *left, const char *where)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < all->n_devices; i++) {
		const struct dax_device *device = &all->devices[i];

		snprintf(path, sizeof(path), "%s/%s", all->regions[device->region].path, device->name);
		if (!dax_topology_device(left, device->name) && !is_below(path, where))
			fail_msg("%s is left out, and %s went", device->name, where);
	}
	for (size_t i = 0; i < all->n_namespaces; i++) {
		const char *name = all->namespaces[i].name;

		snprintf(path, sizeof(path), "%s/%s", all->regions[all->namespaces[i].region].path, name);
		if (!dax_topology_namespace(left, name + strlen("namespace")) && !is_below(path, where))
			fail_msg("%s is left out, and %s went", name, where);
	}
}

static void check_left(const struct dax_topology *all, const struct dax_topology *left, const char *where)
{
	for (size_t i = 0; i < left->n_regions; i++)
		check_region(all, &left->regions[i]);
	for (size_t i = 0; i < left->n_devices; i++)
		check_device(all, left, &left->devices[i]);
	for (size_t i = 0; i < left->n_namespaces; i++)
		check_namespace(all, &left->namespaces[i]);
	check_missing(all, left, where);
}

/* Reads with WHERE going at the N-th open; false when it was read before that. */
static bool read_while_it_goes(const struct tree *tree, const struct dax_scope *scope, const struct dax_topology *all,
			       const char *where, long n, bool half_read)
{
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	_cleanup_topology_ struct dax_topology left = DAX_TOPOLOGY_INIT;
	_cleanup_p2pmem_list_ struct dax_p2pmem_list peers = DAX_P2PMEM_LIST_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	assert_int_equal(dax_sysfs_open(&sysfs, tree->root, NULL), 0);
	snprintf(vanish.from, sizeof(vanish.from), "%s/%s", tree->root, where);
	snprintf(vanish.to, sizeof(vanish.to), "%s/kept", tree->folder);
	vanish.half_read = half_read;
	vanish.left = n;
	int r = dax_topology_read(&sysfs, scope, &left, &err);
	bool went = vanish.gone;
	if (!r && !scope->n_devices)
		r = dax_p2pmem_read_all(&sysfs, &peers, &err);
	come_back();
	if (r && !(scope->n_devices && r == -ENODEV && strstr(err.message, scope->devices[0])))
		fail_msg("%s goes at open %ld%s: %s", where, n, half_read ? ", half read" : "", err.message);
	if (!r)
		check_left(all, &left, where);
	if (!r && scope->n_devices)
		assert_non_null(dax_topology_device(&left, scope->devices[0]));
	return went;
}

static void let_go(const struct tree *tree, const struct dax_scope *scope, const char *where)
{
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	_cleanup_topology_ struct dax_topology all = DAX_TOPOLOGY_INIT;
	long n[2] = { 0, 0 };

	assert_int_equal(dax_sysfs_open(&sysfs, tree->root, NULL), 0);
	assert_int_equal(dax_topology_read(&sysfs, scope, &all, NULL), 0);
	assert_true(all.n_devices > 0);
	for (int half_read = 0; half_read < 2; half_read++) {
		while (read_while_it_goes(tree, scope, &all, where, n[half_read], half_read))
			n[half_read]++;
		assert_true(n[half_read] > 10);
	}
	print_message("# %s: %ld opens\n", where, n[0]);
}

/* Where each device and each region is, and what the namespaces are. */
static const char *const places[] = {
	"devices/platform/hmem_platform.0/hmem.2/dax2.0",
	"devices/platform/hmem_platform.0/hmem.2/dax2.1",
	"devices/platform/hmem_platform.0/hmem.2/dax2.2",
	"devices/platform/hmem_platform.0/hmem.2",
	"devices/platform/hmem_platform.0/hmem.3",
	"devices/platform/hmem_platform.0",
	"devices/platform/ACPI0017:00/root0/decoder0.0/region1/dax_region1/dax1.1",
	"devices/platform/ACPI0017:00/root0/decoder0.0/region1/dax_region1",
	"devices/platform/ACPI0017:00/root0/decoder0.0/region1",
	"devices/platform/ACPI0012:00/ndbus0/region0/namespace0.1",
	"devices/platform/ACPI0012:00/ndbus0/region0",
};

static void test_vanish(void **state)
{
	const struct dax_scope scope = { .want = everything };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		let_go(*state, &scope, places[i]);
}

/* One that was named is there, whole, or an error that names it. */
static void test_named(void **state)
{
	static const char *const names[] = { "dax2.1" };
	const struct dax_scope scope = { .devices = names, .n_devices = 1, .want = DAX_WANT_RANGES | DAX_WANT_NEIGHBOURS };

	for (size_t i = 1; i < 4; i++)
		let_go(*state, &scope, places[i]);
}

static int set_up(void **state)
{
	static struct tree tree;

	*state = &tree;
	return tree_make(&tree, "mixed");
}

static int tear_down(void **state)
{
	tree_remove(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_vanish, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_named, set_up, tear_down),
	};

	if (!getenv("srcdir")) {
		printf("1..0 # SKIP srcdir says where the recorded machines are\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
