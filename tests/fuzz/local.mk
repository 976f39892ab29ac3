# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzz targets, for configure --enable-fuzzing. Run one with: bin/fuzz-input /tmp/found tests/fuzz/input
if FUZZING
noinst_PROGRAMS += bin/fuzz-input bin/fuzz-journal bin/fuzz-text
endif
fuzz_input = tests/fuzz/fuzz-input.c daxadm/input.c daxadm/input-text.c
bin_fuzz_input_SOURCES = $(fuzz_input)
bin_fuzz_input_LDADD = libdaxadm.a $(JSON_C_LIBS)
bin_fuzz_input_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
bin_fuzz_journal_SOURCES = tests/fuzz/fuzz-journal.c
bin_fuzz_journal_LDADD = libdaxadm.a
bin_fuzz_journal_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
bin_fuzz_text_SOURCES = tests/fuzz/fuzz-text.c
bin_fuzz_text_LDADD = libdaxadm.a
bin_fuzz_text_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

# The same on files, with any compiler: what the fuzzers begin with, and what they once found.
check_PROGRAMS += tests/fuzz/replay-input tests/fuzz/replay-text
tests_fuzz_replay_input_SOURCES = tests/fuzz/replay.c $(fuzz_input)
tests_fuzz_replay_input_LDADD = libdaxadm.a $(JSON_C_LIBS)
tests_fuzz_replay_text_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz-text.c
tests_fuzz_replay_text_LDADD = libdaxadm.a
EXTRA_DIST += tests/fuzz/input tests/fuzz/text
