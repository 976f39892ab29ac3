# SPDX-License-Identifier: GPL-2.0-or-later
# Unit tests: one program for each idea of the library, with cmocka.
unit_tests = \
	tests/unit/test-error \
	tests/unit/test-text \
	tests/unit/test-kernel-text \
	tests/unit/test-sysfs \
	tests/unit/test-space \
	tests/unit/test-model \
	tests/unit/test-plan \
	tests/unit/test-compare \
	tests/unit/test-layout \
	tests/unit/test-properties \
	tests/unit/test-tree \
	tests/unit/test-memory \
	tests/unit/test-namespace \
	tests/unit/test-persistent \
	tests/unit/test-growth \
	tests/unit/test-find \
	tests/unit/test-apply \
	tests/unit/test-attempt \
	tests/unit/test-faults \
	tests/unit/test-check \
	tests/unit/test-check-udev \
	tests/unit/test-extents \
	tests/unit/test-forecast \
	tests/unit/test-holders \
	tests/unit/test-journal \
	tests/unit/test-journal-folder \
	tests/unit/test-lock \
	tests/unit/test-vanish \
	tests/unit/test-torn \
	tests/unit/test-durable \
	tests/unit/test-progress

if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
check_LIBRARIES = tests/unit/libscene.a
TESTS += $(unit_tests)
else
TESTS += tests/unit/no-cmocka.sh
endif
EXTRA_DIST += tests/unit/no-cmocka.sh

# Machines, requests and plans, written as text and at random.
tests_unit_libscene_a_SOURCES = tests/unit/scene.c tests/unit/scene.h tests/unit/scene-memory.c \
	tests/unit/scene-namespace.c tests/unit/scene-namespace.h \
	tests/unit/scene-print.c tests/unit/random.c tests/unit/random.h tests/unit/random-request.c \
	tests/unit/unit.h
tests_unit_libscene_a_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)

UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
UNIT_LDADD = tests/unit/libscene.a libdaxadm.a $(CMOCKA_LIBS)

tests_unit_test_error_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_error_LDADD = $(UNIT_LDADD)
tests_unit_test_text_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_text_LDADD = $(UNIT_LDADD)
tests_unit_test_kernel_text_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_kernel_text_LDADD = $(UNIT_LDADD)
tests_unit_test_sysfs_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_sysfs_LDADD = $(UNIT_LDADD)
tests_unit_test_space_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_space_LDADD = $(UNIT_LDADD)
tests_unit_test_model_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_model_LDADD = $(UNIT_LDADD)
tests_unit_test_namespace_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_namespace_LDADD = $(UNIT_LDADD)
tests_unit_test_find_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_find_LDADD = $(UNIT_LDADD)
tests_unit_test_persistent_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_persistent_LDADD = $(UNIT_LDADD)
tests_unit_test_growth_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_growth_LDADD = $(UNIT_LDADD)
tests_unit_test_compare_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_compare_LDADD = $(UNIT_LDADD)
tests_unit_test_plan_SOURCES = tests/unit/test-plan.c tests/unit/plan-cases.h tests/unit/plan-cases-create.c \
	tests/unit/plan-cases-change.c tests/unit/plan-cases-geometry.c tests/unit/plan-cases-memory.c
tests_unit_test_plan_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_plan_LDADD = $(UNIT_LDADD)
tests_unit_test_layout_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_layout_LDADD = $(UNIT_LDADD)
tests_unit_test_properties_SOURCES = tests/unit/test-properties.c tests/unit/properties.c \
	tests/unit/properties.h tests/unit/properties-memory.c tests/unit/properties-outcome.c
tests_unit_test_properties_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_properties_LDADD = $(UNIT_LDADD)
tests_unit_test_tree_SOURCES = tests/unit/test-tree.c tests/unit/tree.c tests/unit/tree.h
tests_unit_test_tree_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_tree_LDADD = $(UNIT_LDADD)
tests_unit_test_vanish_SOURCES = tests/unit/test-vanish.c tests/unit/tree.c tests/unit/tree.h
tests_unit_test_vanish_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_vanish_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=syscall,--wrap=read
tests_unit_test_vanish_LDADD = $(UNIT_LDADD)
tests_unit_test_memory_SOURCES = tests/unit/test-memory.c tests/unit/tree.c tests/unit/tree.h
tests_unit_test_memory_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_memory_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=reallocarray \
	-Wl,--wrap=strdup,--wrap=strndup
tests_unit_test_memory_LDADD = $(UNIT_LDADD)
tests_unit_test_journal_SOURCES = tests/unit/test-journal.c tests/unit/journal-place.c tests/unit/journal-place.h
tests_unit_test_attempt_SOURCES = tests/unit/test-attempt.c tests/unit/journal-place.c tests/unit/journal-place.h
tests_unit_test_attempt_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_attempt_LDADD = $(UNIT_LDADD)
tests_unit_test_journal_folder_SOURCES = tests/unit/test-journal-folder.c tests/unit/journal-place.c \
	tests/unit/journal-place.h
tests_unit_test_journal_folder_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_journal_folder_LDADD = $(UNIT_LDADD)
tests_unit_test_journal_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_journal_LDADD = $(UNIT_LDADD)
tests_unit_test_lock_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_lock_LDADD = $(UNIT_LDADD)
tests_unit_test_check_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_check_LDADD = $(UNIT_LDADD)
tests_unit_test_check_udev_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_check_udev_LDADD = $(UNIT_LDADD)
tests_unit_test_forecast_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_forecast_LDADD = $(UNIT_LDADD)
tests_unit_test_extents_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_extents_LDADD = $(UNIT_LDADD)
tests_unit_test_holders_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_holders_CFLAGS = $(AM_CFLAGS) -pthread
tests_unit_test_holders_LDADD = $(UNIT_LDADD)
tests_unit_test_apply_SOURCES = tests/unit/test-apply.c tests/unit/kernel.c tests/unit/kernel-machine.c \
	tests/unit/kernel.h
tests_unit_test_apply_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_apply_LDADD = $(UNIT_LDADD)
tests_unit_test_faults_SOURCES = tests/unit/test-faults.c tests/unit/fault-cases.c tests/unit/fault-foreign.c tests/unit/faults.h \
	tests/unit/kernel.c tests/unit/kernel-machine.c tests/unit/kernel.h
tests_unit_test_faults_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_faults_LDADD = $(UNIT_LDADD)
tests_unit_test_torn_SOURCES = tests/unit/test-torn.c tests/unit/journal-place.c tests/unit/journal-place.h
tests_unit_test_torn_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_torn_LDADD = $(UNIT_LDADD)
tests_unit_test_durable_SOURCES = tests/unit/test-durable.c tests/unit/journal-place.c tests/unit/journal-place.h
tests_unit_test_durable_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_durable_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fsync,--wrap=linkat,--wrap=msync
tests_unit_test_durable_LDADD = $(UNIT_LDADD)
tests_unit_test_progress_SOURCES = tests/unit/test-progress.c daxadm/progress.c
tests_unit_test_progress_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(srcdir)/daxadm
tests_unit_test_progress_LDADD = $(UNIT_LDADD)
