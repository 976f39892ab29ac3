# SPDX-License-Identifier: GPL-2.0-or-later
# Layouts at boot: what systemd, udev and systemd-tmpfiles read.
systemd_units = systemd/daxadm-apply.service systemd/daxadm-apply@.service
EXTRA_DIST += $(systemd_units:=.in) systemd/daxadm.target systemd/60-daxadm.rules systemd/daxadm.conf

if SYSTEMD
nodist_systemdsystemunit_DATA = $(systemd_units)
dist_systemdsystemunit_DATA = systemd/daxadm.target
dist_udevrules_DATA = systemd/60-daxadm.rules
dist_tmpfiles_DATA = systemd/daxadm.conf
CLEANFILES += $(systemd_units)

systemd/%.service: $(srcdir)/systemd/%.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd && sed 's,[@]bindir[@],$(bindir),' '$<' >'$@.tmp' && mv '$@.tmp' '$@'
endif
