# SPDX-License-Identifier: GPL-2.0-or-later
# What daxadm costs: two runs in the lab, which needs root. The first counts instructions, the second takes times.
EXTRA_PROGRAMS = tests/bench/floor
tests_bench_floor_SOURCES = tests/bench/floor.c
tests_bench_floor_LDADD =
CLEANFILES += tests/bench/floor

BENCH_LAB = $(srcdir)/tests/lab/lab --hmem 8G --timeout 1200 --install '$(abs_builddir)/bench-root' \
	--put '$(abs_builddir)/tests/bench/floor'

.PHONY: bench
bench: bin/daxadm tests/bench/floor
	$(MAKE) $(AM_MAKEFLAGS) install DESTDIR='$(abs_builddir)/bench-root' >/dev/null
	$(BENCH_LAB) --icount $(srcdir)/tests/lab/bench.sh 3 instructions
	$(BENCH_LAB) $(srcdir)/tests/lab/bench.sh 11 microseconds
	rm -rf '$(abs_builddir)/bench-root'
