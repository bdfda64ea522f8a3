#!/bin/sh
# kill -9 of a random worker, again and again, with replacements: how long until the survivors' next committed step?
# Writes docs/results/recovery.md.
#
#   bench/kills.sh [KILLS [SECONDS-BETWEEN [KILLS-PER-RUN]]]    default 200 kills, 2.4 s after each recovery on the mean, 50 in a run
#
#   SEED    of the run before the first, default 0
#   HOLD    a command put before each run, such as "flock -x FILE" where others measure on this machine too
set -eu
cd "$(dirname "$0")/.."
kills=${1:-200}
every=${2:-2.4}
most=${3:-50}
report=${REPORT:-docs/results/recovery.md}
all=$(mktemp -d)
trap 'rm -rf "$all"' EXIT
./rubato --version >/dev/null

field() { sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p" "$2"; }

seed=${SEED:-0}
left=$kills
while [ "$left" -gt 0 ]; do
    seed=$((seed + 1))
    some=$((left < most ? left : most))
    ${HOLD:-} ./rubato chaos --no-apart --only kill --faults "$some" --every "$every" --calm 15 --seed $seed --json \
        --run-dir "$all/run$seed" >"$all/$seed.json" 2>"$all/err" || { cat "$all/$seed.json" "$all/err" >&2; exit 1; }
    rm -rf "$all/run$seed"
    left=$((left - some))
    sed -n 's/.*"all":\[\([0-9,]*\)\].*/\1/p' "$all/$seed.json" | tr , '\n' >>"$all/times"
    echo "run $seed: kills $some, throughput kept $(field throughput_kept "$all/$seed.json") per processor second of members," \
        "$(field throughput_kept_beside_compilers "$all/$seed.json") beside their compilers," \
        "$(field throughput_kept_by_time "$all/$seed.json") per second, longest gap $(field longest_gap_ms "$all/$seed.json") ms," \
        "steps lost $(field steps_lost "$all/$seed.json"), violations $(grep -c '"violations":\[".' "$all/$seed.json" || true)" | tee -a "$all/runs"
done
sort -n "$all/times" >"$all/sorted"
{
    echo "# Recovery from kill -9 of a worker"
    echo
    echo "How long after \`kill -9\` of a random member until the survivors' next committed step? Goal: p50 at most 150 ms, p99 at most 500 ms"
    echo "beyond the step itself. Three workers, two standbys, the small network of the quick start at a batch of 256."
    echo
    echo "\`bench/kills.sh $kills $every $most\` on $(nproc) cores,$(sed -n 's/^model name[^:]*://p' /proc/cpuinfo 2>/dev/null | head -n 1), $(./rubato --version):"
    echo
    echo '```'
    awk '{ t[NR] = $1 } END { split("0.5 0.9 0.99 1", q, " "); printf "%d recoveries timed, ms:", NR;
        for (i = 1; i <= 4; i++) { at = int(q[i] * NR); if (at < q[i] * NR) at++; printf "  p%g %d", 100 * q[i], t[at] } print "" }' "$all/sorted"
    cat "$all/runs"
    echo '```'
    echo
    echo "The survivors form the next world at once; a standby follows them from outside and becomes a member by a change in order, which is not"
    echo "part of these times. \"Throughput kept\" compares with the fault-free stretch before the first kill."
} >"$report"
cat "$report"
