# shellcheck shell=bash
# A machine of TestOS's own: installed by dnf, booted by systemd-nspawn, with systemd as its first process. It shares the kernel and nothing else; its network
# is its own loopback.

source "$parts/root.sh"

# make_machine ROOT: TestOS with systemd and what Skyline's packages require, from repositories that it has as files.
make_machine() {
    local root=$1 service
    more_repos=(--repofrompath="machine,file://$cache/machine/repo" --setopt=machine.gpgcheck=0)
    make_root "$root" @runtime systemd dbus curl procps-ng
    more_repos=()
    printf '[machine]\nname=Machine\nbaseurl=file:///srv/machine\ngpgcheck=0\n\n[skyline]\nname=Skyline\nbaseurl=file:///srv/skyline\ngpgcheck=0\nmetadata_expire=0\n' >"$root/etc/yum.repos.d/machine.repo"
    mkdir -p "$root"/srv/{machine,skyline,testos/repo}
    sed -i 's,file:///srv/testos,file:///srv/testos/repo,' "$root/etc/yum.repos.d/testos.repo"
    # Where TestOS's packages are is not said in Skyline's packages.
    for service in skyline-server skyline-builder; do
        mkdir -p "$root/etc/systemd/system/$service.service.d"
        printf '[Service]\nEnvironment=SKYLINE_TESTOS=/srv/testos\n' >"$root/etc/systemd/system/$service.service.d/testos.conf"
    done
    echo testos-machine >"$root/etc/hostname"
    : >"$root/etc/machine-id"
}

# boot_machine ROOT SKYLINE-REPO: sets machine to the process id of its first process.
boot_machine() {
    local root=$1 skyline=$2 spawned
    # (bubblewrap forbids further user namespaces by a file of /proc/sys, which is its own; nspawn would have it read-only.)
    SYSTEMD_NSPAWN_API_VFS_WRITABLE=1 systemd-nspawn -q -D "$root" --register=no --keep-unit --private-network --console=pipe --link-journal=no --boot \
        --bind-ro="$SKYLINE_TESTOS/repo:/srv/testos/repo" --bind-ro="$cache/machine/repo:/srv/machine" --bind-ro="$skyline:/srv/skyline" \
        >"$(logfile machine)" 2>&1 </dev/null 7>&- 8>&- &
    spawned=$!
    at_end halt_machine $spawned
    for _ in {1..600}; do
        machine=$(cat "/proc/$spawned/task/$spawned/children" 2>/dev/null | cut -d' ' -f1) || :
        if [ -n "$machine" ] && on_machine systemctl is-system-running 2>/dev/null | grep -E 'running|degraded' >/dev/null; then return; fi
        kill -0 $spawned 2>/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$(logfile machine)" >&2
    fail "The machine did not boot; its log is $(logfile machine)."
}

# As its administrator.
on_machine() { # COMMAND...
    nsenter --target "$machine" --all env -i -C / PATH=/usr/bin:/usr/sbin HOME=/root LANG=C.UTF-8 "$@" </dev/null
}

halt_machine() { # PID of systemd-nspawn
    kill -0 "$1" 2>/dev/null || return 0
    on_machine systemctl --no-block poweroff >/dev/null 2>&1 || :
    for _ in {1..300}; do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null
}

make_machine_repo() {
    [ "$EUID" = 0 ] || fail "Only root can boot a machine: sudo ./dev …"
    [ -e "$cache/machine/repo/.key" ] || say "Making what a machine has besides TestOS (once: about two minutes)"
    packaging/machine/make "$cache/machine" "$SKYLINE_TESTOS"
}
