# SPDX-License-Identifier: GPL-2.0-or-later
# A release can be built with dpkg-buildpackage.
EXTRA_DIST += \
	debian/ansible-collection-daxadm.lintian-overrides \
	debian/changelog \
	debian/clean \
	debian/control \
	debian/copyright \
	debian/daxadm.postrm \
	debian/docs \
	debian/rules \
	debian/source/format \
	debian/tests/control \
	debian/tests/installed \
	debian/tests/untouched
