/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/udev-rules.h"

#include "door/udev.h"

#include <stdio.h>
#include <string.h>

/*
 * Copies the next rule to RULE, which is as large as the whole text, without continuation characters and
 * comments. *AT: the line at *FROM; *LINE: the first line of the rule. false: no more rules.
 */
static bool next_rule(const char **from, unsigned *at, char *rule, unsigned *line)
{
	bool more = true, begun = false;

	if (!**from)
		return false;
	while (more && **from) {
		size_t length = strcspn(*from, "\n"), blanks = strspn(*from, " \t");

		if ((*from)[blanks] != '#') {
			*line = begun ? *line : *at;
			begun = true;
			more = length && (*from)[length] == '\n' && (*from)[length - 1] == '\\';
			memcpy(rule, *from, length - more);
			rule += length - more;
		}
		*from += length;
		if (**from == '\n') {
			++*from;
			++*at;
		}
	}
	*rule = '\0';
	return true;
}

/* The operator at *AT, including the spaces around it; "" for none. */
static void take_operator(const char **at, char operator[3])
{
	*at += strspn(*at, " \t");
	size_t n = strspn(*at, "=!+-:");

	snprintf(operator, 3, "%.*s", n < 3 ? (int)n : 0, *at);
	*at += n;
	*at += strspn(*at, " \t");
}

static const char *const match[] = { "==", "==" }, *const mismatch[] = { "!=", "!=" };
static const char *const either[] = { "==", "!=" }, *const assign[] = { "=", ":=" };

/* The value of the first KEY="VALUE" in the rule whose operator is one of these two; NULL for none. */
static const char *find_value(const char *rule, const char *key, const char *const operators[2], size_t *length)
{
	for (const char *at = rule; (at = strstr(at, key));) {
		bool whole = at == rule || strchr(" \t,", at[-1]);
		char operator[3];

		at += strlen(key);
		take_operator(&at, operator);
		at += (*at == 'e' || *at == 'i') && at[1] == '"'; /* with escapes; case-insensitive */
		if (!whole || *at != '"' ||
		    (strcmp(operator, operators[0]) != 0 && strcmp(operator, operators[1]) != 0))
			continue;
		*length = strcspn(++at, "\"");
		return at;
	}
	return NULL;
}

/* WORD, or one of several words. */
static bool has_word(const char *value, size_t length, const char *word)
{
	for (const char *at = value; (at = strstr(at, word)) && at + strlen(word) <= value + length; at++) {
		const char *end = at + strlen(word);

		if ((at == value || at[-1] == '|') && (end == value + length || *end == '|'))
			return true;
	}
	return false;
}

/* Whether the rule acts on events of ACTION; a rule without an action acts on all. */
static bool acts_on(const char *rule, const char *action)
{
	size_t length = 0;
	const char *value = find_value(rule, "ACTION", match, &length);

	if (value)
		return has_word(value, length, action) || memchr(value, '*', length);
	value = find_value(rule, "ACTION", mismatch, &length);
	return !value || !has_word(value, length, action);
}

/* The state of a file that matters for its later rules. */
struct reader {
	bool of_memory; /* a rule was about memory: rules without a subsystem can be too */
	bool only_new;  /* events other than those of new devices have left the file (ACTION!="add",
			 * GOTO="end") */
};

static bool brings_online(const char *rule, struct reader *reader)
{
	size_t length = 0;
	const char *value = find_value(rule, "SUBSYSTEM", either, &length);
	bool here = value && has_word(value, length, "memory");

	reader->of_memory = reader->of_memory || here;
	if (!reader->of_memory || (value && !here))
		return false;
	if (find_value(rule, "GOTO", assign, &length) && !acts_on(rule, "add"))
		reader->only_new = true;
	value = find_value(rule, "ATTR{state}", assign, &length);
	return value && (length != strlen("offline") || strncmp(value, "offline", length) != 0);
}

bool dax_udev_find_rule(const char *text, struct dax_udev_rule *rule)
{
	_cleanup_free_ char *copy = malloc(strlen(text) + 1);
	struct reader reader = { 0 };
	unsigned at = 1;

	while (copy && next_rule(&text, &at, copy, &rule->line)) {
		if (!brings_online(copy, &reader))
			continue;
		rule->takes_offline = !reader.only_new && acts_on(copy, "offline");
		return true;
	}
	return false;
}

struct listing {
	void (*each)(const char *place, const struct dax_udev_rule *rule, void *data);
	void *data;
};

static void find_in_file(const char *path, const char *text, void *data)
{
	const struct listing *listing = data;
	struct dax_udev_rule rule = { 0 };
	char place[544];

	if (!dax_udev_find_rule(text, &rule))
		return;
	snprintf(place, sizeof(place), "%s:%u", path, rule.line);
	listing->each(place, &rule, listing->data);
}

void dax_udev_list_rules(void (*each)(const char *place, const struct dax_udev_rule *rule, void *data), void *data)
{
	struct listing listing = { each, data };

	dax_udev_read_rules(find_in_file, &listing);
}
