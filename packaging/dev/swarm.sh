#!/bin/bash
# A Docker Swarm of its own, on this machine and seen by nothing of it: engines in network namespaces of their own.
#
#   unshare --net --mount swarm.sh FOLDER NODES [COMMAND...]
#
# FOLDER gets a socket of each node (1.sock is the manager's) and a file `ready`, when all have joined; to what
# runs on a node its own engine is FOLDER/node/docker.sock. Then COMMAND runs, in the first node's network
# (10.77.0.1), and everything ends after it; without one everything ends when standard input does, so that nothing outlives whoever started this.
# Tasks have their node's network (--network host): the engines make no bridges and no firewall rules.
# SKYLINE_SWARM_SECCOMP: a profile in place of Docker's, for builders that isolate builds themselves.
set -euo pipefail
folder=$(realpath "$1") nodes=$2
shift 2
declare -A engines=()

# A node that was ended on purpose is not ended again.
end() {
    trap - EXIT
    for node in "${!engines[@]}"; do kill "${engines[$node]}" 2>/dev/null || true; done
    wait
}
trap end EXIT
trap 'exit 143' TERM INT

api() { # NODE METHOD PATH [CURL-ARGUMENT...]
    local node=$1 method=$2 path=$3
    shift 3
    curl -sS --fail-with-body --unix-socket "$folder/$node.sock" -X "$method" "http://docker/v1.41/$path" -H 'Content-Type: application/json' "$@"
}

network() {
    mount --make-rprivate /
    mkdir -p /run/netns
    mount -t tmpfs tmpfs /run/netns
    ip link set lo up
    ip link add skyline0 type bridge
    ip link set skyline0 up
}

node() { # NUMBER
    local n=$1
    ip netns add "n$n"
    ip link add "v$n" type veth peer name eth0 netns "n$n"
    ip link set "v$n" master skyline0 up
    ip -n "n$n" link set lo up
    ip -n "n$n" addr add "10.77.0.$n/24" dev eth0
    ip -n "n$n" link set eth0 up
    mkdir -p "$folder/$n/run" "$folder/node"
    # (Not `ip netns exec`: that mounts /sys anew, and the engine finds no control groups in it. /run/docker is one engine's.)
    nsenter --net="/run/netns/n$n" unshare --mount --propagation slave \
        sh -c 'mkdir -p /run/docker && mount -t tmpfs tmpfs /run/docker && mount --bind "$1" "$2" && shift 2 && exec dockerd "$@"' dockerd "$folder/$n/run" "$folder/node" \
        --data-root "$folder/$n/data" --exec-root "$folder/$n/exec" --pidfile "$folder/$n/pid" -H "unix://$folder/$n.sock" -H "unix://$folder/node/docker.sock" \
        --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --label "skyline.node=$n" --log-level warn \
        ${SKYLINE_SWARM_SECCOMP:+--seccomp-profile "$SKYLINE_SWARM_SECCOMP"} >"$folder/$n.log" 2>&1 </dev/null &
    engines[$n]=$!
}

answers() { # NODE
    for _ in {1..300}; do
        if api "$1" GET _ping >/dev/null 2>&1; then return; fi
        kill -0 "${engines[$1]}" 2>/dev/null || break
        sleep 0.1
    done
    echo "The engine of node $1 does not start: $(tail -n 1 "$folder/$1.log")" >&2
    exit 1
}

swarm() {
    local token n
    api 1 POST swarm/init -d '{"ListenAddr":"10.77.0.1:2377","AdvertiseAddr":"10.77.0.1"}' >/dev/null
    token=$(api 1 GET swarm | sed 's/.*"Worker":"\([^"]*\)".*/\1/')
    for ((n = 2; n <= nodes; n++)); do
        api "$n" POST swarm/join -d '{"ListenAddr":"10.77.0.'"$n"':2377","AdvertiseAddr":"10.77.0.'"$n"'","RemoteAddrs":["10.77.0.1:2377"],"JoinToken":"'"$token"'"}' >/dev/null
    done
}

# An image with nothing but busybox in it, for tasks that do nothing, or that bring what they run along.
image() {
    local n
    mkdir -p "$folder/image/bin" "$folder/image/tmp"
    cp "$(command -v busybox)" "$folder/image/bin/busybox"
    for name in sh sleep; do ln -sf busybox "$folder/image/bin/$name"; done
    for ((n = 1; n <= nodes; n++)); do tar -C "$folder/image" -c . | api "$n" POST 'images/create?fromSrc=-&repo=skyline/idle&tag=1' -H 'Content-Type: application/x-tar' --data-binary @- >/dev/null; done
}

network
for ((n = 1; n <= nodes; n++)); do node "$n"; done
for ((n = 1; n <= nodes; n++)); do answers "$n"; done
swarm
image
touch "$folder/ready"
echo "The swarm is ready."
# (Not `cat`: a signal would wait for its end.)
if [ $# -gt 0 ]; then nsenter --net=/run/netns/n1 "$@"; else while read -r _; do :; done; fi
