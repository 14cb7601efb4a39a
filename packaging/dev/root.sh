# shellcheck shell=bash
# Roots of TestOS: made by the system's dnf, entered with bubblewrap. An ordinary user does both in a user namespace.

if [ "$EUID" = 0 ]; then as_root=(); else as_root=(unshare --user --map-root-user --mount); fi

make_root() { # ROOT PACKAGE...
    local root=$1
    shift
    remove_tree "$root"
    mkdir -p "$root"
    dnf_into "$root" "$@"
    mkdir -p "$root/srv/testos"
    printf '[testos]\nname=TestOS\nbaseurl=file:///srv/testos\ngpgcheck=0\n' >"$root/etc/yum.repos.d/testos.repo"
}

# dnf's state is its own: nothing of the system's configuration, cache or package database is read or changed.
dnf_into() { # ROOT PACKAGE...
    local root=$1 state=$data/dnf
    shift
    mkdir -p "$state"/{home,log}
    echo '%_dbpath /usr/lib/sysimage/rpm' >"$state/home/.rpmmacros"
    HOME=$state/home "${as_root[@]}" "$(command -v dnf4 || command -v dnf)" -y --installroot="$root" --releasever=1 \
        --setopt=reposdir=/dev/null --setopt=pluginpath=/nonexistent --setopt=logdir="$state/log" --setopt=cachedir="$state/cache" \
        --setopt=install_weak_deps=0 --setopt=metadata_expire=0 --repofrompath="testos,file://$SKYLINE_TESTOS/repo" --setopt=testos.gpgcheck=0 \
        "${more_repos[@]}" install "$@" >>"$(logfile roots)" 2>&1 || { tail -n 20 "$(logfile roots)" >&2; fail "dnf could not install $* into $root."; }
}
more_repos=()

# As that root's administrator, with the machine's network.
in_root() { # ROOT COMMAND...
    local root=$1
    shift
    bwrap --die-with-parent --unshare-pid --unshare-ipc --unshare-uts "${as_admin[@]}" --bind "$root" / --ro-bind "$SKYLINE_TESTOS/repo" /srv/testos \
        --dev /dev --proc /proc --tmpfs /run --clearenv --setenv PATH /usr/bin:/usr/sbin --setenv HOME /root --setenv LANG C.UTF-8 "$@" </dev/null
}
if [ "$EUID" = 0 ]; then as_admin=(); else as_admin=(--unshare-user --uid 0 --gid 0); fi

# Built things may be write-protected folders, mounts of a run that was killed, or another user's.
remove_tree() {
    [ -e "$1" ] || return 0
    ! grep -q " $(realpath "$1")/" /proc/self/mounts || fail "Something is still mounted below $1: another ./dev demo runs, or a builder was killed (see /proc/self/mounts)."
    chmod -R u+rwX "$1" 2>/dev/null || :
    rm -rf "$1"
}
