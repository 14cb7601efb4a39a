# shellcheck shell=bash
# ./dev test, ./dev proof and ./dev bench

# --mock DIR: DIR is the root of an image with the real mock in it, a user 1000, and a group mock: what `docker export` of a container
# of packaging/containers/mock.Containerfile gives, or a distribution installed into a folder. The tests of mock run with it in place
# of the stand-in that they come with.
run_tests() {
    local log code=0
    if [ "${1:-}" = --mock ]; then
        take_mock "${2:-}"
        shift 2
    fi
    need test
    # Beside what is made and fetched, which leaves a processor to it most of the time.
    built=$(logfile built)
    rm -f "$built"
    build_and_begin "$@" &
    building=$!
    at_end stop_building
    need_isolation
    [ -z "${SKYLINE_MOCK:-}" ] || [ "$SKYLINE_ISOLATION" = docker ] || fail "--mock: mock runs in a container, and there is no engine here${no_engine:+ ($no_engine)}."
    make_testos
    make_clients
    make_srpms
    make_corpus "${corpus_in_tests[@]}"
    make_vm_kernel
    make_api_tools
    make_container_tools
    until [ -e "$built" ]; do is_running "$building" || wait "$building" || exit; sleep 0.2; done
    say "Testing"
    log=$(logfile test)
    test_projects "$@" 2>&1 | tee "$log" || code=$?
    wait "$building" 2>/dev/null || :
    building=
    tee -a "$log" <"$(logfile begun)"
    summary "$log"
    # What a project says of itself counts.
    if [ $code = 0 ] && grep -q '^Skyline[A-Za-z.]* failed (exit code' "$log"; then code=2; fi
    [ "$tests" != 0 ] || { echo "No test ran." >&2; [ $code != 0 ] || code=8; }
    # Again, at the end: what a test printed may be thousands of lines, and who reads only the last ones wants to know which failed.
    grep '^failed ' "$log" | sort -u || true
    echo "$passed passed, $failed failed, $skipped skipped"
    exit $code
}

# The pages' tests need nothing of what is made: they begin as soon as there is a program, on the processor that the making leaves alone.
needs_nothing=Pages.Tests
build_and_begin() { # [ARGUMENT...]
    build_solution
    : >"$built"
    test_project "Skyline.$needs_nothing" "$@" >"$(logfile begun)" 2>&1
}

is_running() { kill -0 "$1" 2>/dev/null; } # PID

building=
stop_building() {
    [ -n "$building" ] || return 0
    pkill -P "$building" || :
    stop "$building"
}

# Those that tests/Skyline.Scenarios/SonameBumpTests.cs takes; `./dev proof soname` takes all.
corpus_in_tests=(libogg flac flac-1.5 perl-Audio-FLAC-Header bchunk)

# What takes longest is begun first: the processor that is left alone at the end is left for a short while. Projects that are
# not named here come last.
longest_first=(Scenarios Server.Tests Builder.Tests EndToEnd Clients.Tests Rpm.Tests Cli.Tests)

# test_projects [ARGUMENT...]: as many projects at a time as there are processors; of those that failed all that they said.
test_projects() {
    local name lanes
    lanes=$(($(nproc) > 2 ? $(nproc) : 2))
    trap 'jobs -rp | xargs -r kill 2>/dev/null' EXIT INT TERM
    while read -r name; do
        until [ "$(under_way)" -lt "$lanes" ]; do sleep 0.5; done
        test_project "$name" "$@" &
    done < <(in_order)
    # (What each has come to it says itself: of one that ended long ago the shell may know no more.)
    wait
}

under_way() {
    local running
    running=$(jobs -rp | wc -l)
    ! is_running "$building" || running=$((running + 1))
    echo "$running"
}

in_order() {
    local name program
    for name in "${longest_first[@]}"; do echo "Skyline.$name"; done
    for program in tests/*/bin/Release/net10.0/xunit.v3.core*.dll; do
        name=${program#tests/}
        name=${name%%/*}
        case " ${longest_first[*]} $needs_nothing " in *" ${name#Skyline.} "*) ;; *) echo "$name" ;; esac
    done | sort -u
}

test_project() { # NAME [ARGUMENT...]
    local name=$1 log code=0
    shift
    log=$(logfile "test-$name")
    # Servers and builders that live for seconds gain nothing from code that is counted first, to be compiled better later.
    export DOTNET_TieredPGO=0
    # 8: a filter left none of its tests; that none ran at all is said in the end.
    "tests/$name/bin/Release/net10.0/$name" --no-ansi --progress off --show-slowest-tests 20 --ignore-exit-code 8 "$@" >"$log" 2>&1 </dev/null || code=$?
    # (One write each: what two projects say at a time does not mingle.)
    if [ $code = 0 ]; then
        echo "$name: $(totals "$log")"
    else
        printf '%s\n' "$(cat "$log"; echo "$name failed (exit code $code): $(totals "$log"); the whole log is $log")"
    fi
    return $code
}

# "3 passed, 0 failed, 1 skipped in 4s", of one project's log.
totals() { # LOG
    awk '/^Test run summary/ { inside = 1 } inside && $1 == "failed:" { f = $2 } inside && $1 == "succeeded:" { p = $2 } inside && $1 == "skipped:" { s = $2 }
        inside && $1 == "duration:" { $1 = ""; d = " in" $0 } END { print p + 0 " passed, " f + 0 " failed, " s + 0 " skipped" d }' "$1"
}

# ./dev proof: what takes too long for every run of the tests.
run_proof() {
    local name=${1:-}
    [ $# = 0 ] || shift
    case $name in
        soname) need proof; prove_soname "$@" ;;
        rpm) need proof; prove_rpm "$@" ;;
        manual) need proof; prove_manual "$@" ;;
        self) need proof; prove_self "$@" ;;
        compose) prove_compose ;;
        podman) prove_podman ;;
        swarm) prove_swarm "$@" ;;
        *) usage >&2; exit 2 ;;
    esac
}

# Three engines on this machine, each in a network of its own, one Swarm; nothing of it is seen from outside, and all of it ends with this.
prove_swarm() {
    local folder code=0
    need test
    find_dockerd || fail "Three nodes need a dockerd: $no_engine."
    make_testos
    make_srpms
    say "Building the server, the builder and the proof"
    build tests/Skyline.Scenarios
    folder=$(mktemp -d /tmp/sky-swarm-XXXXXX)
    say "Starting a Swarm of three nodes; building on them, growing, killing one, shrinking (some minutes)"
    SKYLINE_SWARM=$folder unshare --net --mount "$parts/swarm.sh" "$folder" 3 \
        dotnet "$(ls "$top"/tests/Skyline.Scenarios/bin/Release/net*/Skyline.Scenarios.dll)" --explicit only --filter-class '*SwarmProofTests' --show-live-output on "$@" || code=$?
    rm -rf "$folder"
    return $code
}

prove_soname() {
    make_testos
    say "Making the corpus: source packages of 35 real upstream packages"
    make_corpus
    say "Building the server, the builder and the proof"
    build tests/Skyline.Scenarios
    say "Building all of it, then the new library, then what that needs (some minutes)"
    dotnet run --project tests/Skyline.Scenarios -c Release --no-build -- --explicit only --filter-class '*SonameBumpTests' --show-live-output on "$@"
}

take_mock() { # DIR
    [ -n "$1" ] || fail "--mock wants a folder: the root of an image with mock in it."
    [ -x "$1/usr/bin/mock" ] || fail "--mock $1: there is no usr/bin/mock in it; it is to be the root of an image with mock."
    grep -q '^mock:' "$1/etc/group" || fail "--mock $1: it has no group 'mock' (etc/group)."
    awk -F: '$3 == 1000 { found = 1 } END { exit !found }' "$1/etc/passwd" || fail "--mock $1: it has no user 1000 (etc/passwd), as whom mock leaves its results."
    SKYLINE_MOCK=$(realpath "$1")
    export SKYLINE_MOCK
}

# All projects' totals, from what test_projects said of each.
summary() { # LOG
    read -r passed failed skipped < <(sed -nE 's/^Skyline\.[A-Za-z.]+( failed \(.*\))?: ([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped.*/\2 \3 \4/p' "$1" | awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }')
    tests=$((passed + failed + skipped))
}

run_benchmarks() {
    need bench
    if [ "${1:-}" = install ]; then
        shift
        bench_install "$@"
        return
    fi
    need_isolation
    make_testos
    make_srpms
    build_solution
    dotnet run --project tests/Skyline.Benchmarks -c Release --no-build -- "$@"
}

# ./dev words: the test that holds the template against the sources writes it, when it is told to.
write_words() {
    need all
    say "Building the server's tests"
    build tests/Skyline.Server.Tests
    SKYLINE_WRITE_WORDS=1 dotnet run --project tests/Skyline.Server.Tests -c Release --no-build -- --filter-class '*WordsTemplateTests' >"$(logfile words)" 2>&1 ||
        { tail -n 30 "$(logfile words)" >&2; fail "The template was not written."; }
    say "src/Skyline.Server/Words/template.json is as the pages are"
}
