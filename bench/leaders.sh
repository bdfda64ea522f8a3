#!/bin/sh
# kill -9 of the coordinator that leads, again and again, then SIGSTOP of it for up to 4 s: how long until the next committed step?
# Three coordinators and two workers, each a process of its own. Writes docs/results/leaders.md.
#
#   bench/leaders.sh [KILLS [PAUSES [SECONDS-BETWEEN]]]      default 20 kills, 10 pauses, 4 s on the mean
#
#   HOLD    a command put before each run, such as "flock -x FILE" where others measure on this machine too
set -eu
cd "$(dirname "$0")/.."
kills=${1:-20}
pauses=${2:-10}
every=${3:-4}
report=${REPORT:-docs/results/leaders.md}
all=$(mktemp -d)
trap 'rm -rf "$all"' EXIT
trap 'exit 130' INT TERM
./rubato --version >/dev/null

field() { sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p" "$2"; }

# chaos KIND COUNT: one row of the table
row() {
    ${HOLD:-} ./rubato chaos -c bench/configs/leaders.conf --apart --only "$1" --faults "$2" --every "$every" --calm 5 --seed 1 --json \
        --run-dir "$all/$1" >"$all/$1.json" 2>"$all/err" || { cat "$all/$1.json" "$all/err" >&2; exit 1; }
    sed -n 's/.*"all":\[\([0-9,]*\)\].*/\1/p' "$all/$1.json" | tr , '\n' | sort -n >"$all/sorted"
    awk -v what="$3" -v steps="$(field steps "$all/$1.json")" -v lost="$(field steps_lost "$all/$1.json")" '
        function at(q, i) { i = int(q * NR); if (i < q * NR) i++; return t[i] }
        { t[NR] = $1 }
        END { printf "| %s | %d | %d | %d | %d | %d | %d |\n", what, NR, at(0.5), at(0.99), t[NR], steps, lost }' "$all/sorted"
    rm -rf "${all:?}/$1"
}

load=$(uptime | sed 's/.*load average: \([0-9.]*\).*/\1/')
{
    row kill-coordinator "$kills" 'kill -9 of the leader'
    row pause-coordinator "$pauses" 'SIGSTOP of the leader for 0.2 to 4 s'
} >"$all/rows"
{
    echo "# The leading coordinator dies"
    echo
    echo "How long after \`kill -9\` of the coordinator that leads until the next committed step, and how long do commits stall when it is paused"
    echo "past its lease and goes on? Goal: p99 at most 1 s, one chain, nothing committed twice or lost. Three coordinators, two workers,"
    echo "softmax regression at a batch of 256: seven JVMs. The launcher starts the killed one again; the next fault waits for it."
    echo
    echo "\`bench/leaders.sh $kills $pauses $every\` on $(nproc) cores,$(sed -n 's/^model name[^:]*://p' /proc/cpuinfo 2>/dev/null | head -n 1), $(./rubato --version), load average before: $load:"
    echo
    echo "| fault | times | p50 ms | p99 ms | max ms | steps committed | steps lost |"
    echo "|---|---|---|---|---|---|---|"
    cat "$all/rows"
    echo
    echo "Measured from the fault to the first step committed in a generation activated after it, for pauses to the end of the longest gap"
    echo "between commits. After each run \`verify\` found nothing: one chain, every copy of it alike, each sample once."
} >"$report"
cat "$report"
