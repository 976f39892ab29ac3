# SPDX-License-Identifier: GPL-2.0-or-later
# What the program prints, for programs that check what they read.
schemadir = $(pkgdatadir)/schema
dist_schema_DATA = \
	schema/checks.json \
	schema/devices.json \
	schema/findings.json \
	schema/layout.json \
	schema/namespaces.json \
	schema/p2pmem.json \
	schema/regions.json \
	schema/report.json
