/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nothp COMMAND...: runs it without huge pages, which it and its children then never get. */
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2 || prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)) {
		perror("nothp");
		return 2;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 2;
}
