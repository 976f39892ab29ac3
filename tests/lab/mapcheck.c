/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Maps dax devices in the lab and looks whose memory that is.
 *
 *   mapcheck fill DEVICE SEED          mark the first and last page, and both ends of every 2 MiB
 *   mapcheck check DEVICE SEED [SIZE]  are all marks (up to SIZE: those of 2 MiB) still there?
 *   mapcheck page DEVICE               print the size of the pages that it is mapped with
 *
 * One shared mapping of the whole device, never moved: moving one of 1 GiB pages breaks kernels.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHUNK (UINT64_C(2) << 20)
#define PAGE UINT64_C(4096)

struct mapping {
	const char *device;
	unsigned char *start;
	uint64_t size;
};

static void die(const char *device, const char *what)
{
	fprintf(stderr, "mapcheck: %s: %s: %s\n", device, what, strerror(errno));
	exit(2);
}

static void on_bus_error(int number)
{
	static const char text[] = "mapcheck: SIGBUS\n";

	(void)number;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(3);
}

static uint64_t device_size(const char *device)
{
	char path[128];
	uint64_t size = 0;

	snprintf(path, sizeof(path), "/sys/bus/dax/devices/%s/size", device);
	FILE *file = fopen(path, "re");
	if (!file || fscanf(file, "%" SCNu64, &size) != 1 || !size)
		die(device, "cannot read its size");
	fclose(file);
	return size;
}

static struct mapping map(const char *device)
{
	struct mapping mapping = { .device = device, .size = device_size(device) };
	char path[128];

	snprintf(path, sizeof(path), "/dev/%s", device);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(device, "open");
	void *start = mmap(NULL, mapping.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (start == MAP_FAILED)
		die(device, "mmap");
	close(fd);
	mapping.start = start;
	return mapping;
}

/* What belongs at OFFSET: no other place, and no other seed, has the same. */
static uint64_t mark(uint64_t seed, uint64_t offset)
{
	return (seed << 48) ^ offset ^ UINT64_C(0xda0ada0ada0a0000);
}

/* Writes or compares one mark; the number of wrong ones. */
static int visit(struct mapping *mapping, uint64_t offset, uint64_t seed, int fill)
{
	volatile uint64_t *place = (volatile uint64_t *)(void *)(mapping->start + offset);
	uint64_t wanted = mark(seed, offset);

	if (fill)
		*place = wanted;
	uint64_t is = *place;
	if (is == wanted)
		return 0;
	fprintf(stderr, "mapcheck: %s: at offset 0x%" PRIx64 " is 0x%" PRIx64 ", not 0x%" PRIx64 "\n",
		mapping->device, offset, is, wanted);
	return 1;
}

/* The ends: whoever reaches into a neighbour does it there. */
static int visit_ends(struct mapping *mapping, uint64_t seed, int fill)
{
	int wrong = 0;

	for (uint64_t at = 0; at < PAGE && wrong < 4; at += sizeof(uint64_t)) {
		wrong += visit(mapping, at, seed, fill);
		wrong += visit(mapping, mapping->size - PAGE + at, seed, fill);
	}
	return wrong;
}

static int visit_chunks(struct mapping *mapping, uint64_t size, uint64_t seed, int fill)
{
	int wrong = 0;

	for (uint64_t chunk = 0; chunk < size && wrong < 4; chunk += CHUNK) {
		wrong += visit(mapping, chunk, seed, fill);
		wrong += visit(mapping, chunk + CHUNK - sizeof(uint64_t), seed, fill);
	}
	return wrong;
}

/* KernelPageSize of our mapping, as /proc/self/smaps has it. */
static int print_page(struct mapping *mapping)
{
	char line[512], wanted[64];
	int ours = 0;
	unsigned long kib = 0;
	FILE *file = fopen("/proc/self/smaps", "re");

	if (!file)
		die(mapping->device, "smaps");
	snprintf(wanted, sizeof(wanted), "%lx-", (unsigned long)mapping->start);
	while (fgets(line, sizeof(line), file)) {
		ours = ours || strncmp(line, wanted, strlen(wanted)) == 0;
		if (ours && sscanf(line, "KernelPageSize: %lu kB", &kib) == 1)
			break;
	}
	fclose(file);
	printf("%" PRIu64 "\n", (uint64_t)kib * 1024);
	return kib ? 0 : 1;
}

int main(int argc, char **argv)
{
	int fill = argc > 3 && strcmp(argv[1], "fill") == 0;

	if (argc < 3) {
		fputs("usage: mapcheck fill|check DEVICE SEED, or page DEVICE\n", stderr);
		return 2;
	}
	signal(SIGBUS, on_bus_error);
	struct mapping mapping = map(argv[2]);
	uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	if (argc > 4)
		return visit_chunks(&mapping, strtoull(argv[4], NULL, 10), seed, fill) != 0;
	if (argc > 3)
		return visit_ends(&mapping, seed, fill) + visit_chunks(&mapping, mapping.size, seed, fill) != 0;
	return print_page(&mapping);
}
