/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

static int unpack(const struct tree *tree)
{
	char script[PATH_MAX], file[PATH_MAX];
	const char *srcdir = getenv("srcdir");
	char *words[] = { script, file, (char[80]){ 0 }, NULL };
	int status = 0;
	pid_t pid = 0;

	snprintf(script, sizeof(script), "%s/tests/sysroots/unpack", srcdir);
	snprintf(file, sizeof(file), "%s/tests/sysroots/%s.sysroot", srcdir, tree->machine);
	strcpy(words[2], tree->root);
	if (posix_spawn(&pid, script, NULL, NULL, words, environ) || waitpid(pid, &status, 0) != pid)
		return -1;
	return status ? -1 : 0;
}

/* Sorted, so that a seed means the same on every machine. */
static int list_entries(struct tree *tree)
{
	char command[256], line[512];
	size_t length = strlen(tree->root) + 1;

	snprintf(command, sizeof(command), "find '%s' ! -type d | sort", tree->root);
	FILE *list = popen(command, "r");

	if (!list)
		return -1;
	while (fgets(line, sizeof(line), list)) {
		char(*grown)[256] = reallocarray(tree->entries, tree->n_entries + 1, sizeof(*grown));

		assert_non_null(grown);
		tree->entries = grown;
		line[strcspn(line, "\n")] = '\0';
		assert_true(strlen(line) - length < sizeof(*grown));
		strcpy(grown[tree->n_entries++], line + length);
	}
	return pclose(list) || !tree->n_entries ? -1 : 0;
}

int tree_make(struct tree *tree, const char *machine)
{
	tree->machine = machine;
	strcpy(tree->folder, "/tmp/daxadm-tree-XXXXXX");
	if (!mkdtemp(tree->folder))
		return -1;
	snprintf(tree->root, sizeof(tree->root), "%s/sys", tree->folder);
	return unpack(tree) || list_entries(tree) ? -1 : 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void tree_remove(struct tree *tree)
{
	free(tree->entries);
	tree->entries = NULL;
	if (tree->folder[0])
		nftw(tree->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *path, const char *bytes, size_t n)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
}

/* A number of the kinds that matter. */
static void put_number(const char *path, struct dice *dice)
{
	static const uint64_t numbers[] = { 0,          1,
					    4096,       2 * DAX_MIB,
					    DAX_GIB,    UINT64_C(0x100000000),
					    UINT64_MAX, UINT64_MAX - 1,
					    INT64_MAX,  UINT64_C(1) << 52 };
	uint64_t number = dice_chance(dice, 70) ? numbers[dice_below(dice, ARRAY_SIZE(numbers))]
						: dice_roll(dice) >> dice_below(dice, 64);
	char text[32];
	int n = snprintf(text, sizeof(text), dice_chance(dice, 50) ? "0x%" PRIx64 "\n" : "%" PRIu64 "\n",
			 number);

	put(path, text, (size_t)n);
}

static const char *break_into_text(const char *path, struct dice *dice)
{
	static const struct {
		const char *how;
		const char *bytes;
		size_t n;
	} texts[] = {
		{ "empty", "", 0 },
		{ "a newline", "\n", 1 },
		{ "a word", "online\n", 7 },
		{ "offline", "offline\n", 8 },
		{ "Movable", "Movable\n", 8 },
		{ "-1", "-1\n", 3 },
		{ "a NUL", "4096\0\n", 6 },
		{ "NULs", "\0\0\0\0\0\0\0\0", 8 },
		{ "a fraction", "1.5\n", 4 },
		{ "2^64", "18446744073709551616\n", 21 },
		{ "a colour", "\033[31m1\n", 7 },
		{ "not UTF-8", "\xff\xfe\x80\n", 4 },
		{ "two lines", "1\n2\n", 4 },
		{ "dev", "999999999999:-1\n", 16 },
	};
	static const char nines[70000] = { [0 ... 69999] = '9' };
	size_t i = dice_below(dice, ARRAY_SIZE(texts) + 8);

	if (i < ARRAY_SIZE(texts)) {
		put(path, texts[i].bytes, texts[i].n);
		return texts[i].how;
	}
	if (i == ARRAY_SIZE(texts)) {
		put(path, nines, sizeof(nines));
		return "huge";
	}
	put_number(path, dice);
	return "another number";
}

static const char *break_into_link(const char *path, struct dice *dice)
{
	static const char *const targets[] = { "nowhere",
					       "/etc/passwd",
					       "/",
					       "..",
					       "../../../../../../..",
					       ".",
					       "dax0.0",
					       "x/dax0.0",
					       "../../../devices/platform/hmem.0/dax0.1",
					       "devices",
					       "/devices/../../../../dax0.0",
					       "\033[31m/dax1.0" };
	char far[3000];

	if (dice_chance(dice, 10)) {
		memset(far, 'x', sizeof(far));
		far[sizeof(far) - 1] = '\0';
		assert_int_equal(symlink(far, path), 0);
		return "a link that is long";
	}
	const char *target = targets[dice_below(dice, ARRAY_SIZE(targets))];

	assert_int_equal(symlink(target, path), 0);
	return target;
}

static const char *break_entry(const char *path, struct dice *dice, bool is_link)
{
	switch (dice_below(dice, 10)) {
	case 0:
		return "gone";
	case 1:
		assert_int_equal(mkdir(path, 0755), 0);
		return "a folder";
	case 2:
		assert_int_equal(mkfifo(path, 0644), 0);
		return "a pipe";
	case 3:
		return break_into_link(path, dice);
	default:
		return is_link ? break_into_link(path, dice) : break_into_text(path, dice);
	}
}

static void paths_of(const struct tree *tree, size_t i, char path[PATH_MAX], char kept[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", tree->root, tree->broken[i].path);
	snprintf(kept, PATH_MAX, "%s/kept%zu", tree->folder, i);
}

void tree_break(struct tree *tree, struct dice *dice)
{
	char path[PATH_MAX], kept[PATH_MAX];
	size_t n = 1 + dice_below(dice, TREE_BROKEN);

	while (tree->n_broken < n) {
		size_t i = tree->n_broken;
		struct stat st;

		tree->broken[i].path = tree->entries[dice_below(dice, tree->n_entries)];
		paths_of(tree, i, path, kept);
		if (lstat(path, &st))
			continue; /* broken already, and gone */
		tree->n_broken++;
		assert_int_equal(rename(path, kept), 0);
		tree->broken[i].was_link = S_ISLNK(st.st_mode);
		tree->broken[i].how = break_entry(path, dice, tree->broken[i].was_link);
	}
}

void tree_mend(struct tree *tree)
{
	char path[PATH_MAX], kept[PATH_MAX];

	while (tree->n_broken > 0) {
		paths_of(tree, --tree->n_broken, path, kept);
		if (remove(path))
			assert_int_equal(errno, ENOENT);
		assert_int_equal(rename(kept, path), 0);
	}
}
