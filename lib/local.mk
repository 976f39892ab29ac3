# SPDX-License-Identifier: LGPL-2.1-or-later
noinst_LIBRARIES += libdaxadm.a

libdaxadm_a_SOURCES = \
	lib/base/base.h \
	lib/base/error.c lib/base/error.h \
	lib/base/fields.c lib/base/fields.h \
	lib/base/text.c lib/base/text.h \
	lib/door/dm-table.c lib/door/dm-table.h \
	lib/door/extents.c lib/door/extents.h \
	lib/door/iomem.c lib/door/iomem.h \
	lib/door/kernel-text.c lib/door/kernel-text.h \
	lib/door/kmod.c lib/door/kmod.h \
	lib/door/kmsg.c lib/door/kmsg.h \
	lib/door/library.c lib/door/library.h \
	lib/door/ndctl.c lib/door/ndctl.h \
	lib/door/proc.c lib/door/proc.h \
	lib/door/sysfs.c lib/door/sysfs.h \
	lib/door/udev.c lib/door/udev.h \
	lib/door/udev-monitor.c lib/door/udev-monitor.h \
	lib/state/backing.c lib/state/backing.h \
	lib/state/bound.c lib/state/bound.h \
	lib/state/holders.c lib/state/holders.h \
	lib/state/layers.c lib/state/layers.h \
	lib/state/memory.c lib/state/memory.h \
	lib/state/memory-use.c lib/state/memory-use.h \
	lib/state/namespace.c lib/state/namespace.h \
	lib/state/node-note.c lib/state/node-note.h \
	lib/state/p2pmem.c lib/state/p2pmem.h \
	lib/state/rescan.c lib/state/rescan.h \
	lib/state/scan.c lib/state/scan.h \
	lib/state/scan-content.c lib/state/scan-content.h \
	lib/state/scan-device.c lib/state/scan-device.h \
	lib/state/scan-disk.c lib/state/scan-disk.h \
	lib/state/scan-layout.c lib/state/scan-layout.h \
	lib/state/scan-lost.c lib/state/scan-lost.h \
	lib/state/scan-machine.c lib/state/scan-machine.h \
	lib/state/scan-memory.c lib/state/scan-memory.h \
	lib/state/scan-namespace.c lib/state/scan-namespace.h \
	lib/state/scan-nd-region.c lib/state/scan-nd-region.h \
	lib/state/scan-sort.c lib/state/scan-sort.h \
	lib/state/scan-uuid.c lib/state/scan-uuid.h \
	lib/state/speed.c lib/state/speed.h \
	lib/state/topology.c lib/state/topology.h \
	lib/state/udev-rules.c lib/state/udev-rules.h \
	lib/plan/compare.c lib/plan/compare.h \
	lib/plan/forecast.c lib/plan/forecast.h \
	lib/plan/layout.c lib/plan/layout.h \
	lib/plan/layout-match.c lib/plan/layout-match.h \
	lib/plan/layout-pair.c lib/plan/layout-pair.h \
	lib/plan/model.c lib/plan/model.h \
	lib/plan/model-memory.c lib/plan/model-memory.h \
	lib/plan/model-namespace.c lib/plan/model-namespace.h \
	lib/plan/plan-reshape.c lib/plan/plan-reshape.h \
	lib/plan/plan.c lib/plan/plan.h \
	lib/plan/plan-arrange.c lib/plan/plan-arrange.h \
	lib/plan/plan-bind.c lib/plan/plan-bind.h \
	lib/plan/plan-blocks.c lib/plan/plan-blocks.h \
	lib/plan/plan-change.c lib/plan/plan-change.h \
	lib/plan/plan-content.c lib/plan/plan-content.h \
	lib/plan/plan-create.c lib/plan/plan-create.h \
	lib/plan/plan-final.c lib/plan/plan-final.h \
	lib/plan/plan-geometry.c lib/plan/plan-geometry.h \
	lib/plan/plan-layout.c lib/plan/plan-layout.h \
	lib/plan/plan-make.c lib/plan/plan-make.h \
	lib/plan/plan-memory.c lib/plan/plan-memory.h \
	lib/plan/plan-namespace.c lib/plan/plan-namespace.h \
	lib/plan/plan-namespace-size.c lib/plan/plan-namespace-size.h \
	lib/plan/plan-notes.c lib/plan/plan-notes.h \
	lib/plan/plan-persistent.c lib/plan/plan-persistent.h \
	lib/plan/request.c lib/plan/request.h \
	lib/plan/space.c lib/plan/space.h \
	lib/plan/space-namespace.c lib/plan/space-namespace.h \
	lib/plan/state-match.c lib/plan/state-match.h \
	lib/plan/states.c lib/plan/states.h \
	lib/plan/steps.c lib/plan/steps.h \
	lib/plan/steps-namespace.c lib/plan/steps-namespace.h \
	lib/run/apply.c lib/run/apply.h \
	lib/run/attempt.c lib/run/attempt.h \
	lib/run/do-device.c lib/run/do-device.h \
	lib/run/do-driver.c lib/run/do-driver.h \
	lib/run/do-load-driver.c lib/run/do-load-driver.h \
	lib/run/do-memory.c lib/run/do-memory.h \
	lib/run/do-namespace.c lib/run/do-namespace.h \
	lib/run/do-namespace-unchanged.c lib/run/do-namespace-unchanged.h \
	lib/run/do-policy.c lib/run/do-policy.h \
	lib/run/do-removal.c lib/run/do-removal.h \
	lib/run/doer.c lib/run/doer.h \
	lib/run/find-target.c lib/run/find-target.h \
	lib/run/guard-disks.c lib/run/guard-disks.h \
	lib/run/guard-drivers.c lib/run/guard-drivers.h \
	lib/run/guard-holders.c lib/run/guard-holders.h \
	lib/run/guard-memory.c lib/run/guard-memory.h \
	lib/run/journal.c lib/run/journal.h \
	lib/run/journal-before.c lib/run/journal-before.h \
	lib/run/journal-folder.c lib/run/journal-folder.h \
	lib/run/journal-marks.c lib/run/journal-marks.h \
	lib/run/journal-read.c lib/run/journal-read.h \
	lib/run/journal-words.c lib/run/journal-words.h \
	lib/run/judge.c lib/run/judge.h \
	lib/run/left-behind.c lib/run/left-behind.h \
	lib/run/loans.c lib/run/loans.h \
	lib/run/lock.c lib/run/lock.h \
	lib/run/lock-holder.c lib/run/lock-holder.h \
	lib/run/namespace-work.c lib/run/namespace-work.h \
	lib/run/node-notes.c lib/run/node-notes.h \
	lib/run/patience.c lib/run/patience.h \
	lib/run/recover.c lib/run/recover.h \
	lib/run/step-kinds.c lib/run/step-kinds.h \
	lib/run/undo.c lib/run/undo.h \
	lib/check/check.c lib/check/check.h \
	lib/check/check-daxctl.c \
	lib/check/check-device.c lib/check/check-device.h \
	lib/check/check-disable.c \
	lib/check/check-extents.c \
	lib/check/check-fault.c \
	lib/check/check-file.c \
	lib/check/check-finding.c lib/check/check-finding.h \
	lib/check/check-host.c lib/check/check-host.h \
	lib/check/check-map.c \
	lib/check/check-memory.c \
	lib/check/check-modules.c \
	lib/check/check-node.c lib/check/check-node.h \
	lib/check/check-nodes.c \
	lib/check/check-p2pmem.c lib/check/check-p2pmem.h \
	lib/check/check-path.c \
	lib/check/check-pin.c \
	lib/check/check-place.c lib/check/check-place.h \
	lib/check/check-probe.c \
	lib/check/check-reserved.c \
	lib/check/check-udev.c \
	lib/check/check-use.c \
	lib/check/check-why.c \
	lib/check/check-words.c \
	lib/check/checker.h
