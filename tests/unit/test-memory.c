/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Without memory: each allocation of a plan, and of the reading of a machine, fails once. The answer
 * is always the same, and nothing is lost on the way; that it is not the sanitizers tell.
 */
#include "unit.h"

#include "plan/plan-make.h"
#include "random.h"
#include "scene.h"
#include "state/scan.h"
#include "state/topology.h"
#include "tree.h"

#include <errno.h>

#define MACHINES 150

/* Linked with --wrap: every allocation here and in the library comes through these. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t n);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t n);

static size_t fail_at; /* the n-th from now on; 0 for none */

static bool fails_now(void)
{
	return fail_at && --fail_at == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return fails_now() ? NULL : __real_reallocarray(p, n, size);
}

char *__wrap_strdup(const char *text)
{
	return fails_now() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t n)
{
	return fails_now() ? NULL : __real_strndup(text, n);
}

/* Lets the n-th allocation of WORK fail, for each n that there is. */
static void without_memory(int (*work)(void *data, struct dax_error *err), void *data)
{
	_cleanup_error_ struct dax_error calm = DAX_ERROR_INIT;
	int expected = work(data, &calm);

	for (size_t n = 1;; n++) {
		_cleanup_error_ struct dax_error err = DAX_ERROR_INIT;

		fail_at = n;
		int r = work(data, &err);
		bool failed = fail_at == 0;

		fail_at = 0;
		if (!failed) {
			assert_int_equal(r, expected);
			return;
		}
		/* A note or a better choice may be lost; never half a plan be taken for a whole one. */
		if (r == expected)
			continue;
		assert_int_equal(r, -ENOMEM);
		assert_int_equal(err.code, ENOMEM);
		assert_non_null(strstr(err.message, "out of memory"));
	}
}

struct wish {
	struct dax_topology before;
	struct dax_request requests[RANDOM_REQUESTS];
	size_t n_requests;
};

static int make_plan(void *data, struct dax_error *err)
{
	const struct wish *wish = data;
	_cleanup_plan_ struct dax_plan plan = DAX_PLAN_INIT;

	return dax_plan_make(&wish->before, wish->requests, wish->n_requests, &plan, err);
}

static void test_plan(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < MACHINES; seed++) {
		struct dice dice = { seed };
		struct wish wish = { .n_requests = 0 };

		random_topology(&dice, &wish.before);
		wish.n_requests = random_requests(&dice, &wish.before, wish.requests);
		without_memory(make_plan, &wish);
		for (size_t i = 0; i < wish.n_requests; i++)
			dax_request_release(&wish.requests[i]);
		dax_topology_release(&wish.before);
	}
}

struct reading {
	struct tree tree;
	struct dax_scope scope;
};

static int read_machine(void *data, struct dax_error *err)
{
	const struct reading *reading = data;
	_cleanup_sysfs_ struct dax_sysfs sysfs = DAX_SYSFS_INIT;
	_cleanup_topology_ struct dax_topology topology = DAX_TOPOLOGY_INIT;
	int r = dax_sysfs_open(&sysfs, reading->tree.root, err);

	return r ? r : dax_topology_read(&sysfs, &reading->scope, &topology, err);
}

static void test_read(void **state)
{
	static const char *const names[] = { "dax2.0" };
	struct reading reading = { .scope = { .want = DAX_WANT_CHANGE | DAX_WANT_EMPTY_REGIONS } };

	(void)state;
	if (!getenv("srcdir"))
		return;
	assert_int_equal(tree_make(&reading.tree, "mixed"), 0);
	without_memory(read_machine, &reading);
	reading.scope.devices = names;
	reading.scope.n_devices = 1;
	reading.scope.want |= DAX_WANT_NEIGHBOURS;
	without_memory(read_machine, &reading);
	tree_remove(&reading.tree);
}

static int make_request(void *data, struct dax_error *err)
{
	_cleanup_request_ struct dax_request request = { .verb = DAX_VERB_DISABLE };
	int r = 0;

	(void)data;
	for (int i = 0; i < 3 && !r; i++)
		r = dax_request_add_device(&request, "dax0.1", err);
	if (!r)
		r = dax_request_add_range(&request, (struct dax_range){ 0, 1 }, err);
	return r ? r : dax_request_validate(&request, err);
}

static void test_request(void **state)
{
	(void)state;
	without_memory(make_request, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
