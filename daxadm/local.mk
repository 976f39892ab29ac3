# SPDX-License-Identifier: GPL-2.0-or-later
bin_PROGRAMS += bin/daxadm

bin_daxadm_SOURCES = \
	daxadm/as-daxctl.c daxadm/as-daxctl.h \
	daxadm/as-daxctl-change.c daxadm/as-daxctl-change.h \
	daxadm/as-daxctl-options.c daxadm/as-daxctl-options.h \
	daxadm/as-daxctl-print.c daxadm/as-daxctl-print.h \
	daxadm/boot.c daxadm/boot.h \
	daxadm/change.c daxadm/change.h \
	daxadm/change-options.c daxadm/change-options.h \
	daxadm/cmd-align.c \
	daxadm/cmd-apply.c \
	daxadm/cmd-check.c \
	daxadm/cmd-create-device.c \
	daxadm/cmd-destroy-device.c \
	daxadm/cmd-disable-device.c \
	daxadm/cmd-enable-device.c \
	daxadm/cmd-export.c \
	daxadm/cmd-help.c \
	daxadm/cmd-list.c \
	daxadm/cmd-offline-memory.c \
	daxadm/cmd-online-memory.c \
	daxadm/cmd-reconfigure.c \
	daxadm/cmd-recover.c \
	daxadm/cmd-version.c \
	daxadm/commands.c daxadm/commands.h \
	daxadm/document.c daxadm/document.h \
	daxadm/findings.c daxadm/findings.h \
	daxadm/foresight.c daxadm/foresight.h \
	daxadm/input.c daxadm/input.h \
	daxadm/input-text.c daxadm/input-text.h \
	daxadm/json.c daxadm/json.h \
	daxadm/json-build.c daxadm/json-build.h \
	daxadm/json-layout.c daxadm/json-layout.h \
	daxadm/json-namespace.c daxadm/json-namespace.h \
	daxadm/layout-folder.c daxadm/layout-folder.h \
	daxadm/layout-node.c daxadm/layout-node.h \
	daxadm/layout-read.c daxadm/layout-read.h \
	daxadm/layout-run.c daxadm/layout-run.h \
	daxadm/layout-value.c daxadm/layout-value.h \
	daxadm/left-behind.c daxadm/left-behind.h \
	daxadm/listing.c daxadm/listing.h \
	daxadm/main.c \
	daxadm/named.c daxadm/named.h \
	daxadm/paths.h \
	daxadm/progress.c daxadm/progress.h \
	daxadm/options.c daxadm/options.h \
	daxadm/report.c daxadm/report.h \
	daxadm/scope.c daxadm/scope.h \
	daxadm/signals.c daxadm/signals.h \
	daxadm/trusted.c daxadm/trusted.h
bin_daxadm_LDADD = libdaxadm.a $(JSON_C_LIBS)
