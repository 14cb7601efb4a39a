# shellcheck shell=bash
# The server and one builder beside it, as processes of this script.

# start_appliance DATA TAG: sets url; both programs end with this script.
start_appliance() {
    local data=$1 tag=$2
    mkdir -p "$data"/{server,builder}
    url=http://127.0.0.1:$(free_port)
    Skyline__Data=$data/server Skyline__FirstTag=$tag Skyline__Chroots=$top/packaging/chroots ASPNETCORE_URLS=$url \
        start_program "$(logfile server)" "$(program Skyline.Server skyline-server)"
    wait_for_server "$!"
    start_program "$(logfile builder)" "$(program Skyline.Builder skyline-builder)" --server "$url" --token-file "$data/server/builder.token" \
        --data "$data/builder" --isolation "$SKYLINE_ISOLATION" --slots 2
    export SKYLINE_SERVER=$url
    SKYLINE_TOKEN=$(cat "$data/server/admin.token")
    export SKYLINE_TOKEN
}

start_program() { # LOG PROGRAM ARGUMENT...
    local log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null 7>&- 8>&- &
    at_end stop $!
}

wait_for_server() { # PID
    for _ in {1..300}; do
        if curl -fs --max-time 5 "$url/healthz" >/dev/null; then return; fi
        kill -0 "$1" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$(logfile server)" >&2
    fail "The server did not start; its log is $(logfile server)."
}

free_port() {
    python3 -c '
import socket
for port in (8420, 0):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        continue
    print(listener.getsockname()[1])
    break'
}

skyline() { "$(program Skyline.Cli skyline)" "$@"; }

run_up() {
    local tag=${1:-testos}
    need up
    [ "$tag" = testos ] || [ -d /usr/share/distribution-gpg-keys ] ||
        say "Builds in $tag need the keys in /usr/share/distribution-gpg-keys, which this system has no package of: take them from a Fedora machine's package distribution-gpg-keys."
    need_isolation
    make_testos
    build_programs
    start_appliance "$cache/up" "$tag"
    stay_open "$cache/up"
}

stay_open() { # DATA
    cat <<MESSAGE

Skyline is at    $url
Log in with      $(program Skyline.Cli skyline) login $url --token-file $1/server/admin.token
Build a package  $(program Skyline.Cli skyline) build --wait PACKAGE.src.rpm

Ctrl-C ends it.
MESSAGE
    wait -n || fail "A program of the appliance has ended; the logs are in $cache/logs."
}
