# shellcheck shell=bash
# ./dev test and ./dev bench

run_tests() {
    local log code=0
    need test
    need_isolation
    make_testos
    make_clients
    make_srpms
    make_vm_kernel
    build_solution
    say "Testing"
    log=$(logfile test)
    # 8: a project of which a filter left no test; none in all the solution is said below.
    dotnet test --solution Skyline.sln --no-build -c Release --ignore-exit-code 8 "$@" 2>&1 | tee "$log" || code=$?
    summary "$log"
    [ "$tests" != 0 ] || { echo "No test ran." >&2; [ $code != 0 ] || code=8; }
    echo "$passed passed, $failed failed, $skipped skipped"
    exit $code
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
