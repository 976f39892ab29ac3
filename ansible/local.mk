# SPDX-License-Identifier: GPL-2.0-or-later
# The collection for Ansible; galaxy.yml is made by configure, which has the version.
ansible_files = \
	ansible/README.md \
	ansible/meta/runtime.yml \
	ansible/plugins/doc_fragments/common.py \
	ansible/plugins/module_utils/daxadm.py \
	ansible/plugins/modules/daxadm_facts.py \
	ansible/plugins/modules/daxadm_layout.py \
	ansible/roles/dax_memory/defaults/main.yml \
	ansible/roles/dax_memory/meta/argument_specs.yml \
	ansible/roles/dax_memory/meta/main.yml \
	ansible/roles/dax_memory/tasks/main.yml

EXTRA_DIST += $(ansible_files) ansible/galaxy.yml

# Where ansible looks for what a distribution installs.
install-ansible: ansible/galaxy.yml
	for file in $(ansible_files); do \
		$(INSTALL) -D -m 644 "$(srcdir)/$$file" \
			"$(DESTDIR)$(datadir)/ansible/collections/ansible_collections/daxadm/dax/$${file#ansible/}" || exit; \
	done
	$(INSTALL) -m 644 ansible/galaxy.yml '$(DESTDIR)$(datadir)/ansible/collections/ansible_collections/daxadm/dax'
.PHONY: install-ansible
