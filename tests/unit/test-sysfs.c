/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The door to /sys, on a tree in which nothing is as it should be: each attribute has its one true errno. */
#include "unit.h"

#include "door/sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

struct tree {
	char folder[PATH_MAX]; /* holds "outside", which nobody may reach, and "sys" */
	char root[PATH_MAX];
	struct dax_sysfs sysfs;
};

static void put_at(const char *folder, const char *name, const void *bytes, size_t n)
{
	char path[PATH_MAX];

	assert_true(snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path));
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
}

static void put(const struct tree *tree, const char *name, const char *text)
{
	put_at(tree->root, name, text, strlen(text));
}

static void link_to(const struct tree *tree, const char *target, const char *name)
{
	assert_int_equal(symlinkat(target, tree->sysfs.root, name), 0);
}

static void make_folder(const struct tree *tree, const char *name)
{
	char path[PATH_MAX];

	assert_true(snprintf(path, sizeof(path), "%s/%s", tree->root, name) < (int)sizeof(path));
	assert_int_equal(mkdir(path, 0755), 0);
}

static int make_tree(void **state)
{
	struct tree *tree = calloc(1, sizeof(*tree));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(tree);
	*state = tree;
	tree->sysfs = (struct dax_sysfs)DAX_SYSFS_INIT;
	snprintf(tree->folder, sizeof(tree->folder), "%s/daxadm-sysfs-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(tree->folder));
	assert_true(snprintf(tree->root, sizeof(tree->root), "%s/sys", tree->folder) <
		    (int)sizeof(tree->root));
	assert_int_equal(mkdir(tree->root, 0755), 0);
	put_at(tree->folder, "outside", "4711\n", 5);
	make_folder(tree, "d");
	return dax_sysfs_open(&tree->sysfs, tree->root, NULL);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int remove_tree(void **state)
{
	struct tree *tree = *state;

	dax_sysfs_close(&tree->sysfs);
	nftw(tree->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	free(tree);
	return 0;
}

/* Reading d/ATTR as a number fails with CODE, in a sentence that names the file. */
static void check_refused(struct tree *tree, const char *attr, int code)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char name[PATH_MAX];
	uint64_t value = 55;

	assert_int_equal(dax_sysfs_read_u64(&tree->sysfs, "d", attr, &value, &err), -code);
	assert_int_equal(value, 55);
	assert_int_equal(err.code, code);
	snprintf(name, sizeof(name), "d/%s", attr);
	assert_non_null(strstr(err.message, name));
	/* Absence may be no error: then nobody wants words. */
	assert_int_equal(dax_sysfs_read_u64(&tree->sysfs, "d", attr, &value, NULL), -code);
}

static void test_good(void **state)
{
	struct tree *tree = *state;
	char text[64];
	uint64_t value = 0;
	int number = 0;

	put(tree, "d/decimal", "1073741824\n");
	put(tree, "d/hexadecimal", "0x100000000\n");
	put(tree, "d/bare", "7");
	put(tree, "d/negative", "-1\n");
	put(tree, "d/lines", "a\nb\n\n");
	assert_int_equal(dax_sysfs_read_u64(&tree->sysfs, "d", "decimal", &value, NULL), 0);
	assert_int_equal(value, 1073741824);
	assert_int_equal(dax_sysfs_read_u64(&tree->sysfs, "d", "hexadecimal", &value, NULL), 0);
	assert_int_equal(value, UINT64_C(0x100000000));
	assert_int_equal(dax_sysfs_read_u64(&tree->sysfs, "d", "bare", &value, NULL), 0);
	assert_int_equal(value, 7);
	assert_int_equal(dax_sysfs_read_int(&tree->sysfs, "d", "negative", &number, NULL), 0);
	assert_int_equal(number, -1);
	/* One newline goes, the last. */
	assert_int_equal(dax_sysfs_read(&tree->sysfs, "d", "lines", text, sizeof(text), NULL), 0);
	assert_string_equal(text, "a\nb\n");
}

static void test_no_number(void **state)
{
	static const char *const texts[] = { "",           "\n",    " \n",    "1 \n",
					     " 1\n",       "1\n\n", "1\n2\n", "-1\n",
					     "0x\n",       "1K\n",  "abc\n",  "18446744073709551616\n",
					     "\xff\xfe\n", "1\r\n" };
	struct tree *tree = *state;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		put(tree, "d/number", texts[i]);
		check_refused(tree, "number", EPROTO);
	}
}

static void test_no_int(void **state)
{
	static const char *const texts[] = {
		"", "-", "--1", "-0x", "2147483648", "-2147483648", "1.5", "- 1"
	};
	struct tree *tree = *state;
	int value = 55;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

		put(tree, "d/number", texts[i]);
		assert_int_equal(dax_sysfs_read_int(&tree->sysfs, "d", "number", &value, &err), -EPROTO);
		assert_error(&err, EPROTO, "d/number");
		assert_int_equal(value, 55);
	}
}

static void test_bytes(void **state)
{
	struct tree *tree = *state;
	_cleanup_free_ char *huge = malloc(DAX_MIB);
	char text[8];

	assert_non_null(huge);
	memset(huge, '1', DAX_MIB);
	put_at(tree->root, "d/huge", huge, DAX_MIB);
	check_refused(tree, "huge", EFBIG);
	put_at(tree->root, "d/nul", "12\0003\n", 5);
	check_refused(tree, "nul", EPROTO);
	put_at(tree->root, "d/nuls", "\0\0\0\0", 4);
	check_refused(tree, "nuls", EPROTO);
	/* What fits exactly leaves no room for the final NUL. */
	put(tree, "d/eight", "12345678");
	assert_int_equal(dax_sysfs_read(&tree->sysfs, "d", "eight", text, sizeof(text), NULL), -EFBIG);
	put(tree, "d/seven", "1234567");
	assert_int_equal(dax_sysfs_read(&tree->sysfs, "d", "seven", text, sizeof(text), NULL), 0);
	assert_string_equal(text, "1234567");
}

static void test_kinds(void **state)
{
	struct tree *tree = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char path[PATH_MAX];
	_cleanup_close_ int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	check_refused(tree, "missing", ENOENT);
	make_folder(tree, "d/folder");
	check_refused(tree, "folder", EISDIR);
	put(tree, "d/file", "1\n");
	check_refused(tree, "file/below", ENOTDIR);
	/* A pipe without a writer: does not wait, and is empty. */
	assert_true(snprintf(path, sizeof(path), "%s/d/pipe", tree->root) < (int)sizeof(path));
	assert_int_equal(mkfifo(path, 0644), 0);
	check_refused(tree, "pipe", EPROTO);
	/* ... with a writer that says nothing. */
	_cleanup_close_ int writer = open(path, O_RDWR | O_CLOEXEC);
	assert_true(writer >= 0);
	check_refused(tree, "pipe", EAGAIN);
	assert_int_equal(dax_sysfs_write(&tree->sysfs, "d", "missing", "1"), -ENOENT);
	if (snprintf(address.sun_path, sizeof(address.sun_path), "%s/d/socket", tree->root) <
		    (int)sizeof(address.sun_path) &&
	    bind(sock, (const struct sockaddr *)&address, sizeof(address)) == 0)
		check_refused(tree, "socket", ENXIO);
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(dax_sysfs_write(&tree->sysfs, "d", path, "1"), -ENAMETOOLONG);
	assert_false(dax_sysfs_exists(&tree->sysfs, "d", path));
}

static void test_unreadable(void **state)
{
	struct tree *tree = *state;
	char path[PATH_MAX];

	if (geteuid() == 0) {
		print_message("# root may read everything\n");
		return;
	}
	put(tree, "d/secret", "1\n");
	assert_true(snprintf(path, sizeof(path), "%s/d/secret", tree->root) < (int)sizeof(path));
	assert_int_equal(chmod(path, 0), 0);
	check_refused(tree, "secret", EACCES);
	assert_int_equal(dax_sysfs_write(&tree->sysfs, "d", "secret", "1"), -EACCES);
}

/* No link leads out of the tree: neither the last part of a path nor one on the way. */
static void test_links(void **state)
{
	struct tree *tree = *state;
	char outside[PATH_MAX], text[PATH_MAX];
	uint64_t value = 0;

	assert_true(snprintf(outside, sizeof(outside), "%s/outside", tree->folder) < (int)sizeof(outside));
	put(tree, "d/value", "5\n");
	link_to(tree, "value", "d/relative");
	link_to(tree, "/d/value", "d/absolute");
	link_to(tree, outside, "d/escape");
	link_to(tree, "../../outside", "d/climb");
	link_to(tree, "loop", "d/loop");
	link_to(tree, "nowhere", "d/dangling");
	assert_int_equal(dax_sysfs_read_u64(&tree->sysfs, "d", "relative", &value, NULL), 0);
	assert_int_equal(value, 5);
	assert_int_equal(dax_sysfs_read_u64(&tree->sysfs, "d", "absolute", &value, NULL), 0);
	check_refused(tree, "escape", ENOENT);
	check_refused(tree, "climb", ENOENT);
	check_refused(tree, "loop", ELOOP);
	check_refused(tree, "dangling", ENOENT);
	assert_int_equal(dax_sysfs_write(&tree->sysfs, "d", "escape", "1"), -ENOENT);
	assert_int_equal(dax_sysfs_write_kept(&tree->sysfs, "d", "climb", "1"), -ENOENT);
	assert_false(dax_sysfs_exists(&tree->sysfs, "d", "escape"));
	assert_false(dax_sysfs_exists(&tree->sysfs, "d", "climb"));
	assert_true(dax_sysfs_exists(&tree->sysfs, "d", "absolute"));
	/* The link itself is read, not what it leads to. */
	assert_int_equal(dax_sysfs_read_link(&tree->sysfs, "d", "escape", text, sizeof(text), NULL), 0);
	assert_string_equal(text, outside);
	assert_int_equal(dax_sysfs_read_link(&tree->sysfs, "d", "escape", text, 8, NULL), -EFBIG);
	assert_int_equal(dax_sysfs_read_link(&tree->sysfs, "d", "value", text, sizeof(text), NULL), -EINVAL);
	assert_int_equal(dax_sysfs_read_link(&tree->sysfs, "d", "missing", text, sizeof(text), NULL),
			 -ENOENT);
}

static int count_entry(const char *name, void *data)
{
	size_t *n = data;

	(void)name;
	return ++*n == 100 ? -E2BIG : 0;
}

static void test_links_on_the_way(void **state)
{
	struct tree *tree = *state;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char text[64];
	size_t n = 0;

	link_to(tree, tree->folder, "out");
	link_to(tree, "..", "up");
	link_to(tree, "/d", "in");
	put(tree, "d/value", "5\n");
	link_to(tree, "value", "d/link");
	assert_false(dax_sysfs_exists(&tree->sysfs, "out", "outside"));
	assert_false(dax_sysfs_exists(&tree->sysfs, "up", "outside"));
	assert_int_equal(dax_sysfs_read(&tree->sysfs, "up", "outside", text, sizeof(text), NULL), -ENOENT);
	assert_int_equal(dax_sysfs_list(&tree->sysfs, "out", count_entry, &n, &err), -ENOENT);
	assert_error(&err, ENOENT, "out");
	assert_int_equal(dax_sysfs_read_link(&tree->sysfs, "out", "sys", text, sizeof(text), NULL), -ENOENT);
	assert_int_equal(dax_sysfs_list(&tree->sysfs, "in", count_entry, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_int_equal(dax_sysfs_read_link(&tree->sysfs, "in", "link", text, sizeof(text), NULL), 0);
	assert_string_equal(text, "value");
	assert_true(dax_sysfs_exists(&tree->sysfs, "in", "value"));
}

static void test_list(void **state)
{
	struct tree *tree = *state;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char name[32];
	size_t n = 0;

	assert_int_equal(dax_sysfs_list(&tree->sysfs, "d", count_entry, &n, &err), 0);
	assert_int_equal(n, 0);
	for (int i = 0; i < 150; i++) {
		snprintf(name, sizeof(name), "d/%d", i);
		put(tree, name, "");
	}
	/* The walk ends where the callee says so, with its answer. */
	assert_int_equal(dax_sysfs_list(&tree->sysfs, "d", count_entry, &n, &err), -E2BIG);
	assert_int_equal(n, 100);
	assert_int_equal(dax_sysfs_list(&tree->sysfs, "missing", count_entry, &n, &err), -ENOENT);
	assert_error(&err, ENOENT, "cannot list missing");
	assert_int_equal(dax_sysfs_list(&tree->sysfs, "d/1", count_entry, &n, &err), -ENOTDIR);
}

static void test_write(void **state)
{
	struct tree *tree = *state;
	char text[256], name[32];

	put(tree, "d/value", "");
	assert_int_equal(dax_sysfs_write(&tree->sysfs, "d", "value", "4096"), 0);
	assert_int_equal(dax_sysfs_read(&tree->sysfs, "d", "value", text, sizeof(text), NULL), 0);
	assert_string_equal(text, "4096");
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(dax_sysfs_write(&tree->sysfs, "d", "value", text), -EMSGSIZE);
	assert_int_equal(dax_sysfs_write(&tree->sysfs, "d", "missing", "1"), -ENOENT);
	assert_int_equal(dax_sysfs_write_kept(&tree->sysfs, "d", "missing", "1"), -ENOENT);
	/* More files than are kept open: each still gets its own. */
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 2 * DAX_SYSFS_KEPT; i++) {
			snprintf(name, sizeof(name), "d/%d", i);
			if (!round)
				put(tree, name, "");
			snprintf(text, sizeof(text), "%d", i);
			assert_int_equal(dax_sysfs_write_kept(&tree->sysfs, "d", name + 2, text), 0);
		}
	}
	for (int i = 0; i < 2 * DAX_SYSFS_KEPT; i++) {
		snprintf(name, sizeof(name), "%d", i);
		assert_int_equal(dax_sysfs_read_kept(&tree->sysfs, "d", name, text, sizeof(text)), 0);
		assert_int_equal(strncmp(text, name, strlen(name)), 0);
	}
	assert_true(tree->sysfs.n_kept <= DAX_SYSFS_KEPT);
}

static void test_renames_elsewhere(void **state)
{
	struct tree *tree = *state;
	uint64_t value = 0;
	int r = 0;

	put(tree, "number", "17\n");
	link_to(tree, "../d/../d/../number", "d/link");
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		for (r = chdir(tree->folder); !r;)
			r = rename("outside", "elsewhere") || rename("elsewhere", "outside");
		_exit(1);
	}
	for (int i = 0; !r && i < 20000; i++)
		r = dax_sysfs_read_u64(&tree->sysfs, "d", "link", &value, NULL);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(r, 0);
}

static void test_root(void **state)
{
	struct tree *tree = *state;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	_cleanup_sysfs_ struct dax_sysfs other = DAX_SYSFS_INIT;
	char path[PATH_MAX];

	assert_true(tree->sysfs.recorded);
	assert_int_equal(dax_sysfs_open(&other, "/nonexistent", &err), -ENOENT);
	assert_error(&err, ENOENT, "/nonexistent");
	assert_true(snprintf(path, sizeof(path), "%s/outside", tree->folder) < (int)sizeof(path));
	assert_int_equal(dax_sysfs_open(&other, path, &err), -ENOTDIR);
	assert_int_equal(dax_sysfs_open(&other, "", &err), -ENOENT);
}

#define tree_test(f) cmocka_unit_test_setup_teardown(f, make_tree, remove_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(test_good),  tree_test(test_no_number),  tree_test(test_no_int),
		tree_test(test_bytes), tree_test(test_kinds),      tree_test(test_unreadable),
		tree_test(test_links), tree_test(test_links_on_the_way), tree_test(test_list),
		tree_test(test_write), tree_test(test_root),       tree_test(test_renames_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
