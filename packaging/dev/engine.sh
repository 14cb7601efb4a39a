# shellcheck shell=bash
# What isolates the builds: the Docker Engine that is there, else one of our own, else bubblewrap.
#
# Our own engine has its data and its process id in the cache, and no network: no bridge, no firewall rules, so
# nothing of the machine's network is changed. Whoever uses it holds a shared lock; the last one to go stops it.

# need_isolation: sets and exports SKYLINE_ISOLATION (docker or bubblewrap) and DOCKER_HOST.
need_isolation() {
    if [ -n "${SKYLINE_ISOLATION:-}" ]; then return; fi
    export SKYLINE_ISOLATION=docker
    if engine_answers "${DOCKER_HOST:-unix:///var/run/docker.sock}"; then return; fi
    if own_engine; then return; fi
    SKYLINE_ISOLATION=bubblewrap
    unset DOCKER_HOST
    say "No Docker Engine here ($no_engine): builds are isolated by bubblewrap."
}

engine_answers() { # DOCKER_HOST
    case $1 in
        unix://*) [ "$(curl -s --max-time 5 --unix-socket "${1#unix://}" http://docker/_ping)" = OK ] ;;
        tcp://*) [ "$(curl -s --max-time 5 "http://${1#tcp://}/_ping")" = OK ] ;;
        *) false ;;
    esac
}

own_engine() {
    local started=0
    if ! find_dockerd; then return 1; fi
    engine=$cache/docker
    # Sockets have short names only (108 letters), so they cannot be in the cache, wherever that may be.
    engine_run=/run/skyline-$(sha256sum <<<"$cache" | cut -c 1-8)
    mkdir -p "$engine" "$engine_run"
    export DOCKER_HOST=unix://$engine_run/docker.sock
    exec 8>"$engine/users"
    flock -s 8
    at_end leave_own_engine
    exec 7>"$engine/starting"
    flock -w 120 7 || { no_engine="another ./dev is starting one, and does not come to an end"; return 1; }
    engine_answers "$DOCKER_HOST" || start_own_engine || started=$?
    flock -u 7
    exec 7>&-
    return $started
}

find_dockerd() {
    if ! command -v dockerd >/dev/null; then
        local system package
        system=$(system_family)
        case $system in debian) package=docker.io ;; fedora) package=moby-engine ;; esac
        if [ "$EUID" != 0 ]; then no_engine="none answers, and only root can install $package"; return 1; fi
        if ! (install_packages "$system" $package); then no_engine="$package cannot be installed"; return 1; fi
    fi
    if [ "$EUID" != 0 ]; then no_engine="none answers, and only root can start one"; return 1; fi
}

start_own_engine() {
    say "Starting a Docker Engine of our own: data in $engine, no network"
    rm -f "$engine/dockerd.pid"
    dockerd --data-root "$engine/data" --exec-root "$engine_run" --pidfile "$engine/dockerd.pid" -H "$DOCKER_HOST" \
        --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
        >"$(logfile dockerd)" 2>&1 </dev/null 7>&- 8>&- &
    local pid=$!
    for _ in {1..300}; do
        if engine_answers "$DOCKER_HOST"; then return; fi
        kill -0 $pid 2>/dev/null || break
        sleep 0.1
    done
    stop $pid
    no_engine="dockerd does not start: $(grep -v level=info "$(logfile dockerd)" | tail -n 1 | cut -c 1-300)"
    return 1
}

# (Unlocked by word, not by closing alone: programs that outlive this script may have inherited the open file.)
leave_own_engine() {
    flock -u 8
    if flock -xn 8 && [ -s "$engine/dockerd.pid" ]; then
        stop "$(cat "$engine/dockerd.pid")"
        umount "$engine_run/netns/default" 2>/dev/null || :                 # (of what shared the network of the machine)
        rm -rf "$engine_run"
    fi
    flock -u 8
    exec 8>&-
}
