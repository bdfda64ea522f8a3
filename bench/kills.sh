#!/bin/sh
# kill -9 of a random worker, again and again, with replacements: how long until the survivors' next committed step?
# Writes docs/results/recovery.md.
#
#   bench/kills.sh [KILLS [SECONDS-BETWEEN]]    default 200 kills, 3 s after each recovery on the mean
set -eu
cd "$(dirname "$0")/.."
kills=${1:-200}
every=${2:-3}
report=${REPORT:-docs/results/recovery.md}
run=$(mktemp -d)
trap 'rm -rf "$run" "$run.log"' EXIT

./rubato chaos --only kill --faults "$kills" --every "$every" --calm 15 --seed 1 --run-dir "$run/run" >"$run/out" 2>"$run/err" ||
    { cat "$run/out" "$run/err" >&2; exit 1; }
{
    echo "# Recovery from kill -9 of a worker"
    echo
    echo "How long after \`kill -9\` of a random member until the survivors' next committed step? Goal: p50 at most 150 ms, p99 at most 500 ms"
    echo "beyond the step itself. Three workers, two standbys, the small network of the quick start at a batch of 256."
    echo
    echo "\`bench/kills.sh $kills $every\` on $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1), $(java -version 2>&1 | head -n 1):"
    echo
    echo '```'
    grep -v '^finished' "$run/out"
    echo '```'
} >"$report"
cat "$report"
