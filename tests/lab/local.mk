# SPDX-License-Identifier: GPL-2.0-or-later
# The lab's tests run in a machine of their own (tests/lab/run), not by make check. The programs that
# they need there: make install-lab DESTDIR=DIR puts them where the tests look, for run --install DIR.
lab_programs = tests/lab/calls tests/lab/fault tests/lab/hog tests/lab/holder \
	tests/lab/killer tests/lab/lie tests/lab/mapcheck tests/lab/nothp tests/lab/onliner
check_PROGRAMS += $(lab_programs)
tests_lab_calls_SOURCES = tests/lab/calls.c
tests_lab_fault_SOURCES = tests/lab/fault.c
tests_lab_hog_SOURCES = tests/lab/hog.c
tests_lab_holder_SOURCES = tests/lab/holder.c
tests_lab_killer_SOURCES = tests/lab/killer.c
tests_lab_lie_SOURCES = tests/lab/lie.c
tests_lab_mapcheck_SOURCES = tests/lab/mapcheck.c
tests_lab_nothp_SOURCES = tests/lab/nothp.c
tests_lab_onliner_SOURCES = tests/lab/onliner.c

EXTRA_DIST += .ci/run $(wildcard $(srcdir)/tests/lab/*.sh) \
	$(addprefix tests/lab/,as-daxctl.differences bare-debian fetch image init kernels-table lab machine run)

install-lab: $(lab_programs)
	$(MKDIR_P) '$(DESTDIR)/tests'
	$(INSTALL_PROGRAM) $(lab_programs) '$(DESTDIR)/tests'
.PHONY: install-lab
