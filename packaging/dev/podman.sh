# shellcheck shell=bash
# ./dev proof podman: the containers of packaging/quadlet under rootless Podman, started by what Podman's own generator makes of the units.
#
# There is no systemd here, so their commands are run in the units' order. What is systemd's alone is left out of them: its control groups
# (--cgroups=split), and that it is told when a container is ready (--sdnotify).

source "$parts/net-engine.sh"

prove_podman() {
    local home=$cache/podman
    need proof
    need podman
    [ "$EUID" = 0 ] || fail "Only root can give Podman a user and a network of its own to be tried in."
    make_testos
    make_srpms
    make_container_tools
    [ -x "${SKYLINE_CONTAINER_TOOLS:-}/quadlet" ] || fail "${SKYLINE_NO_CONTAINER_TOOLS:-There is no quadlet.}"
    say "Building the command line"
    build src/Skyline.Cli
    need_engine
    make_images "" server builder proxy
    make_home "$home"
    docker save skyline-server skyline-builder skyline-proxy >"$home/images.tar"
    say "The units' containers under rootless Podman, in a network of their own"
    as_nobody_much "$home" || fail "The units' containers did not work; what Podman said is in $(logfile podman)."
    say "All of packaging/quadlet was really run by an ordinary user, used, and taken down."
}

podman_user=5842 podman_ids=300000

make_home() { # FOLDER
    # What an earlier one left belongs to ids of the user's range.
    rm -rf "$1"
    mkdir -p "$1"/{etc,run}
    { grep -v ':5842:' /etc/passwd; echo "skyline-proof:x:$podman_user:$podman_user::$1:/bin/bash"; } >"$1/etc/passwd"
    { cat /etc/group; echo "skyline-proof:x:$podman_user:"; } >"$1/etc/group"
    echo "skyline-proof:$podman_ids:65536" | tee "$1/etc/subuid" >"$1/etc/subgid"
    # Where nothing is systemd's, Podman is told so.
    printf '[containers]\ndefault_ulimits=["nofile=20000:20000","nproc=4096:4096"]\n[engine]\nruntime="runc"\ncgroup_manager="cgroupfs"\nevents_logger="file"\n' >"$1/containers.conf"
    printf '[storage]\ndriver="overlay"\n' >"$1/storage.conf"
    cp "$(srpm_of hello)" "$1/"
    chown -R "$podman_user:$podman_user" "$1"
    chmod 0700 "$1/run"
}

# The user is one of this namespace alone: nothing of the machine's /etc is changed, and its network is not seen.
as_nobody_much() { # FOLDER
    # shellcheck disable=SC2016
    unshare --net --mount --propagation private --pid --fork --kill-child bash -c '
        set -e
        home=$1; shift
        mount --make-rshared /              # (among themselves: what is mounted from here on is nowhere else)
        ip link set lo up
        mount -t proc proc /proc
        for file in passwd group subuid subgid; do mount --bind "$home/etc/$file" "/etc/$file"; done
        [ ! -d /dev/net ] || mount -t tmpfs tmpfs /dev/net
        mkdir -p /dev/net && mknod -m 0666 /dev/net/tun c 10 200
        exec "$@"' proof "$1" \
        setpriv --reuid $podman_user --regid $podman_user --init-groups env -i HOME="$1" USER=skyline-proof PATH=/usr/bin:/usr/sbin:/bin XDG_RUNTIME_DIR="$1/run" \
        CONTAINERS_CONF="$1/containers.conf" CONTAINERS_STORAGE_CONF="$1/storage.conf" DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
        QUADLET="$SKYLINE_CONTAINER_TOOLS/quadlet" QUADLET_UNIT_DIRS="$top/packaging/quadlet" TESTOS="$SKYLINE_TESTOS" CLI="$(program Skyline.Cli skyline)" \
        bash "$parts/podman-user.sh" 2>"$(logfile podman)"
}
