#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The modules for Ansible pass on what daxadm reports: on recorded machines, and what a machine says that refuses.
. "$(dirname "$0")/functions.sh"
. "$srcdir/tests/golden/play.sh"

command -v ansible-playbook >/dev/null || skip_all 'Ansible is not installed'
command -v jq >/dev/null || skip_all 'jq is not installed'
export HOME=$work ANSIBLE_LOCAL_TEMP=$work/ansible ANSIBLE_REMOTE_TEMP=$work/ansible ANSIBLE_NOCOLOR=1 \
	ANSIBLE_COLLECTIONS_PATH=$work/collections ANSIBLE_STDOUT_CALLBACK=default ANSIBLE_DEPRECATION_WARNINGS=0 \
	LC_ALL=C.UTF-8
mkdir -p "$work/collections/ansible_collections/daxadm"
ln -s "$srcdir/ansible" "$work/collections/ansible_collections/daxadm/dax"

unpack hmem
"$DAXADM" export --sysroot="$sysroot" >"$work/same.json"
cat >"$work/other.json" <<'END'
{"format": "daxadm-layout-1", "regions": [
  {"region": {"start": "0x100000000"}, "devices": [{"size": "2G"}, {"size": "1G", "mode": "disabled"}]},
  {"region": {"size": "1G", "nth": 0}, "devices": [{"size": "256M", "count": 2}]}
]}
END

# What a refusal of a real machine looks like, with lines of its kernel's log.
cat >"$work/refuses" <<'END'
#!/bin/sh
cat >/dev/null
cat <<'REPORT'
{"format": "daxadm-report-1", "verb": "apply", "dry_run": false, "changed": true,
 "steps": [{"device": "dax0.0", "what": "offline", "from": null, "to": null, "status": "stuck", "text": "dax0.0: take it offline"}],
 "devices": [], "notes": [], "error": {"code": 16, "errno": "EBUSY", "message": "dax0.0: pid 7 uses it",
 "hint": "end the program", "kernel": ["page:1 is pinned", "offline failed"]}}
REPORT
exit 3
END
printf '#!/bin/sh\ncat >/dev/null\necho "daxadm: it does not start" >&2\nexit 1\n' >"$work/breaks"
chmod +x "$work/refuses" "$work/breaks"

# One playbook, since Ansible takes seconds to start. A task that is expected to fail is not an error.
cat >"$work/playbook.yml" <<END
- hosts: localhost
  gather_facts: false
  module_defaults:
    daxadm.dax.daxadm_layout: {executable: "$DAXADM", sysroot: "$sysroot"}
    daxadm.dax.daxadm_facts: {executable: "$DAXADM", sysroot: "$sysroot"}
  ignore_errors: true
  tasks:
    - daxadm.dax.daxadm_facts:
      register: facts
    - daxadm.dax.daxadm_layout: {layout: "{{ ansible_facts.daxadm.layout }}"}
      register: same
    - daxadm.dax.daxadm_layout: {src: "$work/other.json"}
      register: refused
    - daxadm.dax.daxadm_layout: {src: "$work/other.json", force: [lose-data], timeout: 5, wait: 0}
      register: forced
    - daxadm.dax.daxadm_layout: {layout: "{{ lookup('file', '$work/other.json') | from_json }}", force: [lose-data], region: hmem.1}
      register: region
    - daxadm.dax.daxadm_layout: {src: "$work/other.json", force: [lose-data]}
      check_mode: false
      register: written
    - daxadm.dax.daxadm_layout: {layout: {regions: [], others: all}}
      register: invalid
    - daxadm.dax.daxadm_layout: {layout: {regions: []}, executable: "$work/refuses"}
      check_mode: false
      register: stuck
    - daxadm.dax.daxadm_layout: {layout: {regions: []}, executable: "$work/breaks"}
      register: broken
    - daxadm.dax.daxadm_layout: {layout: {regions: []}, executable: "$work/none"}
      register: absent
    - ansible.builtin.include_role: {name: daxadm.dax.dax_memory}
      vars: {dax_memory_install: false, dax_memory_layout: "{{ facts.ansible_facts.daxadm.layout }}"}
    - ansible.builtin.copy:
        dest: "$work/results.json"
        content: "{{ {'facts': facts, 'same': same, 'refused': refused, 'forced': forced, 'region': region, 'written': written,
          'invalid': invalid, 'stuck': stuck, 'broken': broken, 'absent': absent} | to_json }}"
      check_mode: false
END
ansible-playbook -i localhost, -c local --check --diff "$work/playbook.yml" >"$work/played" 2>"$work/err" </dev/null
status=$?
check 'the playbook runs' test $status -eq 0
[ $status -eq 0 ] && [ -e "$work/results.json" ] || explain "$work/played" "$work/err"

# that NAME EXPRESSION: jq's, on the results of the tasks.
that() {
	if jq -e "$2" "$work/results.json" >"$work/got" 2>&1; then
		ok "$1"
	else
		not_ok "$1"
		jq -c 'del(.facts) | .[] | del(.invocation, .devices)' "$work/results.json" 2>&1 | explain
	fi
}

# reported NAME WORD...: the result of the task NAME has what 'daxadm WORD...' reports.
reported() {
	local name=$1
	shift
	run "$@" --sysroot="$sysroot"
	jq -S '{changed, steps, devices, notes}' "$work/out" >"$work/expected"
	jq -S ".$name | {changed, steps, devices, notes}" "$work/results.json" | diff "$work/expected" - >"$work/diff" &&
		ok "$name: the report's" && return
	not_ok "$name: the report's"
	explain "$work/diff"
}

that 'facts: devices, regions, layout' '.facts.ansible_facts.daxadm | (.devices | length > 4) and (.regions | length > 1)
	and .layout.format == "daxadm-layout-1" and (.devices[0] | has("mappings"))'
that 'facts: not changed' '.facts.changed == false'
that 'as described already: not changed, no step' '.same | .changed == false and .failed == false and .steps == []'
that 'refused: failed, and not changed' '.refused | .failed and .changed == false and .rc == 1'
that 'refused: the reason and the errno' '.refused.msg | test("would lose their data") and test("\\(EPERM\\)")'
that 'refused: what to do' '.refused | .hint == "use --force=lose-data to allow this" and (.msg | test("\nhint: use --force"))'
reported forced apply "$work/other.json" --force=lose-data --dry-run --report
that 'forced: it would change, and has steps' '.forced | .changed and .failed == false and (.steps | length > 3)'
that 'forced: the difference is the steps' \
	'.forced | (.diff.prepared | split("\n")[:-1]) == [.steps[] | "\(.status) \(.text)"]'
check 'forced: the difference is shown' grep -q '^pending dax0\.[0-9]: ' "$work/played"
reported region apply "$work/other.json" --force=lose-data --dry-run --report -r hmem.1
that 'without check mode it is no dry run' '.written | .failed and .changed == false and (.msg | test("sysroot|EROFS"))'
that 'not valid: exit status 2' '.invalid | .failed and .rc == 2 and (.msg | test("others"))'
that 'stuck: changed and failed' '.stuck | .failed and .changed and .rc == 3 and .errno == "EBUSY" and (.steps | length) == 1'
that 'stuck: the lines of the kernel' '.stuck.msg == "dax0.0: pid 7 uses it (EBUSY)\nhint: end the program\nkernel: page:1 is pinned\nkernel: offline failed"'
that 'no report: what it says' '.broken | .failed and .msg == "daxadm: it does not start"'
that 'no program: it says so' '.absent | .failed and (.msg | test("none"))'
check 'the role applies the layout' grep -q 'dax_memory : Apply the layout' "$work/played"

for module in daxadm_layout daxadm_facts; do
	ansible-doc -j "daxadm.dax.$module" >"$work/doc" 2>"$work/err"
	check "ansible-doc $module" grep -q '"sysroot"' "$work/doc"
done
done_testing
