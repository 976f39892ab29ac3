/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules of udev that bring new memory online, as udev(7) would read them, as far as that matters here. */
#include "check/checker.h"

#include "door/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* In the order of their rank: a file hides those of its name in later ones. */
static const char *const folders[] = { "/etc/udev/rules.d", "/run/udev/rules.d",
				       "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d" };

/* Takes out what joins a line to the next one, and comments within. */
static void join_lines(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		const char *begin = from + strspn(from, " \t");

		if (*begin == '#') {
			from = begin + strcspn(begin, "\n");
			from += *from == '\n';
			continue;
		}
		size_t length = strcspn(from, "\n");
		bool more = length && from[length] == '\n' && from[length - 1] == '\\';

		memmove(to, from, length - more);
		to += length - more;
		from += length;
		if (*from == '\n') {
			from++;
			if (!more)
				*to++ = '\n';
		}
	}
	*to = '\0';
}

/* The next KEY="VALUE" in the rule that ends at END, for which OPERATORS holds the operator; NULL for none. */
static const char *find_value(const char *rule, const char *end, const char *key, const char *operators,
			      size_t *length)
{
	for (const char *at = rule; (at = strstr(at, key)) && at < end;) {
		bool whole = at == rule || strchr(" \t,", at[-1]);

		at += strlen(key);
		at += strspn(at, " \t");
		size_t n = strspn(at, "=!+-:");
		char operator[4] = "";
		snprintf(operator, sizeof(operator), "%.*s", n < 3 ? (int)n : 3, at);
		at += n;
		at += strspn(at, " \t");
		if (!whole || *at != '"' || !operator[0] || !strstr(operators, operator))
			continue;
		*length = strcspn(++at, "\"\n");
		return at;
	}
	return NULL;
}

/* "memory", or one of several words. */
static bool is_of_memory(const char *value, size_t length)
{
	static const char word[] = "memory";

	for (const char *at = value; (at = strstr(at, word)) && at + strlen(word) <= value + length; at++) {
		const char *end = at + strlen(word);

		if ((at == value || at[-1] == '|') && (end == value + length || *end == '|'))
			return true;
	}
	return false;
}

bool dax_udev_onlines(char *text)
{
	bool of_memory = false;

	join_lines(text);
	for (const char *rule = text, *end; *rule; rule = end + !!*end) {
		size_t length = 0;

		end = rule + strcspn(rule, "\n");
		const char *subsystem = find_value(rule, end, "SUBSYSTEM", "== !=", &length);
		bool here = subsystem && is_of_memory(subsystem, length);

		/* A rule of another one, among those that have left out all others before. */
		of_memory = of_memory || here;
		if (!of_memory || (subsystem && !here))
			continue;
		const char *state = find_value(rule, end, "ATTR{state}", "= :=", &length);
		if (state && (length != strlen("offline") || strncmp(state, "offline", length) != 0))
			return true;
	}
	return false;
}

static bool is_hidden(const char *name, size_t folder)
{
	char path[512];
	bool hidden = false;

	for (size_t i = 0; i < folder && !hidden; i++) {
		snprintf(path, sizeof(path), "%s/%s", folders[i], name);
		hidden = faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	}
	return hidden;
}

static void add_rules(size_t folder, struct dax_words *found)
{
	DIR *stream = opendir(folders[folder]);
	const struct dirent *entry;

	while (stream && (entry = readdir(stream))) {
		_cleanup_free_ char *text = NULL;
		size_t length = strlen(entry->d_name);
		char path[512];

		if (length < 6 || strcmp(entry->d_name + length - 6, ".rules") != 0 ||
		    is_hidden(entry->d_name, folder))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folders[folder], entry->d_name);
		if (dax_proc_read(path, &text, NULL) == 0 && dax_udev_onlines(text))
			dax_words_add(found, path);
	}
	if (stream)
		closedir(stream);
}

void dax_check_udev_rules(struct dax_subject *subject, struct dax_finding *finding)
{
	static const char expected[] = "no rule brings new memory online";
	struct dax_words found;

	(void)subject;
	if (!dax_words_begin(&found, finding))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		add_rules(i, &found);
	dax_words_end(&found);
	dax_found(finding, found.n ? DAX_WARN : DAX_PASS, expected, "%s", found.n ? found.text : expected);
	if (found.n)
		dax_found_hint(finding,
			       "it may be online before daxadm has chosen its zone; remove the rule, or "
			       "hide it (a file of its name in /etc/udev/rules.d), and let the policy of "
			       "the kernel (memhp_default_state=) do it");
	dax_words_release(&found);
}
