# shellcheck shell=bash
# One tree of files in Fedora's layout, and for every file the RPM package that it belongs to.
#   $work/tree            the files
#   $work/packages        a line each "PACKAGE DEB VERSION RELEASE ARCH"
#   $work/files/PACKAGE   lines of a %files section

unpack_debs() {
    local name file _
    say "unpacking"
    mkdir "$work/unpacked"
    export -f unpack_deb; export work out here
    awk '{ print $1, $2 }' "$work/debs" | xargs -P "$(nproc)" -L 1 bash -c 'set -euo pipefail; unpack_deb "$@"' _
    while read -r name file _; do
        read -r package version release arch < <(describe_deb "$name" "$file")
        echo "$package $name $version $release $arch" >>"$work/packages"
        (cd "$work/unpacked/$name" && find . -mindepth 1 \( -type d -printf '%%dir "/%P"\n' -o -printf '"/%P"\n' \)) >>"$work/files/$package"
        cp -al "$work/unpacked/$name/." "$work/tree/"
    done <"$work/debs"
    rm -rf "$work/unpacked"
}

# Fedora's layout: one /usr, and libraries in /usr/lib64. Debian's multiarch folder stays as a link to it (package
# "filesystem"), so that everything compiled to look there finds itself, and the dynamic linker finds what is built here.
unpack_deb() { # NAME FILE
    local into=$work/unpacked/$1 dropped link target
    mapfile -t dropped < <(sed 's/#.*//; /^ *$/d; s/^/--exclude=/' "$here/data/dropped-paths")
    mkdir "$into"
    dpkg-deb --fsys-tarfile "$out/debs/$2" | tar -x -p --no-same-owner -C "$into" "${dropped[@]}" \
        --transform 'flags=rhS;s,^\./\(bin\|sbin\|lib\|lib64\)\(/\|$\),./usr/\1\2,;s,^\./usr/lib/x86_64-linux-gnu\(/\|$\),./usr/lib64\1,'
    [ -d "$into/usr/lib64" ] || return 0
    find "$into/usr/lib64" -type l -lname '../*' | while read -r link; do     # it lies one folder higher than it did
        target=$(realpath -ms "/usr/lib/x86_64-linux-gnu/$(dirname "${link#"$into/usr/lib64/"}")/$(readlink "$link")")
        ln -sfn "$target" "$link"
    done
}

# PACKAGE VERSION RELEASE ARCH of a Debian package. The release starts with 0: the same upstream version built from
# source, at release 1, is newer. What Debian adds to a version to tell of repacking (dfsg) says nothing of the software.
describe_deb() { # NAME FILE
    local name=$1 stem=${2%.deb} arch version revision
    arch=${stem##*_}; stem=${stem%_*}
    version=${stem#*_}; version=${version#*%3a}
    revision=0
    if [[ $version == *-* ]]; then revision=${version##*-}; version=${version%-*}; fi
    version=$(sed -E 's/[.+~](dfsg|ds)[0-9.+]*$//' <<<"$version" | tr -c 'A-Za-z0-9._+~^\n' .)
    revision=$(tr -c 'A-Za-z0-9._\n' . <<<"$revision")
    echo "$(package_of "$name") $version 0.$revision.tos1 $arch"
}

# Files of our own: overlay/PACKAGE/PATH. They are release 1 of the packages that nothing of Debian's is in.
add_overlay() {
    local package mode path
    # shellcheck disable=SC2045  # names of packages have no spaces
    for package in filesystem $(ls "$here/overlay"); do
        grep -q "^$package " "$work/packages" || echo "$package - 1 1.tos1 all" >>"$work/packages"
        [ "$package" != filesystem ] || continue        # (it has only folders)
        (cd "$here/overlay/$package" && find . -type f -printf '"/%P"\n') >>"$work/files/$package"
        cp -a --no-preserve=ownership "$here/overlay/$package/." "$work/tree/"
    done
    while read -r mode path; do
        mkdir -p "$work/tree$path"
        chmod "$mode" "$work/tree$path"
        echo "%dir \"$path\"" >>"$work/files/filesystem"
    done < <(sed 's/#.*//; /^ *$/d' "$here/data/folders")
    find "$work/tree/etc" -name '*shadow' -exec chmod 0600 {} +
}

# What Debian's maintainer scripts (update-alternatives and the like) would have made.
add_links() {
    local package path target
    while read -r package path target; do
        grep -q "^$package " "$work/packages" || continue
        if [ -e "$work/tree$path" ] && [ ! -L "$work/tree$path" ]; then fail "data/links: $path is a file already"; fi
        ln -sfn "$target" "$work/tree$path"
        echo "\"$path\"" >>"$work/files/$package"
    done < <(sed 's/#.*//; /^ *$/d' "$here/data/links")
}
