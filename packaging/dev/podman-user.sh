#!/bin/bash
# What `./dev proof podman` runs as an ordinary user, in a network and a table of users of its own: packaging/quadlet, used.
set -euo pipefail
cd "$HOME"

main() {
    podman load -qi images.tar >&2
    rm images.tar
    "$QUADLET" -dryrun -user -no-kmsg-log >units 2>generator.log || { cat generator.log >&2; fail "Podman's generator takes no such units."; }
    trap take_down EXIT
    for unit in skyline-front-network skyline-inside-network skyline-server; do start $unit; done
    wait_for_health skyline-server
    for unit in skyline-enrol skyline-builder skyline-proxy; do start $unit; done
    wait_for_health skyline-builder
    wait_for_health skyline-proxy
    nothing_is_root
    a_package_is_built
}

fail() { printf '%s\n' "$*" >&2; printf '%s\n' "$*"; exit 1; }

# A unit's own command, without what is systemd's, and with TestOS beside the server.
start() { # UNIT
    local command
    command=$(awk -v unit="---$1.service---" '$0 == unit { inside = 1; next } /^---/ { inside = 0 } inside && sub(/^ExecStart=/, "")' units)
    [ -n "$command" ] || fail "There is no unit $1."
    command=$(sed "s#%t/%N#$XDG_RUNTIME_DIR/$1#g; s# --cgroups=split##; s# --sdnotify=[a-z]*##; s# create --ignore# create#" <<<"$command")
    [ "$1" != skyline-server ] || command=$(sed "s# -v # -v $TESTOS:/testos:ro --env SKYLINE_TESTOS=/testos&#; s#FirstTag= #FirstTag=testos #" <<<"$command")
    # (systemd's quoting of a command is the shell's, as far as these go.)
    bash -c "$command" >&2 || fail "$1 did not start: $command"
}

wait_for_health() { # CONTAINER
    for _ in {1..600}; do
        if podman healthcheck run "$1" >/dev/null 2>&1; then return; fi
        sleep 0.2
    done
    podman logs --tail 20 "$1" >&2
    fail "$1 does not become healthy."
}

# Seen from outside, each container's first process is the user's, or one of the user's range.
nothing_is_root() {
    local name pid user
    for name in skyline-server skyline-builder skyline-proxy; do
        pid=$(podman inspect --format '{{.State.Pid}}' $name)
        user=$(awk '/^Uid/ { print $2 }' "/proc/$pid/status")
        echo "    $name: user $user of the machine"
        [ "$user" = "$(id -u)" ] || [ "$user" -ge 300000 ] || fail "$name runs as user $user."
    done
}

a_package_is_built() {
    local answer
    podman exec skyline-proxy cat /data/caddy/pki/authorities/local/root.crt >ca.crt
    podman exec skyline-server cat /var/lib/skyline/admin.token >token
    answer=$(curl -sS --max-time 20 --cacert ca.crt -o /dev/null -w '%{http_code}' https://localhost:8443/)
    [ "$answer" = 200 ] || fail "The proxy answers $answer."
    export SSL_CERT_FILE=$HOME/ca.crt XDG_CONFIG_HOME=$HOME/config
    "$CLI" login https://localhost:8443 --token-file token >&2
    "$CLI" build --target testos --wait hello-*.src.rpm >&2 || fail "hello was not built."
    "$CLI" repo testos | grep '^mirrorlist=https://localhost:8443/' >/dev/null || fail "The server does not know the address before the proxy."
    echo "    hello is built and served at https://localhost:8443"
}

take_down() {
    podman rm --all --force --time 5 >/dev/null 2>&1 || :
    podman unshare rm -rf "$HOME/.local/share/containers" || :
}

main
