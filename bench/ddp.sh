#!/bin/sh
# Samples per second of two Rubato workers against PyTorch DDP with gloo: same model, same global batch, one thread per
# process, the two sides interleaved so that both see the same machine. Writes docs/results/ddp.md.
#
#   bench/ddp.sh [ROUNDS]                default 5 rounds
#   CASES="mlp-128 cnn-128" bench/ddp.sh only these (of mlp-128 mlp-1024 cnn-128 cnn-1024)
#   SIDES=ddp bench/ddp.sh               only one side (ddp or rubato)
#   RESULTS=FILE                         add to the measurements in this file
#   PYTHON=...                           a Python with torch (default /usr/bin/python3: Debian's python3-torch)
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-5}
cases=${CASES:-mlp-128 mlp-1024 cnn-128 cnn-1024}
sides=${SIDES:-ddp rubato}
python=${PYTHON:-/usr/bin/python3}
report=${REPORT:-docs/results/ddp.md}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
results=${RESULTS:-$work/results.jsonl}

ddp() { # model batch processes steps
    env OMP_NUM_THREADS=1 MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=-1 MALLOC_TOP_PAD_=268435456 \
        "$python" bench/ddp.py --model "$1" --batch "$2" --processes "$3" --steps "$4" >>"$results"
}

rubato() { # case model batch processes
    rm -rf "$work/run"
    ./rubato train -c "bench/configs/$1.conf" --set workers.count="$4" --run-dir "$work/run" --json \
        >"$work/summary.json" 2>"$work/rubato.log" || {
        tail -3 "$work/rubato.log" >&2
        exit 1
    }
    "$python" bench/table.py measure "$work/run" "$2" "$3" "$4" >>"$results"
}

round=1
while [ "$round" -le "$rounds" ]; do
    for case in $cases; do
        model=${case%-*}
        batch=${case#*-}
        case $case in mlp-128) steps=6000 ;; mlp-1024) steps=1000 ;; cnn-128) steps=1000 ;; *) steps=120 ;; esac
        for processes in 1 2; do
            for side in $sides; do
                if [ "$side" = ddp ]; then ddp "$model" "$batch" "$processes" "$steps"
                else rubato "$case" "$model" "$batch" "$processes"; fi
                tail -n 1 "$results" >&2
            done
        done
    done
    round=$((round + 1))
done
mkdir -p "$(dirname "$report")"
"$python" bench/table.py report "$results" >"$report"
cat "$report"
