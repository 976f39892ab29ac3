# SPDX-License-Identifier: GPL-2.0-or-later
# A fuzz target for each kind of foreign text. With configure --enable-fuzzing each is a program of its own, bin/fuzz-TARGET;
# tests/fuzz/run runs them.
if FUZZING
noinst_PROGRAMS += bin/fuzz-dm bin/fuzz-extents bin/fuzz-input bin/fuzz-iomem bin/fuzz-journal bin/fuzz-kmsg \
	bin/fuzz-loan bin/fuzz-lock bin/fuzz-memory bin/fuzz-mountinfo bin/fuzz-proc bin/fuzz-sysfs bin/fuzz-text bin/fuzz-udev
endif
fuzz_main = tests/fuzz/fuzz-main.c tests/fuzz/fuzz.h
fuzz_input = tests/fuzz/fuzz-input.c daxadm/input.c daxadm/input-text.c
fuzz_libs = libdaxadm.a $(JSON_C_LIBS)
fuzz_flags = $(AM_LDFLAGS) -fsanitize=fuzzer
bin_fuzz_dm_SOURCES = $(fuzz_main) tests/fuzz/fuzz-dm.c
bin_fuzz_dm_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_dm
bin_fuzz_dm_LDADD = $(fuzz_libs)
bin_fuzz_dm_LDFLAGS = $(fuzz_flags)
bin_fuzz_extents_SOURCES = $(fuzz_main) tests/fuzz/fuzz-extents.c
bin_fuzz_extents_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_extents
bin_fuzz_extents_LDADD = $(fuzz_libs)
bin_fuzz_extents_LDFLAGS = $(fuzz_flags)
bin_fuzz_input_SOURCES = $(fuzz_main) $(fuzz_input)
bin_fuzz_input_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_input
bin_fuzz_input_LDADD = $(fuzz_libs)
bin_fuzz_input_LDFLAGS = $(fuzz_flags)
bin_fuzz_iomem_SOURCES = $(fuzz_main) tests/fuzz/fuzz-iomem.c
bin_fuzz_iomem_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_iomem
bin_fuzz_iomem_LDADD = $(fuzz_libs)
bin_fuzz_iomem_LDFLAGS = $(fuzz_flags)
bin_fuzz_journal_SOURCES = $(fuzz_main) tests/fuzz/fuzz-journal.c
bin_fuzz_journal_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_journal
bin_fuzz_journal_LDADD = $(fuzz_libs)
bin_fuzz_journal_LDFLAGS = $(fuzz_flags)
bin_fuzz_kmsg_SOURCES = $(fuzz_main) tests/fuzz/fuzz-kmsg.c
bin_fuzz_kmsg_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_kmsg
bin_fuzz_kmsg_LDADD = $(fuzz_libs)
bin_fuzz_kmsg_LDFLAGS = $(fuzz_flags)
bin_fuzz_loan_SOURCES = $(fuzz_main) tests/fuzz/fuzz-loan.c
bin_fuzz_loan_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_loan
bin_fuzz_loan_LDADD = $(fuzz_libs)
bin_fuzz_loan_LDFLAGS = $(fuzz_flags)
bin_fuzz_lock_SOURCES = $(fuzz_main) tests/fuzz/fuzz-lock.c
bin_fuzz_lock_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_lock
bin_fuzz_lock_LDADD = $(fuzz_libs)
bin_fuzz_lock_LDFLAGS = $(fuzz_flags)
bin_fuzz_memory_SOURCES = $(fuzz_main) tests/fuzz/fuzz-memory.c
bin_fuzz_memory_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_memory
bin_fuzz_memory_LDADD = $(fuzz_libs)
bin_fuzz_memory_LDFLAGS = $(fuzz_flags)
bin_fuzz_mountinfo_SOURCES = $(fuzz_main) tests/fuzz/fuzz-mountinfo.c
bin_fuzz_mountinfo_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_mountinfo
bin_fuzz_mountinfo_LDADD = $(fuzz_libs)
bin_fuzz_mountinfo_LDFLAGS = $(fuzz_flags)
bin_fuzz_proc_SOURCES = $(fuzz_main) tests/fuzz/fuzz-proc.c
bin_fuzz_proc_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_proc
bin_fuzz_proc_LDADD = $(fuzz_libs)
bin_fuzz_proc_LDFLAGS = $(fuzz_flags)
bin_fuzz_sysfs_SOURCES = $(fuzz_main) tests/fuzz/fuzz-sysfs.c
bin_fuzz_sysfs_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_sysfs
bin_fuzz_sysfs_LDADD = $(fuzz_libs)
bin_fuzz_sysfs_LDFLAGS = $(fuzz_flags)
bin_fuzz_text_SOURCES = $(fuzz_main) tests/fuzz/fuzz-text.c
bin_fuzz_text_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_text
bin_fuzz_text_LDADD = $(fuzz_libs)
bin_fuzz_text_LDFLAGS = $(fuzz_flags)
bin_fuzz_udev_SOURCES = $(fuzz_main) tests/fuzz/fuzz-udev.c
bin_fuzz_udev_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_udev
bin_fuzz_udev_LDADD = $(fuzz_libs)
bin_fuzz_udev_LDFLAGS = $(fuzz_flags)

# The same on files, with any compiler: what the fuzzers begin with, and what they once found.
check_PROGRAMS += tests/fuzz/replay
tests_fuzz_replay_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz.h $(fuzz_input) \
	tests/fuzz/fuzz-dm.c \
	tests/fuzz/fuzz-extents.c \
	tests/fuzz/fuzz-iomem.c \
	tests/fuzz/fuzz-journal.c \
	tests/fuzz/fuzz-kmsg.c \
	tests/fuzz/fuzz-loan.c \
	tests/fuzz/fuzz-lock.c \
	tests/fuzz/fuzz-memory.c \
	tests/fuzz/fuzz-mountinfo.c \
	tests/fuzz/fuzz-proc.c \
	tests/fuzz/fuzz-sysfs.c \
	tests/fuzz/fuzz-text.c \
	tests/fuzz/fuzz-udev.c
tests_fuzz_replay_LDADD = $(fuzz_libs)
EXTRA_DIST += tests/fuzz/run tests/fuzz/dm tests/fuzz/extents tests/fuzz/input tests/fuzz/iomem tests/fuzz/journal tests/fuzz/kmsg \
	tests/fuzz/loan tests/fuzz/lock tests/fuzz/memory tests/fuzz/mountinfo tests/fuzz/proc tests/fuzz/sysfs tests/fuzz/text tests/fuzz/udev
