# shellcheck shell=bash
# One spec file with a subpackage for each RPM: rpm's own generators then find sonames and interpreters.

write_spec() {
    local package
    sed "s,@TREE@,$work/tree,; s,@DBPATH@,$work/rpmdb," "$here/data/testos.spec"
    while read -r package; do write_package "$package"; done < <(cut -d' ' -f1 "$work/packages" | sort -u)
    cat "$here/data/triggers.spec"
}

write_package() { # PACKAGE
    local package=$1 version release arch=noarch relation
    read -r version release < <(first_listed_deb "$package" | cut -d' ' -f3,4)
    if awk -v p="$package" '$1 == p && $5 != "all"' "$work/packages" | grep . >/dev/null; then arch=; fi
    list_files "$package" >"$work/files/$package.list"
    printf '\n%%package -n %s\nVersion: %s\nRelease: %s\nSummary: %s of TestOS\n' "$package" "$version" "$release" "$package"
    [ -z "$arch" ] || echo "BuildArch: $arch"
    while read -r relation; do echo "Provides: $relation"; done < <(provides_of "$package")
    while read -r relation; do echo "Requires: $relation"; done < <(requires_of "$package")
    printf '%%description -n %s\nMade of the Debian packages: %s\n' "$package" "$(awk -v p="$package" '$1 == p { printf "%s ", $2 }' "$work/packages")"
    printf '%%files -n %s %s\n%%defattr(-,root,root,-)\n' "$package" "$([ ! -s "$work/files/$package.list" ] || echo "-f $work/files/$package.list")"
}

# Several Debian packages may make one RPM: its version is the one's whose pattern comes first in data/names.
first_listed_deb() { # PACKAGE
    local pattern deb rest
    for pattern in $(set -f; awk -v p="$1" '{ sub(/#.*/, "") } $1 == p { $1 = ""; print }' "$here/data/names") '*'; do
        while read -r _ deb rest; do
            # shellcheck disable=SC2053  # the right side is a pattern
            if [[ $deb == $pattern ]]; then echo "$1 $deb $rest"; return; fi
        done < <(grep "^$1 " "$work/packages")
    done
}

# The folders that everyone shares belong to "filesystem" alone; files that data/moved names change their package.
list_files() { # PACKAGE
    {
        if [ "$1" = filesystem ]; then cat "$work/files/$1"
        else grep -vxFf <(grep '^%dir' "$work/files/filesystem") "$work/files/$1" || :
        fi | grep -vxFf <(awk -v p="$1" '{ sub(/#.*/, "") } NF == 2 && $1 != p { printf "\"%s\"\n", $2 }' "$here/data/moved") || :
        awk -v p="$1" '{ sub(/#.*/, "") } NF == 2 && $1 == p { printf "\"%s\"\n", $2 }' "$here/data/moved"
    } | sort -u
}

build_packages() {
    say "building $(cut -d' ' -f1 "$work/packages" | sort -u | wc -l) packages"
    HOME=$work rpmbuild -bb --noclean --define "_topdir $work/rpmbuild" --define "_rpmdir $work/repo" \
        --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' \
        "$work/testos.spec" >"$out/rpmbuild.log" 2>&1 </dev/null ||
        { tail -n 20 "$out/rpmbuild.log" >&2; fail "rpmbuild failed; its log is $out/rpmbuild.log"; }
}
