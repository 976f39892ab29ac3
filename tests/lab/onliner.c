/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Brings each new memory block online in the lab as soon as the kernel tells of it, as a rule of udev would:
 *
 *   onliner [WORD [ACTION]]
 *
 *   WORD     what is written to the block's state ("online")
 *   ACTION   of the uevents that it acts on ("add"); "any" is all of them
 *
 * "ready" when it listens; then a line "memoryN WORD RESULT" for each block, until it is killed. While events wait
 * there is a file /run/udev/queue, as udevd has it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define QUEUE "/run/udev/queue"

static void die(const char *what)
{
	fprintf(stderr, "onliner: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int listen_to_kernel(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT), room = 16 << 20;

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die("netlink");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	return fd;
}

static void bring_online(const char *block, const char *word)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/devices/system/memory/%s/state", block);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int failed = fd < 0 || write(fd, word, strlen(word)) < 0;

	printf("%s %s %s\n", block, word, failed ? strerror(errno) : "done");
	if (fd >= 0)
		close(fd);
}

/* "ACTION@/devices/system/memory/memoryN", and then what it is about. */
static void act(const char *event, const char *word, const char *wanted)
{
	static const char folder[] = "@/devices/system/memory/";
	const char *at = strchr(event, '@');
	size_t length = at ? (size_t)(at - event) : 0;

	if (!at || strncmp(at, folder, strlen(folder)) != 0 || strcmp(event, "remove") == 0)
		return;
	if (strcmp(wanted, "any") == 0 || (strlen(wanted) == length && strncmp(event, wanted, length) == 0))
		bring_online(at + strlen(folder), word);
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "online", *wanted = argc > 2 ? argv[2] : "add";
	struct pollfd event = { .fd = listen_to_kernel(), .events = POLLIN };
	char text[8192];

	setvbuf(stdout, NULL, _IOLBF, 0);
	mkdir("/run/udev", 0755);
	puts("ready");
	for (;;) {
		if (poll(&event, 1, 0) == 0) {
			unlink(QUEUE);
			poll(&event, 1, -1);
		}
		close(open(QUEUE, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
		ssize_t n = recv(event.fd, text, sizeof(text) - 1, 0);
		if (n < 0 && errno != ENOBUFS)
			die("recv");
		text[n > 0 ? n : 0] = '\0';
		act(text, word, wanted);
	}
}
