#!/bin/sh
# Test accuracy and bytes sent with each compression of the gradient, on Fashion-MNIST: the same perceptron, the same seeds.
# Writes docs/results/compression.md.
#
#   bench/compression.sh [SEEDS]         default 3 seeds
#   PYTHON=...                           a Python 3
set -eu
cd "$(dirname "$0")/.."
seeds=${1:-3}
python=${PYTHON:-python3}
report=${REPORT:-docs/results/compression.md}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

seed=1
while [ "$seed" -le "$seeds" ]; do
    for kind in none fp16 bf16 int8 top-k power-sgd; do
        rm -rf "$work/run"
        ./rubato train -c bench/configs/compression.conf --set compression.kind="$kind" --set run.seed="$seed" \
            --run-dir "$work/run" --json >"$work/$kind-$seed.json" 2>"$work/rubato.log" || {
            tail -3 "$work/rubato.log" >&2
            exit 1
        }
        ./rubato verify "$work/run" >&2
    done
    seed=$((seed + 1))
done
mkdir -p "$(dirname "$report")"
"$python" bench/compression.py "$work" "$seeds" >"$report"
cat "$report"
