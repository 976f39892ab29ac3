/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices whose memory is, or becomes, the system's. */
#include "plan-cases.h"

#define HMEM    "region 0 hmem.0 4G+8G\n"
#define PMEM    "region 1 pmem.0 32G+1G static\n"
#define OFF     "dax0.1 2M - 1G+1G\n"
#define DEVDAX  "dax0.1 2M device_dax 1G+1G\n"
#define KMEM(b) "dax0.1 2M kmem=" b " 1G+1G\n"
#define POLICY  "machine policy=online\n"

/* Around what must not go online, on a machine whose policy is to bring new memory online. */
#define HOLD    "set-policy online offline\n"
#define LET_GO  "set-policy offline online\n"
/* And around what shall, so that the kernel itself brings it online, in its zone. */
#define MOVABLE "set-policy online online_movable\n"
#define NO_MORE "set-policy online_movable online\n"

/* clang-format off */
struct plan_case plan_memory_cases[] = {
	{ .name = "online", .before = HMEM KMEM("8o"), .wish = "online dax0.1",
	  .steps = "online dax0.1 40-47 M\n", .after = KMEM("8M") },
	{ .name = "online: into a zone that the kernel chooses", .before = HMEM KMEM("8o"), .wish = "online dax0.1 no-movable",
	  .steps = "online dax0.1 40-47 K\n", .after = KMEM("8K") },
	{ .name = "online: it is", .before = HMEM KMEM("8M"), .wish = "online dax0.1" },
	{ .name = "online: it is, in the kernel's zone", .before = HMEM KMEM("8K"), .wish = "online dax0.1 no-movable" },
	{ .name = "online: in part", .before = HMEM KMEM("2M3o3M"), .wish = "online dax0.1",
	  .steps = "online dax0.1 42-44 M\n", .after = KMEM("8M") },
	{ .name = "online: from the wrong zone", .before = HMEM KMEM("2K3o3M"), .wish = "online dax0.1",
	  .steps = "offline dax0.1 40-41 K\nonline dax0.1 40-44 M\n", .after = KMEM("8M"),
	  .note = "dax0.1: 2 memory blocks in zone Normal may never go offline: the kernel puts memory there that cannot be moved" },
	{ .name = "online: one that never goes offline, in the wrong zone", .before = HMEM KMEM("4o1X3M"),
	  .wish = "online dax0.1", .error = "EBUSY memory block 44 spans zones" },
	{ .name = "online: two ranges, and what lies between is another's", .before = HMEM
	  "dax0.1 2M kmem=4o 5G+256M 1G+256M\ndax0.2 2M kmem=2o 2G+256M\n", .wish = "online dax0.1",
	  .steps = "online dax0.1 40-41 M 72-73 M\n",
	  .after = "dax0.1 2M kmem=4M 5G+256M 1G+256M\ndax0.2 2M kmem=2o 2G+256M\n" },
	{ .name = "online: whole blocks only", .before = HMEM "dax0.1 2M kmem=1o 1026M+300M\n", .wish = "online dax0.1",
	  .steps = "online dax0.1 41-41 M\n", .after = "dax0.1 2M kmem=1M 1026M+300M\n" },
	{ .name = "online: what kmem could add", .before = HMEM KMEM("6o"), .wish = "online dax0.1",
	  .steps = "online dax0.1 40-45 M\n", .after = KMEM("6M") },
	{ .name = "online: of a mode that is another", .before = HMEM DEVDAX, .wish = "online dax0.1",
	  .error = "EINVAL dax0.1 is not system memory: it is in mode devdax",
	  .hint = "reconfigure --mode system-ram dax0.1" },
	{ .name = "online: of a disabled one", .before = HMEM OFF, .wish = "online dax0.1",
	  .error = "EINVAL it is disabled" },
	{ .name = "online: of which nothing is known", .before = HMEM "dax0.1 2M kmem 1G+1G\n",
	  .wish = "online dax0.1", .error = "EACCES cannot be read", .hint = "root" },
	{ .name = "online: all, which are those that are memory", .before = HMEM "dax0.0 2M -\n" KMEM("8o")
	  "dax0.2 2M device_dax 2G+1G\ndax0.3 2M kmem=8M 3G+1G\n", .wish = "online all",
	  .steps = "online dax0.1 40-47 M\n",
	  .after = "dax0.0 2M -\n" KMEM("8M") "dax0.2 2M device_dax 2G+1G\ndax0.3 2M kmem=8M 3G+1G\n" },
	{ .name = "online: two in one zone, a hole behind the first block", .before = HMEM KMEM("8o")
	  "dax0.2 2M kmem=8o 3G+1G\n", .wish = "online dax0.1 dax0.2",
	  .steps = "online dax0.1 40-40 M\nonline dax0.2 56-63 M\nonline dax0.1 41-47 M\n",
	  .after = KMEM("8M") "dax0.2 2M kmem=8M 3G+1G\n" },
	{ .name = "online: two, the first of which has one block", .before = HMEM "dax0.1 2M kmem=1o 1G+128M\n"
	  "dax0.2 2M kmem=8o 3G+1G\n", .wish = "online dax0.1 dax0.2",
	  .steps = "online dax0.2 56-63 M\nonline dax0.1 40-40 M\n",
	  .after = "dax0.1 2M kmem=1M 1G+128M\ndax0.2 2M kmem=8M 3G+1G\n" },
	{ .name = "online: two, where one has to change its zone", .before = HMEM KMEM("8K")
	  "dax0.2 2M kmem=8o 3G+1G\n", .wish = "online dax0.1 dax0.2",
	  .steps = "offline dax0.1 40-47 K\nonline dax0.1 40-40 M\nonline dax0.2 56-63 M\nonline dax0.1 41-47 M\n",
	  .after = KMEM("8M") "dax0.2 2M kmem=8M 3G+1G\n",
	  .note = "dax0.1: 8 memory blocks in zone Normal may never go offline: the kernel puts memory there that cannot be moved" },
	{ .name = "online: one of two is none", .before = HMEM KMEM("8o") "dax0.2 2M device_dax 2G+1G\n",
	  .wish = "online dax0.1 dax0.2", .error = "EINVAL dax0.2 is not system memory" },
	{ .name = "online: the policy is of no interest", .before = POLICY HMEM KMEM("8o"), .wish = "online dax0.1",
	  .steps = "online dax0.1 40-47 M\n", .after = KMEM("8M") },
	{ .name = "online: persistent memory, whose content went with the binding", .before = HMEM PMEM
	  "dax1.0 2M kmem=8o 0+1G\n", .wish = "online dax1.0", .steps = "online dax1.0 256-263 M\n",
	  .after = "dax1.0 2M kmem=8M 0+1G\n" },
	{ .name = "online: persistent memory that is", .before = HMEM PMEM "dax1.0 2M kmem=8M 0+1G\n",
	  .wish = "online dax1.0" },

	{ .name = "offline", .before = HMEM KMEM("8M"), .wish = "offline dax0.1",
	  .steps = "offline dax0.1 40-47 M\n", .after = KMEM("8o") },
	{ .name = "offline: two in one zone, the first block at last", .before = HMEM KMEM("8M")
	  "dax0.2 2M kmem=8M 3G+1G\n", .wish = "offline dax0.2 dax0.1",
	  .steps = "offline dax0.1 41-47 M\noffline dax0.2 56-63 M\noffline dax0.1 40-40 M\n",
	  .after = KMEM("8o") "dax0.2 2M kmem=8o 3G+1G\n" },
	{ .name = "offline: it is", .before = HMEM KMEM("8o"), .wish = "offline dax0.1" },
	{ .name = "offline: from all zones", .before = HMEM KMEM("1K2M1o4M"), .wish = "offline dax0.1",
	  .steps = "offline dax0.1 40-40 K 41-42 M 44-47 M\n", .after = KMEM("8o"),
	  .note = "dax0.1: 1 memory block in zone Normal may never go offline: the kernel puts memory there that cannot be moved" },
	{ .name = "offline: one that never goes", .before = HMEM KMEM("7M1X"), .wish = "offline dax0.1 force lose-data",
	  .error = "EBUSY memory block 47 spans zones" },
	{ .name = "offline: of a mode that is another", .before = HMEM DEVDAX, .wish = "offline dax0.1",
	  .error = "EINVAL not system memory" },
	{ .name = "offline: persistent memory", .before = HMEM PMEM "dax1.0 2M kmem=8M 0+1G\n",
	  .wish = "offline dax1.0", .steps = "offline dax1.0 256-263 M\n", .after = "dax1.0 2M kmem=8o 0+1G\n" },

	{ .name = "system-ram: the policy gives none", .before = "machine policy=offline\n" HMEM DEVDAX,
	  .wish = "reconfigure dax0.1 mode=system-ram",
	  .steps = "unbind dax0.1 device_dax\nset-policy offline online_movable\nbind dax0.1 kmem\n"
		   "set-policy online_movable offline\n", .after = KMEM("8M") },
	{ .name = "system-ram: the policy gives just that", .before = "machine policy=online_movable\n" HMEM DEVDAX,
	  .wish = "reconfigure dax0.1 mode=system-ram",
	  .steps = "unbind dax0.1 device_dax\nbind dax0.1 kmem\n", .after = KMEM("8M") },
	{ .name = "system-ram: the policy gives another zone", .before = POLICY HMEM DEVDAX,
	  .wish = "reconfigure dax0.1 mode=system-ram",
	  .steps = "unbind dax0.1 device_dax\n" MOVABLE "bind dax0.1 kmem\n" NO_MORE,
	  .after = KMEM("8M") },
	{ .name = "system-ram: of the kernel's, and so is the policy", .before = "machine policy=online_kernel\n" HMEM OFF,
	  .wish = "enable dax0.1 mode=system-ram no-movable", .steps = "bind dax0.1 kmem\n", .after = KMEM("8K") },
	{ .name = "system-ram: of the kernel's", .before = "machine policy=online_movable\n" HMEM OFF,
	  .wish = "enable dax0.1 mode=system-ram no-movable",
	  .steps = "set-policy online_movable online_kernel\nbind dax0.1 kmem\n"
		   "set-policy online_kernel online_movable\n", .after = KMEM("8K") },
	{ .name = "system-ram: offline", .before = "machine policy=offline\n" HMEM OFF,
	  .wish = "enable dax0.1 mode=system-ram no-online", .steps = "bind dax0.1 kmem\n", .after = KMEM("8o") },
	{ .name = "system-ram: offline, against the policy", .before = POLICY HMEM OFF,
	  .wish = "enable dax0.1 mode=system-ram no-online", .error = "EBUSY auto_online_blocks is online",
	  .hint = "--force" },
	{ .name = "system-ram: offline, against the policy by force", .before = POLICY HMEM OFF,
	  .wish = "enable dax0.1 mode=system-ram no-online force",
	  .steps = HOLD "bind dax0.1 kmem\n" LET_GO, .after = KMEM("8o") },
	{ .name = "system-ram: offline, and a rule of udev", .before = "machine policy=offline onliner=/etc/a.rules:3\n" HMEM OFF,
	  .wish = "enable dax0.1 mode=system-ram no-online", .steps = "bind dax0.1 kmem\n", .after = KMEM("8o"),
	  .note = "dax0.1: the udev rule at /etc/a.rules:3 may bring memory online that should stay offline" },
	{ .name = "system-ram: online, and a rule of udev", .before = "machine policy=online_movable onliner=/a:3\n" HMEM OFF,
	  .wish = "enable dax0.1 mode=system-ram", .steps = "bind dax0.1 kmem\n", .after = KMEM("8M") },
	{ .name = "offline: a rule of udev for new memory", .before = "machine onliner=/a:3\n" HMEM KMEM("8M"),
	  .wish = "offline dax0.1", .steps = "offline dax0.1 40-47 M\n", .after = KMEM("8o") },
	{ .name = "offline: a rule of udev for what goes offline, too", .before = "machine onliner-offline=/a:3\n" HMEM
	  KMEM("8M"), .wish = "offline dax0.1", .steps = "offline dax0.1 40-47 M\n", .after = KMEM("8o"),
	  .note = "dax0.1: the udev rule at /a:3 may bring memory online that should stay offline" },
	{ .name = "system-ram: its driver comes first", .before = "machine drivers=device_dax policy=offline\n" HMEM DEVDAX,
	  .wish = "reconfigure dax0.1 mode=system-ram",
	  .steps = "load-driver kmem\nunbind dax0.1 device_dax\nset-policy offline online_movable\nbind dax0.1 kmem\n"
		   "set-policy online_movable offline\n",
	  .after = KMEM("8M") },
	{ .name = "system-ram: its driver comes before the policy", .before = "machine drivers=device_dax policy=online\n"
	  HMEM OFF, .wish = "enable dax0.1 mode=system-ram",
	  .steps = "load-driver kmem\n" MOVABLE "bind dax0.1 kmem\n" NO_MORE,
	  .after = KMEM("8M") },
	{ .name = "system-ram: it is", .before = POLICY HMEM KMEM("8M"), .wish = "reconfigure dax0.1 mode=system-ram" },
	{ .name = "system-ram: it is, and goes online", .before = POLICY HMEM KMEM("7M1o"),
	  .wish = "reconfigure dax0.1 mode=system-ram", .steps = "online dax0.1 47-47 M\n", .after = KMEM("8M") },
	{ .name = "system-ram: it is, and stays as it is", .before = POLICY HMEM KMEM("7M1o"),
	  .wish = "reconfigure dax0.1 mode=system-ram no-online" },
	{ .name = "system-ram: enable, and it is", .before = POLICY HMEM KMEM("7M1o"),
	  .wish = "enable dax0.1 mode=system-ram" },
	{ .name = "system-ram: two, the policy is set for each", .before = POLICY HMEM
	  OFF "dax0.2 2M - 2G+128M\n", .wish = "enable all mode=system-ram",
	  .steps = MOVABLE "bind dax0.1 kmem\n" NO_MORE MOVABLE "bind dax0.2 kmem\n" NO_MORE,
	  .after = KMEM("8M") "dax0.2 2M kmem=1M 2G+128M\n" },
	{ .name = "system-ram: what the kernel drops is said", .before = HMEM "dax0.1 2M - 1026M+384M 4G+126M\n",
	  .wish = "enable dax0.1 mode=system-ram", .steps = "bind dax0.1 kmem\nonline dax0.1 41-42 M\n",
	  .after = "dax0.1 2M kmem=2M 1026M+384M 4G+126M\n",
	  .note = "dax0.1: 254 MiB of 510 MiB cannot be used as system memory: not aligned to memory blocks of 128 MiB" },
	{ .name = "system-ram: smaller than a block", .before = "machine block=2G\n" HMEM DEVDAX,
	  .wish = "reconfigure dax0.1 mode=system-ram", .error = "EINVAL no whole memory block of 2 GiB is in its ranges" },
	{ .name = "system-ram: no node", .before = "region 0 hmem.0 4G+8G no-node\n" DEVDAX,
	  .wish = "reconfigure dax0.1 mode=system-ram", .error = "EINVAL no NUMA node" },
	{ .name = "system-ram: ranges that are hidden", .before = "region 0 hmem.0 4G+8G hidden\ndax0.1 2M - 1G\n",
	  .wish = "enable dax0.1 mode=system-ram", .error = "EACCES cannot be read", .hint = "root" },
	{ .name = "system-ram: 1G where it cannot work is none of its business", .before = HMEM "dax0.1 1G - 512M+1G\n",
	  .wish = "enable dax0.1 mode=system-ram", .steps = "bind dax0.1 kmem\nonline dax0.1 36-43 M\n",
	  .after = "dax0.1 1G kmem=8M 512M+1G\n" },
	{ .name = "system-ram: persistent memory", .before = HMEM PMEM "dax1.0 2M device_dax 0+1G\n",
	  .wish = "reconfigure dax1.0 mode=system-ram force", .error = "EPERM loses its data",
	  .hint = "--force=lose-data" },
	{ .name = "system-ram: persistent memory that stays offline", .before = HMEM PMEM "dax1.0 2M - 0+1G\n",
	  .wish = "enable dax1.0 mode=system-ram no-online", .error = "EPERM loses its data",
	  .hint = "--force=lose-data" },
	{ .name = "system-ram: ... and is enabled", .before = HMEM PMEM "dax1.0 2M device_dax 0+1G\n",
	  .wish = "reconfigure dax1.0 mode=system-ram no-online", .error = "EPERM loses its data" },
	{ .name = "system-ram: ... and its content may go with the binding", .before = POLICY HMEM PMEM
	  "dax1.0 2M - 0+1G\n", .wish = "enable dax1.0 mode=system-ram no-online force lose-data",
	  .steps = "set-policy online offline\nbind dax1.0 kmem final\nset-policy offline online\n",
	  .after = "dax1.0 2M kmem=8o 0+1G\n" },
	{ .name = "system-ram: what it was before, its content has gone then", .before = HMEM PMEM
	  "dax1.0 2M kmem=8o memmap=0 0+1G\n", .wish = "reconfigure dax1.0 memmap=on",
	  .steps = "unbind dax1.0 kmem\nset-memmap dax1.0 0 1\nbind dax1.0 kmem\n",
	  .after = "dax1.0 2M kmem=8o memmap=1 0+1G\n" },
	{ .name = "system-ram: ... and goes online", .before = HMEM PMEM "dax1.0 2M kmem=8o 0+1G\n",
	  .wish = "reconfigure dax1.0 mode=system-ram", .steps = "online dax1.0 256-263 M\n",
	  .after = "dax1.0 2M kmem=8M 0+1G\n" },
	{ .name = "system-ram: persistent memory, and its content may go", .before = HMEM PMEM "dax1.0 2M - 0+1G\n",
	  .wish = "reconfigure dax1.0 mode=system-ram lose-data",
	  .steps = "bind dax1.0 kmem final\nonline dax1.0 256-263 M\n", .after = "dax1.0 2M kmem=8M 0+1G\n" },
	{ .name = "system-ram: ... wherever its memory map lies", .before = HMEM PMEM "dax1.0 2M - memmap=1 0+1G\n",
	  .wish = "reconfigure dax1.0 mode=system-ram memmap=off lose-data",
	  .steps = "set-memmap dax1.0 1 0\nbind dax1.0 kmem final\nonline dax1.0 256-263 M\n",
	  .after = "dax1.0 2M kmem=8M memmap=0 0+1G\n" },

	{ .name = "create as system-ram", .before = POLICY HMEM "dax0.0 2M -\n", .wish = "create size=1G mode=system-ram",
	  .steps = "create dax0.1\nset-size dax0.1 0 1G\n" MOVABLE "bind dax0.1 kmem\n" NO_MORE,
	  .after = "dax0.0 2M -\ndax0.1 2M kmem=8M 0+1G\n" },
	{ .name = "create as system-ram: where its blocks lie is planned", .before = "region 0 hmem.0 4G+8G assumed\n"
	  "dax0.0 2M - 0+1G\n", .wish = "create size=1G mode=system-ram",
	  .steps = "create dax0.1\nadd-mapping dax0.1 5G+1G\nbind dax0.1 kmem\nonline dax0.1 40-47 M\n",
	  .after = "dax0.0 2M - 0+1G\ndax0.1 2M kmem=8M 1G+1G\n" },
	{ .name = "create as system-ram: nobody knows where", .before = "region 0 hmem.0 4G+8G hidden\ndax0.0 2M - 1G\n",
	  .wish = "create size=1G mode=system-ram", .error = "EACCES not known", .hint = "mode devdax" },
	{ .name = "create as system-ram: smaller than a block", .before = HMEM, .wish = "create size=64M mode=system-ram",
	  .error = "EINVAL no whole memory block" },
	{ .name = "create as system-ram: two, offline, with their memory map in them", .before = HMEM "dax0.0 2M -\n",
	  .wish = "create size=128M count=2 mode=system-ram no-online memmap=on",
	  .steps = "create dax0.1\nset-size dax0.1 0 128M\nset-memmap dax0.1 0 1\nbind dax0.1 kmem\n"
		   "create dax0.2\nset-size dax0.2 0 128M\nset-memmap dax0.2 0 1\nbind dax0.2 kmem\n",
	  .after = "dax0.0 2M -\ndax0.1 2M kmem=1o memmap=1 0+128M\ndax0.2 2M kmem=1o memmap=1 128M+128M\n" },

	{ .name = "devdax: from memory that is online", .before = POLICY HMEM KMEM("3M5o"),
	  .wish = "reconfigure dax0.1 mode=devdax",
	  .steps = "offline dax0.1 40-42 M\n" HOLD "unbind dax0.1 kmem\n" LET_GO "bind dax0.1 device_dax\n",
	  .after = DEVDAX },
	{ .name = "devdax: from memory that never goes offline", .before = HMEM KMEM("7M1X"),
	  .wish = "reconfigure dax0.1 mode=devdax force lose-data", .error = "EBUSY spans zones" },
	{ .name = "devdax: from memory of which nothing is known", .before = HMEM "dax0.1 2M kmem 1G+1G\n",
	  .wish = "reconfigure dax0.1 mode=devdax force lose-data", .error = "EACCES cannot be read" },
	{ .name = "destroy: memory that is online, by force", .before = HMEM KMEM("8M"), .wish = "destroy dax0.1 force",
	  .steps = "offline dax0.1 40-47 M\nunbind dax0.1 kmem\nset-size dax0.1 1G 0\ndelete dax0.1\n", .after = "" },
	{ .name = "destroy: memory, without force", .before = HMEM KMEM("8o"), .wish = "destroy dax0.1",
	  .error = "EBUSY enabled" },

	{ .name = "size: what was online is again, and what is new, too", .before = POLICY HMEM KMEM("8M"),
	  .wish = "reconfigure dax0.1 size=2G",
	  .steps = "offline dax0.1 40-47 M\n" HOLD "unbind dax0.1 kmem\n" LET_GO "set-size dax0.1 1G 2G\n"
		   MOVABLE "bind dax0.1 kmem\n" NO_MORE,
	  .after = "dax0.1 2M kmem=16M 1G+1G 0+1G\n" },
	{ .name = "size: what was online in part is so again", .before = HMEM KMEM("2M1K5o"),
	  .wish = "reconfigure dax0.1 size=2G",
	  .steps = "offline dax0.1 40-41 M 42-42 K\nunbind dax0.1 kmem\nset-size dax0.1 1G 2G\nbind dax0.1 kmem\n"
		   "online dax0.1 40-41 M 42-42 K\n",
	  .after = "dax0.1 2M kmem=8o2M1K5o 1G+1G 0+1G\n",
	  .note = "dax0.1: 1 memory block in zone Normal may never go offline: the kernel puts memory there that cannot be moved" },
	{ .name = "size: what is lost is lost", .before = HMEM KMEM("8M"), .wish = "reconfigure dax0.1 size=512M",
	  .steps = "offline dax0.1 40-47 M\nunbind dax0.1 kmem\nset-size dax0.1 1G 512M\nbind dax0.1 kmem\n"
		   "online dax0.1 40-43 M\n", .after = "dax0.1 2M kmem=4M 1G+512M\n" },
	{ .name = "system-ram, new: at a block, where the kernel would begin within one", .before = "machine block=2G "
	  "policy=online_movable\nregion 0 hmem.0 4G+8G\ndax0.0 2M - 0+256M\n", .wish = "create mode=system-ram size=2G",
	  .steps = "create dax0.1\nadd-mapping dax0.1 6G+2G\nbind dax0.1 kmem\n",
	  .after = "dax0.0 2M - 0+256M\ndax0.1 2M kmem=1M 2G+2G\n" },
	{ .name = "system-ram, new: in front of a block, where that is enough", .before = "machine block=2G "
	  "policy=online_movable\nregion 0 hmem.0 4G+8G\ndax0.0 2M - 0+256M\n", .wish = "create mode=system-ram size=4G",
	  .steps = "create dax0.1\nadd-mapping dax0.1 6G+4G\nbind dax0.1 kmem\n",
	  .after = "dax0.0 2M - 0+256M\ndax0.1 2M kmem=2M 2G+4G\n" },
	{ .name = "system-ram, new: what the kernel does is just as good", .before = "machine block=2G "
	  "policy=online_movable\nregion 0 hmem.0 4G+8G\ndax0.0 2M - 0+256M\n", .wish = "create mode=system-ram size=3840M",
	  .note = "cannot be used as system memory",
	  .steps = "create dax0.1\nset-size dax0.1 0 3840M\nbind dax0.1 kmem\n",
	  .after = "dax0.0 2M - 0+256M\ndax0.1 2M kmem=1M 256M+3840M\n" },
	{ .name = "system-ram, new: blocks of several places", .before = "machine block=1G policy=online_movable\n"
	  "region 0 hmem.0 4G+6G\ndax0.0 2M - 0+2M\ndax0.1 2M - 2G+2M\ndax0.2 2M - 4G+2M\n",
	  .wish = "create mode=system-ram size=3G",
	  .steps = "create dax0.3\nadd-mapping dax0.3 5G+1G\nadd-mapping dax0.3 7G+1G\nadd-mapping dax0.3 9G+1G\n"
		   "bind dax0.3 kmem\n",
	  .after = "dax0.0 2M - 0+2M\ndax0.1 2M - 2G+2M\ndax0.2 2M - 4G+2M\n"
		   "dax0.3 2M kmem=3M 1G+1G 3G+1G 5G+1G\n" },
	{ .name = "system-ram, new: no place has a whole block", .before = "machine block=2G policy=online_movable\n"
	  "region 0 hmem.0 5G+3G\ndax0.0 2M - 1G+2M\n", .wish = "create mode=system-ram size=2G",
	  .error = "EINVAL no whole memory block of 2 GiB" },
	{ .name = "system-ram, new: as many as fit with whole blocks", .before = "machine block=2G policy=online_movable\n"
	  "region 0 hmem.0 5G+6G\n", .wish = "create mode=system-ram size=2G count=max",
	  .steps = "create dax0.0\nadd-mapping dax0.0 6G+2G\nbind dax0.0 kmem\n"
		   "create dax0.1\nadd-mapping dax0.1 8G+2G\nbind dax0.1 kmem\n",
	  .after = "dax0.0 2M kmem=1M 1G+2G\ndax0.1 2M kmem=1M 3G+2G\n" },
	{ .name = "system-ram, new: more than fit with whole blocks", .before = "machine block=2G policy=online_movable\n"
	  "region 0 hmem.0 5G+6G\n", .wish = "create mode=system-ram size=2G count=3", .error = "ENOSPC enough for 2",
	  .hint = "--count 2" },
	{ .name = "system-ram, larger: the block in which it ends is completed", .before = "machine block=2G "
	  "policy=online_movable\nregion 0 hmem.0 4G+12G\ndax0.0 2M - 6G+1G\n",
	  .wish = "reconfigure dax0.0 mode=system-ram size=4G",
	  .steps = "set-size dax0.0 1G 0\nadd-mapping dax0.0 10G+4G\nbind dax0.0 kmem\n",
	  .after = "dax0.0 2M kmem=2M 6G+4G\n" },
	{ .name = "system-ram, larger: blocks elsewhere", .before = "machine block=2G policy=online_movable\n"
	  "region 0 hmem.0 4G+8G\ndax0.0 2M - 0+2G\ndax0.1 2M - 2G+256M\n",
	  .wish = "reconfigure dax0.0 mode=system-ram size=4G",
	  .steps = "add-mapping dax0.0 8G+2G\nbind dax0.0 kmem\n",
	  .after = "dax0.0 2M kmem=2M 0+2G 4G+2G\ndax0.1 2M - 2G+256M\n" },
	{ .name = "size: where the start is assumed, the ranges are chosen", .before = "region 0 hmem.0 4G+8G assumed\n"
	  "dax0.0 2M - 0+1G\n" KMEM("8M"), .wish = "reconfigure dax0.1 size=2G",
	  .steps = "offline dax0.1 40-47 M\nunbind dax0.1 kmem\nadd-mapping dax0.1 6G+1G\nbind dax0.1 kmem\n"
		   "online dax0.1 40-55 M\n",
	  .after = "dax0.0 2M - 0+1G\ndax0.1 2M kmem=16M 1G+1G 2G+1G\n" },
	{ .name = "align: what was online is again", .before = HMEM KMEM("4M4K"), .wish = "reconfigure dax0.1 align=1G",
	  .steps = "offline dax0.1 40-43 M 44-47 K\nunbind dax0.1 kmem\nset-align dax0.1 2M 1G\nbind dax0.1 kmem\n"
		   "online dax0.1 40-43 M 44-47 K\n", .after = "dax0.1 1G kmem=4M4K 1G+1G\n",
	  .note = "dax0.1: 4 memory blocks in zone Normal may never go offline: the kernel puts memory there that cannot be moved" },
	{ .name = "size, with the mode: by what is said of it", .before = HMEM KMEM("8K"),
	  .wish = "reconfigure dax0.1 size=512M mode=system-ram",
	  .steps = "offline dax0.1 40-47 K\nunbind dax0.1 kmem\nset-size dax0.1 1G 512M\nbind dax0.1 kmem\n"
		   "online dax0.1 40-43 M\n", .after = "dax0.1 2M kmem=4M 1G+512M\n",
	  .note = "dax0.1: 8 memory blocks in zone Normal may never go offline: the kernel puts memory there that cannot be moved" },
	{ .name = "size: smaller than a block", .before = HMEM KMEM("8M"), .wish = "reconfigure dax0.1 size=64M",
	  .error = "EINVAL no whole memory block" },

	{ .name = "memmap: of a disabled one", .before = HMEM "dax0.1 2M - memmap=0 1G+1G\n",
	  .wish = "reconfigure dax0.1 memmap=on", .steps = "set-memmap dax0.1 0 1\n",
	  .after = "dax0.1 2M - memmap=1 1G+1G\n" },
	{ .name = "memmap: it is so", .before = HMEM "dax0.1 2M kmem=8M memmap=1 1G+1G\n",
	  .wish = "reconfigure dax0.1 memmap=on" },
	{ .name = "memmap: of memory that is online", .before = HMEM "dax0.1 2M kmem=8M memmap=0 1G+1G\n",
	  .wish = "reconfigure dax0.1 memmap=on",
	  .steps = "offline dax0.1 40-47 M\nunbind dax0.1 kmem\nset-memmap dax0.1 0 1\nbind dax0.1 kmem\n"
		   "online dax0.1 40-47 M\n", .after = "dax0.1 2M kmem=8M memmap=1 1G+1G\n" },
	{ .name = "memmap: the kernel has none", .before = HMEM DEVDAX, .wish = "reconfigure dax0.1 memmap=on",
	  .error = "EOPNOTSUPP memmap_on_memory" },
	{ .name = NULL },
};
