# shellcheck shell=bash
# Source packages made of a folder of specs and a list of upstream's release tarballs, which come from Debian source packages.
# Whoever sources this has sourced packaging/testos/apt.sh too, and has set
#   out    where they go: OUT/NAME-VERSION-RELEASE.src.rpm, with the tarballs in OUT/sources
#   here   the folder of specs

# fetch_upstream LIST: the tarballs that are not there yet. A line of the list is "DEBIAN-RELEASE DEBIAN-SOURCE FILE SHA256".
fetch_upstream() {
    local release source file hash missing=()
    for release in $(awk '{ sub(/#.*/, "") } NF { print $1 }' "$1" | sort -u); do
        missing_of "$release" "$1" >"$out/missing"
        [ -s "$out/missing" ] || continue
        read_release "$release"
        fetch_newest <"$out/missing"
        while read -r source file hash; do
            is_whole "$file" "$hash" || fetch_older "$source" "$file" "$hash" || missing+=("$file")
        done <"$out/missing"
    done
    [ ${#missing[@]} = 0 ] || fail "the Debian mirror does not give: ${missing[*]} (its answers are in $out/apt.log)"
}

missing_of() { # DEBIAN-RELEASE LIST -> lines "DEBIAN-SOURCE FILE SHA256"
    local release source file hash
    sed 's/#.*//; /^ *$/d' "$2" | while read -r release source file hash; do
        [ "$release" != "$1" ] || is_whole "$file" "$hash" || echo "$source $file $hash"
    done
}

is_whole() { [ -e "$out/sources/$1" ] && echo "$2  $out/sources/$1" | sha256sum --quiet -c >/dev/null 2>&1; }

# TestOS's own release is read where TestOS reads it; of another one only the source packages are asked for, in lists of their own.
read_release() { # DEBIAN-RELEASE
    local lists=${SKYLINE_APT:-$out/apt}
    if [ "$1" = "$debian_release" ]; then apt_private "$lists"; return; fi
    other_release=$1
    (apt_sources() { other_sources "$other_release"; }; apt_private "$lists-$other_release")
    apt_dir=$lists-$other_release
}

# A mirror has all releases of Debian, each in its own folder beside the one that is known of it.
other_sources() { # DEBIAN-RELEASE
    apt_mirrors | awk -v here="$debian_release" -v other="$1" -v key="$debian_keyring" '$2 == here { print "deb-src [signed-by=" key "] " $1 " " other " main" }'
}

# All in one call, which gives what it can; what it did not is seen by its hash.
fetch_newest() { # <lines "DEBIAN-SOURCE FILE SHA256"
    local sources
    mapfile -t sources < <(cut -d' ' -f1)
    (cd "$out/sources" && apt_get source --download-only --tar-only "${sources[@]}" </dev/null >"$out/apt.log" 2>&1) || :
}

# A mirror's pool may lack a file of one version (404): any version of Debian's with the same tarball will do.
fetch_older() { # DEBIAN-SOURCE FILE SHA256
    local version
    while read -r version; do
        (cd "$out/sources" && apt_get source --download-only --tar-only "$1=$version" </dev/null >>"$out/apt.log" 2>&1) || continue
        if is_whole "$2" "$3"; then return; fi
    done < <(apt_cache showsrc "$1" | awk '$1 == "Version:" { print $2 }' | sort -ru)
    return 1
}

# make_srpm SPEC: a source package of it and of what lies beside it. What is there already and was made of the same files is kept.
make_srpm() {
    local spec=$1 folder label name version inputs
    folder=$(dirname "$spec"); label=$(basename "$folder"); name=$(basename "$spec" .spec)
    version=$(awk '$1 == "Version:" { print $2 }' "$spec")
    inputs=$(cd "$folder" && find . -type f -exec sha256sum {} + | sort | sha256sum)
    if [ "$(cat "$out/$label.inputs" 2>/dev/null)" = "$inputs" ] && [ -e "$out/$(cat "$out/$label.made" 2>/dev/null || echo -)" ]; then return; fi

    [ ! -d "$folder/src" ] || tar -C "$folder" --transform "s,^src,$name-$version," --sort=name --mtime="@$SOURCE_DATE_EPOCH" \
        --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -czf "$out/sources/$name-$version.tar.gz" src
    [ ! -e "$out/$label.made" ] || rm -f "$out/$(cat "$out/$label.made")"       # (that of another version, perhaps)
    mkdir -p "$out/rpmbuild/$label"       # (one for each: rpmbuild fails where another makes the same folder at that moment)
    rpmbuild -bs --quiet --define "_sourcedir $out/sources" --define "_srcrpmdir $out" --define "_topdir $out/rpmbuild/$label" --define 'dist .tos1' \
        --define '_buildhost skyline' --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' \
        "$spec" </dev/null >&2
    basename "$out/$name-$version"-*.src.rpm >"$out/$label.made"
    echo "$inputs" >"$out/$label.inputs"
    echo "made $(cat "$out/$label.made")" >&2
}
