/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a command in the lab and disturbs its writes to /sys, which are counted from 1:
 *
 *   fault [-o FILE] [FAULT]... COMMAND [ARG]...
 *
 *   -e N:ERRNO     the Nth write fails with that error (EBUSY, ...), and is not made
 *   -e N+:ERRNO    so does each that follows
 *   -l N           the Nth write is not made, and said to have succeeded
 *   -b N:SIGNAL    a signal (KILL, ...) just before the Nth write; KILL: it is not made
 *   -a N:SIGNAL    a signal right after it, before the command can go on
 *   -c N           SIGKILL before the Nth system call of any kind, counted from the second mkdir(2): the
 *                  first is of the folder of the lock, the second of that of the journal
 *   -w END         waits before the first write to a file whose path ends so, while /tmp/fault.wait, which
 *                  it makes then, is there
 *   -o FILE        lists the writes: number, path, value, result (0 or an errno)
 *   -n             counts all calls from there, too: "calls N" at the end of FILE
 *
 * What strace -e inject does, but right after a call as well, among writes to /sys only, and quickly.
 * Exits as the command does, with 128 + SIGNAL when a signal ended it.
 */
#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_FAULTS 16
#define WAIT_FILE "/tmp/fault.wait"

struct fault {
	char kind; /* the option's letter */
	long from, to; /* which writes */
	int value; /* ERRNO or SIGNAL */
};

struct run {
	struct fault faults[MAX_FAULTS];
	size_t n_faults;
	long kill_at; /* -c */
	const char *wait_at; /* -w */
	FILE *out;
	pid_t pid;
	long writes, calls;
	int all;      /* each call is looked at, which is slow */
	int folders;  /* mkdir was called so often */
};

static void die(const char *what)
{
	fprintf(stderr, "fault: %s: %s\n", what, strerror(errno));
	exit(125);
}

/* The number of an error or, without its SIG, a signal, which may be given as a number; 0 for neither. */
static int number_of(const char *name)
{
	for (int i = 1; i < 200; i++) {
		const char *error = strerrorname_np(i), *signal = sigabbrev_np(i);

		if ((error && strcmp(name, error) == 0) || (signal && strcmp(name, signal) == 0))
			return i;
	}
	return atoi(name);
}

static void add_fault(struct run *run, char kind, const char *text)
{
	char *end = NULL;
	struct fault fault = { .kind = kind, .from = strtol(text, &end, 10) };

	fault.to = fault.from;
	if (*end == '+') {
		fault.to = LONG_MAX;
		end++;
	}
	if (*end == ':')
		fault.value = number_of(end + 1);
	if (fault.from < 1 || (kind == 'l' ? *end : !fault.value) || run->n_faults == MAX_FAULTS) {
		fprintf(stderr, "fault: not a fault: %s\n", text);
		exit(125);
	}
	run->faults[run->n_faults++] = fault;
}

/* Every call that is looked at stops: write(2), or with ALL each one. */
static void set_filter(int all)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, all ? SECCOMP_RET_TRACE : SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(*code), .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		die("seccomp");
}

static void start(struct run *run, char **argv)
{
	run->pid = fork();
	if (run->pid < 0)
		die("fork");
	if (run->pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			die("ptrace");
		raise(SIGSTOP);
		set_filter(run->all);
		execvp(argv[0], argv);
		die(argv[0]);
	}
	int status = 0;
	if (waitpid(run->pid, &status, 0) < 0 || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, run->pid, NULL,
		   (void *)(PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC)))
		die("cannot trace");
}

/* Lets it go on, to the end of the call for PTRACE_SYSCALL, and waits; false when it has ended. */
static int go_on(const struct run *run, enum __ptrace_request how, int signal, int *status)
{
	if (ptrace(how, run->pid, NULL, (void *)(long)signal) && errno != ESRCH)
		die("continue");
	if (waitpid(run->pid, status, 0) < 0)
		die("wait");
	return WIFSTOPPED(*status);
}

/* The file that is written to, when it is below /sys. */
static int is_sysfs_write(const struct run *run, const struct user_regs_struct *regs, char path[PATH_MAX])
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)run->pid, (int)regs->rdi);
	ssize_t n = readlink(link, path, PATH_MAX - 1);
	path[n > 0 ? n : 0] = '\0';
	return strncmp(path, "/sys/", 5) == 0;
}

static void list_write(const struct run *run, const struct user_regs_struct *before, const char *path)
{
	char value[128];
	struct iovec here = { value, sizeof(value) - 1 }, there = { (void *)before->rsi, before->rdx };
	struct user_regs_struct after;

	if (!run->out || ptrace(PTRACE_GETREGS, run->pid, NULL, &after))
		return;
	ssize_t n = process_vm_readv(run->pid, &here, 1, &there, 1, 0);
	value[n > 0 ? n : 0] = '\0';
	value[strcspn(value, "\n")] = '\0';
	fprintf(run->out, "%ld %s %s %lld\n", run->writes, path, value, (long long)after.rax < 0 ? -(long long)after.rax : 0);
	fflush(run->out);
}

static const struct fault *fault_now(const struct run *run, const char *kinds)
{
	for (size_t i = 0; i < run->n_faults; i++) {
		const struct fault *fault = &run->faults[i];

		if (strchr(kinds, fault->kind) && run->writes >= fault->from && run->writes <= fault->to)
			return fault;
	}
	return NULL;
}

/* The call is not made, and returns RESULT. */
static void skip_call(const struct run *run, struct user_regs_struct *regs, long result)
{
	regs->orig_rax = (unsigned long long)-1;
	regs->rax = (unsigned long long)result;
	if (ptrace(PTRACE_SETREGS, run->pid, NULL, regs))
		die("set registers");
}

static void wait_outside(struct run *run, const char *path)
{
	size_t n = run->wait_at ? strlen(run->wait_at) : 0, length = strlen(path);

	if (!n || length < n || strcmp(path + length - n, run->wait_at) != 0)
		return;
	run->wait_at = NULL;
	FILE *file = fopen(WAIT_FILE, "we");
	if (!file)
		die(WAIT_FILE);
	fclose(file);
	while (access(WAIT_FILE, F_OK) == 0)
		usleep(1000);
}

/* A write to /sys has been reached. Leaves the command where the call has ended; false when it is gone. */
static int disturb(struct run *run, const struct user_regs_struct *regs, const char *path, int *status)
{
	struct user_regs_struct changed = *regs;
	const struct fault *fault = NULL;

	run->writes++;
	wait_outside(run, path);
	fault = fault_now(run, "b");
	if (fault)
		kill(run->pid, fault->value);
	fault = fault_now(run, "el");
	if (fault)
		skip_call(run, &changed, fault->kind == 'e' ? -fault->value : (long)regs->rdx);
	if (!go_on(run, PTRACE_SYSCALL, 0, status))
		return 0;
	list_write(run, regs, path);
	fault = fault_now(run, "a");
	if (fault)
		kill(run->pid, fault->value);
	return 1;
}

/* At the entry of a call that is looked at. */
static int look(struct run *run, int *status)
{
	struct user_regs_struct regs;
	char path[PATH_MAX];

	if (ptrace(PTRACE_GETREGS, run->pid, NULL, &regs))
		return 1; /* killed meanwhile: the wait tells */
	run->folders += regs.orig_rax == SYS_mkdir;
	if (run->folders > 1 && ++run->calls == run->kill_at)
		kill(run->pid, SIGKILL);
	else if (regs.orig_rax == SYS_write && is_sysfs_write(run, &regs, path))
		return disturb(run, &regs, path, status);
	return 1;
}

static int trace(struct run *run)
{
	int status = 0, signal = 0;

	while (go_on(run, PTRACE_CONT, signal, &status)) {
		signal = 0;
		if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_SECCOMP << 8))) {
			if (!look(run, &status))
				break;
		} else if (status >> 8 != (SIGTRAP | (PTRACE_EVENT_EXEC << 8)) && WSTOPSIG(status) != (SIGTRAP | 0x80)) {
			signal = WSTOPSIG(status);
		}
	}
	if (run->out && run->all)
		fprintf(run->out, "calls %ld\n", run->calls);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	struct run run = { 0 };
	int option = 0;

	while ((option = getopt(argc, argv, "+no:w:e:l:b:a:c:")) != -1) {
		if (option == '?')
			return 125;
		if (option == 'o')
			run.out = fopen(optarg, "we");
		else if (option == 'w')
			run.wait_at = optarg;
		else if (option == 'c')
			run.kill_at = strtol(optarg, NULL, 10);
		else if (option != 'n')
			add_fault(&run, (char)option, optarg);
		run.all |= option == 'n' || option == 'c';
		if (option == 'o' && !run.out)
			die(optarg);
	}
	if (optind == argc) {
		fputs("usage: fault [-n] [-o FILE] [-e|-l|-b|-a|-c FAULT]... COMMAND [ARG]...\n", stderr);
		return 125;
	}
	start(&run, argv + optind);
	return trace(&run);
}
