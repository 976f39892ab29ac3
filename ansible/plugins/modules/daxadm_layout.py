#!/usr/bin/python
# SPDX-License-Identifier: GPL-2.0-or-later
"""daxadm apply, for Ansible."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: daxadm_layout
short_description: Give the DAX regions of a machine the devices that a layout describes
version_added: 0.1.0
description:
  - Runs C(daxadm apply) on the managed machine. See C(man daxadm-apply) and C(man daxadm-layout).
  - The change is carried out whole or not at all. A machine that is as described is not touched.
author:
  - the daxadm maintainers (@daxadm)
options:
  layout:
    description:
      - The layout itself. Without the key C(format), the module adds it.
      - Exactly one of I(layout) and I(src) is required.
    type: dict
  src:
    description:
      - The path of a file on the managed machine that holds the layout.
    type: path
  region:
    description:
      - Change only this region, given by its number or its name.
    type: str
  force:
    description:
      - Accept these risks. Without them, a change that has such a risk fails and changes nothing.
      - C(lose-data) accepts that devices lose their data.
      - C(in-use) accepts that a device is unbound while programs use it.
      - C(out-of-memory) accepts that the kernel may kill programs for lack of memory.
    type: list
    elements: str
    choices: [lose-data, in-use, out-of-memory]
    default: []
  timeout:
    description:
      - Retry a busy memory block for this number of seconds.
    type: int
  wait:
    description:
      - Wait this number of seconds for a change of another daxadm to end.
    type: int
extends_documentation_fragment:
  - daxadm.dax.common
attributes:
  check_mode:
    description: Check mode is C(--dry-run). It predicts the steps and the devices.
    support: full
  diff_mode:
    description: The difference is the list of steps.
    support: full
"""

EXAMPLES = r"""
- name: One device of the whole region on every machine with CXL memory
  daxadm.dax.daxadm_layout:
    layout:
      regions:
        - region:
            kind: cxl
          each: true
          devices:
            - mode: system-ram

- name: Apply a file that is on the machine, and accept that devices lose their data
  daxadm.dax.daxadm_layout:
    src: /etc/daxadm/layout.json
    force:
      - lose-data
"""

RETURN = r"""
steps:
  description: What was done; in check mode, what would be done.
  returned: when daxadm printed a report
  type: list
  elements: dict
  sample:
    - device: dax0.0
      what: set-size
      from: 4294967296
      to: 1073741824
      status: done
      text: "dax0.0: set the size from 4 GiB to 1 GiB"
devices:
  description: The devices as they are now; in check mode, as they would be.
  returned: when daxadm printed a report
  type: list
  elements: dict
notes:
  description: What daxadm has to say beside.
  returned: when daxadm printed a report
  type: list
  elements: str
errno:
  description: The name of the kernel's error.
  returned: failure
  type: str
  sample: EBUSY
hint:
  description: What to do next.
  returned: failure
  type: str
kernel:
  description: The kernel's own log lines about the error.
  returned: failure
  type: list
  elements: str
rc:
  description:
    - The exit status of daxadm. 1 means that the devices are as before, 2 that the layout is not valid,
      3 that the devices are not as before.
  returned: failure
  type: int
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.daxadm.dax.plugins.module_utils.daxadm import (
    COMMON_OPTIONS,
    Daxadm,
)

FORMAT = "daxadm-layout-1"


def words_of(module):
    """The command line of daxadm."""
    params = module.params
    words = ["apply", params["src"] or "-", "--report"]
    if params["region"]:
        words.append("--region=" + params["region"])
    if params["force"]:
        words.append("--force=" + ",".join(params["force"]))
    for name in ("timeout", "wait"):
        if params[name] is not None:
            words.append("--%s=%d" % (name, params[name]))
    if module.check_mode:
        words.append("--dry-run")
    return words


def layout_text(module):
    """What daxadm reads from standard input, if anything."""
    layout = module.params["layout"]
    return None if layout is None else json.dumps(dict(dict(format=FORMAT), **layout))


def diff_of(report):
    """The steps as text."""
    lines = ["%s %s" % (step["status"], step["text"]) for step in report["steps"]]
    return dict(prepared="".join(line + "\n" for line in lines))


def failure_of(error):
    """What a person reads first: the reason, the errno, the hint and the kernel's lines."""
    lines = ["%s (%s)" % (error["message"], error["errno"])]
    if error["hint"]:
        lines.append("hint: " + error["hint"])
    lines.extend("kernel: " + line for line in error["kernel"])
    return dict(
        msg="\n".join(lines),
        errno=error["errno"],
        hint=error["hint"],
        kernel=error["kernel"],
    )


def main():
    module = AnsibleModule(
        argument_spec=dict(
            layout=dict(type="dict"),
            src=dict(type="path"),
            region=dict(type="str"),
            force=dict(
                type="list",
                elements="str",
                choices=["lose-data", "in-use", "out-of-memory"],
                default=[],
            ),
            timeout=dict(type="int"),
            wait=dict(type="int"),
            **COMMON_OPTIONS
        ),
        mutually_exclusive=[["layout", "src"]],
        required_one_of=[["layout", "src"]],
        supports_check_mode=True,
    )
    status, report, err = Daxadm(module).run(words_of(module), layout_text(module))
    if report is None:
        module.fail_json(msg=err.strip() or "daxadm printed no report", rc=status)

    result = {key: report[key] for key in ("changed", "steps", "devices", "notes")}
    result["diff"] = diff_of(report)
    if report["error"]:
        module.fail_json(rc=status, **dict(result, **failure_of(report["error"])))
    if status != 0:
        module.fail_json(msg=err.strip(), rc=status, **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
