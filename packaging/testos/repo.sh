# shellcheck shell=bash
# Repository metadata, with a comps group for each row of data/groups.

index_repository() {
    write_comps >"$work/comps.xml"
    touch -d "@$SOURCE_DATE_EPOCH" "$work"/repo/*.rpm "$work/comps.xml"
    createrepo_c -q --no-database --simple-md-filenames --revision "$SOURCE_DATE_EPOCH" --set-timestamp-to-revision \
        --groupfile "$work/comps.xml" "$work/repo"
    every_requirement_is_met
}

write_comps() {
    local group packages package
    echo '<?xml version="1.0" encoding="UTF-8"?>'
    echo '<comps>'
    while read -r group packages; do
        echo "  <group><id>$group</id><name>$group</name><description>TestOS: $group</description><default>false</default><uservisible>true</uservisible><packagelist>"
        for package in $packages; do
            grep -q "^$package " "$work/packages" || fail "data/groups: $group names $package, which is not made"
            echo "    <packagereq type=\"mandatory\">$package</packagereq>"
        done
        echo '  </packagelist></group>'
    done < <(sed 's/#.*//; /^ *$/d' "$here/data/groups")
    echo '</comps>'
}

# A distribution whose packages cannot all be installed is not finished.
every_requirement_is_met() {
    rpm -qp --qf '[%{PROVIDENAME}\n]' "$work"/repo/*.rpm | sort -u >"$work/provided"
    rpm -qpl "$work"/repo/*.rpm | sort -u >>"$work/provided"
    rpm -qp --qf '[%{REQUIRENAME}\n]' "$work"/repo/*.rpm | grep -v '^rpmlib(' | sort -u >"$work/required"
    grep -vxFf "$work/provided" "$work/required" >"$work/unmet" || return 0
    fail "these requirements are met by no package: $(paste -sd ' ' "$work/unmet")"
}
