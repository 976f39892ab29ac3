# SPDX-License-Identifier: GPL-2.0-or-later
# Tests speak TAP. A program that cannot run here prints "1..0 # SKIP why" and exits with 0.
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(BASH_FOR_TESTS)
BASH_FOR_TESTS = bash
AM_TESTS_ENVIRONMENT = \
	DAXADM='$(abs_builddir)/bin/daxadm'; export DAXADM; \
	srcdir='$(abs_srcdir)'; export srcdir; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	LC_ALL=C; export LC_ALL; \
	if [ -z "$$TMPDIR" ] && [ -w /dev/shm ]; then TMPDIR=/dev/shm; export TMPDIR; fi;

include tests/unit/local.mk
include tests/lab/local.mk

# Whole-program tests: no root and no dax memory needed.
program_tests = \
	tests/program/test-as-daxctl.sh \
	tests/program/test-boot.sh \
	tests/program/test-ansible.sh \
	tests/program/test-check.sh \
	tests/program/test-chroot.sh \
	tests/program/test-corpus.sh \
	tests/program/test-help.sh \
	tests/program/test-layers.sh \
	tests/program/test-layout.sh \
	tests/program/test-list.sh \
	tests/program/test-lost.sh \
	tests/program/test-man.sh \
	tests/program/test-memory.sh \
	tests/program/test-nobody.sh \
	tests/program/test-packages.sh \
	tests/program/test-plan.sh \
	tests/program/test-reasons.sh \
	tests/program/test-schema.sh \
	tests/program/test-shells.sh \
	tests/program/test-usage.sh \
	tests/program/test-uuid.sh

TESTS += $(program_tests)
EXTRA_DIST += $(program_tests) tests/program/functions.sh tests/program/validate.py tests/messages

# Machines that were recorded, and what the program prints there.
EXTRA_DIST += \
	tests/golden/check.json \
	tests/golden/hmem.list \
	tests/golden/hmem.nobody \
	tests/golden/hmem.plan \
	tests/golden/idle.list \
	tests/golden/idle.plan \
	tests/golden/input.json \
	tests/golden/many.list \
	tests/golden/disabled.list \
	tests/golden/disabled.plan \
	tests/golden/mixed.list \
	tests/golden/mixed.plan \
	tests/golden/persistent.json \
	tests/golden/none.list \
	tests/golden/none.plan \
	tests/golden/play.sh \
	tests/sysroots/hmem.sysroot \
	tests/sysroots/idle.sysroot \
	tests/sysroots/make \
	tests/sysroots/many.sysroot \
	tests/sysroots/disabled.sysroot \
	tests/sysroots/mixed.sysroot \
	tests/sysroots/none.sysroot \
	tests/sysroots/record \
	tests/sysroots/unpack

include tests/fuzz/local.mk
