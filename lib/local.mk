# SPDX-License-Identifier: LGPL-2.1-or-later
noinst_LIBRARIES += libdaxadm.a

libdaxadm_a_SOURCES = \
	lib/apply.c lib/apply.h \
	lib/backing.c lib/backing.h \
	lib/base.h \
	lib/check.c lib/check.h lib/checker.h \
	lib/check-daxctl.c \
	lib/check-device.c \
	lib/check-disable.c \
	lib/check-disks.c \
	lib/check-extents.c \
	lib/check-fault.c \
	lib/check-file.c \
	lib/check-finding.c \
	lib/check-holders.c \
	lib/check-host.c \
	lib/check-map.c \
	lib/check-memory.c \
	lib/check-modules.c \
	lib/check-node.c \
	lib/check-nodes.c \
	lib/check-p2pmem.c \
	lib/check-path.c \
	lib/check-pin.c \
	lib/check-place.c lib/place.h \
	lib/check-probe.c \
	lib/check-reserved.c \
	lib/check-udev.c \
	lib/check-use.c \
	lib/check-why.c \
	lib/check-words.c \
	lib/compare.c lib/compare.h \
	lib/do-device.c \
	lib/do-driver.c \
	lib/do-memory.c \
	lib/do-namespace.c \
	lib/do-namespace-unchanged.c \
	lib/dm-table.c lib/dm-table.h \
	lib/doer.h \
	lib/error.c lib/error.h \
	lib/extents.c lib/extents.h \
	lib/find-target.c \
	lib/guard.h \
	lib/holders.c lib/holders.h \
	lib/iomem.c lib/iomem.h \
	lib/journal.c lib/journal.h \
	lib/journal-read.c \
	lib/journal-words.c lib/journal-words.h \
	lib/loans.c lib/loans.h \
	lib/lock.c lib/lock.h \
	lib/p2pmem.c lib/p2pmem.h \
	lib/proc.c lib/proc.h \
	lib/recover.c lib/recover.h \
	lib/kmod.c lib/kmod.h \
	lib/library.c lib/library.h \
	lib/kmsg.c lib/kmsg.h \
	lib/layers.c \
	lib/load-driver.c \
	lib/memory.c \
	lib/model.c lib/model.h \
	lib/model-memory.c \
	lib/model-namespace.c \
	lib/namespace.c lib/namespace.h \
	lib/namespace-work.c lib/namespace-work.h \
	lib/ndctl.c lib/ndctl.h \
	lib/plan.c lib/plan.h \
	lib/plan-arrange.c \
	lib/plan-change.c \
	lib/plan-create.c \
	lib/plan-geometry.c \
	lib/plan-memory.c \
	lib/plan-namespace.c \
	lib/plan-namespace-size.c \
	lib/plan-persistent.c \
	lib/planner.h \
	lib/request.c lib/request.h \
	lib/rescan.c \
	lib/scan.c lib/scan.h \
	lib/scan-content.c \
	lib/scan-disk.c \
	lib/scan-device.c \
	lib/scan-layout.c \
	lib/scan-lost.c \
	lib/scan-machine.c \
	lib/scan-memory.c \
	lib/scan-namespace.c \
	lib/scan-uuid.c \
	lib/scan-nd-region.c \
	lib/space.c lib/space.h \
	lib/space-namespace.c \
	lib/speed.c lib/speed.h \
	lib/step-kinds.c \
	lib/steps-namespace.c \
	lib/steps.c lib/steps.h \
	lib/sysfs.c lib/sysfs.h \
	lib/text.c lib/text.h \
	lib/topology.c lib/topology.h
