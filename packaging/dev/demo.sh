# shellcheck shell=bash
# ./dev demo: a chain of real packages from source to an installed program, each step checked.

source "$parts/root.sh"
source "$parts/table.sh"

# A pile in no order: which needs which is found.
demo_packages=(pngstamp guestbook libpng hello zlib lz4)
demo_chain="guestbook hello lz4 zlib : libpng : pngstamp"

run_demo() {
    local once=
    case ${1:-} in "") ;; --once) once=1 ;; *) usage >&2; exit 2 ;; esac
    need demo
    need_isolation
    make_testos
    make_srpms
    build_programs
    data=$cache/demo
    remove_tree "$data"
    start_appliance "$data" testos
    say "The appliance is at $url (isolation: $SKYLINE_ISOLATION)"

    declare -gA build_of=()
    build_chain
    expect_failure broken
    install_and_run
    measure_bare
    print_table
    say "Everything above was really built, signed, served, installed and run."
    [ -n "$once" ] || stay_open "$data"
}

srpm_of() { compgen -G "$SKYLINE_SRPMS/$1-[0-9]*.src.rpm" | head -n 1; }

build_chain() {
    local name pile=() found
    for name in "${demo_packages[@]}"; do pile+=("$(srpm_of "$name")"); done
    say "Finding the order of ${demo_packages[*]}"
    found=$(skyline chain --auto --plan --json --target testos "${pile[@]}" 2>"$(logfile plan)" | jq -r '[.links[].members | map(.package) | sort | join(" ")] | join(" : ")') ||
        { cat "$(logfile plan)" >&2; fail "No plan was found."; }
    [ "$found" = "$demo_chain" ] || fail "The plan should have been $demo_chain, and is $found."
    skyline chain --auto --plan --target testos "${pile[@]}" 2>/dev/null | sed 's/^/    /' >&2
    say "Building $found as one chain"
    skyline chain --auto --yes --target testos --wait "${pile[@]}" >"$(logfile chain)" 2>&1 || { cat "$(logfile chain)" >&2; fail "The chain was not built."; }
    for name in "${demo_packages[@]}"; do
        build_of[$name]=$(newest_build "$name")
        [ "$(build_json "$name" .state)" = Complete ] || fail "skyline says that $name is built, and the server that it is $(build_json "$name" .state)."
    done
}

# What a packager is told of a compile error: one sentence, and the line that matters.
expect_failure() { # NAME
    local code=0
    say "Building $1, which has a mistake in it"
    skyline build --target testos --wait "$(srpm_of "$1")" >"$(logfile "build-$1")" 2>&1 || code=$?
    [ $code = 1 ] || { cat "$(logfile "build-$1")" >&2; fail "$1 should have failed (exit 1), and skyline ended $code."; }
    build_of[$1]=$(newest_build "$1")
    [ "$(build_json "$1" .state)" = Failed ] || fail "$1 should be Failed, and is $(build_json "$1" .state)."
    [ -n "$(build_json "$1" '.why // ""')" ] || fail "$1 failed, and the server does not say why."
    build_json "$1" '.tasks[].runs[].failingLines[]' | grep undeclared_on_purpose >/dev/null || fail "$1 failed, and the compiler's message is not among the failing lines."
    echo "    $(build_json "$1" .why)" >&2
    build_json "$1" '.tasks[].runs[].failingLines[]' | sed 's/^/    | /' | head -n 5 >&2
}

newest_build() { skyline builds --json | jq -er --arg name "$1-" '[(.builds? // .)[] | select(.nvr | startswith($name))] | max_by(.id) | .id'; }

build_json() { # NAME JQ
    curl -fsS -H "Authorization: Bearer $SKYLINE_TOKEN" "$url/api/builds/${build_of[$1]}" | jq -r "$2"
}

# In a fresh root, by that root's own dnf, from what the appliance serves to anyone.
install_and_run() {
    local root=$data/fresh
    say "Installing in a fresh TestOS, with gpgcheck and repo_gpgcheck"
    make_root "$root" @runtime
    skyline repo testos >"$root/etc/yum.repos.d/skyline.repo"
    asks_for_signatures "$root/etc/yum.repos.d/skyline.repo"
    dnf_in_root install "${demo_packages[@]}"
    dnf_in_root upgrade zlib                    # (TestOS came with its own)

    expect_output "built by Skyline" in_root "$root" sh -c 'pngstamp "built by Skyline" /tmp/stamp.png && pngstamp --read /tmp/stamp.png'
    expect_output "Hello, world!" in_root "$root" hello
    expect_output "guestbook 1.0 came, now 1" in_root "$root" guestbook
    expect_output "of hand" in_root "$root" sh -c 'echo of hand | lz4 -q | lz4 -qd'
    expect_output "1.2.13-1.tos1" in_root "$root" rpm -q --qf '%{VERSION}-%{RELEASE}\n' zlib
    expect_output "" in_root "$root" sh -c 'rpm -q --qf "%{NAME} %{SIGPGP:pgpsig} %{DSAHEADER:pgpsig} %{RSAHEADER:pgpsig}\n" '"${demo_packages[*]}"' | grep -v "Key ID" || :'
    dnf_in_root remove guestbook
    expect_output "guestbook 1.0 goes, then 0" in_root "$root" tail -n 1 /var/log/guestbook
}

dnf_in_root() { # ARGUMENT...
    in_root "$root" dnf -y "$@" >"$(logfile "dnf-$1")" 2>&1 ||
        { tail -n 20 "$(logfile "dnf-$1")" >&2; fail "dnf $* failed in a fresh TestOS."; }
}

asks_for_signatures() { # REPO-FILE
    local sections
    sections=$(grep -c '^\[' "$1")
    [ "$(grep -cx 'gpgcheck=1' "$1")" = "$sections" ] && [ "$(grep -cx 'repo_gpgcheck=1' "$1")" = "$sections" ] && [ "$sections" != 0 ] && return
    cat "$1" >&2
    fail "The appliance's .repo file does not ask for signatures in every section."
}

expect_output() { # TEXT COMMAND...
    local expected=$1 got
    shift
    got=$("$@" 2>&1) || fail "This failed: $*: $got"
    [ "$got" = "$expected" ] || fail "This should have printed '$expected': $*. It printed '$got'."
    [ -z "$expected" ] || echo "    ${*: -1}: $got" >&2
}
