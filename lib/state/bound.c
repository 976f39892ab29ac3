/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/bound.h"
#include "door/proc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The number of processes that are named. */
#define MOST 8

/* Whether LIST, up to a space or the end of the line, is only the number NODE. */
static bool is_alone(const char *list, int node)
{
	char word[16];
	int length = snprintf(word, sizeof(word), "%d", node);

	if (strncmp(list, word, (size_t)length) != 0)
		return false;
	return !list[length] || list[length] == ' ' || list[length] == '\n';
}

bool dax_is_bound(const char *line, int node)
{
	const char *policy = line + strcspn(line, " \n");

	/* "bind:1", or "bind=static:1" with a flag of the policy (mpol_to_str) */
	if (strncmp(policy, " bind", 5) != 0 || !strchr(":=", policy[5]))
		return false;
	policy += strcspn(policy, ":\n");
	return *policy == ':' && is_alone(policy + 1, node);
}

static bool has_bound_memory(const char *pid, int node)
{
	char path[64];
	_cleanup_free_ char *maps = NULL;

	snprintf(path, sizeof(path), "/proc/%.20s/numa_maps", pid);
	if (dax_proc_read(path, &maps, NULL))
		return false;
	for (const char *line = maps; line && *line; line = strchr(line, '\n'), line += line ? 1 : 0) {
		if (dax_is_bound(line, node))
			return true;
	}
	return false;
}

/* Kernel threads have no memory of their own. */
static bool is_in_cpuset(const char *pid, int node)
{
	char path[64];
	_cleanup_free_ char *status = NULL;

	snprintf(path, sizeof(path), "/proc/%.20s/status", pid);
	if (dax_proc_read(path, &status, NULL) || !strstr(status, "\nVmRSS:"))
		return false;
	const char *list = strstr(status, "\nMems_allowed_list:\t");
	return list && is_alone(list + strlen("\nMems_allowed_list:\t"), node);
}

struct search {
	int node;
	bool all;  /* all are in a cpuset of only this node: that identifies no process */
	char *text; /* owned */
	size_t n;
};

static int add(struct search *search, const char *pid)
{
	char path[64];
	_cleanup_free_ char *command = NULL, *before = search->text;

	search->text = NULL;
	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	if (dax_proc_read(path, &command, NULL) == 0)
		command[strcspn(command, "\n")] = '\0';
	if (asprintf(&search->text, "%s%spid %s (%s)", before ? before : "", before ? ", " : "", pid,
		     command ? command : "") >= 0)
		return 0;
	search->text = NULL;
	return -ENOMEM;
}

static int look_at(const char *pid, void *data)
{
	struct search *search = data;

	if (search->n == MOST || atoi(pid) == getpid())
		return 0;
	if ((search->all || !is_in_cpuset(pid, search->node)) && !has_bound_memory(pid, search->node))
		return 0;
	search->n++;
	return add(search, pid);
}

char *dax_describe_bound(int node)
{
	struct search search = { .node = node, .all = is_in_cpuset("self", node) };

	if (dax_proc_each(look_at, &search)) {
		free(search.text);
		return NULL;
	}
	return search.text;
}
