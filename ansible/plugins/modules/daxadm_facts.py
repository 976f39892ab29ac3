#!/usr/bin/python
# SPDX-License-Identifier: GPL-2.0-or-later
"""daxadm list and export, for Ansible."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: daxadm_facts
short_description: Read the DAX regions and devices of a machine
version_added: 0.1.0
description:
  - Runs C(daxadm list) and C(daxadm export) on the managed machine, and sets the fact C(ansible_facts.daxadm).
  - Nothing is changed.
author:
  - the daxadm maintainers (@daxadm)
extends_documentation_fragment:
  - daxadm.dax.common
attributes:
  check_mode:
    description: The module never changes anything.
    support: full
  diff_mode:
    description: There is no difference to show.
    support: N/A
"""

EXAMPLES = r"""
- name: Read the DAX memory
  daxadm.dax.daxadm_facts:

- name: Show the size of each region
  ansible.builtin.debug:
    msg: "{{ ansible_facts.daxadm.regions | map(attribute='size') }}"
"""

RETURN = r"""
ansible_facts:
  description: What the module adds to the facts of the machine.
  returned: always
  type: dict
  contains:
    daxadm:
      description: The DAX memory of the machine. C(man daxadm-json) describes the keys.
      returned: always
      type: dict
      contains:
        devices:
          description: All devices, also those without memory.
          returned: always
          type: list
          elements: dict
        regions:
          description: All regions.
          returned: always
          type: list
          elements: dict
        layout:
          description: The layout of the machine, for daxadm_layout.
          returned: always
          type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.daxadm.dax.plugins.module_utils.daxadm import (
    COMMON_OPTIONS,
    Daxadm,
)


def main():
    module = AnsibleModule(
        argument_spec=dict(**COMMON_OPTIONS), supports_check_mode=True
    )
    daxadm = Daxadm(module)
    facts = dict(
        devices=daxadm.read(["list", "--idle", "--mappings"]),
        regions=daxadm.read(["list", "--regions"]),
        layout=daxadm.read(["export"]),
    )
    module.exit_json(changed=False, ansible_facts=dict(daxadm=facts))


if __name__ == "__main__":
    main()
