#!/bin/sh
# What balanced shares make of a worker slowed to a third (examples/balanced-shares.conf): each worker alone, both with equal
# shares, both with balanced ones, in turns. Writes docs/results/shares.md.
#
#   bench/shares.sh [ROUNDS [EPOCHS]]    default 3 rounds of 60 epochs
#   BATCHES="2048 8192"                  global batches (default)
#   RESULTS=FILE                         add to the measurements in this file
#   PYTHON=...                           default /usr/bin/python3
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-3}
epochs=${2:-60}
python=${PYTHON:-/usr/bin/python3}
report=${REPORT:-docs/results/shares.md}

work=$(mktemp -d)
results=${RESULTS:-$work/results.jsonl}
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

run() { # name batch settings..
    name=$1
    batch=$2
    shift 2
    rm -rf "$work/run"
    ./rubato train -c examples/balanced-shares.conf --run-dir "$work/run" --json \
        --set batch.initial="$batch" --set stop.epochs="$epochs" "$@" >"$work/summary.json" 2>"$work/log" || {
        tail -3 "$work/log" >&2
        exit 1
    }
    "$python" bench/table.py alone "$work/run" "$name" "$batch" >>"$results"
    tail -n 1 "$results" >&2
}

for batch in ${BATCHES:-2048 8192}; do
    round=1
    while [ "$round" -le "$rounds" ]; do
        run fast "$batch" --set workers.count=1 --set 'workers.slowdown=[1]' --set shares.policy=equal
        run slow "$batch" --set workers.count=1 --set 'workers.slowdown=[3]' --set shares.policy=equal
        run equal "$batch" --set shares.policy=equal
        run balanced "$batch"
        round=$((round + 1))
    done
done
mkdir -p "$(dirname "$report")"
"$python" bench/table.py shares "$results" >"$report"
cat "$report"
