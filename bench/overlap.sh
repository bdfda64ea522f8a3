#!/bin/sh
# What it saves to sum the gradient in buckets while it is still computed: time per step with all-reduce.bucket-bytes = BUCKET against 0 (one
# sum once all of it is known), two workers on two hosts (network namespaces) with a link of 1 Gbit/s and of 100 Mbit/s, in turns.
# Writes docs/results/overlap.md. Needs root for `ip netns` and `tc`.
#
#   bench/overlap.sh [ROUNDS [STEPS]]    default 5 rounds of 300 steps; the first half of each warms up
#   BUCKET=BYTES (262144)  HIDDEN="[512,512]"  BATCH=512  RATES="1gbit 100mbit"  DATA=NAME  PYTHON=...
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-5}
steps=${2:-300}
report=${REPORT:-docs/results/overlap.md}
rates=${RATES:-1gbit 100mbit}
bucket=${BUCKET:-262144}
hidden=${HIDDEN:-[512,512]}
batch=${BATCH:-512}
data=${DATA:-fashion-mnist}
python=${PYTHON:-/usr/bin/python3}

. bench/two-hosts.sh
./rubato --version
wire 10.80.0

# One run; adds its milliseconds per step to the file.
measure() { # bucket file
    run=$work/run
    rm -rf "$run"
    (on a ./rubato train --run-dir "$run" --set data.name="$data" --set model.kind=mlp --set model.hidden="$hidden" \
        --set net.insecure=true --set coordinator.host=10.80.0.1 --set workers.count=2 --set workers.local=1 --set workers.min=2 \
        --set batch.policy=fixed --set batch.initial="$batch" --set shares.policy=equal --set all-reduce.algorithm=exchange \
        --set all-reduce.bucket-bytes="$1" --set stop.epochs=null --set stop.max-seconds=null --set stop.target-accuracy=null \
        --set stop.steps="$steps") >"$work/train.log" 2>&1 &
    launcher=$!
    end=$(($(date +%s) + 60))
    until [ -s "$run/address" ]; do
        [ "$(date +%s)" -lt "$end" ] || { echo "the coordinator does not listen" >&2; tail -n 5 "$work/train.log" >&2; exit 1; }
        sleep 0.1
    done
    cp "$run/token" "$work/token"
    (on b ./rubato worker --join "$(cat "$run/address")" --token-file "$work/token" --name far) >"$work/far.log" 2>&1 &
    far=$!
    pids="$launcher $far"
    wait "$launcher" || { tail -n 5 "$work/train.log" "$work/far.log" >&2; exit 1; }
    wait "$far" || true
    pids=
    "$python" bench/step_time.py "$run" >>"$2"
}

for rate in $rates; do
    limit "$rate"
    round=1
    while [ "$round" -le "$rounds" ]; do
        measure 0 "$work/$rate-whole"
        measure "$bucket" "$work/$rate-buckets"
        round=$((round + 1))
    done
done

row() { # rate
    "$python" bench/step_time.py compare "$work/$1-whole" "$work/$1-buckets" "| $1/s "
}
{
    echo "# Sums that begin while gradients are computed"
    echo
    echo "Question: how much shorter is a step when the gradient is summed in buckets of $bucket bytes while the rest is computed? Written by"
    echo "\`bench/overlap.sh\`: \`mlp\` with hidden layers $hidden on $data, global batch $batch, one worker on each of two hosts (network namespaces);"
    echo "$rounds runs of $steps steps each way, in turns, the second half of each counted; $(nproc) processors."
    echo
    echo "Milliseconds per step, median (smallest–largest)."
    echo
    echo "| link | whole | in buckets | ratio |"
    echo "|---|---|---|---|"
    for rate in $rates; do row "$rate"; done
} >"$work/report"
mkdir -p "$(dirname "$report")"
cat "$work/report" >"$report"
cat "$report"
