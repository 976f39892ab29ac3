/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts of the kernel, and what is not quite such a text. */
#include "unit.h"

#include "base/fields.h"
#include "door/kernel-text.h"
#include "door/kmsg.h"
#include "state/p2pmem.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

static void test_device_number(void **state)
{
	static const char *const wrong[] = { "", "259", "259:", ":1", "259:1 ", " 259:1", "+259:1", "259:-1", "4096:0",
					     "0:1048576", "0x1:1" };
	dev_t device = 7;

	(void)state;
	assert_int_equal(dax_parse_device_number("259:1048575", &device), 0);
	assert_true(device == makedev(259, 1048575));
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		if (dax_parse_device_number(wrong[i], &device) == 0)
			fail_msg("'%s' is accepted", wrong[i]);
	}
	assert_true(device == makedev(259, 1048575));
}

static void test_lists(void **state)
{
	int tier = -1;

	(void)state;
	assert_true(dax_list_has("0-3,8", 2) && dax_list_has("0-3,8", 8));
	assert_false(dax_list_has("0-3,8", 4) || dax_list_has("0-3,8", 18) || dax_list_has("", 0));
	assert_false(dax_list_has("0 - 3", 2) || dax_list_has("-3", 2) || dax_list_has("3-", 3));
	assert_int_equal(dax_field_chosen("512 [4096]"), 4096);
	assert_int_equal(dax_field_chosen("512 520"), 512);
	assert_int_equal(dax_field_chosen("[-4096]"), 0);
	assert_int_equal(dax_field_powers("4096 2097152 1073741824 "), 4096 + 2 * DAX_MIB + DAX_GIB);
	assert_int_equal(dax_field_powers("4096 x"), 4096);
	assert_int_equal(dax_parse_numbered("memory_tier4", "memory_tier", &tier), 0);
	assert_int_equal(tier, 4);
	assert_int_equal(dax_parse_numbered("memory_tier4x", "memory_tier", &tier), -EINVAL);
	assert_int_equal(dax_parse_numbered("memory_tier4294967296", "memory_tier", &tier), -ERANGE);
}

static void test_mounts(void **state)
{
	char text[] = "28 27 0:25 / /mnt/a\\040b rw,relatime - tmpfs  rw,inode64\n"
		      "29 27 0:25 / /mnt/x rw\n"
		      "36 35 259:1 / /mnt/\\777\\000 rw,dax shared:1 master:2 - ext4 /dev/a\\134b rw";
	struct dax_mount mount;
	char *rest = text;

	(void)state;
	assert_true(dax_text_mount(&rest, &mount));
	assert_true(mount.id == 28 && mount.device == makedev(0, 25));
	assert_string_equal(mount.point, "/mnt/a b");
	/* Mounted from "". */
	assert_string_equal(mount.source, "");
	assert_string_equal(mount.super_options, "rw,inode64");
	/* The second is cut short; no byte is more than 0377, and none is NUL. */
	assert_true(dax_text_mount(&rest, &mount));
	assert_string_equal(mount.point, "/mnt/\\777?");
	assert_string_equal(mount.options, "rw,dax");
	assert_string_equal(mount.type, "ext4");
	assert_string_equal(mount.source, "/dev/a\\b");
	assert_false(dax_text_mount(&rest, &mount));
}

static void test_swaps(void **state)
{
	char text[] = "Filename\t\t\t\tType\t\tSize\n/dev/pmem0p1     partition\t8388604\n/a\\040file\tfile\t4\n/cut";
	const char *path = NULL;
	char *rest = text;

	(void)state;
	assert_true(dax_text_swap(&rest, &path));
	assert_string_equal(path, "/dev/pmem0p1");
	assert_true(dax_text_swap(&rest, &path));
	assert_string_equal(path, "/a file");
	assert_false(dax_text_swap(&rest, &path));
}

static void test_maps(void **state)
{
	static const char smaps[] = "1000-3000 rw-s 00000000 00:06 325 /dev/dax0.0\nSize: 8 kB\nKernelPageSize:        4 kB\n"
				    "3000-5000 rw-p 00000000 00:00 0\nMMUPageSize:   2048 kB\n";
	struct dax_map_line map;

	(void)state;
	assert_true(dax_text_map("00400000-00452000 r--s 00200000 00:06 325      /dev/dax0.0", &map));
	assert_true(map.range.start == 0x400000 && map.range.end == 0x452000 && map.shared && map.inode == 325);
	assert_true(dax_text_map("7f12c000-7f12e000 rw-p 00000000 00:00 0", &map));
	assert_true(!map.shared && !map.inode);
	assert_false(dax_text_map("7f12e000-7f12c000 rw-p 00000000 00:00 0", &map));
	assert_false(dax_text_map("7f12c000-7f12e000 rw-p 00000000", &map));
	assert_int_equal(dax_text_smaps(smaps, 0x1000, "KernelPageSize:"), 4);
	/* That of the next mapping is not its own. */
	assert_int_equal(dax_text_smaps(smaps, 0x1000, "MMUPageSize:"), 0);
	assert_int_equal(dax_text_smaps(smaps, 0x3000, "MMUPageSize:"), 2048);
	assert_int_equal(dax_text_smaps(smaps, 0x5000, "MMUPageSize:"), 0);
}

static void test_machine(void **state)
{
	static const char config[] = "CONFIG_DEV_DAX_PMEM=m\n# CONFIG_DEV_DAX is not set\n";
	unsigned first = 0, second = 0;
	size_t length = 0;

	(void)state;
	assert_true(dax_text_major("Character devices:\n  1 mem\n252 dax\n\nBlock devices:\n", "dax", &first));
	assert_int_equal(first, 252);
	assert_false(dax_text_major("Character devices:\n252 daxctl\n\nBlock devices:\n  8 dax\n", "dax", &first));
	assert_true(dax_text_parameter_has("ro module_blacklist=a,kmem quiet\n", "module_blacklist", "kmem"));
	assert_false(dax_text_parameter_has("ro module_blacklist=kmem2,akmem kmem\n", "module_blacklist", "kmem"));
	assert_false(dax_text_parameter_has("xmodule_blacklist=kmem\n", "module_blacklist", "kmem"));
	const char *line = dax_text_config(config, "CONFIG_DEV_DAX", &length);
	assert_non_null(line);
	assert_memory_equal(line, "CONFIG_DEV_DAX is not set", length);
	assert_null(dax_text_config(config, "CONFIG_DEV", &length));
	assert_true(dax_text_release("6.12.41+deb13-amd64", &first, &second) && first == 6 && second == 12);
	assert_false(dax_text_release("6-rc1", &first, &second));
}

static void test_log(void **state)
{
	char record[] = "6,339,5140900,-;[mem 0x10-0x20]\n SUBSYSTEM=dax;\n", torn[] = "6,339\n;text";
	struct dax_range range = { 1, 1 };

	(void)state;
	assert_string_equal(dax_kmsg_text(record), "[mem 0x10-0x20]");
	assert_null(dax_kmsg_text(torn));
	assert_true(dax_kmsg_soft_reserved("BIOS-e820: [mem 0x100000000-0x13fffffff]  soft reserved", &range));
	assert_true(range.start == 0x100000000 && range.end == 0x13fffffff);
	assert_false(dax_kmsg_soft_reserved("BIOS-e820: [mem 0x13fffffff-0x100000000] soft reserved", &range));
	assert_false(dax_kmsg_soft_reserved("BIOS-e820: [mem 0x1-0x2] usable", &range));
}

static void test_pci(void **state)
{
	static const char *const wrong[] = { "", "0:0:0:0.0", "00:04", "00:04.", " 0:04.0", "00:04.10", "+0:4.0", "0x0:4.0",
					     "10000:00:04.0", ":00:04.0" };
	char name[DAX_NAME_MAX];

	(void)state;
	assert_int_equal(dax_parse_pci_name("0:4.0", name), 0);
	assert_string_equal(name, "0000:00:04.0");
	assert_int_equal(dax_parse_pci_name("abcd:1f:0A.7", name), 0);
	assert_string_equal(name, "abcd:1f:0a.7");
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		if (dax_parse_pci_name(wrong[i], name) == 0)
			fail_msg("'%s' is accepted, as %s", wrong[i], name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_device_number), cmocka_unit_test(test_lists),   cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_swaps),	      cmocka_unit_test(test_maps),    cmocka_unit_test(test_machine),
		cmocka_unit_test(test_log),	      cmocka_unit_test(test_pci),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
