# shellcheck shell=bash
# Stopwatches.

seconds_since() { awk -v from="$1" -v to="$(date +%s%N)" 'BEGIN { printf "%.2f", (to - from) / 1e9 }'; } # NANOSECONDS

least() { awk -v a="$1" -v b="$2" 'BEGIN { print a == "" || b + 0 < a + 0 ? b : a }'; }

# best_of N COMMAND...: seconds of the quickest run.
best_of() {
    local rounds=$1 best= from
    shift
    for ((; rounds > 0; rounds--)); do
        from=$(date +%s%N)
        "$@" >/dev/null || fail "This failed: $*"
        best=$(least "$best" "$(awk -v from="$from" -v to="$(date +%s%N)" 'BEGIN { printf "%.3f", (to - from) / 1e9 }')")
    done
    echo "$best"
}
