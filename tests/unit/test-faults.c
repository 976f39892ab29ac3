/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans for random machines, done on a kernel in memory, and each of their writes made to fail, to be
 * interrupted, and to be the last that its process makes: afterwards all is as before, or recover
 * makes it so, or finishes it. DAXADM_SEED and DAXADM_CASES are those of test-properties.
 */
#include "unit.h"

#include "faults.h"
#include "run/apply.h"
#include "run/journal-folder.h"
#include "run/journal-read.h"
#include "run/recover.h"
#include "scene.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sys/wait.h>

#define DEFAULT_CASES 20

/* Of longer plans some writes are left out. */
#define MAX_WRITES 24

static struct dax_apply_options options_of(const struct faults *f)
{
	return (struct dax_apply_options){
		.run_folder = f->folder, .verb = "reconfigure", .interrupted = &kernel->interrupted,
	};
}

/* Anew, as it was before. */
static void boot(struct faults *f)
{
	kernel_halt(&f->kernel);
	kernel_boot(&f->kernel, &f->before, f->old);
	if (!f->stale[0])
		return;
	/* The one that takes most devices by id only. */
	strcpy(kernel->ids[0].driver, f->old ? "kmem" : "device_dax");
	strcpy(kernel->ids[0].device, f->stale);
	kernel->n_ids = 1;
}

static int apply(struct faults *f, struct dax_error *err)
{
	const struct dax_apply_options options = options_of(f);
	_cleanup_outcome_ struct dax_outcome outcome = DAX_OUTCOME_INIT;
	struct dax_sysfs sysfs = DAX_SYSFS_INIT;

	return dax_apply(&sysfs, &f->before, &f->plan, &options, &outcome, err);
}

static int recover_journal(const char *path, void *data)
{
	struct faults *f = data;
	const struct dax_apply_options options = options_of(f);
	_cleanup_record_ struct dax_record record = DAX_RECORD_INIT;
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	int r = dax_journal_read(path, &record, &err);

	if (!r)
		r = dax_recover(&sysfs, &record,
				strcmp(f->what, "forward") == 0 ? DAX_RECOVER_FORWARD : DAX_RECOVER_BACK, &options, &err);
	if (r && !f->quiet)
		fprintf(stderr, "# %s: %s\n", f->what, err.message);
	return r;
}

static int recover(struct faults *f, const char *direction)
{
	f->what = direction;
	return dax_journal_list(f->folder, true, recover_journal, f, NULL);
}

static void check_clean(const struct faults *f, const struct dax_topology *expected)
{
	assert_int_equal(f->kernel.n_ids, f->stale[0] ? 1 : 0);
	assert_int_equal(faults_journals(f), 0);
	scene_assert_same(expected, &f->kernel.machine);
}

/* What the process does that is killed. */
enum work {
	APPLY,
	RECOVER,
};

/* In a process of its own, with the fault; what it wrote is done here, too. */
static void work_in_child(struct faults *f, enum work work, enum kernel_fault fault, size_t at)
{
	int log[2], status = 0;

	assert_int_equal(pipe(log), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct dax_error err = DAX_ERROR_INIT;

		close(log[0]);
		kernel->log = log[1];
		kernel->fault = fault;
		kernel->at = kernel->writes + at;
		if (work == APPLY)
			(void)!apply(f, &err);
		else
			(void)!recover(f, "killed");
		_exit(0);
	}
	close(log[1]);
	kernel_replay(log[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void check_recover(struct faults *f, const char *direction, const struct dax_topology *expected)
{
	assert_int_equal(recover(f, direction), 0);
	check_clean(f, expected);
	f->recovered++;
}

/* The kernel refuses a write of recover, and the next one is not disturbed. */
static void fail_recover(struct faults *f)
{
	f->kernel.fault = KERNEL_FAIL;
	f->kernel.at = f->kernel.writes + 1 + dice_below(&f->dice, 6);
	f->kernel.error = EINVAL;
	f->quiet = true;
	int r = recover(f, "back, with a failure");
	f->quiet = false;
	f->kernel.fault = KERNEL_NO_FAULT;
	if (r)
		check_recover(f, "back after a failure", &f->before);
	else
		check_clean(f, &f->before);
}

/* A kill, then what recover makes of it, in both directions, also when it fails at first; and a kill of recover. */
static void try_kill(struct faults *f, enum kernel_fault fault, size_t at)
{
	f->what = fault == KERNEL_KILL_BEFORE ? "kill before" : "kill after";
	boot(f);
	work_in_child(f, APPLY, fault, at);
	f->killed++;
	check_recover(f, "back", &f->before);

	boot(f);
	work_in_child(f, APPLY, fault, at);
	check_recover(f, "forward", &f->plan.after);

	boot(f);
	work_in_child(f, APPLY, fault, at);
	fail_recover(f);

	boot(f);
	work_in_child(f, APPLY, fault, at);
	size_t second = 1 + dice_below(&f->dice, 6);
	work_in_child(f, RECOVER, dice_chance(&f->dice, 50) ? KERNEL_KILL_BEFORE : KERNEL_KILL_AFTER, second);
	f->killed++;
	if (faults_journals(f))
		check_recover(f, "back again", &f->before);
	else
		check_clean(f, &f->before);
}

/*
 * Somebody else removes a device that the run is about, or its whole region, and makes another one that gets the
 * name: that is not touched, in neither direction.
 */
static void try_foreign(struct faults *f, enum kernel_fault fault, size_t at)
{
	static struct foreign foreign;
	static char now[FOREIGN_TEXT];

	f->what = "foreign";
	boot(f);
	work_in_child(f, APPLY, fault, at);
	f->killed++;
	if (foreign_change(f, &foreign)) {
		f->foreign++;
		f->quiet = true;
		f->refused += recover(f, dice_chance(&f->dice, 70) ? "back" : "forward") != 0;
		f->quiet = false;
		f->what = "foreign";
		foreign_print(foreign.name, now);
		assert_string_equal(now, foreign.text);
	}
	faults_forget(f);
}

/* Whether a step writes over what cannot be brought back, as persistent memory that is given to kmem. */
static bool has_final(const struct faults *f)
{
	for (size_t i = 0; i < f->plan.n_steps; i++) {
		if (f->plan.steps[i].final)
			return true;
	}
	return false;
}

static void try_failure(struct faults *f, size_t at)
{
	static const int errors[] = { EINVAL, EBUSY, ENODEV, ENXIO, ENOMEM, ENOSPC, EIO };
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	f->what = "failure";
	boot(f);
	f->kernel.fault = KERNEL_FAIL;
	f->kernel.at = at;
	f->kernel.error = errors[dice_below(&f->dice, ARRAY_SIZE(errors))];
	int r = apply(f, &err);
	f->failed++;
	/* A write that is tried again succeeds. */
	check_clean(f, r ? &f->before : &f->plan.after);
	if (err.blame != DAX_BLAME_LOST || !has_final(f))
		assert_int_equal(err.blame, DAX_BLAME_MACHINE);
}

/* And one of the way back, too. */
static void try_two_failures(struct faults *f, size_t at)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	f->what = "two failures";
	boot(f);
	f->kernel.fault = KERNEL_FAIL;
	f->kernel.at = at;
	f->kernel.again = at + 1 + dice_below(&f->dice, 5);
	f->kernel.error = EIO;
	int r = apply(f, &err);
	f->failed++;
	f->kernel.fault = KERNEL_NO_FAULT;
	if (err.blame != DAX_BLAME_STUCK) {
		check_clean(f, r ? &f->before : &f->plan.after);
		return;
	}
	f->stuck++;
	assert_true(r < 0);
	assert_int_equal(faults_journals(f), 1);
	check_recover(f, "back after failures", &f->before);
}

/*
 * A success that is none is noticed, at once or in the end. It stands for somebody else, too, who takes back at once
 * what was just done: a device in a state that only that other can have made is refused, and the journal stays.
 */
static void try_lie(struct faults *f, size_t at)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	f->what = "lie";
	boot(f);
	f->kernel.fault = KERNEL_LIE;
	f->kernel.at = at;
	int r = apply(f, &err);
	f->believed += !r;
	if (err.blame != DAX_BLAME_STUCK) {
		check_clean(f, r ? &f->before : &f->plan.after);
		return;
	}
	if (recover(f, "back after a lie") == 0) {
		check_clean(f, &f->before);
		return;
	}
	assert_int_equal(faults_journals(f), 1);
	f->refused++;
	faults_forget(f);
}

static void try_signal(struct faults *f, size_t at)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	f->what = "signal";
	boot(f);
	f->kernel.fault = KERNEL_INTERRUPT;
	f->kernel.at = at;
	int r = apply(f, &err);
	f->interrupted++;
	assert_true(r == 0 || r == -EINTR);
	check_clean(f, r ? &f->before : &f->plan.after);
}

static bool wants_memmap(const struct faults *f)
{
	for (size_t i = 0; i < f->plan.n_steps; i++) {
		if (f->plan.steps[i].kind == DAX_STEP_SET_MEMMAP)
			return true;
	}
	return false;
}

static void run_case(struct faults *f)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	f->what = "nothing";
	boot(f);
	if (apply(f, &err)) {
		/* Of a device that is not there yet it is not known that the kernel cannot do this. */
		if (!wants_memmap(f) || f->kernel.has_memmap)
			fail_msg("%s", err.message);
		assert_int_equal(err.blame, DAX_BLAME_MACHINE);
		check_clean(f, &f->before);
		return;
	}
	size_t writes = f->kernel.writes;
	check_clean(f, &f->plan.after);
	size_t every = 1 + writes / MAX_WRITES;
	for (size_t at = 1 + dice_below(&f->dice, every); at <= writes; at += every) {
		try_failure(f, at);
		try_two_failures(f, at);
		try_signal(f, at);
		try_lie(f, at);
		try_kill(f, KERNEL_KILL_BEFORE, at);
		try_kill(f, KERNEL_KILL_AFTER, at);
		try_foreign(f, dice_chance(&f->dice, 50) ? KERNEL_KILL_BEFORE : KERNEL_KILL_AFTER, at);
	}
}

static void release_case(struct faults *f)
{
	dax_plan_release(&f->plan);
	dax_topology_release(&f->before);
	kernel_halt(&f->kernel);
}

static void print_lines(char *text)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		print_message("# %s\n", line);
}

static int set_up(void **state)
{
	struct faults *f = *state;
	const char *tmp = getenv("TMPDIR");

	snprintf(f->folder, sizeof(f->folder), "%s/daxadm-faults-XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(f->folder) ? 0 : -1;
}

/* Runs after a failure, too: then the case is still there. */
static int tear_down(void **state)
{
	struct faults *f = *state;
	char text[SCENE_TEXT];

	if (f->plan.n_steps) {
		print_message("# DAXADM_SEED=%" PRIu64 " runs this case: %s, write %zu of a%s kernel; before, and now:\n",
			      f->seed, f->what, f->kernel.at, f->old ? "n old" : " new");
		scene_print_devices(&f->before, text);
		print_lines(text);
		scene_print_devices(&f->kernel.machine, text);
		print_lines(text);
		scene_print_steps(f->plan.steps, f->plan.n_steps, f->plan.targets, text);
		print_lines(text);
	}
	release_case(f);
	snprintf(text, sizeof(text), "rm -rf '%s'", f->folder);
	return system(text);
}

static void test_faults(void **state)
{
	struct faults *f = *state;
	uint64_t seed, n_cases;

	random_cases(DEFAULT_CASES, &seed, &n_cases);
	for (uint64_t n = 0; n < n_cases; seed++) {
		f->seed = seed;
		f->dice = (struct dice){ seed };
		if (faults_make_case(f)) {
			run_case(f);
			n++;
		}
		release_case(f);
	}
	print_message("# %" PRIu64 " plans: %zu failures, of which %zu took recover; %zu signals; %zu kills; %zu recovered; "
		      "%zu lies without harm; %zu changes by somebody else, %zu of them refused\n",
		      n_cases, f->failed, f->stuck, f->interrupted, f->killed, f->recovered, f->believed, f->foreign,
		      f->refused);
}

int main(void)
{
	struct faults f = { .kernel.log = -1 };
	const struct CMUnitTest tests[] = {
		{ "test_faults", test_faults, set_up, tear_down, &f },
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
