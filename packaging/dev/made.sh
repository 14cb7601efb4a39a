# shellcheck shell=bash
# What is made once and kept: TestOS, the clients, the demo's source packages, the programs.

make_testos() {
    export SKYLINE_APT=$cache/apt SKYLINE_TESTOS=$cache/testos
    mkdir -p "$cache"
    [ -e "$SKYLINE_TESTOS/repo/.key" ] || say "Making TestOS, a small RPM distribution, from Debian packages (once: about a minute)"
    packaging/testos/make "$SKYLINE_TESTOS"
}

# Where they cannot be made, the tests that need them say why and are skipped.
make_clients() {
    local log code=0
    log=$(logfile clients)
    export SKYLINE_CLIENTS=$cache/clients
    [ -e "$SKYLINE_CLIENTS/root/.key" ] || say "Making a root of Debian unstable with dnf5, zypper and rpm 6 (once a month: about a minute)"
    packaging/clients/make "$SKYLINE_CLIENTS" 2>"$log" || code=$?
    cat "$log" >&2
    case $code in
        0) ;;
        3) export SKYLINE_NO_CLIENTS; SKYLINE_NO_CLIENTS=$(tail -n 1 "$log") ;;
        *) exit $code ;;
    esac
}

# Where they cannot be had, the tests of the API's document say why and are skipped.
make_api_tools() {
    local log code=0
    log=$(logfile api-tools)
    export SKYLINE_API_TOOLS=$cache/api-tools
    cmp -s tests/api-tools/package-lock.json "$SKYLINE_API_TOOLS/made" || say "Fetching the tools that the API's document is tried with (once)"
    tests/api-tools/make "$SKYLINE_API_TOOLS" 2>"$log" || code=$?
    cat "$log" >&2
    case $code in
        0) ;;
        3) export SKYLINE_NO_API_TOOLS; SKYLINE_NO_API_TOOLS=$(tail -n 1 "$log") ;;
        *) exit $code ;;
    esac
}

# Where none can be had, the tests of virtual machines say why and are skipped.
make_vm_kernel() {
    export SKYLINE_VM_KERNEL=$cache/vm-kernel
    [ -e "$SKYLINE_VM_KERNEL/made" ] || say "Fetching a kernel for virtual machines (once a month)"
    packaging/vm-kernel/make "$SKYLINE_VM_KERNEL" || [ $? = 3 ] || exit 1
}

# Where they cannot be had, the tests of the compose file and of Podman's units say why and are skipped.
make_container_tools() {
    local log code=0
    log=$(logfile container-tools)
    export SKYLINE_CONTAINER_TOOLS=$cache/container-tools
    [ -e "$SKYLINE_CONTAINER_TOOLS/made" ] || say "Fetching Docker's compose and Podman's quadlet (once a month)"
    packaging/container-tools/make "$SKYLINE_CONTAINER_TOOLS" 2>"$log" || code=$?
    cat "$log" >&2
    case $code in
        0) ;;
        3) export SKYLINE_NO_CONTAINER_TOOLS; SKYLINE_NO_CONTAINER_TOOLS=$(tail -n 1 "$log") ;;
        *) exit $code ;;
    esac
}

make_srpms() {
    export SKYLINE_SRPMS=$cache/srpms
    packaging/demo/make-srpms "$SKYLINE_SRPMS"
}

# make_corpus [FOLDER...]: source packages of real upstream packages, for the tests of mass rebuilds; all, or those named.
make_corpus() {
    export SKYLINE_CORPUS=$cache/corpus
    tests/corpus/make-srpms "$SKYLINE_CORPUS" "$@"
}

# The compiler's servers stay after their work: they must not keep this script's locks.
dotnet() { command dotnet "$@" 7>&- 8>&-; }

build_solution() { say "Building the solution"; build Skyline.sln; }

# What the appliance needs, and no tests.
build_programs() {
    local project
    say "Building the server, the builder and the command line"
    for project in Skyline.Server Skyline.Builder Skyline.Cli; do build "src/$project"; done
}

build() { # SOLUTION-OR-PROJECT
    dotnet build "$1" -c Release -v quiet --tl:off >"$(logfile build)" 2>&1 ||
        { grep -E 'error|warning' "$(logfile build)" | sort -u | head -n 20 >&2; fail "The build failed; the whole log is $(logfile build)."; }
}

# The program of a project under src, as a release ships it where its build makes that too.
program() { # PROJECT NAME
    local built=$top/src/$1/bin/Release/net10.0
    # One that an earlier build left behind is not what was built.
    [ ! -x "$built/publish/$2" ] || [ "$built/publish/$2.dll" -ot "$built/$2.dll" ] || built=$built/publish
    echo "$built/$2"
}

format_code() {
    need fmt
    case ${1:-} in
        "") dotnet format Skyline.sln ;;
        --check) dotnet format Skyline.sln --verify-no-changes ;;
        *) usage >&2; exit 2 ;;
    esac
}
