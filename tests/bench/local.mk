# SPDX-License-Identifier: GPL-2.0-or-later
# What daxadm costs: runs in the lab, which needs root. Those with --icount count instructions, the others take
# times. Memory blocks are many, and of 128 MiB each: the lab's memory is there when it is used only, but to
# describe it the machine needs 4 GiB of this host's.
EXTRA_PROGRAMS = tests/bench/floor
tests_bench_floor_SOURCES = tests/bench/floor.c
tests_bench_floor_LDADD =
CLEANFILES += tests/bench/floor

BENCH_LAB = $(srcdir)/tests/lab/lab --hmem 8G --timeout 1200 --install '$(abs_builddir)/bench-root' \
	--put '$(abs_builddir)/tests/bench/floor'

BENCH_MEMORY = $(srcdir)/tests/lab/lab --hmem 190G --timeout 2400 --install '$(abs_builddir)/bench-root' \
	--put '$(abs_builddir)/tests/bench/floor'

.PHONY: bench
bench: bin/daxadm tests/bench/floor $(lab_programs)
	$(MAKE) $(AM_MAKEFLAGS) install install-lab DESTDIR='$(abs_builddir)/bench-root' >/dev/null
	$(BENCH_LAB) --icount $(srcdir)/tests/lab/bench.sh 3 instructions
	$(BENCH_LAB) $(srcdir)/tests/lab/bench.sh 11 microseconds
	$(BENCH_MEMORY) --icount $(srcdir)/tests/lab/bench-memory.sh 1 instructions
	$(BENCH_MEMORY) $(srcdir)/tests/lab/bench-memory.sh 5 microseconds one
	$(BENCH_MEMORY) --icount --kernel 6.12 $(srcdir)/tests/lab/bench-memory.sh 1 instructions one several
	$(BENCH_MEMORY) --icount --kernel 6.1 $(srcdir)/tests/lab/bench-memory.sh 1 instructions one several
	rm -rf '$(abs_builddir)/bench-root'
