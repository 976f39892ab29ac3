/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The effect of disabling a device on programs. Only a child process of ours may use the device. It is
 * disabled and enabled by plans like those of other verbs, with a journal and an undo.
 */
#include "base/error.h"
#include "check/checker.h"
#include "plan/plan-make.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "run/left-behind.h"
#include "state/holders.h"
#include "state/scan.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

/*
 * The child maps a page, reads it, and reports this. On request it maps the same file again, reports the
 * result, and reads the page again. Its file was opened before the device was disabled, so the kernel knows
 * that its device is gone (check_vma). Mapping a file that was opened later crashes the kernel.
 */
static void hold(const struct dax_subject *subject, int talk)
{
	int fd = dax_subject_fd(subject, O_RDONLY), code = 0;
	uint64_t unit = subject->device->align;
	char byte = 0;

	dax_crash_quietly();
	char *start = fd < 0 ? MAP_FAILED : mmap(NULL, unit, PROT_READ, MAP_SHARED, fd, 0);
	if (start == MAP_FAILED)
		_exit(1);
	dax_touch(start);
	if (write(talk, &byte, 1) != 1 || read(talk, &byte, 1) != 1)
		_exit(1);
	if (mmap(NULL, unit, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		code = errno;
	if (write(talk, &code, sizeof(code)) != sizeof(code))
		_exit(1);
	dax_touch(start);
	_exit(0);
}

struct holding {
	pid_t child;
	int talk; /* to the child */
};

static void end_holding(struct holding *holding)
{
	dax_closep(&holding->talk);
	holding->talk = -1;
	if (holding->child <= 0)
		return;
	kill(holding->child, SIGKILL);
	while (waitpid(holding->child, NULL, 0) < 0 && errno == EINTR)
		;
	holding->child = 0;
}

/* Whether a child has the device mapped now. */
static bool begin_holding(const struct dax_subject *subject, struct holding *holding)
{
	int ends[2];
	char byte = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return false;
	holding->talk = ends[0];
	holding->child = fork();
	if (holding->child == 0) {
		close(ends[0]);
		hold(subject, ends[1]);
	}
	close(ends[1]);
	return holding->child > 0 && read(holding->talk, &byte, 1) == 1;
}

/* The errno of another mapping of its file, 0 for success; and the signal of its next access, 0 for none. */
static void use_again(struct holding *holding, int *code, int *signal)
{
	char byte = 0;
	int status = 0;

	*code = *signal = 0;
	if (write(holding->talk, &byte, 1) != 1 || read(holding->talk, code, sizeof(*code)) != sizeof(*code))
		return;
	while (waitpid(holding->child, &status, 0) < 0 && errno == EINTR)
		;
	holding->child = 0;
	*signal = dax_crash_signal(status);
}

/* Whether only CHILD uses the device (0: nobody). Otherwise the finding names the user. */
static bool is_ours(const struct dax_subject *subject, pid_t child, struct dax_finding *finding)
{
	_cleanup_held_ struct dax_held_list list = { 0 };
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

	if (dax_held_add(&list, false, makedev(subject->device->major, subject->device->minor)) ||
	    dax_holders_find(&list, &err)) {
		dax_found_skip(finding, "%s", err.message ? err.message : strerror(ENOMEM));
		return false;
	}
	const struct dax_held *held = &list.items[0];
	for (size_t i = 0; i < held->n; i++) {
		if (held->holders[i].pid == child)
			continue;
		dax_found_skip(finding, "the device is in use: pid %d (%s)", (int)held->holders[i].pid,
			       held->holders[i].command);
		dax_found_hint(finding, "stop that program first");
		return false;
	}
	return true;
}

/* Disables or enables the device as those verbs do, but leaves its namespace enabled. */
static int change(const struct dax_subject *subject, enum dax_verb verb, struct dax_error *err)
{
	_cleanup_topology_ struct dax_topology before = DAX_TOPOLOGY_INIT;
	_cleanup_request_ struct dax_request request = { .verb = verb };
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;
	_cleanup_outcome_ struct dax_outcome outcome = DAX_OUTCOME_INIT;
	const char *name = subject->device->name;
	const struct dax_scope scope = { .devices = &name, .n_devices = 1, .want = DAX_WANT_CHANGE };
	struct dax_apply_options options = *subject->checkup->apply;
	int r = dax_request_add_device(&request, name, err);

	/*
	 * The child is the intended user; and a device that was disabled is enabled again even after an
	 * interruption.
	 */
	options.risks = DAX_RISK_IN_USE;
	options.verb = "check";
	if (verb == DAX_VERB_ENABLE)
		options.interrupted = NULL;
	if (!r)
		r = dax_request_validate(&request, err);
	if (!r)
		r = dax_topology_read(subject->checkup->sysfs, &scope, &before, err);
	if (!r)
		r = dax_plan_make(&before, &request, 1, &plan, err);
	if (!r)
		r = dax_check_left_behind(subject->checkup->sysfs, &options, &plan, err);
	return r ? r : dax_apply(subject->checkup->sysfs, &before, &plan, &options, &outcome, err);
}

static void try_touch(const struct dax_subject *subject, void *answer)
{
	int *error = answer;
	int fd = dax_subject_fd(subject, O_RDONLY);
	char *start = fd < 0 ? MAP_FAILED : mmap(NULL, subject->device->align, PROT_READ, MAP_SHARED, fd, 0);

	*error = fd < 0 ? -fd : start == MAP_FAILED ? errno : 0;
	if (!*error)
		dax_touch(start);
}

/* Whether it works after it is enabled again. */
static void check_again(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	int error = 0;

	if (change(subject, DAX_VERB_ENABLE, &err)) {
		dax_found(finding, DAX_FAIL, "the device is enabled again", "%s",
			  err.message ? err.message : "out of memory");
		if (err.hint)
			dax_found_hint(finding, "%s", err.hint);
		else
			dax_found_hint(finding, "run 'daxadm enable-device %s' to enable it", subject->device->name);
		subject->checkup->findings->stuck = true;
		return;
	}
	struct dax_end end = dax_probe(try_touch, subject, &error, sizeof(error));
	if (dax_found_end(finding, end, "data after it is enabled again") && error)
		dax_found(finding, DAX_FAIL, "data after it is enabled again", "%s", dax_errno_name(error));
}

static void check_disabled(struct dax_subject *subject, struct dax_finding *finding, struct holding *holding)
{
	static const char expected[] =
		"SIGBUS; ENXIO for new mappings and opens; data after it is enabled again";
	_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;
	char name[DAX_SIGNAL_TEXT];
	int mapped = 0, signal = 0;

	if (change(subject, DAX_VERB_DISABLE, &err)) {
		dax_found_skip(finding, "%s", err.message ? err.message : "out of memory");
		subject->checkup->findings->stuck |= err.blame == DAX_BLAME_STUCK;
		return;
	}
	use_again(holding, &mapped, &signal);
	int fd = open(subject->path, O_RDONLY | O_CLOEXEC), code = fd < 0 ? errno : 0;
	/* A file that is open when the device is enabled breaks it. */
	dax_closep(&fd);
	end_holding(holding);
	dax_found(finding, DAX_PASS, expected, "%s", expected);
	if (signal != SIGBUS)
		dax_found(finding, DAX_FAIL, "SIGBUS on the next access", "%s",
			  signal ? dax_signal_name(signal, name) : "data");
	if (mapped != ENXIO)
		dax_found(finding, DAX_FAIL, "ENXIO for new mappings of an open file", "%s",
			  mapped ? dax_errno_name(mapped) : "success");
	if (code != ENXIO)
		dax_found(finding, DAX_FAIL, "ENXIO for new opens", "%s",
			  code ? dax_errno_name(code) : "success");
	check_again(subject, finding);
}

void dax_check_disable(struct dax_subject *subject, struct dax_finding *finding)
{
	_cleanup_(end_holding) struct holding holding = { .talk = -1 };

	if (!is_ours(subject, 0, finding))
		return;
	if (!begin_holding(subject, &holding))
		dax_found_skip(finding, "cannot map it");
	else if (is_ours(subject, holding.child, finding))
		check_disabled(subject, finding, &holding);
}
