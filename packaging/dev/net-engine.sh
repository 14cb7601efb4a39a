# shellcheck shell=bash
# A Docker Engine with networks, in a network namespace of its own: its bridges, its firewall rules and the ports that it publishes are
# there and nowhere else. (The engine that builds are isolated by has no network at all: engine.sh.) It has no way out either.

# networked_engine FOLDER: sets DOCKER_HOST; the engine and its namespace end with this script.
networked_engine() {
    local folder=$1 run
    [ "$EUID" = 0 ] || fail "Only root can start a Docker Engine in a network namespace of its own."
    run=/run/skyline-$(sha256sum <<<"$folder" | cut -c 1-8)
    mkdir -p "$folder" "$run"
    export DOCKER_HOST=unix://$run/docker.sock
    say "Starting a Docker Engine with networks, in a namespace of its own: data in $folder"
    # What it mounts is gone with it, and its plugins' folder is not the machine's.
    # shellcheck disable=SC2016
    unshare --net --mount --propagation private bash -c 'ip link set lo up && mkdir -p /run/docker && mount -t tmpfs tmpfs /run/docker && exec "$@"' engine \
        dockerd --data-root "$folder/data" --exec-root "$run/exec" --pidfile "$run/dockerd.pid" -H "$DOCKER_HOST" \
        >"$(logfile net-engine)" 2>&1 </dev/null 7>&- 8>&- &
    engine_pid=$!
    engine_run=$run
    at_end leave_networked_engine
    for _ in {1..300}; do
        if engine_answers "$DOCKER_HOST"; then return; fi
        kill -0 "$engine_pid" 2>/dev/null || break
        sleep 0.1
    done
    fail "The Docker Engine does not start: $(grep -v level=info "$(logfile net-engine)" | tail -n 1 | cut -c 1-300)"
}

leave_networked_engine() {
    stop "$engine_pid"
    rm -rf "$engine_run"
}

# Where the engine's ports are.
in_its_network() { nsenter --net="/proc/$engine_pid/ns/net" "$@"; }
