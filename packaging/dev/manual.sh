# shellcheck shell=bash
# ./dev proof manual: what the manual says to type on a server's host is typed there, as it stands in the pages, and looked at afterwards. What of a page is
# not typed is marked in it with why: <!-- not typed: WHY --> on the line before.

manual_pages=(install operate back-up upgrade pools secure)

prove_manual() {
    take_packages
    data=$cache/proof-manual
    typed=$data/typed
    remove_tree "$data"
    make_machine "$data/root"
    as_the_manual_has_it
    mkdir -p "$data/repo"
    boot_machine "$data/root" "$data/repo"
    say "A machine of TestOS is up; typing the manual"
    : >"$typed"

    offer 1
    types install Install
    is_installed
    edits install "From other machines" skyline-server.socket
    answers_from_outside
    something_is_built
    types operate "Is all well?"
    backs_up_and_restores
    types pools "Pools of builders"
    expect_output "farm 20" pools_and_most
    offer 2
    types upgrade Upgrade
    wait_for "the upgraded server" on_machine curl -fsS -o /dev/null http://localhost:8420/healthz
    expect_output "$rpm_version-2" on_machine rpm -q --qf '%{VERSION}-%{RELEASE}\n' skyline-server
    types install Remove
    expect_output "" on_machine sh -c 'rpm -qa | grep ^skyline- || :'
    on_machine test -s /var/lib/skyline/skyline.db || fail "The data did not stay."
    all_is_typed
    say "All that the manual says to type on a server's host has been typed: $(tr '\n' ',' <"$typed" | sed 's/,$//; s/,/, /g')."
}

# dnf asks nobody who is not there; sudo is not among TestOS's packages.
as_the_manual_has_it() {
    mkdir -p "$data/root/usr/local/bin"
    printf '#!/bin/sh\nexec /usr/bin/dnf -y "$@"\n' >"$data/root/usr/local/bin/dnf"
    # shellcheck disable=SC2016  # (written into a script)
    printf '#!/bin/sh\n[ "$1" = -u ] || exit 2\nuser=$2; shift 2\nexec setpriv --reuid="$user" --regid="$user" --init-groups "$@"\n' >"$data/root/usr/local/bin/sudo"
    chmod 0755 "$data/root/usr/local/bin/"*
}

is_installed() {
    wait_for "the first page" on_machine curl -fsS -o /dev/null http://localhost:8420/healthz
    on_machine journalctl -u skyline-server --no-pager | grep 'welcome?code=' >/dev/null || fail "The journal has no address with a code."
    on_machine skyline login http://localhost:8420 --token-file /var/lib/skyline/admin.token >/dev/null || fail "The administrator's token is not good."
    wait_for "the local builder" local_builder_asks "$(date +%s)"
}

answers_from_outside() {
    on_machine systemctl daemon-reload
    on_machine sh -c 'systemctl stop skyline-server.service && systemctl restart skyline-server.socket && systemctl start skyline-server.service' || fail "The socket is not as the page has it."
    # (The machine has no other address than its loopback's; who listens to all addresses says so.)
    on_machine curl -fsS -o /dev/null http://127.0.0.2:8420/healthz || fail "The server listens to localhost alone, after what the page says."
}

# For what follows: something to keep, to back up and to rebuild.
something_is_built() {
    mkdir -p "$data/root/root/srpms"
    cp "$(srpm_of zlib)" "$data/root/root/srpms/"
    on_machine skyline tag create testos --chroot testos-1 >/dev/null || fail "No tag can be made."
    on_machine skyline target create testos --build-tag testos >/dev/null || fail "No target can be made."
    on_machine sh -c 'skyline build --target testos --wait /root/srpms/zlib-*.src.rpm' >"$(logfile manual-build)" 2>&1 || { tail -n 20 "$(logfile manual-build)" >&2; fail "zlib was not built."; }
}

backs_up_and_restores() {
    local builds packages
    types back-up "Back up and restore"
    on_machine sh -c 'echo "Backup:Folder = /srv/skyline-backups" >>/etc/skyline/server.conf'
    edits back-up "Back up and restore" skyline-server.service
    on_machine sh -c 'systemctl daemon-reload && systemctl restart skyline-server.service' || fail "The server does not start with a folder for backups."
    on_machine skyline backup >/dev/null || fail "The server made no backup."
    types back-up "Check one"
    builds=$(built_packages)
    packages=$(blob_digests)
    types back-up Restore
    wait_for "the restored server" on_machine curl -fsS -o /dev/null http://localhost:8420/healthz
    expect_output "$builds" built_packages
    expect_output "$packages" blob_digests
}

pools_and_most() { on_machine skyline pool list --json | jq -r '(.pools? // .)[] | "\(.name) \(.most)"'; }

blob_digests() { on_machine sh -c 'cd /var/lib/skyline/blobs && find . -type f | sort | xargs sha256sum | sha256sum'; }

# types PAGE SECTION: its blocks of shell, one after the other, as the machine's administrator.
types() {
    local text
    text=$(blocks_of sh "$1" "$2")
    [ -n "$text" ] || fail "docs/$1.md has nothing to type in its section $2."
    echo "$1: $2" >>"$typed"
    on_machine bash -c "cd /root; PATH=/usr/local/bin:\$PATH; set -exuo pipefail; $text" >"$(logfile manual-typed)" 2>&1 ||
        { tail -n 30 "$(logfile manual-typed)" >&2; fail "What docs/$1.md says to type in its section $2 fails."; }
}

# edits PAGE SECTION UNIT: what it says to write into a unit, as systemctl edit would keep it.
edits() {
    local text
    text=$(blocks_of ini "$1" "$2")
    [ -n "$text" ] || fail "docs/$1.md has nothing for $3 in its section $2."
    grep "systemctl edit ${3%.service}" "$top/docs/$1.md" >/dev/null || fail "docs/$1.md does not say to edit $3."
    mkdir -p "$data/root/etc/systemd/system/$3.d"
    printf '%s\n' "$text" >"$data/root/etc/systemd/system/$3.d/override.conf"
}

blocks_of() { # LANGUAGE PAGE SECTION
    awk -v language="$1" -v wanted="$3" '
        !inside && /^#+ / { section = $0; sub(/^#+ /, "", section) }
        /^<!-- not typed: / { passed = 1; next }
        /^```/ { if (inside) inside = 0; else { inside = 1; mine = $0 == "```" language && section == wanted && !passed; passed = 0 } next }
        inside && mine' "$top/docs/$2.md"
}

# A section that somebody adds is typed, too, or says why not.
all_is_typed() {
    local page
    for page in "${manual_pages[@]}"; do
        awk -v page="$page" '
            !inside && /^#+ / { section = $0; sub(/^#+ /, "", section) }
            /^<!-- not typed: .+ -->$/ { passed = 1; next }
            /^```/ { if (inside) inside = 0; else { inside = 1; if ($0 == "```sh" && !passed) print page ": " section; passed = 0 } }' "$top/docs/$page.md"
    done | sort -u | while read -r section; do
        grep -x "$section" "$typed" >/dev/null || fail "docs/${section%%:*}.md has something to type that this does not type, in its section ${section#*: }."
    done
}
