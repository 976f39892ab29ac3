/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes what the end of a journal says is lent. What is valid has a device, or a policy, and nothing else. */
#include "fuzz.h"

#include "run/loans.h"

#include <stdio.h>

static void check_device(const char *loan)
{
	const char *name = dax_loan_device(loan);
	uint64_t serial = dax_loan_serial(loan);
	char again[DAX_NAME_MAX];
	int region_id = -1, id = -1;

	REQUIRE(name && dax_parse_exact_name(name, &region_id, &id) == 0 && region_id >= 0 && id >= 0);
	REQUIRE(name > loan && name + strlen(name) == loan + strlen(loan));
	if (!serial)
		return;
	snprintf(again, sizeof(again), DAX_LOAN_UNBOUND "%llu %.30s", (unsigned long long)serial, name);
	REQUIRE(dax_loan_is_valid(again) && dax_loan_serial(again) == serial);
	REQUIRE(strcmp(dax_loan_device(again), name) == 0);
}

int fuzz_loan(const uint8_t *data, size_t size)
{
	char loan[DAX_NAME_MAX] = "";

	memcpy(loan, data, size < sizeof(loan) ? size : sizeof(loan));
	if (!dax_loan_is_valid(loan))
		return 0;
	REQUIRE(memchr(loan, '\0', sizeof(loan)));
	if (!dax_loan_is(loan, DAX_LOAN_POLICY))
		check_device(loan);
	return 0;
}
