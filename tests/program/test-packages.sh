#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What packages are made from has one version, names all libraries, and is in the release.
. "$(dirname "$0")/functions.sh"
cd "$srcdir" || exit 1

version=$(sed -n 's/^AC_INIT(\[daxadm\], \[\(.*\)\])$/\1/p' configure.ac)
run version
check 'the program has the version of configure.ac' grep -qF "$version" "$work/out"
check 'debian/changelog has it' test "$(sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog)" = "$version"
for file in ansible/galaxy.yml.in rpm/daxadm.spec.in; do
	check "$file takes it" grep -qE '^[Vv]ersion: +@PACKAGE_VERSION@$' "$file"
done

# debian/rules finds the libraries in the source in the same way.
grep -rhoE '"lib[a-z]+\.so\.[0-9]+"' lib | tr -d '"' | sort -u >"$work/opened"
grep -ohE 'lib[a-z]+\.so\.[0-9]+' rpm/daxadm.spec.in | sort -u | diff "$work/opened" - >"$work/diff"
check 'the spec names the libraries that are opened by name' test ! -s "$work/diff"
grep -rhE 'dax_library_open\(' lib --include='*.c' | grep -v '^int dax_library_open' | grep -vE '"lib[a-z]+\.so\.[0-9]+"' >"$work/diff"
check 'each is opened by a literal name' test ! -s "$work/diff"

# dpkg-buildpackage refuses to start without these. Each build needs build-essential, and names it nowhere.
sed -n '/^Build-Depends:/,/^[^B ]/{s/^Build-Depends://; s/^ *\([a-z0-9.+-]*\).*/\1/p}' debian/control | grep -v '^Standards' >"$work/needed"
sed -i 's/^debhelper-compat$/debhelper/' "$work/needed"
echo build-essential >>"$work/needed"
sed -n "/^PACKAGES_\(BUILD\|DEB\)='/,/'/p" quickstart | sed "s/.*='//; s/'//" | tr -s ' \t' '\n' | sort -u >"$work/installed"
grep . "$work/needed" | grep -vxFf "$work/installed" >"$work/diff"
check 'quickstart installs what the build needs' test ! -s "$work/diff"
explain "$work/diff"

# A file that is not in a local.mk is not in the release. (A release has no .git, and made files.)
if [ -e .git ] && command -v git >/dev/null; then
	git -c safe.directory="$PWD" ls-files ansible debian rpm shell-completion | grep -v 'local\.mk$' | sort >"$work/expected"
	cat {ansible,debian,rpm,shell-completion}/local.mk | grep -oE '(ansible|debian|rpm|shell-completion)/[A-Za-z0-9_./-]+' |
		sed 's,^ansible/galaxy.yml$,&.in,; s,^rpm/daxadm.spec$,&.in,' | sort -u |
		while IFS= read -r file; do [ ! -e "$file" ] || echo "$file"; done >"$work/got"
	diff "$work/expected" "$work/got" >"$work/diff"
	check 'the release has all files of packages' test ! -s "$work/diff"
	explain "$work/diff"
fi
for file in debian/rules debian/tests/installed debian/tests/untouched; do check "$file is executable" test -x "$file"; done
done_testing
