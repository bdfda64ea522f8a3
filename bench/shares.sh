#!/bin/sh
# What balanced shares make of a worker slowed to a third (examples/balanced-shares.conf): both workers side by side in runs of their
# own, which is the sum of speeds this machine allows; both with equal shares; both with balanced ones; in turns. Writes
# docs/results/shares.md.
#
#   bench/shares.sh [ROUNDS [SECONDS]]   default 5 rounds, runs of 25 s
#   BATCHES="2048 8192"                  global batches (default)
#   RESULTS=FILE                         add to the measurements in this file
#   PYTHON=...                           default /usr/bin/python3
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-5}
seconds=${2:-25}
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
    rm -rf "$work/$name"
    ./rubato train -c examples/balanced-shares.conf --run-dir "$work/$name" --json \
        --set batch.initial="$batch" "$@" >"$work/$name.json" 2>"$work/$name.log" || {
        tail -3 "$work/$name.log" >&2
        return 1
    }
}

told() { # name batch
    "$python" bench/table.py alone "$work/$1" "$1" "$2" >>"$results"
    tail -n 1 "$results" >&2
}

for batch in ${BATCHES:-2048 8192}; do
    round=1
    while [ "$round" -le "$rounds" ]; do
        run slow "$batch" --set workers.count=1 --set 'workers.slowdown=[3]' --set shares.policy=equal \
            --set stop.epochs=null --set stop.max-seconds="$seconds" &
        run fast "$batch" --set workers.count=1 --set 'workers.slowdown=[1]' --set shares.policy=equal \
            --set stop.epochs=null --set stop.max-seconds="$seconds"
        wait $!
        told fast "$batch"
        told slow "$batch"
        for policy in equal balanced; do
            run "$policy" "$batch" --set shares.policy="$policy" --set stop.epochs=null --set stop.max-seconds="$seconds"
            told "$policy" "$batch"
        done
        round=$((round + 1))
    done
done
mkdir -p "$(dirname "$report")"
"$python" bench/table.py shares "$results" >"$report"
cat "$report"
