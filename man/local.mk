# SPDX-License-Identifier: GPL-2.0-or-later
# daxadm.8 is made from daxadm.8.adoc. Add a page here and nowhere else.
man_pages = \
	man/daxadm-boot.7 \
	man/daxadm-json.5 \
	man/daxadm-layout.5 \
	man/daxadm.8 \
	man/daxctl-differences.7 \
	man/daxadm-align.8 \
	man/daxadm-apply.8 \
	man/daxadm-check.8 \
	man/daxadm-create-device.8 \
	man/daxadm-destroy-device.8 \
	man/daxadm-disable-device.8 \
	man/daxadm-enable-device.8 \
	man/daxadm-export.8 \
	man/daxadm-list.8 \
	man/daxadm-offline-memory.8 \
	man/daxadm-online-memory.8 \
	man/daxadm-reconfigure.8 \
	man/daxadm-recover.8

# What pages include.
man_parts = \
	man/parts/check-kernels.adoc \
	man/parts/exit-status.adoc \
	man/parts/options-change.adoc \
	man/parts/options-common.adoc \
	man/parts/options-memmap.adoc \
	man/parts/options-memory.adoc \
	man/parts/options-region.adoc

EXTRA_DIST += $(man_pages:=.adoc) $(man_parts)

if MAN
dist_man_MANS = $(man_pages)
MAINTAINERCLEANFILES += $(man_pages)

man/%: $(srcdir)/man/%.adoc $(addprefix $(srcdir)/,$(man_parts))
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(ASCIIDOCTOR) --failure-level=WARN --backend=manpage \
		--attribute release-version=$(PACKAGE_VERSION) --attribute reproducible \
		--out-file=$@ $<
endif
