# shellcheck shell=bash
# A private apt: it reads Debian 12's archive whatever this machine runs, and neither reads nor changes the system's own
# package state. The mirror is SKYLINE_DEBIAN_MIRROR, else what a Debian 12 system is configured with, else debootstrap's
# default (so on Fedora: dnf install apt dpkg debian-keyring debootstrap).

debian_release=bookworm
debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# apt_private DIR: makes apt_get and apt_cache usable, with lists not older than a day; goes on with older ones if the mirror is away.
apt_private() {
    apt_dir=$1
    mkdir -p "$apt_dir"/{lists/partial,cache/archives/partial,sources.d}
    : >"$apt_dir/status"                        # an empty system: everything needed is to be installed
    apt_sources >"$apt_dir/sources.new"
    if ! cmp -s "$apt_dir/sources.new" "$apt_dir/sources.list"; then
        mv "$apt_dir/sources.new" "$apt_dir/sources.list"
        rm -f "$apt_dir/updated"
    fi
    [ -z "$(find "$apt_dir/updated" -mtime -1 2>/dev/null)" ] || return 0
    if apt_get update >"$apt_dir/update.log" 2>&1; then touch "$apt_dir/updated"
    elif [ -e "$apt_dir/updated" ]; then echo "apt: the Debian mirror does not answer; going on with the lists of $(date -r "$apt_dir/updated" +%F)" >&2
    else tail -n 5 "$apt_dir/update.log" >&2; echo "apt: cannot read the Debian mirror's lists (SKYLINE_DEBIAN_MIRROR names another one)" >&2; exit 1
    fi
}

apt_get() { private_apt apt-get -q "$@"; }
apt_cache() { private_apt apt-cache "$@"; }

private_apt() {
    local tool=$1; shift
    "$tool" -o Dir::State="$apt_dir" -o Dir::State::Lists="$apt_dir/lists" -o Dir::State::status="$apt_dir/status" \
        -o Dir::Cache="$apt_dir/cache" -o Dir::Etc::sourcelist="$apt_dir/sources.list" -o Dir::Etc::sourceparts="$apt_dir/sources.d" \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Acquire::Languages=none \
        -o APT::Sandbox::User="$(id -un)" -o APT::Architecture=amd64 -o APT::Architectures::=amd64 "$@"
}

apt_sources() {
    local uri suite
    apt_mirrors | while read -r uri suite; do
        echo "deb [signed-by=$debian_keyring] $uri $suite main"
        echo "deb-src [signed-by=$debian_keyring] $uri $suite main"
    done
}

apt_mirrors() {
    local mirror=${SKYLINE_DEBIAN_MIRROR:-}
    if [ -z "$mirror" ] && grep -qs "^VERSION_CODENAME=$debian_release" /etc/os-release; then
        # What the system is configured with, in whichever format: apt itself says which release files it would fetch.
        apt-get update --print-uris | sed -n "s,^'\(.*\)/dists/\(${debian_release}[^/]*\)/InRelease'.*,\1 \2,p" | sort -u
        return
    fi
    [ -n "$mirror" ] || mirror=$(sed -n 's/^DEF_MIRROR="\?\([^"]*\)"\?$/\1/p' /usr/sbin/debootstrap 2>/dev/null | head -n 1)
    if [ -z "$mirror" ]; then echo "apt: no Debian mirror is known; set SKYLINE_DEBIAN_MIRROR, or install debootstrap, which knows one" >&2; exit 1; fi
    printf '%s %s\n' "$mirror" $debian_release "$mirror" $debian_release-updates
}
