/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Size and alignment of devices that exist. */
#include "plan-cases.h"

#define HMEM   "region 0 hmem.0 4G+8G\n"
#define HIDDEN "region 0 hmem.0 4G+8G hidden\n"
#define ON     "dax0.0 2M device_dax 0+1G\n"

/* clang-format off */
struct plan_case plan_geometry_cases[] = {
	{ .name = "size: it has it", .before = HMEM ON, .wish = "reconfigure dax0.0 size=1G align=2M" },
	{ .name = "size: grow", .before = HMEM ON, .wish = "reconfigure dax0.0 size=3G",
	  .steps = "unbind dax0.0 device_dax\nset-size dax0.0 1G 3G\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 2M device_dax 0+3G\n" },
	{ .name = "size: shrink", .before = HMEM ON, .wish = "reconfigure dax0.0 size=512M",
	  .steps = "unbind dax0.0 device_dax\nset-size dax0.0 1G 512M\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 2M device_dax 0+512M\n" },
	{ .name = "size: of a disabled one, which stays so", .before = HMEM "dax0.0 2M - 0+1G\n",
	  .wish = "reconfigure dax0.0 size=2G", .steps = "set-size dax0.0 1G 2G\n", .after = "dax0.0 2M - 0+2G\n" },
	{ .name = "size: of one that has none", .before = HMEM "dax0.0 2M -\n",
	  .wish = "reconfigure dax0.0 size=2G", .steps = "set-size dax0.0 0 2G\n", .after = "dax0.0 2M - 0+2G\n" },
	{ .name = "size: a share of what it has and could have", .before = HMEM ON "dax0.1 2M - 1G+4G\n",
	  .wish = "reconfigure dax0.0 size=50%",
	  .steps = "unbind dax0.0 device_dax\nset-size dax0.0 1G 2G\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 2M device_dax 0+1G 5G+1G\ndax0.1 2M - 1G+4G\n" },
	{ .name = "size: all of it", .before = HMEM ON, .wish = "reconfigure dax0.0 size=100%",
	  .steps = "unbind dax0.0 device_dax\nset-size dax0.0 1G 8G\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 2M device_dax 0+8G\n" },
	{ .name = "size: more than there is", .before = HMEM ON "dax0.1 2M - 1G+4G\n",
	  .wish = "reconfigure dax0.0 size=5G", .error = "ENOSPC 3 GiB are free",
	  .hint = "the largest possible size of dax0.0 is 4 GiB" },
	{ .name = "size: no whole unit", .before = HMEM ON, .wish = "reconfigure dax0.0 size=1025M",
	  .error = "EINVAL dax0.0: a size of 1025 MiB is not a multiple of 2 MiB", .hint = "1 GiB and 1026 MiB" },
	{ .name = "size: of two, the first makes room for the second", .before = HMEM "dax0.0 2M - 0+4G\n"
	  "dax0.1 2M device_dax 4G+2G\n", .wish = "reconfigure dax0.1 dax0.0 size=3G",
	  .steps = "set-size dax0.0 4G 3G\nunbind dax0.1 device_dax\nset-size dax0.1 2G 3G\n"
		   "bind dax0.1 device_dax\n",
	  .after = "dax0.0 2M - 0+3G\ndax0.1 2M device_dax 4G+2G 3G+1G\n" },
	{ .name = "size: of memory that is offline", .before = HMEM "dax0.0 2M kmem=8o 0+1G\n",
	  .wish = "reconfigure dax0.0 size=2G",
	  .steps = "unbind dax0.0 kmem\nset-size dax0.0 1G 2G\nbind dax0.0 kmem\n",
	  .after = "dax0.0 2M kmem=16o 0+2G\n" },
	{ .name = "size: of somebody else's", .before = HMEM "dax0.0 2M weird 0+1G\n",
	  .wish = "reconfigure dax0.0 size=2G", .error = "EOPNOTSUPP weird" },
	{ .name = "size: in a static region", .before = "region 0 pmem.0 4G+2G static\ndax0.0 2M device_dax 0+2G\n",
	  .wish = "reconfigure dax0.0 size=1G", .error = "EOPNOTSUPP static region", .hint = "namespace" },
	{ .name = "size: the kernel would take what is shifted", .before = HMEM "dax0.0 2M - 0+2M\n"
	  "dax0.1 2M - 2052K+2M\n", .wish = "reconfigure dax0.0 size=4M",
	  .steps = "add-mapping dax0.0 4102M+2M\n", .after = "dax0.0 2M - 0+2M 6M+2M\ndax0.1 2M - 2052K+2M\n" },

	{ .name = "align: to 4K", .before = HMEM ON, .wish = "reconfigure dax0.0 align=4K",
	  .steps = "unbind dax0.0 device_dax\nset-align dax0.0 2M 4K\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 4K device_dax 0+1G\n" },
	{ .name = "align: to 1G, where it lies", .before = HMEM ON, .wish = "reconfigure dax0.0 align=1G",
	  .steps = "unbind dax0.0 device_dax\nset-align dax0.0 2M 1G\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 1G device_dax 0+1G\n" },
	{ .name = "align: to 1G, and back", .before = HMEM "dax0.0 1G device_dax 0+1G\n",
	  .wish = "reconfigure dax0.0 align=2M",
	  .steps = "unbind dax0.0 device_dax\nset-align dax0.0 1G 2M\nbind dax0.0 device_dax\n",
	  .after = ON },
	{ .name = "align: to 1G, neighbouring ranges made one", .before = HMEM
	  "dax0.0 2M device_dax 0+512M 512M+512M\n", .wish = "reconfigure dax0.0 align=1G",
	  .steps = "unbind dax0.0 device_dax\nset-size dax0.0 1G 0\nset-align dax0.0 2M 1G\n"
		   "add-mapping dax0.0 4G+1G\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 1G device_dax 0+1G\n" },
	{ .name = "align: to 1G, between multiples", .before = HMEM "dax0.0 2M device_dax 2M+1G\n",
	  .wish = "reconfigure dax0.0 align=1G", .error = "EINVAL dax0.0 cannot be aligned to 1 GiB at its current place",
	  .hint = "4K, 2M; use --force=lose-data to move it" },
	{ .name = "align: to 1G, in pieces", .before = HMEM "dax0.0 2M device_dax 0+512M 1G+512M\n",
	  .wish = "reconfigure dax0.0 align=1G force", .error = "EINVAL cannot be aligned to 1 GiB",
	  .hint = "--force=lose-data" },
	{ .name = "align: to 1G, moved", .before = HMEM "dax0.0 2M device_dax 2M+1G\ndax0.1 2M - 0+2M\n",
	  .wish = "reconfigure dax0.0 align=1G lose-data",
	  .steps = "unbind dax0.0 device_dax\nset-size dax0.0 1G 0\nset-align dax0.0 2M 1G\n"
		   "add-mapping dax0.0 5G+1G\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 1G device_dax 1G+1G\ndax0.1 2M - 0+2M\n", .note = "the data in its 1 GiB are lost" },
	{ .name = "align: to 1G, moved into its own space", .before = "region 0 hmem.0 4G+2G\n"
	  "dax0.0 2M device_dax 2M+1G\n", .wish = "reconfigure dax0.0 align=1G lose-data",
	  .steps = "unbind dax0.0 device_dax\nset-size dax0.0 1G 0\nset-align dax0.0 2M 1G\n"
		   "add-mapping dax0.0 4G+1G\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 1G device_dax 0+1G\n", .note = "lost" },
	{ .name = "align: to 1G, and nowhere to go", .before = "region 0 hmem.0 4098M+2046M\n"
	  "dax0.0 2M device_dax 0+1G\n", .wish = "reconfigure dax0.0 align=1G size=1G lose-data",
	  .steps = "unbind dax0.0 device_dax\nset-size dax0.0 1G 0\nset-align dax0.0 2M 1G\n"
		   "add-mapping dax0.0 5G+1G\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 1G device_dax 1022M+1G\n", .note = "lost" },
	{ .name = "align: to 1G, and really nowhere to go", .before = "region 0 hmem.0 4098M+2044M\n"
	  "dax0.0 2M device_dax 0+1G\n", .wish = "reconfigure dax0.0 align=1G lose-data",
	  .error = "ENOSPC room for 0 bytes", .hint = "4K, 2M" },
	{ .name = "align: to 1G, of half a one", .before = HMEM "dax0.0 2M device_dax 0+1536M\n",
	  .wish = "reconfigure dax0.0 align=1G", .error = "EINVAL not a multiple of 1 GiB", .hint = "4K, 2M" },
	{ .name = "align: to 1G, without the processor", .before = "machine no-1g\n" HMEM ON,
	  .wish = "reconfigure dax0.0 align=1G", .error = "EOPNOTSUPP pdpe1gb" },
	{ .name = "align: to 16M", .before = HMEM ON, .wish = "reconfigure dax0.0 align=16M",
	  .error = "EINVAL 16 MiB does not exist", .hint = "use 4K, 2M or 1G" },
	{ .name = "align: of one that has no size", .before = HMEM "dax0.0 2M -\n",
	  .wish = "reconfigure dax0.0 align=1G", .steps = "set-align dax0.0 2M 1G\n", .after = "dax0.0 1G -\n" },
	{ .name = "align: what cannot work is made to work", .before = HMEM "dax0.0 1G device_dax 2M+1G\n",
	  .wish = "reconfigure dax0.0 align=2M",
	  .steps = "unbind dax0.0 device_dax\nset-align dax0.0 1G 2M\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 2M device_dax 2M+1G\n" },
	{ .name = "align, hidden: to 4K", .before = HIDDEN "dax0.0 2M device_dax 1G\n",
	  .wish = "reconfigure dax0.0 align=4K",
	  .steps = "unbind dax0.0 device_dax\nset-align dax0.0 2M 4K\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 4K device_dax 1G\n" },
	{ .name = "align, hidden: to 1G", .before = HIDDEN "dax0.0 2M device_dax 1G\n",
	  .wish = "reconfigure dax0.0 align=1G", .error = "EACCES not known", .hint = "root" },

	/* 1 GiB devices that grow and shrink. */
	{ .name = "1G grows behind itself", .before = HMEM "dax0.0 1G device_dax 1G+1G\n",
	  .wish = "reconfigure dax0.0 size=2G",
	  .steps = "unbind dax0.0 device_dax\nadd-mapping dax0.0 6G+1G\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 1G device_dax 1G+1G 2G+1G\n" },
	{ .name = "1G grows around others", .before = HMEM "dax0.0 1G device_dax 1G+1G\n"
	  "dax0.1 2M device_dax 3G+2M\n", .wish = "reconfigure dax0.0 size=4G",
	  .steps = "unbind dax0.0 device_dax\nadd-mapping dax0.0 6G+1G\nadd-mapping dax0.0 4G+1G\n"
		   "add-mapping dax0.0 8G+1G\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 1G device_dax 1G+1G 2G+1G 0+1G 4G+1G\ndax0.1 2M device_dax 3G+2M\n" },
	{ .name = "1G grows by half a one", .before = HMEM "dax0.0 1G device_dax 1G+1G\n",
	  .wish = "reconfigure dax0.0 size=1536M", .error = "EINVAL multiple of 1 GiB", .hint = "1 GiB and 2 GiB" },
	{ .name = "1G has no room to grow", .before = "region 0 hmem.0 4G+3G\ndax0.0 1G device_dax 1G+1G\n"
	  "dax0.1 2M - 0+2M\ndax0.2 2M - 2G+2M\n", .wish = "reconfigure dax0.0 size=2G", .error = "ENOSPC",
	  .hint = "4K, 2M, 1G" },
	{ .name = "1G shrinks", .before = HMEM "dax0.0 1G device_dax 4G+1G 1G+2G\n",
	  .wish = "reconfigure dax0.0 size=2G",
	  .steps = "unbind dax0.0 device_dax\nset-size dax0.0 3G 2G\nbind dax0.0 device_dax\n",
	  .after = "dax0.0 1G device_dax 4G+1G 1G+1G\n" },
	{ .name = "1G shrinks below itself", .before = HMEM "dax0.0 1G device_dax 1G+1G\n",
	  .wish = "reconfigure dax0.0 size=512M align=2M",
	  .steps = "unbind dax0.0 device_dax\nset-align dax0.0 1G 2M\nset-size dax0.0 1G 512M\n"
		   "bind dax0.0 device_dax\n",
	  .after = "dax0.0 2M device_dax 1G+512M\n" },
	{ .name = "2M grows into 1G", .before = HMEM ON, .wish = "reconfigure dax0.0 size=2G align=1G",
	  .steps = "unbind dax0.0 device_dax\nset-align dax0.0 2M 1G\nadd-mapping dax0.0 5G+1G\n"
		   "bind dax0.0 device_dax\n",
	  .after = "dax0.0 1G device_dax 0+1G 1G+1G\n" },
	{ .name = "2M shrinks into 1G", .before = HMEM "dax0.0 2M device_dax 0+1G 2050M+1G\n",
	  .wish = "reconfigure dax0.0 size=1G align=1G",
	  .steps = "unbind dax0.0 device_dax\nset-size dax0.0 2G 1G\nset-align dax0.0 2M 1G\n"
		   "bind dax0.0 device_dax\n",
	  .after = "dax0.0 1G device_dax 0+1G\n" },
	{ .name = "half of 1G grows into 1G", .before = HMEM "dax0.0 2M - 0+512M\n",
	  .wish = "reconfigure dax0.0 size=1G align=1G",
	  .steps = "set-size dax0.0 512M 0\nset-align dax0.0 2M 1G\nadd-mapping dax0.0 4G+1G\n",
	  .after = "dax0.0 1G - 0+1G\n" },
	{ .name = "half of 1G grows into 2G, around another", .before = HMEM "dax0.0 2M - 0+512M\n"
	  "dax0.1 2M - 1G+2M\n", .wish = "reconfigure dax0.0 size=2G align=1G",
	  .steps = "set-size dax0.0 512M 0\nset-align dax0.0 2M 1G\nadd-mapping dax0.0 4G+1G\n"
		   "add-mapping dax0.0 6G+1G\n",
	  .after = "dax0.0 1G - 0+1G 2G+1G\ndax0.1 2M - 1G+2M\n" },
	{ .name = "half of 1G grows into 2G, right behind itself", .before = HMEM "dax0.0 2M - 2G+512M\n",
	  .wish = "reconfigure dax0.0 size=2G align=1G",
	  .steps = "set-size dax0.0 512M 0\nset-align dax0.0 2M 1G\nadd-mapping dax0.0 6G+2G\n",
	  .after = "dax0.0 1G - 2G+2G\n" },
	{ .name = "half of 1G has no other half", .before = HMEM "dax0.0 2M - 0+512M\ndax0.1 2M - 512M+2M\n",
	  .wish = "reconfigure dax0.0 size=1G align=1G", .error = "EINVAL cannot be aligned",
	  .hint = "--force=lose-data" },
	{ .name = "2M between multiples grows into 1G", .before = HMEM "dax0.0 2M device_dax 2M+1G\n",
	  .wish = "reconfigure dax0.0 size=2G align=1G", .error = "EINVAL cannot be aligned",
	  .hint = "--force=lose-data" },
	{ .name = "a share is rounded down to units of the new alignment", .before = HMEM ON,
	  .wish = "reconfigure dax0.0 size=45% align=1G",
	  .steps = "unbind dax0.0 device_dax\nset-align dax0.0 2M 1G\nadd-mapping dax0.0 5G+2G\n"
		   "bind dax0.0 device_dax\n",
	  .after = "dax0.0 1G device_dax 0+1G 1G+2G\n" },
	{ .name = "a share that is nothing", .before = HMEM "dax0.0 1G device_dax 0+1G\n",
	  .wish = "reconfigure dax0.0 size=1%", .error = "ENOSPC dax0.0: 1% of 8 GiB is too small",
	  .hint = "1 GiB" },
	{ .name = "a share that is nothing, of a disabled one", .before = HMEM "dax0.0 1G - 0+1G\n",
	  .wish = "reconfigure dax0.0 size=1%", .error = "ENOSPC dax0.0: 1% of 8 GiB is too small" },
	{ .name = NULL },
};
