#!/bin/sh
# Does waiting burn a core that a worker needs? Training with more workers than cores, and all-reduces of short and long vectors, with the
# way ranks wait (look again for a moment, give the core away, then sleep) against sleeping at once as blocking sockets do
# (-Drubato.waiting=block), in turns. Writes docs/results/waiting.md.
#
#   bench/waiting.sh [ROUNDS [STEPS]]    default 7 rounds of 2000 steps; the first half of each warms up
#   WORKERS="4"  TRANSPORTS="shm tcp"  BYTES="1024 4194304"  DATA=NAME  PYTHON=...
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-7}
steps=${2:-2000}
workers=${WORKERS:-4}
transports=${TRANSPORTS:-shm tcp}
bytes=${BYTES:-1024 4194304}
data=${DATA:-fashion-mnist}
python=${PYTHON:-/usr/bin/python3}
report=${REPORT:-docs/results/waiting.md}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
./rubato --version

# The JVMs of the launcher and of its workers all read this.
with() { # default|block command...
    way=$1
    shift
    if [ "$way" = block ]; then JDK_JAVA_OPTIONS=-Drubato.waiting=block "$@"; else "$@"; fi
}

train() { # way transport
    rm -rf "$work/run"
    with "$1" ./rubato train --run-dir "$work/run" --set data.name="$data" --set net.transport="$2" --set workers.count="$workers" \
        --set batch.policy=fixed --set batch.initial=256 --set shares.policy=equal --set stop.epochs=null --set stop.max-seconds=null \
        --set stop.target-accuracy=null --set stop.steps="$steps" >"$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; exit 1; }
    "$python" bench/step_time.py "$work/run" >>"$work/train-$2-$1"
}

sum() { # way transport bytes
    with "$1" ./rubato bench allreduce --workers "$workers" --transport "$2" --bytes "$3" --json 2>"$work/log" |
        sed -n 's/.*"median_us":\([0-9.]*\).*/\1/p' >>"$work/sum-$2-$3-$1"
}

round=1
while [ "$round" -le "$rounds" ]; do
    for transport in $transports; do
        for way in default block; do train "$way" "$transport"; done
        for size in $bytes; do
            for way in default block; do sum "$way" "$transport" "$size"; done
        done
    done
    round=$((round + 1))
done

{
    echo "# Waiting beside blocking"
    echo
    echo "Question: is anything slower because ranks look again before they sleep? Written by \`bench/waiting.sh\`: $workers workers on $(nproc) processors, $data,"
    echo "global batch 256, $rounds rounds in turns, runs of $steps steps of which the second half counts. Blocking is \`-Drubato.waiting=block\`."
    echo
    echo "Milliseconds a step, microseconds a sum; median (smallest–largest)."
    echo
    echo "| what | transport | blocking | as by default | ratio |"
    echo "|---|---|---|---|---|"
    for transport in $transports; do
        "$python" bench/step_time.py compare "$work/train-$transport-block" "$work/train-$transport-default" "| a step of training | $transport "
        for size in $bytes; do
            "$python" bench/step_time.py compare "$work/sum-$transport-$size-block" "$work/sum-$transport-$size-default" \
                "| all-reduce of $size bytes, µs | $transport "
        done
    done
} >"$work/report"
mkdir -p "$(dirname "$report")"
cat "$work/report" >"$report"
cat "$report"
