# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs daxadm on the managed machine, and reads what it prints."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json

# Options that both modules have.
COMMON_OPTIONS = dict(
    executable=dict(type="path", default="daxadm"),
    sysroot=dict(type="path"),
)


class Daxadm:
    """The program, with the options that every call has."""

    def __init__(self, module):
        self.module = module
        name = module.params["executable"]
        self.program = module.get_bin_path(name, required=True)
        sysroot = module.params["sysroot"]
        self.common = ["--sysroot=" + sysroot] if sysroot else []

    def run(self, words, data=None):
        """The exit status, the JSON document (None if there is none), and standard error."""
        status, out, err = self.module.run_command(
            [self.program] + words + self.common,
            data=data,
            environ_update=dict(LC_ALL="C"),
        )
        try:
            document = json.loads(out)
        except ValueError:
            document = None
        return status, document, err

    def read(self, words):
        """A document that has to be there."""
        status, document, err = self.run(words)
        if status != 0 or document is None:
            self.module.fail_json(
                msg=err.strip() or "daxadm printed no JSON", rc=status
            )
        return document
