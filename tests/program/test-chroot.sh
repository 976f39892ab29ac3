#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# In a chroot whose root is not a mount point, as package builds have it: no mount is visible there but those below.
. "$(dirname "$0")/functions.sh"

root=$work/root
mkdir -p "$root/bin" "$root/proc" "$root/sys"
cp "$DAXADM" "$root/bin/daxadm"
while read -r library; do
	mkdir -p "$root${library%/*}"
	cp -L "$library" "$root$library"
done < <(ldd "$DAXADM" | grep -o '/[^ ]*')
echo hello >"$root/file"

# inside MOUNTS WORD...: the program in the chroot, with these of /proc and /sys mounted there.
cat >"$work/inside" <<END
#!/bin/sh
for name in \$1; do mount -t \${name}fs \$name "$root/\$name" 2>/dev/null || mount -t \$name \$name "$root/\$name" || exit 77; done
shift
exec chroot "$root" /bin/daxadm "\$@"
END
chmod +x "$work/inside"
DAXADM="$work/as-root"
printf '#!/bin/sh\nexec unshare -m "%s" "$@"\n' "$work/inside" >"$DAXADM"
chmod +x "$DAXADM"

run 'proc sys' version
[ "$status" -eq 0 ] || skip_all 'cannot mount and chroot here'
for target in /file /; do
	run 'proc sys' check "$target"
	check "check $target: an answer" test "$status" -le 1
	check "check $target: findings" grep -q '"check"' "$work/out"
	check "check $target: the mount is not known" grep -q 'its mount is not visible here' "$work/out"
	check "check $target: nothing is said to be wrong" test "$(grep -c '"result":"fail"' "$work/out")" -eq 0
done
run proc list
check 'no /sys: an error' test "$status" -eq 1
check 'no /sys: it says so' grep -q '^daxadm: /sys is not mounted' "$work/err"
check 'no /sys: what to do' grep -q "^hint: run 'mount -t sysfs sysfs /sys'" "$work/err"
done_testing
