# shellcheck shell=bash
# Which Debian packages, and their files.

# The words of a data file, without its comments.
words() { sed 's/#.*//' "$here/data/$1" | xargs -n 1; }

# -> $work/debs: a line each "NAME FILE SHA256", sorted.
resolve_debs() {
    local debs seed leave_out
    mapfile -t seed < <(words seed)
    leave_out=$(words leave-out | paste -sd '|')
    apt_get -s --no-install-recommends install "${seed[@]}" >"$work/resolved" 2>"$work/apt.log" ||
        { tail -n 5 "$work/apt.log" >&2; fail "apt cannot resolve data/seed"; }
    mapfile -t debs < <(awk '$1 == "Inst" { sub(/:.*/, "", $2); print $2 }' "$work/resolved" | sort -u | grep -Evx "$leave_out")
    (cd "$work/files" && apt_get download --print-uris "${debs[@]}") |    # (from an empty folder: apt leaves out what it finds)
        awk '{ name = $2; sub(/_.*/, "", name); print name, $2, $4 }' | sort >"$work/debs"
    [ "$(wc -l <"$work/debs")" = ${#debs[@]} ] || fail "apt resolved ${#debs[@]} packages but offers $(wc -l <"$work/debs") files"
}

download_debs() {
    local wanted=() name file _
    while read -r name file _; do [ -e "$out/debs/$file" ] || wanted+=("$name"); done <"$work/debs"
    say "downloading ${#wanted[@]} of $(wc -l <"$work/debs") Debian packages"
    [ ${#wanted[@]} = 0 ] || (cd "$out/debs" && apt_get download "${wanted[@]}" >"$work/apt.log" 2>&1) || {
        tail -n 5 "$work/apt.log" >&2
        rm -f "$apt_dir/updated"                # perhaps the lists are older than the mirror: read them anew next time
        fail "not everything could be downloaded; run it again"
    }
    while read -r _ file hash; do echo "${hash#SHA256:}  $file"; done <"$work/debs" | (cd "$out/debs" && sha256sum --quiet -c) ||
        fail "a file in $out/debs is not what Debian's signed lists say; remove it"
    (cd "$out/debs" && find . -name '*.deb' -printf '%P\n') | sort | comm -23 - <(awk '{ print $2 }' "$work/debs" | sort) |
        (cd "$out/debs" && xargs -r rm -f)      # versions of yesterday
}
