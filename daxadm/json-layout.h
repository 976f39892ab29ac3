/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A layout as a document, in the format that layout-read.c reads. */
#pragma once

#include "plan/layout.h"

#include <json-c/json.h>

/* NULL without memory. */
struct json_object *json_layout(const struct dax_layout *layout) DAX_MUST_CHECK;
