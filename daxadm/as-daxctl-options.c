/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "as-daxctl-options.h"

#include "report.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define DEVICES (DAXCTL_CREATE | DAXCTL_RECONFIGURE | DAXCTL_DESTROY | DAXCTL_ONLINE | DAXCTL_SWITCH)
#define CHANGES (DAXCTL_CREATE | DAXCTL_RECONFIGURE)

struct option {
	unsigned sets;    /* enum daxctl_set */
	char letter;      /* 0 for none */
	const char *name;
	const char *value; /* what its value is called; NULL for a switch */
	size_t offset;    /* in struct daxctl_options: const char * or bool */
	const char *help; /* NULL: hidden */
};

#define FIELD(name) offsetof(struct daxctl_options, name)

/* In the order in which daxctl shows them. */
/* clang-format off */
static const struct option options[] = {
	{ DAXCTL_LIST | DEVICES, 'r', "region", "region-id", FIELD(region), "filter by region" },
	{ DAXCTL_LIST, 'd', "dev", "dev-id", FIELD(dev), "filter by dax device instance name" },
	{ DAXCTL_LIST, 'D', "devices", NULL, FIELD(devices), "include dax device info" },
	{ DAXCTL_LIST, 'R', "regions", NULL, FIELD(regions), "include dax region info" },
	{ DAXCTL_LIST, 'M', "mappings", NULL, FIELD(mappings), "include dax mappings info" },
	{ DAXCTL_LIST, 'i', "idle", NULL, FIELD(idle), "include idle devices" },
	{ DAXCTL_LIST | DEVICES, 'u', "human", NULL, FIELD(human), "use human friendly number formats" },
	{ DEVICES, 'v', "verbose", NULL, FIELD(verbose), "emit more debug messages" },
	{ CHANGES, 's', "size", "size", FIELD(size), "size to switch the device to" },
	{ CHANGES, 'a', "align", "align", FIELD(align), "alignment to switch the device to" },
	{ CHANGES, 0, "input", "input", FIELD(input), "input device JSON file" },
	{ CHANGES, 'm', "mode", "mode", FIELD(mode), "mode to switch the device to" },
	{ CHANGES, 'N', "no-online", NULL, FIELD(no_online), "don't auto-online memory sections" },
	{ CHANGES, 'f', "force", NULL, FIELD(force),
	  "attempt to offline memory sections before reconfiguration" },
	{ CHANGES, 'C', "check-config", NULL, FIELD(check_config),
	  "use config files to determine parameters for the operation" },
	{ DAXCTL_DESTROY, 'f', "force", NULL, FIELD(force), "attempt to disable before destroying device" },
	{ CHANGES | DAXCTL_ONLINE, 0, "no-movable", NULL, FIELD(no_movable), "online memory in ZONE_NORMAL" },
	{ DAXCTL_SPLIT, 'd', "directory", "path", FIELD(directory), "Path to ACPI tables dumped by \"acpixtract -a\"" },
	{ DAXCTL_SPLIT, 'p', "pxm", "n", FIELD(pxm), "Proximity domain to split" },
	{ DAXCTL_SPLIT, 'n', "nodes", "n", FIELD(nodes), "Number of nodes to split capacity (default 2)" },
	{ DAXCTL_SPLIT, 'v', "verbose", NULL, FIELD(verbose), "Enable verbose output" },
	{ DAXCTL_LIST | DEVICES, 0, "sysroot", "dir", FIELD(sysroot), NULL },
};
/* clang-format on */

static void print_usage(const char *usage)
{
	report_line("%s", "");
	report_line(" usage: daxctl %s", usage);
	report_line("%s", "");
}

static void print_option(const struct option *option)
{
	char left[64] = "";
	char letter[8] = "    ";

	if (option->letter)
		snprintf(letter, sizeof(letter), "-%c, ", option->letter);
	snprintf(left, sizeof(left), "    %s--%s%s%s%s", letter, option->name, option->value ? " <" : "",
		 option->value ? option->value : "", option->value ? ">" : "");
	/* Column 26, or the next line. */
	if (strlen(left) <= 24) {
		report_line("%-26s%s", left, option->help);
	} else {
		report_line("%s", left);
		report_line("%26s%s", "", option->help);
	}
}

int daxctl_options_usage(enum daxctl_set set, const char *usage)
{
	print_usage(usage);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if ((options[i].sets & set) && options[i].help)
			print_option(&options[i]);
	}
	report_line("%s", "");
	return DAXCTL_STATUS_USAGE;
}

/* BEFORE, the text as it was typed, AFTER. */
static int refuse(enum daxctl_set set, const char *usage, const char *before, const char *text, const char *after)
{
	report_line("  Error: %s%s%s", before, text, after);
	return daxctl_options_usage(set, usage);
}

/* The fault is in the value of the option: help for it alone. */
static int refuse_value(const char *usage, const struct option *option, const char *before, const char *text,
			const char *after)
{
	report_line("  Error: %s%s%s", before, text, after);
	print_usage(usage);
	if (option->help)
		print_option(option);
	return DAXCTL_STATUS_USAGE;
}

static void set_value(struct daxctl_options *values, const struct option *option, const char *text)
{
	memcpy((char *)values + option->offset, &text, sizeof(text));
}

static void set_switch(struct daxctl_options *values, const struct option *option, bool on)
{
	*(bool *)((char *)values + option->offset) = on;
}

/* How a word, LENGTH bytes of NAME, names an option. */
enum match { MATCH_NONE, MATCH_PREFIX, MATCH_EXACT };

static enum match match_text(const char *full, const char *name, size_t length)
{
	if (strncmp(full, name, length) != 0)
		return MATCH_NONE;
	return full[length] ? MATCH_PREFIX : MATCH_EXACT;
}

/* Also "no-x" of x, and x of "no-x": NEGATED then. */
static enum match match_option(const struct option *option, const char *name, size_t length, bool *negated)
{
	enum match match = match_text(option->name, name, length);

	*negated = false;
	if (match != MATCH_NONE)
		return match;
	*negated = true;
	if (strncmp(option->name, "no-", 3) == 0)
		return match_text(option->name + 3, name, length);
	if (length > 3 && strncmp(name, "no-", 3) == 0)
		return match_text(option->name, name + 3, length - 3);
	return MATCH_NONE;
}

/* The option that NAME means; NULL, and *AMBIGUOUS, where there is more than one. */
static const struct option *find_long(enum daxctl_set set, const char *name, size_t length, bool *negated,
				      bool *ambiguous)
{
	const struct option *found = NULL;

	*ambiguous = false;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		bool is_negated = false;
		enum match match = options[i].sets & set ? match_option(&options[i], name, length, &is_negated) : MATCH_NONE;

		if (match == MATCH_NONE)
			continue;
		if (match == MATCH_PREFIX && found)
			*ambiguous = true;
		if (match == MATCH_EXACT || !found) {
			found = &options[i];
			*negated = is_negated;
		}
		if (match == MATCH_EXACT) {
			*ambiguous = false;
			return found;
		}
	}
	return *ambiguous ? NULL : found;
}

static int read_long(enum daxctl_set set, const char *usage, char **argv, int argc, int *i,
		     struct daxctl_options *values)
{
	const char *name = argv[*i] + 2, *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	bool negated = false, ambiguous = false;
	const struct option *option = find_long(set, name, length, &negated, &ambiguous);

	if (ambiguous) {
		report_line("  Error: Ambiguous option: %s", name);
		print_usage(usage);
		return DAXCTL_STATUS_USAGE;
	}
	if (!option)
		return refuse(set, usage, "unknown option `", name, "'");
	if (equals && (!option->value || negated))
		return refuse_value(usage, option, "option `", option->name, "' takes no value");
	if (!option->value) {
		set_switch(values, option, !negated);
		return 0;
	}
	if (!equals && !negated && ++*i >= argc)
		return refuse_value(usage, option, "option `", option->name, "' requires a value");
	set_value(values, option, negated ? NULL : equals ? equals + 1 : argv[*i]);
	return 0;
}

static const struct option *find_letter(enum daxctl_set set, char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if ((options[i].sets & set) && options[i].letter == letter)
			return &options[i];
	}
	return NULL;
}

static int read_letters(enum daxctl_set set, const char *usage, char **argv, int argc, int *i,
			struct daxctl_options *values)
{
	for (const char *p = argv[*i] + 1; *p; p++) {
		const struct option *option = find_letter(set, *p);
		char letter[2] = { *p, '\0' };

		if (!option && *p == 'h')
			return daxctl_options_usage(set, usage);
		if (!option)
			return refuse(set, usage, "unknown switch `", letter, "'");
		if (!option->value) {
			set_switch(values, option, true);
			continue;
		}
		if (!p[1] && ++*i >= argc)
			return refuse_value(usage, option, "switch `", letter, "' requires a value");
		set_value(values, option, p[1] ? p + 1 : argv[*i]);
		return 0;
	}
	return 0;
}

static int list_options(enum daxctl_set set)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if ((options[i].sets & set) && options[i].help)
			printf("--%s ", options[i].name);
	}
	return DAXCTL_STATUS_LIST;
}

int daxctl_options_read(enum daxctl_set set, const char *usage, int argc, char **argv,
			struct daxctl_options *values)
{
	bool only_words = false;

	*values = (struct daxctl_options){ 0 };
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		int status = 0;

		if (only_words || word[0] != '-' || !word[1]) {
			if (!values->word)
				values->word = word;
			else if (!values->extra)
				values->extra = word;
			continue;
		}
		if (strcmp(word, "--list-opts") == 0)
			return list_options(set);
		only_words = strcmp(word, "--") == 0;
		if (!only_words)
			status = (word[1] == '-' ? read_long : read_letters)(set, usage, argv, argc, &i, values);
		if (status)
			return status;
	}
	return 0;
}
