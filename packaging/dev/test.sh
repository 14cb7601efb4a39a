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
    need_isolation
    [ -z "${SKYLINE_MOCK:-}" ] || [ "$SKYLINE_ISOLATION" = docker ] || fail "--mock: mock runs in a container, and there is no engine here${no_engine:+ ($no_engine)}."
    make_testos
    make_clients
    make_srpms
    make_corpus "${corpus_in_tests[@]}"
    make_vm_kernel
    make_api_tools
    build_solution
    say "Testing"
    log=$(logfile test)
    # 8: a project of which a filter left no test; none in all the solution is said below.
    dotnet test --solution Skyline.sln --no-build -c Release --ignore-exit-code 8 "$@" 2>&1 | tee "$log" || code=$?
    summary "$log"
    [ "$tests" != 0 ] || { echo "No test ran." >&2; [ $code != 0 ] || code=8; }
    # Again, at the end: what a test printed may be thousands of lines, and who reads only the last ones wants to know which failed.
    grep '^failed ' "$log" | sort -u || true
    echo "$passed passed, $failed failed, $skipped skipped"
    exit $code
}

# Those that tests/Skyline.Scenarios/SonameBumpTests.cs takes; `./dev proof soname` takes all.
corpus_in_tests=(libogg flac flac-1.5 libmad audiofile perl-Audio-FLAC-Header perl-Audio-FLAC-Decoder normalize bchunk)

# ./dev proof soname: what takes too long for every run of the tests.
run_proof() {
    case ${1:-} in soname) shift ;; *) usage >&2; exit 2 ;; esac
    need proof
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

# The solution's totals, from the last summary of dotnet test.
summary() { # LOG
    read -r passed failed skipped < <(awk '/^Test run summary/ { inside = 1 } inside && /failed:/ { f = $2 } inside && /succeeded:/ { p = $2 } inside && /skipped:/ { s = $2 }
        END { print p + 0, f + 0, s + 0 }' "$1")
    tests=$((passed + failed + skipped))
}

run_benchmarks() {
    need bench
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
