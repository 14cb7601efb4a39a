# shellcheck shell=bash
# ./dev proof rpm and ./dev proof self: Skyline as it is installed.

source "$parts/seconds.sh"

# The packages as an administrator meets them. Each step is checked, and ends the script with a sentence if it is not as it should be.
prove_rpm() {
    take_packages
    data=$cache/proof-rpm
    remove_tree "$data"
    make_machine "$data/root"
    mkdir -p "$data/repo"
    boot_machine "$data/root" "$data/repo"
    lint_packages
    say "A machine of TestOS is up, with systemd as its first process"

    install_everything
    first_page_and_builder
    build_the_chain
    commands_of_the_cli
    upgrade_to "$rpm_version-2"
    refuse_downgrade
    remove_and_come_back
    print_installed
    say "Installed, started, built with, upgraded, not downgraded, removed and installed again, by dnf and systemd."
}

# Skyline's own source package, built by Skyline in a buildroot of TestOS with .NET's SDK, and what came of it installed over the Skyline that built it.
prove_self() {
    local source
    make_testos
    make_machine_repo
    make_rpms 1
    data=$cache/proof-self
    remove_tree "$data"
    make_machine "$data/root"
    offer 1
    boot_machine "$data/root" "$data/repo"
    say "Installing Skyline on a machine of TestOS"
    expect_dnf install fedora-cloud-packager
    chroot_with_dotnet >"$data/root/usr/share/skyline/chroots/testos-self.json"
    on_machine systemctl enable --now skyline.target || fail "skyline.target does not start."
    on_machine skyline login http://localhost:8420 --token-file /var/lib/skyline/admin.token >/dev/null || fail "The administrator's token is not good."
    on_machine skyline tag create self --chroot testos-self >/dev/null || fail "No tag can be made."
    on_machine skyline target create self --build-tag self >/dev/null || fail "No target can be made."

    source=$(basename "$(compgen -G "$data/repo/skyline-*.src.rpm")")
    say "Building $source with it (some minutes)"
    on_machine skyline build --target self --wait "/srv/skyline/$source" >"$(logfile self-build)" 2>&1 ||
        { tail -n 20 "$(logfile self-build)" >&2; on_machine skyline log 1 2>/dev/null | tail -n 40 >&2; fail "Skyline did not build itself."; }
    on_machine sh -c 'skyline repo self >/etc/yum.repos.d/self.repo' || fail "There is no .repo file."
    # (From where it was installed first nothing comes any more.)
    on_machine sed -i '/^\[skyline\]/,$d' /etc/yum.repos.d/machine.repo
    expect_dnf upgrade 'skyline-*' fedora-cloud-packager
    expect_output "$rpm_version-1.tos1" on_machine rpm -q --qf '%{VERSION}-%{RELEASE}\n' skyline-server
    wait_for "the server that the server built" on_machine curl -fsS -o /dev/null http://localhost:8420/healthz
    expect_output "$rpm_version" on_machine skyline --version
    say "Skyline has built itself, and runs as what it built."
}

# TestOS's chroot with what a machine has besides: .NET's SDK and systemd's macros.
chroot_with_dotnet() {
    jq '.name = "testos-self" | .title = "TestOS with .NET" | .arches = {"x86_64": {}} | .repos += [{id: "machine", baseUrl: "file:///srv/machine", priority: 99, gpgCheck: false, gpgKeys: []}]' \
        "$top/packaging/chroots/testos-1.json"
}

# ./dev bench install: the same way as the proof, as far as there is something to measure.
bench_install() { # [--json FILE]
    make_testos
    make_machine_repo
    make_srpms
    make_rpms 1
    data=$cache/bench-install
    remove_tree "$data"
    make_machine "$data/root"
    mkdir -p "$data/repo"
    boot_machine "$data/root" "$data/repo"
    install_everything
    first_page_and_builder
    build_the_chain
    commands_of_the_cli
    measure_installed
    print_installed
    [ "${1:-}" != --json ] || jq -n --argjson page "$first_page_seconds" --argjson package "$first_package_seconds" --argjson start "$start_seconds" --argjson version "$version_seconds" --argjson kib "$installed_kib" \
        '{"install/first-page-seconds": $page, "install/first-package-seconds": $package, "install/start-seconds": $start, "install/version-seconds": $version, "install/installed-kib": $kib}' >"$2"
}

# Release 1, and release 2 of the same sources: what is upgraded to.
take_packages() {
    make_testos
    make_machine_repo
    make_srpms
    make_rpms 2
    make_rpms 1
}

# Debian's rpmlint; what it says and we know is in rpm/rpmlint.toml, each with why.
lint_packages() {
    rpmlint -c "$top/rpm/rpmlint.toml" "$cache"/rpm/release-1/*.rpm >"$(logfile rpmlint)" 2>&1 || :
    grep -q ' 0 errors, 0 warnings' "$(logfile rpmlint)" || { tail -n 20 "$(logfile rpmlint)" >&2; fail "rpmlint has something to say; its log is $(logfile rpmlint)."; }
}

# dnf's repository of one release.
offer() { # RELEASE
    mkdir -p "$data/repo"
    rm -rf "$data/repo"/*
    cp "$cache/rpm/release-$1"/*.rpm "$data/repo/"
    createrepo_c -q --no-database -g "$top/packaging/comps/fedora-cloud-packager.xml" "$data/repo"
}

install_everything() {
    offer 1
    before=$(date +%s%N)
    expect_dnf group install fedora-cloud-packager
    installed_seconds=$(seconds_since "$before")
    expect_output "$rpm_version" on_machine skyline --version
    for unit in skyline-server skyline-builder; do expect_output inactive on_machine sh -c "systemctl is-active $unit.service || :"; done
    on_machine systemctl enable --now skyline.target || fail "skyline.target does not start."
}

first_page_and_builder() {
    local state
    wait_for "the first page" on_machine curl -fsS -o /dev/null http://localhost:8420/healthz
    on_machine curl -fsSL -o /dev/null http://localhost:8420/ || fail "There is no first page."
    first_page_seconds=$(seconds_since "$before")
    expect_output "active" on_machine systemctl is-active skyline-server.service
    on_machine skyline login http://localhost:8420 --token-file /var/lib/skyline/admin.token >/dev/null || fail "The administrator's token is not good."
    wait_for "the local builder" local_builder_asks "$(date +%s)"
    state=$(on_machine sh -c 'systemctl show -p NRestarts --value skyline-server skyline-builder | paste -sd " "')
    [[ $state =~ ^0\ +0$ ]] || fail "A service was started again: $state. $(on_machine journalctl -u skyline-server -u skyline-builder --no-pager | tail -n 20)"
    # The token alone: what else the server has is not the builder's to see.
    expect_output "700 skyline skyline" on_machine stat -c '%a %U %G' /var/lib/skyline
    expect_output "" on_machine sh -c 'nsenter -t $(systemctl show -p MainPID --value skyline-builder) -m ls /var/lib/skyline 2>/dev/null || :'
}

# Since that moment it has asked for work.
local_builder_asks() { # SECONDS
    on_machine skyline builder list --json |
        jq -e --argjson since "$1" '[.. | objects | select(.name? == "local" and .lastSeenAt? != null) | .lastSeenAt | sub("\\.[0-9]+"; "") | sub("\\+00:00"; "Z") | fromdate] | any(. >= $since)' >/dev/null
}

# The demo's chain, in a tag for TestOS, installed by the machine's own dnf.
build_the_chain() {
    local name sources=()
    mkdir -p "$data/root/root/srpms"
    for name in zlib libpng pngstamp; do cp "$(srpm_of "$name")" "$data/root/root/srpms/"; done
    mapfile -t sources < <(cd "$data/root" && ls root/srpms/*.src.rpm | sed 's,^,/,')
    on_machine skyline tag create testos --chroot testos-1 >/dev/null || fail "No tag can be made."
    on_machine skyline target create testos --build-tag testos >/dev/null || fail "No target can be made."
    on_machine skyline chain --auto --yes --target testos --wait "${sources[@]}" >"$(logfile installed-chain)" 2>&1 || { tail -n 30 "$(logfile installed-chain)" >&2; fail "The chain was not built."; }
    on_machine sh -c 'skyline repo testos >/etc/yum.repos.d/built.repo' || fail "There is no .repo file."
    expect_dnf install pngstamp
    first_package_seconds=$(seconds_since "$before")
    expect_output "built on a machine" on_machine sh -c 'pngstamp "built on a machine" /tmp/stamp.png && pngstamp --read /tmp/stamp.png'
}

commands_of_the_cli() {
    on_machine bash -c '. /usr/share/bash-completion/completions/skyline && complete -p skyline' >/dev/null || fail "bash does not read the completion."
    version_seconds=$(best_of 10 on_machine skyline --version)
    stop_and_start_server
}

# Warm: what it reads is in memory, as after an upgrade.
stop_and_start_server() {
    local round started best=
    for round in 1 2 3 4 5; do
        on_machine systemctl stop skyline-server.service
        started=$(date +%s%N)
        on_machine systemctl start --no-block skyline-server.service
        wait_for "the server, the ${round}th time" on_machine curl -fsS -o /dev/null http://localhost:8420/healthz
        best=$(least "$best" "$(seconds_since "$started")")
    done
    start_seconds=$best
}

upgrade_to() { # VERSION-RELEASE
    local before_pid after_pid
    before_pid=$(on_machine systemctl show -p MainPID --value skyline-server)
    offer 2
    expect_dnf upgrade 'skyline-*' fedora-cloud-packager
    wait_for "the upgraded server" on_machine curl -fsS -o /dev/null http://localhost:8420/healthz
    after_pid=$(on_machine systemctl show -p MainPID --value skyline-server)
    [ "$before_pid" != "$after_pid" ] || fail "The upgrade did not start the server anew."
    expect_output "$1" on_machine rpm -q --qf '%{VERSION}-%{RELEASE}\n' skyline-server
    wait_for "the local builder" local_builder_asks "$(date +%s)"
}

# As after the first start of a version that knows one schema more.
refuse_downgrade() {
    local said schema
    offer 1
    schema=$(on_machine cat /var/lib/skyline/schema)
    [ "$schema" = "$(schema_of "$tree")" ] || fail "The server noted schema $schema, and there are $(schema_of "$tree") migrations."
    on_machine sh -c "echo $((schema + 1)) >/var/lib/skyline/schema"
    if said=$(on_machine dnf -y downgrade 'skyline-*' fedora-cloud-packager 2>&1); then fail "The downgrade was not refused: $said"; fi
    grep "the data in /var/lib/skyline are of schema $((schema + 1)), and it knows them up to $schema" <<<"$said" >/dev/null || fail "The downgrade was refused without a reason: $said"
    expect_output "$(printf '%s\n' 2 2 2 2 2)" on_machine rpm -q --qf '%{RELEASE}\n' skyline-server skyline-builder skyline-common skyline-cli fedora-cloud-packager
    on_machine sh -c "echo $schema >/var/lib/skyline/schema"
    # With the schema that it knows, it goes.
    expect_dnf downgrade 'skyline-*' fedora-cloud-packager
    wait_for "the older server" on_machine curl -fsS -o /dev/null http://localhost:8420/healthz
}

remove_and_come_back() {
    local builds
    builds=$(built_packages)
    measure_installed
    expect_dnf remove fedora-cloud-packager skyline-server skyline-builder skyline-common skyline-cli
    expect_output inactive on_machine sh -c 'systemctl is-active skyline-server.service || :'
    expect_output "" on_machine sh -c 'ls -d /usr/lib/skyline /usr/share/skyline /usr/bin/skyline 2>/dev/null || :'
    on_machine test -s /var/lib/skyline/skyline.db || fail "The data did not stay."
    expect_dnf install fedora-cloud-packager
    on_machine systemctl enable --now skyline.target || fail "skyline.target does not start again."
    wait_for "the server that came back" on_machine curl -fsS -o /dev/null http://localhost:8420/healthz
    expect_output "$builds" built_packages
}

measure_installed() {
    installed_kib=$(on_machine sh -c 'rpm -qa --qf "%{NAME} %{SIZE}\n" | awk "/^(skyline-|fedora-cloud-packager|dotnet-runtime|aspnetcore-runtime)/ { s += \$2 } END { print int(s / 1024) }"')
}

built_packages() { on_machine skyline builds --json | jq -r '[(.builds? // .)[] | .nvr] | sort | join(" ")'; }

expect_dnf() { # ARGUMENT...
    on_machine dnf -y "$@" >"$(logfile "machine-dnf-$1")" 2>&1 || { tail -n 20 "$(logfile "machine-dnf-$1")" >&2; fail "dnf $* failed on the machine."; }
    ! grep -i 'scriptlet.*fail\|warning: %' "$(logfile "machine-dnf-$1")" >&2 || fail "dnf $* succeeded, and a scriptlet did not."
}

wait_for() { # WHAT COMMAND...
    local what=$1
    shift
    for _ in {1..600}; do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    on_machine journalctl --no-pager -n 60 >&2 || :
    fail "What did not come within a minute: $what."
}

# What ./dev bench install prints, too.
print_installed() {
    printf '\n%-44s %10s %10s\n' "" measured goal
    printf '%-44s %8s s %8s s\n' "dnf install to the first page" "$first_page_seconds" 15 "  of it dnf" "$installed_seconds" - \
        "dnf install to the first package in dnf" "$first_package_seconds" 120 "start of the server to its first answer" "$start_seconds" 1.0 \
        "skyline --version" "$version_seconds" 0.060
    # (As dnf counts: 1 M is 1,048,576 bytes.)
    printf '%-44s %8s M %8s M\n\n' "installed, .NET's runtime with it" $((installed_kib / 1024)) 200
}
