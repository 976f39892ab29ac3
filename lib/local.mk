# SPDX-License-Identifier: LGPL-2.1-or-later
noinst_LIBRARIES += libdaxadm.a

libdaxadm_a_SOURCES = \
	lib/run/apply.c lib/run/apply.h \
	lib/state/bound.c lib/state/bound.h \
	lib/state/backing.c lib/state/backing.h \
	lib/base/base.h \
	lib/check/check.c lib/check/check.h lib/check/checker.h \
	lib/check/check-daxctl.c \
	lib/check/check-device.c \
	lib/check/check-disable.c \
	lib/run/guard-disks.c \
	lib/run/guard-drivers.c \
	lib/check/check-extents.c \
	lib/check/check-fault.c \
	lib/check/check-file.c \
	lib/check/check-finding.c \
	lib/run/guard-holders.c \
	lib/run/guard-memory.c \
	lib/check/check-host.c \
	lib/check/check-map.c \
	lib/check/check-memory.c \
	lib/check/check-modules.c \
	lib/check/check-node.c \
	lib/check/check-nodes.c \
	lib/check/check-p2pmem.c \
	lib/check/check-path.c \
	lib/check/check-pin.c \
	lib/check/check-place.c lib/check/place.h \
	lib/check/check-probe.c \
	lib/check/check-reserved.c \
	lib/check/check-udev.c \
	lib/check/check-use.c \
	lib/check/check-why.c \
	lib/check/check-words.c \
	lib/plan/compare.c lib/plan/compare.h \
	lib/run/do-device.c \
	lib/run/do-driver.c \
	lib/run/do-memory.c \
	lib/run/do-policy.c \
	lib/run/do-removal.c \
	lib/run/do-namespace.c \
	lib/run/do-namespace-unchanged.c \
	lib/door/dm-table.c lib/door/dm-table.h \
	lib/run/doer.c lib/run/doer.h \
	lib/base/error.c lib/base/error.h \
	lib/base/fields.c lib/base/fields.h \
	lib/door/extents.c lib/door/extents.h \
	lib/run/find-target.c \
	lib/run/guard.h \
	lib/state/holders.c lib/state/holders.h \
	lib/door/iomem.c lib/door/iomem.h \
	lib/run/judge.c lib/run/judge.h \
	lib/run/left-behind.c lib/run/left-behind.h \
	lib/run/journal.c lib/run/journal.h \
	lib/run/journal-before.c \
	lib/run/journal-folder.c \
	lib/run/journal-read.c \
	lib/run/journal-words.c lib/run/journal-words.h \
	lib/run/loans.c lib/run/loans.h \
	lib/run/lock.c lib/run/lock.h \
	lib/run/lock-holder.c lib/run/lock-holder.h \
	lib/run/patience.c lib/run/patience.h \
	lib/state/p2pmem.c lib/state/p2pmem.h \
	lib/door/proc.c lib/door/proc.h \
	lib/run/recover.c lib/run/recover.h \
	lib/door/kmod.c lib/door/kmod.h \
	lib/door/library.c lib/door/library.h \
	lib/door/kernel-text.c lib/door/kernel-text.h \
	lib/door/kmsg.c lib/door/kmsg.h \
	lib/state/layers.c \
	lib/run/do-load-driver.c \
	lib/state/memory.c \
	lib/state/memory-use.c lib/state/memory-use.h \
	lib/plan/forecast.c lib/plan/forecast.h \
	lib/plan/model.c lib/plan/model.h \
	lib/plan/model-memory.c \
	lib/plan/model-namespace.c \
	lib/state/namespace.c lib/state/namespace.h \
	lib/run/namespace-work.c lib/run/namespace-work.h \
	lib/door/ndctl.c lib/door/ndctl.h \
	lib/plan/plan.c lib/plan/plan.h \
	lib/plan/plan-arrange.c \
	lib/plan/plan-final.c \
	lib/plan/plan-blocks.c \
	lib/plan/plan-change.c \
	lib/plan/plan-create.c \
	lib/plan/plan-geometry.c \
	lib/plan/plan-memory.c \
	lib/plan/plan-namespace.c \
	lib/plan/plan-namespace-size.c \
	lib/plan/plan-persistent.c \
	lib/plan/planner.h \
	lib/plan/request.c lib/plan/request.h \
	lib/state/rescan.c \
	lib/state/scan.c lib/state/scan.h \
	lib/state/scan-content.c \
	lib/state/scan-sort.c \
	lib/state/scan-disk.c \
	lib/state/scan-device.c \
	lib/state/scan-layout.c \
	lib/state/scan-lost.c \
	lib/state/scan-machine.c \
	lib/state/scan-memory.c \
	lib/state/scan-namespace.c \
	lib/state/scan-uuid.c \
	lib/state/scan-nd-region.c \
	lib/plan/space.c lib/plan/space.h \
	lib/plan/space-namespace.c \
	lib/state/speed.c lib/state/speed.h \
	lib/run/step-kinds.c \
	lib/run/undo.c lib/run/undo.h \
	lib/plan/states.c lib/plan/states.h \
	lib/plan/steps-namespace.c \
	lib/plan/steps.c lib/plan/steps.h \
	lib/door/sysfs.c lib/door/sysfs.h \
	lib/door/udev.c lib/door/udev.h \
	lib/state/udev-rules.c lib/state/udev-rules.h \
	lib/plan/plan-notes.c \
	lib/base/text.c lib/base/text.h \
	lib/state/topology.c lib/state/topology.h
