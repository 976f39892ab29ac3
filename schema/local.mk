# SPDX-License-Identifier: GPL-2.0-or-later
# What the program prints, for programs that check what they read.
schemadir = $(pkgdatadir)/schema
dist_schema_DATA = \
	schema/devices.json \
	schema/namespaces.json \
	schema/regions.json \
	schema/report.json
