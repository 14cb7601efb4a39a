# shellcheck shell=bash
# What a fresh machine lacks, installed with its own package manager.

# need COMMAND: all that the command needs is there afterwards, or one sentence says what is not and the script ends.
need() {
    local system column missing
    system=$(system_family)
    case $system in debian) column=2 ;; fedora) column=3 ;; esac
    mapfile -t missing < <(missing_packages "$1" "$column" | sort -u)
    dotnet_environment
    if ! has_dotnet; then
        offered_dotnet "$system"
        missing+=("dotnet-sdk-$(dotnet_version)")
    fi
    if [ ${#missing[@]} = 0 ]; then return; fi
    install_packages "$system" "${missing[@]}"
    mapfile -t missing < <(missing_packages "$1" "$column" | sort -u)
    [ ${#missing[@]} = 0 ] || fail "Still missing after the installation: ${missing[*]}."
    has_dotnet || fail "The .NET SDK $(dotnet_version) is still missing after the installation."
}

system_family() {
    local id like
    id=$(. /etc/os-release; echo "$ID")
    like=$(. /etc/os-release; echo "${ID_LIKE:-}")
    case " $id $like " in
        *" debian "*) echo debian ;;
        *" fedora "*) echo fedora ;;
        *) fail "./dev knows Debian and Fedora, and this is $id. Install what packaging/dev/needs lists, or use a container of one of them." ;;
    esac
}

missing_packages() { # COMMAND COLUMN
    local fields thing commands package
    while read -r -a fields; do
        thing=${fields[0]}; package=${fields[$2 - 1]}; commands=${fields[3]}
        if [ "$package" = - ] || { [ "$commands" != all ] && [ "$commands" != "$1" ]; }; then continue; fi
        is_there "$thing" || echo "$package"
    done < <(sed 's/#.*//; /^ *$/d' "$parts/needs")
}

is_there() {
    case $1 in
        /*) [ -e "$1" ] ;;
        python:*) [ -x /usr/bin/python3 ] && /usr/bin/python3 -c "import ${1#python:}" 2>/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

install_packages() { # debian|fedora PACKAGE...
    local system=$1 install
    shift
    case $system in
        debian) install=(apt-get install -y --no-install-recommends) ;;
        fedora) install=(dnf install -y --setopt=install_weak_deps=False) ;;
    esac
    [ "$EUID" = 0 ] || fail "Missing: $*. Install with: sudo ${install[*]} $*"
    say "Installing with the system's package manager: $*"
    refresh_lists "$system"
    DEBIAN_FRONTEND=noninteractive "${install[@]}" "$@" >"$(logfile install)" 2>&1 || { tail -n 20 "$(logfile install)" >&2; fail "The installation failed; the whole log is $(logfile install)."; }
}

logfile() { mkdir -p "$cache/logs"; echo "$cache/logs/$1.log"; }

# The .NET SDK that global.json asks for: the one that is there, else the distribution's.
dotnet_version() { sed -nE 's/.*"version": *"([0-9]+\.[0-9]+)\..*/\1/p' "$top/global.json" | head -n 1; }
has_dotnet() { type -P dotnet >/dev/null && command dotnet --list-sdks | grep "^$(dotnet_version)\." >/dev/null; }

offered_dotnet() { # debian|fedora
    [ "$EUID" != 0 ] || refresh_lists "$1"
    distribution_offers "$1" "dotnet-sdk-$(dotnet_version)" ||
        fail "Missing: the .NET SDK $(dotnet_version), which this distribution has no package of. Install it as https://learn.microsoft.com/dotnet/core/install/linux tells, and run ./dev again."
}

dotnet_environment() {
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
    /sbin/ldconfig -p | grep libicuuc >/dev/null || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
}

distribution_offers() { # debian|fedora PACKAGE
    case $1 in
        debian) apt-cache show "$2" >/dev/null 2>&1 ;;
        fedora) dnf -q repoquery "$2" 2>/dev/null | grep . >/dev/null ;;
    esac
}

refresh_lists() { # debian|fedora
    if [ "$1" != debian ]; then return; fi                     # (dnf does so by itself)
    apt-get -q update >"$(logfile install)" 2>&1 || { tail -n 5 "$(logfile install)" >&2; fail "apt-get update failed."; }
}
