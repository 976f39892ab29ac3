/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file of a file system: whether programs access its memory directly, and what can prevent it. */
#include "base/error.h"
#include "check/check-place.h"
#include "check/checker.h"
#include "door/extents.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/*
 * Only an existing promise can be broken: that of the mount option, or that of the inode flag if it can be
 * kept.
 */
void dax_check_file_dax(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "direct access";
	const struct dax_place *place = subject->place;
	const char *obstacle = place->is_dax ? NULL : dax_place_obstacle(subject->checkup->sysfs, place);
	/* For a hidden mount it is not known whether the file system can keep it. */
	bool promised = dax_place_wants(place) && !obstacle && !place->backing.hidden;

	dax_place_tell(place, obstacle, finding);
	if (place->is_dax) {
		dax_found(finding, DAX_PASS, expected, expected);
		return;
	}
	dax_found(finding, promised ? DAX_FAIL : DAX_WARN, expected, "the page cache");
	if (obstacle && place->backing.point)
		dax_found_hint(finding, "%s: run 'daxadm check %s' to see why", obstacle,
			       place->backing.point);
	else if (obstacle)
		dax_found_hint(finding, "%s", obstacle);
	else if (promised && dax_extents_have(&place->extents, DAX_EXTENT_SHARED))
		dax_found_hint(finding, "some kernels do not map files directly that share blocks: make a "
					"copy that shares nothing (cp --reflink=never)");
	else if (promised)
		dax_found_hint(finding, "see the kernel's log; a new inode flag takes effect when the file "
					"was unused for a while, or after the next mount");
	else
		dax_found_hint(
			finding,
			"mount with -o dax=always, or run xfs_io -c 'chattr +x' on the file and mount again");
}

static int map_page(const struct dax_place *place, int flags)
{
	void *start = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ, flags, place->fd, 0);

	if (start == MAP_FAILED)
		return errno;
	munmap(start, (size_t)sysconf(_SC_PAGESIZE));
	return 0;
}

void dax_check_file_sync(struct dax_subject *subject, struct dax_finding *finding)
{
	const struct dax_place *place = subject->place;

	dax_found_errno(finding, place->is_dax ? 0 : EOPNOTSUPP,
			map_page(place, MAP_SHARED_VALIDATE | MAP_SYNC), NULL);
	if (finding->result == DAX_FAIL)
		dax_found_hint(finding,
			       place->is_dax
				       ? "the memory is not synchronous, like that of virtio-pmem: use msync"
				       : "a program that maps the file in this way assumes that its data are "
					 "persistent, and they are not");
}

/* The first page that is written and not shared: mapping it for writing changes no block. */
static bool find_plain(const struct dax_extents *extents, uint64_t *offset)
{
	for (size_t i = 0; i < extents->n; i++) {
		if (extents->items[i].kinds == DAX_EXTENT_PLAIN) {
			*offset = extents->items[i].range.start;
			return true;
		}
	}
	return false;
}

static void try_file_pin(const struct dax_subject *subject, void *answer)
{
	struct dax_pinning *pinning = answer;
	uint64_t offset = pinning->bytes;
	char path[32];

	pinning->bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", subject->place->fd);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char *start =
		fd < 0 ? MAP_FAILED
		       : mmap(NULL, pinning->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);
	pinning->unmapped = start == MAP_FAILED ? errno : 0;
	if (start != MAP_FAILED)
		pinning->error = dax_pin(start, pinning->bytes, pinning);
}

void dax_check_file_pin(struct dax_subject *subject, struct dax_finding *finding)
{
	struct dax_pinning pinning = { 0 };

	/*
	 * Some kernels pin these pages, and mark them as written, which would change the modification time.
	 */
	if (!subject->place->is_dax) {
		dax_found_skip(finding, "the file is in the page cache");
		return;
	}
	if (!find_plain(&subject->place->extents, &pinning.bytes)) {
		dax_found_skip(finding, "no part of it is written and not shared");
		return;
	}
	if (!dax_found_end(finding, dax_probe(try_file_pin, subject, &pinning, sizeof(pinning)),
			   "EOPNOTSUPP"))
		return;
	if (pinning.unmapped) {
		dax_found_skip(finding, "cannot map it for writing: %s", strerror(pinning.unmapped));
		return;
	}
	if (!pinning.by) {
		dax_found_pinning(finding, &pinning);
		return;
	}
	dax_found(finding, pinning.error == EOPNOTSUPP ? DAX_PASS : DAX_WARN, "EOPNOTSUPP", "%s",
		  pinning.error ? dax_errno_name(pinning.error) : "success");
	dax_found_hint(finding,
		       "RDMA and virtual machines with assigned devices need a dax device instead of a file");
}

/* In addition to the kinds of extents. */
#define NOT_DIRECT (1U << 31)

/* What MAP_DIRECT, which was proposed in 2017 and never merged, would have guaranteed. */
void dax_check_map_direct(struct dax_subject *subject, struct dax_finding *finding)
{
	static const struct {
		unsigned kind;
		const char *word;
	} words[] = {
		{ NOT_DIRECT, "the page cache" },
		{ DAX_EXTENT_SHARED, "shared extents" },
		{ DAX_EXTENT_UNWRITTEN, "unwritten extents" },
		{ DAX_EXTENT_HOLE, "holes" },
		{ DAX_EXTENT_STRANGE, "extents without blocks of their own" },
	};
	const struct dax_extents *extents = &subject->place->extents;
	unsigned kinds = subject->place->is_dax ? 0 : NOT_DIRECT;
	struct dax_words lacks;

	for (size_t i = 0; i < extents->n; i++)
		kinds |= extents->items[i].kinds;
	bool known = false;
	for (unsigned bit = 21; bit <= 25; bit++)
		known = known || map_page(subject->place, MAP_SHARED_VALIDATE | 1 << bit) != EOPNOTSUPP;
	if (!dax_words_begin(&lacks, finding))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (kinds & words[i].kind)
			dax_words_add(&lacks, words[i].word);
	}
	dax_words_end(&lacks);
	dax_found(finding, lacks.n ? DAX_WARN : DAX_PASS,
		  "direct access, and no part shared, unwritten or missing", "%s",
		  lacks.n ? lacks.text : "as expected");
	dax_words_release(&lacks);
	dax_found_detail(
		finding,
		known ? "this kernel accepts a flag that other kernels do not know; it may be MAP_DIRECT"
		      : "this kernel has no such flag: programs cannot request this");
}
