/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum answer {
	ANSWER_NONE,
	ANSWER_HELP,
	ANSWER_OPTIONS,
};

/* What is found in the arguments before argp parses them. */
struct scan {
	const struct argp *argp;
	bool seen[OPTION_N_KEYS]; /* options with a value that were found, by key */
	bool wants_value;         /* the next argument is the value of this option */
	enum answer answer;
	struct dax_error *err;
};

/* Nothing needs parsing: options_parse handles these itself. */
static const struct argp_option base_options[] = {
	{ "help", 'h', NULL, 0, "Print this text and exit", -1 },
	{ "list-options", OPTION_LIST_OPTIONS, NULL, OPTION_HIDDEN, NULL, -1 },
	{ "list-opts", OPTION_LIST_OPTIONS, NULL, OPTION_HIDDEN, NULL, -1 }, /* as daxctl spells it */
	{ 0 },
};
static const struct argp base_argp = { .options = base_options };
const struct argp_child base_children[] = { { &base_argp, 0, NULL, -1 }, { 0 } };

static const struct argp_option common_options[] = {
	{ "region", 'r', "REGION", 0, "Use only this region: its number, its name, or all", 2 },
	{ "human", 'u', NULL, 0, "Print sizes and addresses as text for people, not as numbers", 2 },
	{ "verbose", 'v', NULL, 0, "Print more: list adds details, the other verbs print their steps", 2 },
	{ "json", 'j', NULL, 0, "Accepted for compatibility; the output is always JSON", 2 },
	{ "sysroot", OPTION_SYSROOT, "DIR", 0, "Read the tree in DIR instead of /sys, and change nothing",
	  2 },
	{ 0 },
};

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
	struct common_options *common = state->input;

	switch (key) {
	case 'r':
		common->region = arg;
		return 0;
	case 'u':
		common->human = true;
		return 0;
	case 'v':
		common->verbose = true;
		return 0;
	case 'j':
		return 0;
	case OPTION_SYSROOT:
		common->sysroot = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp common_argp = {
	common_options, parse_common, NULL, NULL, base_children, NULL, NULL
};
const struct argp_child common_children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };

static bool is_end(const struct argp_option *option)
{
	return !option->name && !option->key;
}

/* By long name (LENGTH bytes of NAME) or, if NAME is NULL, by the letter KEY; NULL if there is none. */
static const struct argp_option *find_option(const struct argp *argp, const char *name, size_t length,
					     int key)
{
	for (const struct argp_option *o = argp->options; o && !is_end(o); o++) {
		if (name ? o->name && strncmp(o->name, name, length) == 0 && !o->name[length] : o->key == key)
			return o;
	}
	for (const struct argp_child *c = argp->children; c && c->argp; c++) {
		const struct argp_option *o = find_option(c->argp, name, length, key);

		if (o)
			return o;
	}
	return NULL;
}

/* The first long option that starts with these LENGTH bytes, for the hint. */
static const struct argp_option *guess_option(const struct argp *argp, const char *start, size_t length)
{
	for (const struct argp_option *o = argp->options; o && !is_end(o); o++) {
		if (o->name && !(o->flags & OPTION_HIDDEN) && strncmp(o->name, start, length) == 0)
			return o;
	}
	for (const struct argp_child *c = argp->children; c && c->argp; c++) {
		const struct argp_option *o = guess_option(c->argp, start, length);

		if (o)
			return o;
	}
	return NULL;
}

static enum answer option_answer(const struct argp_option *option)
{
	if (option->key == 'h')
		return ANSWER_HELP;
	return option->key == OPTION_LIST_OPTIONS ? ANSWER_OPTIONS : ANSWER_NONE;
}

/* One of two values would be ignored silently. */
static int check_once(struct scan *scan, const struct argp_option *option)
{
	if (!option->arg || (option->flags & OPTION_REPEATS))
		return 0;
	if (scan->seen[option->key]) {
		dax_usage(scan->err, "option '--%s' is given more than once", option->name);
		dax_error_hint(scan->err, "use --%s once", option->name);
		return -EINVAL;
	}
	scan->seen[option->key] = true;
	return 0;
}

static int check_long(struct scan *scan, const char *word)
{
	const char *name = word + 2;
	size_t length = strcspn(name, "=");
	const struct argp_option *option = find_option(scan->argp, name, length, 0);

	if (!option) {
		const struct argp_option *guess = length ? guess_option(scan->argp, name, length) : NULL;
		int r = dax_usage(scan->err, "unknown option '--%.*s'", (int)length, name);

		if (guess)
			dax_error_hint(scan->err, "did you mean --%s? Options cannot be abbreviated", guess->name);
		return r;
	}
	if (name[length] == '=' && !option->arg)
		return dax_usage(scan->err, "option '--%s' takes no value", option->name);
	scan->wants_value = option->arg && !(option->flags & OPTION_ARG_OPTIONAL) && name[length] != '=';
	scan->answer = option_answer(option);
	return check_once(scan, option);
}

/* A bundle of letters. An option with a value takes the rest of the argument, or the next argument. */
static int check_short(struct scan *scan, const char *word)
{
	for (const char *p = word + 1; *p && scan->answer == ANSWER_NONE; p++) {
		const struct argp_option *option = find_option(scan->argp, NULL, 0, (unsigned char)*p);

		if (!option)
			return dax_usage(scan->err, "unknown option '-%c'", *p);
		scan->answer = option_answer(option);
		if (option->arg) {
			scan->wants_value = !p[1];
			return check_once(scan, option);
		}
	}
	return 0;
}

/* Everything that argp would report in its own words, or would accept although it is wrong. */
static int check_words(const struct argp *argp, int argc, char **argv, enum answer *answer,
		       struct dax_error *err)
{
	struct scan scan = { .argp = argp, .err = err };

	for (int i = 1; i < argc && scan.answer == ANSWER_NONE; i++) {
		const char *word = argv[i];
		int r = 0;

		scan.wants_value = false;

		if (word[0] != '-' || !word[1])
			continue;
		if (strcmp(word, "--") == 0)
			return 0;
		r = (word[1] == '-' ? check_long : check_short)(&scan, word);
		if (r)
			return r;
		*answer = scan.answer;
		if (scan.wants_value && ++i == argc)
			return word[1] == '-'
				       ? dax_usage(err, "option '%s' needs a value", word)
				       : dax_usage(err, "option '-%c' needs a value", word[strlen(word) - 1]);
	}
	return 0;
}

static void list_options(const struct argp *argp)
{
	for (const struct argp_option *o = argp->options; o && !is_end(o); o++) {
		if (!o->name || (o->flags & OPTION_HIDDEN))
			continue;
		if (!o->arg)
			printf("--%s\n", o->name);
		else
			printf(o->flags & OPTION_ARG_OPTIONAL ? "--%s[=%s]\n" : "--%s=%s\n", o->name, o->arg);
	}
	for (const struct argp_child *c = argp->children; c && c->argp; c++)
		list_options(c->argp);
}

void options_help(const struct argp *argp, const char *verb)
{
	char name[64];

	snprintf(name, sizeof(name), "daxadm %s", verb);
	/* The user's own format would make the text differ from the manual; argp's note is not useful. */
	setenv("ARGP_HELP_FMT", "no-dup-args-note,rmargin=100,opt-doc-col=26", 1);
	argp_help(argp, stdout, ARGP_HELP_SHORT_USAGE | ARGP_HELP_DOC | ARGP_HELP_LONG, name);
}

int options_parse(const struct argp *argp, const char *verb, int argc, char **argv, void *input,
		  bool *answered, struct dax_error *err)
{
	enum answer answer = ANSWER_NONE;
	int r = check_words(argp, argc, argv, &answer, err);

	*answered = answer != ANSWER_NONE;
	if (r)
		return r;
	if (answer == ANSWER_HELP)
		options_help(argp, verb);
	if (answer == ANSWER_OPTIONS)
		list_options(argp);
	if (*answered)
		return 0;
	/* In order: options may follow names even with POSIXLY_CORRECT. */
	r = argp_parse(argp, argc, argv, ARGP_SILENT | ARGP_IN_ORDER, NULL, input);
	if (r == ARGP_ERR_UNKNOWN || (r && !err->code))
		return dax_usage(err, "too many arguments");
	return -r;
}

bool options_mention(int argc, char **argv, const char *option)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], option) == 0)
			return true;
	}
	return false;
}
