/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each check of a device can fail: files that keep none of its promises stand in for it. That they pass
 * where the promises are kept, the lab shows, on real devices (tests/lab/test-check-device.sh).
 */
#include "base/error.h"
#include "check/check-finding.h"
#include "check/check-place.h"
#include "check/checker.h"
#include "door/extents.h"
#include "door/iomem.h"
#include "state/backing.h"
#include "state/p2pmem.h"
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

#define UNIT (2 * DAX_MIB)

/* A stand-in: a device that is a file. */
struct place {
	int fd;
	char path[64];
	struct dax_range ranges[2];
	struct dax_device device;
	struct dax_findings findings;
	struct dax_checkup checkup;
	struct dax_subject subject;
};

/* An anonymous file of SIZE bytes behaves as a device of 8 units would not. */
static void make_place(struct place *place, uint64_t size)
{
	*place = (struct place){
		.fd = memfd_create("device", MFD_CLOEXEC),
		.ranges = { { 0x140000000, 0x140000000 + 4 * UNIT - 1 }, { 0x180000000, 0x180000000 + 4 * UNIT - 1 } },
		.device = { .name = "dax9.9", .size = 8 * UNIT, .align = UNIT, .driver = "device_dax", .ranges_known = true,
			    .n_ranges = 2, .major = 252, .minor = 300 },
	};
	assert_true(place->fd >= 0);
	assert_int_equal(ftruncate(place->fd, (off_t)size), 0);
	snprintf(place->path, sizeof(place->path), "/proc/self/fd/%d", place->fd);
	place->device.ranges = place->ranges;
	place->checkup = (struct dax_checkup){ .findings = &place->findings };
	place->subject = (struct dax_subject){ .checkup = &place->checkup, .name = place->device.name, .path = place->path,
					       .device = &place->device };
}

static void remove_place(struct place *place)
{
	close(place->fd);
	dax_findings_release(&place->findings);
}

typedef void (*check_function)(struct dax_subject *subject, struct dax_finding *finding);

static void release_finding(struct dax_finding *finding)
{
	struct dax_findings list = { .items = malloc(sizeof(*finding)), .n = 1 };

	assert_non_null(list.items);
	list.items[0] = *finding;
	dax_findings_release(&list);
}

static void expect(struct place *place, check_function check, enum dax_result result, const char *observed)
{
	struct dax_finding finding = { 0 };

	check(&place->subject, &finding);
	if (finding.result != result || !finding.observed || !strstr(finding.observed, observed))
		fail_msg("%s: %s, wanted %s: %s", dax_result_name(finding.result), finding.observed,
			 dax_result_name(result), observed);
	assert_false(finding.no_memory);
	release_finding(&finding);
}

static void test_mappings(void **state)
{
	struct place place;

	(void)state;
	make_place(&place, 8 * UNIT);
	expect(&place, dax_check_read_refused, DAX_FAIL, "success of read");
	expect(&place, dax_check_map_shared, DAX_PASS, "success");
	expect(&place, dax_check_map_private, DAX_FAIL, "success for reading");
	expect(&place, dax_check_map_length, DAX_FAIL, "success for one page");
	expect(&place, dax_check_map_offset, DAX_FAIL, "success at offset 4 KiB");
	expect(&place, dax_check_map_offset_fixed, DAX_WARN, "success");
	expect(&place, dax_check_map_hint, DAX_FAIL, "success");
	expect(&place, dax_check_map_sync, DAX_FAIL, "EOPNOTSUPP");
	expect(&place, dax_check_map_flag, DAX_PASS, "EOPNOTSUPP");
	expect(&place, dax_check_map_split, DAX_FAIL, "success of mprotect");
	place.device.align = 64 * DAX_GIB; /* which no address is a multiple of by chance */
	expect(&place, dax_check_map_address, DAX_FAIL, "0x");
	place.device.align = 0;
	expect(&place, dax_check_map_flag, DAX_FAIL, "EINVAL for flag 0x200000");
	place.device.align = UNIT;
	strcpy(place.path, "/dev/null");
	expect(&place, dax_check_map_shared, DAX_FAIL, "ENODEV");
	expect(&place, dax_check_map_address, DAX_FAIL, "ENODEV");
	strcpy(place.path, "/nowhere");
	expect(&place, dax_check_map_shared, DAX_SKIP, "cannot open /nowhere");
	remove_place(&place);
}

static void test_faults(void **state)
{
	struct place place;

	(void)state;
	make_place(&place, 16 * UNIT);
	expect(&place, dax_check_page_size, DAX_FAIL, "KernelPageSize 4 kB");
	/* By single pages, or by what the kernel maps around one. */
	expect(&place, dax_check_fault_granularity, DAX_FAIL, " map");
	expect(&place, dax_check_fault_seam, DAX_FAIL, "2 MiB at offset 0x800000");
	/* There is more than the device should have. */
	expect(&place, dax_check_fault_beyond, DAX_FAIL, "data");
	place.device.size = 16 * UNIT;
	expect(&place, dax_check_fault_beyond, DAX_PASS, "SIGBUS");
	remove_place(&place);
}

/* To others than root frames are not shown. */
static void test_frames(void **state)
{
	struct dax_finding finding = { 0 };
	struct place place;

	(void)state;
	make_place(&place, 8 * UNIT);
	dax_check_fault_physical(&place.subject, &finding);
	assert_int_not_equal(finding.result, DAX_PASS);
	release_finding(&finding);
	remove_place(&place);
}

/* Less than the device should have: what is touched is not there, and nobody here dies of it. */
static void test_crashes(void **state)
{
	struct place place;

	(void)state;
	make_place(&place, 0);
	expect(&place, dax_check_page_size, DAX_FAIL, "SIGBUS");
	expect(&place, dax_check_fault_granularity, DAX_FAIL, "SIGBUS");
	expect(&place, dax_check_fault_physical, DAX_FAIL, "SIGBUS");
	expect(&place, dax_check_fault_seam, DAX_FAIL, "SIGBUS");
	expect(&place, dax_check_keeps, DAX_FAIL, "SIGBUS");
	expect(&place, dax_check_fork, DAX_FAIL, "SIGBUS");
	expect(&place, dax_check_dontfork, DAX_FAIL, "SIGBUS");
	expect(&place, dax_check_write, DAX_FAIL, "SIGBUS");
	remove_place(&place);
}

/* Where the host lets nobody pin, there is nothing to see. */
static void test_pin(void **state)
{
	struct dax_finding finding = { 0 };
	struct place place;

	(void)state;
	make_place(&place, 0);
	dax_check_pin(&place.subject, &finding);
	assert_true(finding.result == DAX_FAIL || finding.result == DAX_SKIP);
	assert_true(finding.result == DAX_SKIP || strcmp(finding.observed, "EFAULT") == 0);
	release_finding(&finding);
	remove_place(&place);
}

/* Two mappings of /dev/zero have nothing in common. */
static void test_write(void **state)
{
	struct place place;

	(void)state;
	make_place(&place, 8 * UNIT);
	expect(&place, dax_check_write, DAX_PASS, "the data that were written");
	strcpy(place.path, "/dev/zero");
	place.device.size = UNIT;
	expect(&place, dax_check_write, DAX_FAIL, "other data");
	remove_place(&place);
}

static void test_node(void **state)
{
	struct dax_finding finding = { 0 };
	struct place place;

	(void)state;
	make_place(&place, 8 * UNIT);
	expect(&place, dax_check_open, DAX_PASS, "success");
	strcpy(place.device.driver, "kmem");
	expect(&place, dax_check_open, DAX_FAIL, "success");
	expect(&place, dax_check_device_number, DAX_FAIL, "something else 0:0");
	assert_true(place.subject.strange);
	strcpy(place.path, "/dev/null");
	expect(&place, dax_check_device_number, DAX_FAIL, "character device 1:3");
	place.device.major = 1;
	place.device.minor = 3;
	/* Of dax, if there is such a number here, it is not. */
	dax_check_device_number(&place.subject, &finding);
	assert_false(place.subject.strange);
	assert_true(finding.result == DAX_PASS || strstr(finding.observed, "1, but in /proc/devices it is "));
	release_finding(&finding);
	strcpy(place.device.driver, "device_dax");
	expect(&place, dax_check_not_a_file, DAX_PASS, "ENODEV");
	expect(&place, dax_check_map_fsdev, DAX_SKIP, "mode famfs");
	strcpy(place.device.driver, "fsdev_dax");
	expect(&place, dax_check_map_fsdev, DAX_PASS, "ENODEV");
	snprintf(place.path, sizeof(place.path), "/proc/self/fd/%d", place.fd);
	expect(&place, dax_check_not_a_file, DAX_FAIL, "success of fallocate");
	expect(&place, dax_check_map_fsdev, DAX_FAIL, "success");
	strcpy(place.path, "/nowhere");
	expect(&place, dax_check_device_number, DAX_SKIP, "/nowhere: No such file");
	remove_place(&place);
}

static void test_ranges(void **state)
{
	struct dax_finding finding = { 0 };
	struct place place;

	(void)state;
	make_place(&place, 0);
	expect(&place, dax_check_ranges_aligned, DAX_PASS, "2 ranges");
	place.ranges[1].end -= 4096;
	expect(&place, dax_check_ranges_aligned, DAX_FAIL, "0x180000000-0x1807fefff");
	assert_false(place.subject.unsafe); /* every touch gives SIGBUS */
	place.ranges[1].start += 4096;
	place.ranges[1].end += 4096;
	expect(&place, dax_check_ranges_aligned, DAX_FAIL, "0x180001000");
	assert_true(place.subject.unsafe);
	place.subject.unsafe = false;
	place.device.ranges_known = false;
	expect(&place, dax_check_ranges_aligned, DAX_SKIP, "only root can see");
	assert_false(place.subject.unsafe);
	place.device.align = DAX_GIB;
	expect(&place, dax_check_ranges_aligned, DAX_SKIP, "only root can see");
	assert_true(place.subject.unsafe);
	place.device.ranges_known = true;
	/* No driver of this machine has dax9.9. */
	dax_check_ranges_claimed(&place.subject, &finding);
	assert_true(finding.result == DAX_FAIL || finding.result == DAX_SKIP);
	release_finding(&finding);
	remove_place(&place);
}

/* Which are tried, and why the others are not. */
static void test_needs(void **state)
{
	struct place place;

	(void)state;
	make_place(&place, 0);
	strcpy(place.device.driver, "kmem");
	assert_int_equal(dax_checkup_run(&dax_device_checks, &place.subject, NULL), 0);
	assert_int_equal(place.findings.n, dax_device_checks.n);
	for (size_t i = 0; i < place.findings.n; i++) {
		const struct dax_finding *finding = &place.findings.items[i];

		assert_string_equal(finding->check, dax_device_checks.checks[i].name);
		assert_string_equal(finding->target, "dax9.9");
		if (dax_device_checks.checks[i].needs & DAX_NEED_NODE)
			assert_int_equal(finding->result, DAX_SKIP);
		if (finding->result == DAX_SKIP)
			assert_null(finding->expected);
	}
	/* Its path is no device; and it is one that must not be touched. */
	assert_true(place.subject.strange);
	dax_findings_release(&place.findings);
	place.subject.strange = false;
	place.subject.unsafe = true;
	strcpy(place.device.driver, "device_dax");
	const struct dax_checks touching = { "device", dax_device_checks.checks + 17, 1 };
	assert_string_equal(touching.checks[0].name, "page-size");
	assert_int_equal(dax_checkup_run(&touching, &place.subject, NULL), 0);
	assert_string_equal(place.findings.items[0].observed, "an access to the device is not safe");
	remove_place(&place);
}

/* A file that says of itself that it is direct, and is not. */
static void test_file(void **state)
{
	struct dax_finding finding = { 0 };
	struct dax_place file = { .is_dax = true, .size = 4 * UNIT };
	struct dax_extent extents[] = {
		{ .range = { 0, 2 * UNIT - 1 }, .physical = 4 * UNIT, .kinds = DAX_EXTENT_PLAIN },
		{ .range = { 2 * UNIT, 4 * UNIT - 1 }, .physical = 8 * UNIT + 4096, .kinds = DAX_EXTENT_SHARED },
	};
	struct place place;

	(void)state;
	make_place(&place, 4 * UNIT);
	file.fd = place.fd;
	file.extents = (struct dax_extents){ extents, ARRAY_SIZE(extents) };
	place.subject.place = &file;
	place.checkup.sysfs = NULL;
	expect(&place, dax_check_file_sync, DAX_FAIL, "EOPNOTSUPP");
	expect(&place, dax_check_file_align, DAX_WARN, "2 of 4");
	expect(&place, dax_check_file_huge, DAX_FAIL, "0 of 2");
	expect(&place, dax_check_file_shared, DAX_WARN, "4 MiB");
	expect(&place, dax_check_file_holes, DAX_PASS, "none");
	expect(&place, dax_check_map_direct, DAX_WARN, "shared extents");
	/* To pin memory of this kind works, where the host lets us. */
	dax_check_file_pin(&place.subject, &finding);
	assert_int_not_equal(finding.result, DAX_FAIL);
	release_finding(&finding);
	/* It has become shorter since we asked how long it is. */
	assert_int_equal(ftruncate(place.fd, 0), 0);
	expect(&place, dax_check_file_huge, DAX_FAIL, "SIGBUS");
	file.backing = (struct dax_backing){ .type = "ext4",
					     .disk = "pmem9",
					     .queue_dax = true,
					     .options = strdup(",rw,dax=always,"),
					     .point = strdup("/mnt") };
	file.is_dax = false;
	expect(&place, dax_check_file_dax, DAX_FAIL, "the page cache");
	/* Where nobody could keep the promise none is broken. */
	file.backing.queue_dax = false;
	expect(&place, dax_check_file_dax, DAX_WARN, "the page cache");
	expect(&place, dax_check_file_sync, DAX_PASS, "EOPNOTSUPP");
	expect(&place, dax_check_file_huge, DAX_SKIP, "the page cache");
	dax_backing_release(&file.backing);
	remove_place(&place);
}

static void test_pci_names(void **state)
{
	char name[DAX_NAME_MAX];

	(void)state;
	assert_int_equal(dax_parse_pci_name("0000:00:04.0", name), 0);
	assert_string_equal(name, "0000:00:04.0");
	assert_int_equal(dax_parse_pci_name("a1:1f.7", name), 0);
	assert_string_equal(name, "0000:a1:1f.7");
	assert_int_equal(dax_parse_pci_name("0000:00:04", name), -EINVAL);
	assert_int_equal(dax_parse_pci_name("0000:00:04.0x", name), -EINVAL);
	assert_int_equal(dax_parse_pci_name("file", name), -EINVAL);
	assert_int_equal(dax_parse_pci_name("", name), -EINVAL);
}

static void test_worst(void **state)
{
	struct dax_finding finding = { 0 };

	(void)state;
	dax_found(&finding, DAX_PASS, "a", "%s", "b");
	dax_found(&finding, DAX_WARN, "c", "d");
	dax_found(&finding, DAX_PASS, "e", "f");
	assert_int_equal(finding.result, DAX_WARN);
	assert_string_equal(finding.observed, "d");
	dax_found_errno(&finding, EINVAL, 0, "for reading");
	dax_found(&finding, DAX_WARN, "g", "h");
	assert_int_equal(finding.result, DAX_FAIL);
	assert_string_equal(finding.expected, "EINVAL");
	assert_string_equal(finding.observed, "success for reading");
	release_finding(&finding);
}

static void test_iomem(void **state)
{
	static const char text[] = "00001000-0009fbff : System RAM\n100000000-1ffffffff : Soft Reserved\n"
		      "  100000000-13fffffff : dax0.0\nnonsense\n"
				   "200000000-1ffffffff : backwards\n00000000-ffffffffffffffff : everything\n";
	static const char hidden[] = "00000000-00000000 : System RAM\n  00000000-00000000 : dax0.0\n";
	struct dax_iomem iomem;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	(void)state;
	assert_int_equal(dax_iomem_parse(&iomem, text, &err), 0);
	assert_int_equal(iomem.n, 3);
	assert_string_equal(iomem.items[1].name, "Soft Reserved");
	assert_string_equal(iomem.items[2].name, "dax0.0");
	assert_int_equal(iomem.items[2].depth, 1);
	assert_true(iomem.items[2].range.start == 0x100000000 && iomem.items[2].range.end == 0x13fffffff);
	dax_iomem_release(&iomem);
	assert_int_equal(dax_iomem_parse(&iomem, hidden, &err), -EACCES);
	assert_error(&err, EACCES, "only root can see");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mappings), cmocka_unit_test(test_faults),	 cmocka_unit_test(test_frames),
		cmocka_unit_test(test_crashes),	 cmocka_unit_test(test_pin),	 cmocka_unit_test(test_write),
		cmocka_unit_test(test_node),	 cmocka_unit_test(test_ranges),	 cmocka_unit_test(test_needs),
		cmocka_unit_test(test_file),	 cmocka_unit_test(test_pci_names),
		cmocka_unit_test(test_worst),	 cmocka_unit_test(test_iomem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
