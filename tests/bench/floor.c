/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floor of the benchmark: a program that does only the reads and writes without which there is
 * no answer. It knows no errors, verifies nothing, and links nothing but libc.
 *
 *   floor list                      size, alignment, driver of each device; the node of each region
 *   floor create REGION COUNT SIZE  devices of SIZE bytes in a region, bound to device_dax
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int bus;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void read_attribute(const char *device, const char *attr, char *text, size_t size)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", device, attr);
	int fd = openat(bus, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
	if (n < 0)
		die(path);
	close(fd);
	text[strcspn(text, "\n")] = '\0';
	text[n] = '\0';
}

static const char *read_driver(const char *device, char *target, size_t size)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/driver", device);
	ssize_t n = readlinkat(bus, path, target, size - 1);
	if (n < 0)
		return "";
	target[n] = '\0';
	return strrchr(target, '/') + 1;
}

static int list(void)
{
	char size[64], align[64], node[64] = "", target[256], region[16] = "";
	DIR *dir = fdopendir(dup(bus));
	const char *between = "[\n";

	if (!dir)
		die("bus/dax/devices");
	for (const struct dirent *entry; (entry = readdir(dir));) {
		const char *name = entry->d_name;
		size_t id_length = strcspn(name, ".");

		if (name[0] == '.')
			continue;
		read_attribute(name, "size", size, sizeof(size));
		read_attribute(name, "align", align, sizeof(align));
		if (strncmp(region, name, id_length) != 0 || region[id_length]) {
			snprintf(region, sizeof(region), "%.*s", (int)id_length, name);
			read_attribute(name, "target_node", node, sizeof(node));
		}
		printf("%s  {\n    \"chardev\":\"%s\",\n    \"size\":%s,\n    \"target_node\":%s,\n"
		       "    \"align\":%s,\n    \"driver\":\"%s\"\n  }",
		       between, name, size, node, align, read_driver(name, target, sizeof(target)));
		between = ",\n";
	}
	printf("\n]\n");
	closedir(dir);
	return 0;
}

static int open_or_die(int dir, const char *path, int flags)
{
	int fd = openat(dir, path, flags | O_CLOEXEC);

	if (fd < 0)
		die(path);
	return fd;
}

static void write_or_die(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		die(text);
}

static int create(const char *region, int count, const char *size)
{
	char path[256], name[64];

	snprintf(path, sizeof(path), "dax%s.0/../dax_region/create", region);
	int make = open_or_die(bus, path, O_RDWR);
	int bind = open_or_die(bus, "../drivers/device_dax/bind", O_WRONLY);
	int new_id = open_or_die(bus, "../drivers/device_dax/new_id", O_WRONLY);
	int remove_id = open_or_die(bus, "../drivers/device_dax/remove_id", O_WRONLY);
	int by_id = 0;

	for (int i = 0; i < count; i++) {
		write_or_die(make, "1\n");
		ssize_t n = pread(make, name, sizeof(name) - 1, 0);
		if (n <= 1)
			die("create");
		name[n - 1] = '\0';
		snprintf(path, sizeof(path), "%s/size", name);
		int fd = open_or_die(bus, path, O_WRONLY);
		write_or_die(fd, size);
		close(fd);
		if (!by_id && write(bind, name, strlen(name)) < 0) {
			if (errno != ENODEV)
				die("bind");
			by_id = 1;
		}
		if (by_id) {
			write_or_die(new_id, name);
			write_or_die(remove_id, name);
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	bus = open_or_die(AT_FDCWD, "/sys/bus/dax/devices", O_RDONLY | O_DIRECTORY);
	if (argc == 2 && strcmp(argv[1], "list") == 0)
		return list();
	if (argc == 5 && strcmp(argv[1], "create") == 0)
		return create(argv[2], atoi(argv[3]), argv[4]);
	fprintf(stderr, "usage: floor list | floor create REGION COUNT SIZE\n");
	return 2;
}
