#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Stands in for the unit tests where there is nothing to build them with, so that nobody thinks they passed.
echo '1..0 # SKIP the unit tests need cmocka (libcmocka-dev)'
