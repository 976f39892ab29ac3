# SPDX-License-Identifier: GPL-2.0-or-later
"""What the modules' documentation has in common."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment:
    """The options of COMMON_OPTIONS in module_utils/daxadm.py."""

    DOCUMENTATION = r"""
options:
  executable:
    description:
      - The name or the path of daxadm on the managed machine.
    type: path
    default: daxadm
  sysroot:
    description:
      - Read the tree in this folder instead of C(/sys), such as a copy from another machine.
      - Nothing is written there, so a change works only in check mode.
    type: path
requirements:
  - daxadm
"""
