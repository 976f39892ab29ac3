/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a command, to which the kernel does not tell the truth:
 *
 *   lie -e CALL[,N=VALUE[/MASK]]...:RESULT... COMMAND [ARG]...
 *
 * A system call of that name whose arguments are so (the first one is 0; their low 32 bits count, and of
 * these the MASK) is not made, and returns RESULT: OK, which is 0, or an error (EINVAL, ...). So it is for
 * the children of the command, too:
 *
 *   lie -e mmap,1=0x1000,3=0x1/0x23:OK daxadm check dax0.0     one page, shared, is "mapped"
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_CODE 256

struct program {
	struct sock_filter code[MAX_CODE];
	unsigned short n;
};

static const struct {
	const char *name;
	unsigned number;
} calls[] = {
	{ "fallocate", SYS_fallocate },
	{ "fsync", SYS_fsync },
	{ "io_uring_register", SYS_io_uring_register },
	{ "madvise", SYS_madvise },
	{ "mmap", SYS_mmap },
	{ "mprotect", SYS_mprotect },
	{ "munmap", SYS_munmap },
	{ "read", SYS_read },
	{ "write", SYS_write },
};

static void refuse(const char *text)
{
	fprintf(stderr, "lie: not a lie: %s\n", text);
	exit(125);
}

static void add(struct program *program, unsigned short code, unsigned value, unsigned char yes,
		unsigned char no)
{
	if (program->n == MAX_CODE)
		refuse("too many");
	program->code[program->n++] = (struct sock_filter)BPF_JUMP(code, value, yes, no);
}

static unsigned number_of_call(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		if (strlen(calls[i].name) == length && strncmp(calls[i].name, name, length) == 0)
			return calls[i].number;
	}
	refuse(name);
	return 0;
}

static unsigned number_of_result(const char *name)
{
	for (unsigned i = 1; i < 200; i++) {
		const char *error = strerrorname_np((int)i);

		if (error && strcmp(error, name) == 0)
			return i;
	}
	if (strcmp(name, "OK") != 0)
		refuse(name);
	return 0;
}

/* "1=0x1000/0xffff": goes on with the next one when it is so, or else behind the whole lie. */
static char *add_argument(struct program *program, char *text)
{
	unsigned which = (unsigned)strtoul(text, &text, 0), mask = ~0U;

	if (*text != '=' || which > 5)
		refuse(text);
	unsigned value = (unsigned)strtoul(text + 1, &text, 0);
	if (*text == '/')
		mask = (unsigned)strtoul(text + 1, &text, 0);
	add(program, BPF_LD | BPF_W | BPF_ABS, (unsigned)(offsetof(struct seccomp_data, args) + 8 * which), 0,
	    0);
	add(program, BPF_ALU | BPF_AND | BPF_K, mask, 0, 0);
	add(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 0);
	return text;
}

static void add_lie(struct program *program, char *text)
{
	size_t length = strcspn(text, ",:");
	unsigned short first = program->n;
	char *rest = text + length;

	add(program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	add(program, BPF_JMP | BPF_JEQ | BPF_K, number_of_call(text, length), 0, 0);
	while (*rest == ',')
		rest = add_argument(program, rest + 1);
	if (*rest != ':')
		refuse(text);
	add(program, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | number_of_result(rest + 1), 0, 0);
	for (unsigned short i = first; i < program->n; i++) {
		if (BPF_CLASS(program->code[i].code) == BPF_JMP)
			program->code[i].jf = (unsigned char)(program->n - i - 1);
	}
}

int main(int argc, char **argv)
{
	struct program program = { 0 };
	int option = 0;

	while ((option = getopt(argc, argv, "+e:")) != -1) {
		if (option != 'e')
			return 125;
		add_lie(&program, optarg);
	}
	if (optind == argc) {
		fputs("usage: lie -e CALL[,N=VALUE[/MASK]]...:RESULT... COMMAND [ARG]...\n", stderr);
		return 125;
	}
	add(&program, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	struct sock_fprog filter = { .len = program.n, .filter = program.code };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) {
		perror("lie: seccomp");
		return 125;
	}
	execvp(argv[optind], argv + optind);
	perror(argv[optind]);
	return 125;
}
