# shellcheck shell=bash
# How this script speaks, and what it undoes at its end.

if [ -t 2 ]; then arrow=$'\e[1m==>\e[0m'; else arrow='==>'; fi
say() { printf '%s %s\n' "$arrow" "$*" >&2; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

endings=()
at_end() { endings=("$*" "${endings[@]}"); }

# Last begun, first ended; whatever happens, with the exit code that was.
end_all() {
    local code=$? ending
    trap - EXIT INT TERM
    for ending in "${endings[@]}"; do $ending || :; done
    exit "$code"
}
trap end_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# stop PID: asks a process that we started to end, and waits until it has.
stop() {
    kill "$1" 2>/dev/null || return 0
    for _ in {1..100}; do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null
}
