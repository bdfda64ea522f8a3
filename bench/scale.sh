#!/bin/sh
# Workers from 1 to 8 to 1 to 8, a change every 3 s: the run goes on, every sample counts once, and the accuracy is that of a run
# nobody changed. With STANDBY=7 workers wait started, stand by when they are not wanted, and a change comes every 500 ms.
# Writes docs/results/scale.md.
#
#   bench/scale.sh [SECONDS]             default 60
#
#   EVERY     seconds from one change to the next, where neither 3 nor 0.5
#   REPORT    written instead
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
standby=${STANDBY:-0}
every=3
[ "$standby" = 0 ] || every=0.5
every=${EVERY:-$every}
report=${REPORT:-docs/results/scale.md}
dir=$(mktemp -d)
launcher=
trap '[ -z "$launcher" ] || kill -9 "$launcher" 2>/dev/null || true; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
./rubato --version >/dev/null

# A run to so many seconds or steps, in the background.
train() {
    run=$1
    shift
    ./rubato train --run-dir "$run" --set workers.count=1 --set workers.max=8 --set batch.policy=fixed --set batch.initial=256 \
        --set batch.lr-rule=none --set optimizer.schedule.kind=constant --set stop.epochs=null "$@" >"$run.log" 2>&1 &
    launcher=$!
}

accuracy() { sed -n 's/^ *test .*accuracy \([0-9.]*%\).*/\1/p' "$1.log"; }

train "$dir/run" --set workers.standby="$standby" --set stop.max-seconds="$seconds"
until grep -q step_committed "$dir/run/events.jsonl" 2>/dev/null; do
    kill -0 "$launcher" 2>/dev/null || { cat "$dir/run.log"; exit 1; }
    sleep 0.1
done
while kill -0 "$launcher" 2>/dev/null; do
    # shellcheck disable=SC2046 # one argument for each number
    ./rubato scale "$dir/run" $(for i in 1 2 3 4 5; do echo 2 3 4 5 6 7 8 7 6 5 4 3 2 1; done) --every "$every" >>"$dir/scale.log" 2>&1 || break
done
wait "$launcher"
launcher=
verified=$(./rubato verify "$dir/run" | tail -n 1)
steps=$(echo "$verified" | sed -n 's/.* \([0-9]*\) steps.*/\1/p')
train "$dir/untouched" --set stop.max-seconds=null --set stop.steps="$steps"
wait "$launcher"
launcher=
{
    echo "# Workers from 1 to 8 and back"
    echo
    echo "What do changes of the number of workers cost, and do samples and accuracy stay what they are? The quick start's network, batch 256,"
    echo "the number of workers through 1, 2 .. 8, 7 .. 1 again and again. \`STANDBY=$standby bench/scale.sh $seconds\` on $(nproc) cores,$(sed -n 's/^model name[^:]*://p' /proc/cpuinfo 2>/dev/null | head -n 1), $(./rubato --version):"
    echo
    echo '```'
    echo "$(grep -c wants "$dir/scale.log") changes asked for, one every $every s; $(grep -c '"generation_started"' "$dir/run/events.jsonl") generations," \
        "$(grep -c ' stands by"' "$dir/run/events.jsonl" || true) changes by standing by, $(find "$dir/run/logs" -name 'worker-*' | wc -l) worker slots"
    echo "verify: $verified"
    echo "accuracy on the test set: $(accuracy "$dir/run"); after $steps steps of one worker nobody changed: $(accuracy "$dir/untouched")"
    echo '```'
} >"$report"
cat "$report"
