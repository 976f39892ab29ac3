/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds a dax device or a disk in the lab, until it is killed.
 *
 *   holder open PATH     has the file open
 *   holder map PATH      has it mapped (2 MiB) and not open; at each SIGUSR1 it touches the mapping, and
 *                        prints "touched" or "SIGBUS"
 *   holder private PATH  the same, privately
 *   holder low PATH      the same as map, at an address of few digits
 *   holder thread PATH   has it open in a thread, whose process' first thread has ended
 *   holder flight PATH   has sent the file into a socket that nobody reads, and closed it
 *   holder socket PATH   has made a socket there
 *   holder crowd NUMBER  so many processes that hold nothing of the kind
 *
 * When it is so it prints "ready".
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SIZE (2UL << 20)
#define LOW ((void *)(32UL << 20))

static volatile unsigned char *mapping;
static sigjmp_buf before_touch;

static void die(const char *what)
{
	fprintf(stderr, "holder: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void say(const char *word)
{
	puts(word);
	fflush(stdout);
}

static void on_bus_error(int number)
{
	(void)number;
	siglongjmp(before_touch, 1);
}

static void touch(void)
{
	if (sigsetjmp(before_touch, 1)) {
		say("SIGBUS");
		return;
	}
	*mapping = 1;
	say("touched");
}

static int open_device(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(path);
	return fd;
}

static void map(const char *path, void *address, int how)
{
	int fd = open_device(path), number = 0;
	sigset_t wanted;

	mapping = mmap(address, SIZE, PROT_READ | PROT_WRITE, how, fd, 0);
	if (mapping == MAP_FAILED)
		die("mmap");
	close(fd);
	signal(SIGBUS, on_bus_error);
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGUSR1);
	sigprocmask(SIG_BLOCK, &wanted, NULL);
	touch();
	say("ready");
	while (sigwait(&wanted, &number) == 0)
		touch();
}

/* The device is in the message alone from then on. */
static void send_away(int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	char byte = 0;
	struct iovec piece = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control),
	};
	int ends[2];

	control.header = (struct cmsghdr){
		.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
	};
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) || sendmsg(ends[0], &message, 0) != 1)
		die("socket");
	close(fd);
}

/* Until the first thread is gone: the state of the process is then that of a zombie. */
static void wait_for_first_thread(void)
{
	char state = '\0';

	while (state != 'Z') {
		FILE *file = fopen("/proc/self/stat", "re");

		if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
			die("/proc/self/stat");
		fclose(file);
		usleep(1000);
	}
}

static void *hold_in_thread(void *path)
{
	wait_for_first_thread();
	open_device(path);
	say("ready");
	for (;;)
		pause();
	return NULL;
}

static void start_thread(char *path)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, hold_in_thread, path))
		die("thread");
	syscall(SYS_exit, 0); /* this thread alone */
}

static void crowd(long number)
{
	for (long i = 0; i < number; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid == 0) {
			for (;;)
				pause();
		}
	}
}

int main(int argc, char **argv)
{
	const char *how = argc == 3 ? argv[1] : "";

	if (strcmp(how, "map") == 0)
		map(argv[2], NULL, MAP_SHARED);
	else if (strcmp(how, "private") == 0)
		map(argv[2], NULL, MAP_PRIVATE);
	else if (strcmp(how, "low") == 0)
		map(argv[2], LOW, MAP_SHARED | MAP_FIXED_NOREPLACE);
	else if (strcmp(how, "thread") == 0)
		start_thread(argv[2]);
	else if (strcmp(how, "open") == 0)
		open_device(argv[2]);
	else if (strcmp(how, "flight") == 0)
		send_away(open_device(argv[2]));
	else if (strcmp(how, "socket") == 0 && mknod(argv[2], S_IFSOCK | 0600, 0))
		die(argv[2]);
	else if (strcmp(how, "crowd") == 0)
		crowd(strtol(argv[2], NULL, 10));
	else if (strcmp(how, "socket") != 0)
		return 2;
	say("ready");
	for (;;)
		pause();
}
