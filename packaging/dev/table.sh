# shellcheck shell=bash
# What the appliance's builds cost, beside the same rpmbuild without it.

declare -A bare_seconds=()

# One more root, filled from the same repositories as the appliance's buildroots; in it plain rpmbuild, as an ordinary user
# without a network, one package after the other.
measure_bare() {
    local package served root=$data/bare
    say "The same rpmbuild once more, bare"
    make_root "$root" @build
    served=$(skyline repo testos | sed -n 's/^mirrorlist=//p' | head -n 1 | sed 's/\$basearch/x86_64/')
    served=$(curl -fsS "$served" | head -n 1)
    more_repos=(--repofrompath="skyline,$served" --setopt=skyline.gpgcheck=0)
    for package in "${demo_packages[@]}"; do
        mapfile -t requires < <(rpm -qp --requires "$(srpm_of "$package")" 2>/dev/null | grep -v '^rpmlib(')
        [ ${#requires[@]} = 0 ] || dnf_into "$root" "${requires[@]}"
        bare_seconds[$package]=$(rpmbuild_bare "$root" "$package")
    done
    more_repos=()
}

rpmbuild_bare() { # ROOT PACKAGE -> seconds
    local root=$1 package=$2 job=$data/bare-job before after
    remove_tree "$job"
    mkdir -p "$job"
    cp "$(srpm_of "$package")" "$job/package.src.rpm"
    [ "$EUID" != 0 ] || chown -R 1000:1000 "$job"
    before=$(date +%s%N)
    bwrap --die-with-parent --unshare-pid --unshare-ipc --unshare-uts --unshare-net --new-session --hostname skyline --ro-bind "$root" / \
        --bind "$job" /builddir --dev /dev --proc /proc --tmpfs /tmp --tmpfs /var/tmp --chmod 1777 /tmp --chmod 1777 /var/tmp --clearenv \
        --setenv PATH /usr/bin:/usr/sbin --setenv HOME /builddir "${as_builder[@]}" \
        rpmbuild --rebuild --nodeps --define '_topdir /builddir/build' /builddir/package.src.rpm </dev/null >"$(logfile "bare-$package")" 2>&1 ||
        { tail -n 20 "$(logfile "bare-$package")" >&2; fail "Bare rpmbuild of $package failed."; }
    after=$(date +%s%N)
    awk -v ns=$((after - before)) 'BEGIN { printf "%.2f", ns / 1e9 }'
}
if [ "$EUID" = 0 ]; then as_builder=(setpriv --reuid 1000 --regid 1000 --clear-groups); else as_builder=(--unshare-user --uid 1000 --gid 1000); fi

print_table() {
    local package
    printf '\n%-22s %8s %10s %9s %8s %10s\n' package queue buildroot rpmbuild publish 'bare (s)'
    for package in "${demo_packages[@]}"; do
        build_json "$package" '[.nvr, (.timings | .queue, (.resolve // 0) + (.buildroot // 0), .rpmbuild, .publish)] | @tsv' |
            awk -F'\t' -v bare="${bare_seconds[$package]}" '{ printf "%-22s %8.2f %10.2f %9.2f %8.2f %10.2f\n", $1, $2, $3, $4, $5, bare }'
    done
    printf '%s\n\n' "(seconds; buildroot: resolving and making it; bare: rpmbuild alone, in a root that is there already)"
}
