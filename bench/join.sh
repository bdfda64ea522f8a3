#!/bin/sh
# A worker asks to join a run whose model has 100 MB of state: how long until it trains, and how long do the others stand still?
# Two members, one joiner after another, each a process of its own that leaves again. Writes docs/results/join.md.
# With STANDBY=1 it is a standby that `rubato scale` takes in, from the start of that command on, and lets go again.
#
#   bench/join.sh [JOINS]             default 5
#
#   BATCH     samples of a step, default 16
#   REPORT    written instead
set -eu
cd "$(dirname "$0")/.."
joins=${1:-5}
batch=${BATCH:-16}
standby=${STANDBY:-0}
report=${REPORT:-docs/results/join.md}
dir=$(mktemp -d)
launcher=
trap '[ -z "$launcher" ] || kill -9 "$launcher" 2>/dev/null || true; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
./rubato --version >/dev/null
events=$dir/run/events.jsonl

# 784 x 16000 + 16000 x 10 weights and biases, and as many values of momentum: 12.7 million of each, 102 MB.
./rubato train --run-dir "$dir/run" --set workers.count=2 --set workers.max=3 --set workers.standby="$standby" --set 'model.hidden=[16000]' --set batch.policy=fixed \
    --set batch.min=1 --set batch.initial="$batch" --set batch.lr-rule=none --set optimizer.learning-rate=0.001 --set optimizer.schedule.kind=constant \
    --set checkpoint.every-steps=1000000 --set stop.epochs=null --set stop.max-seconds=null --set stop.target-accuracy=null \
    >"$dir/log" 2>&1 &
launcher=$!

fail() { cat "$dir/log" "$dir"/joiner-*.log >&2 2>/dev/null || true; echo "join.sh: $1" >&2; exit 1; }

# Waits for so many lines with a word in the event log.
until_events() {
    tries=0
    until [ "$(grep -c "$1" "$events" 2>/dev/null || true)" -ge "$2" ] 2>/dev/null; do
        kill -0 "$launcher" 2>/dev/null || fail "the run ended"
        tries=$((tries + 1))
        [ "$tries" -lt 1200 ] || fail "no $1 within 120 s"
        sleep 0.1
    done
}

steps() { grep -c '"step_committed"' "$events" || true; }

# A worker that comes by itself, and leaves.
by_hand() {
    ./rubato worker --run "$dir/run" --name "joiner-$1" >"$dir/joiner-$1.log" 2>&1 &
    joiner=$!
    until_events "\"generation_started\".*\"joiner-$1\"" 1
    until_events '"step_committed"' $(($(steps) + 20))
    ./rubato leave "$dir/run" "joiner-$1" >/dev/null
    wait "$joiner" || fail "joiner-$1 failed"
}

# The standby becomes a member, and stands by again.
by_scale() {
    generations=$(grep -c '"generation_started"' "$events")
    echo "{\"time\":$(date +%s%3N),\"type\":\"asked\",}" >>"$dir/asked"
    ./rubato scale "$dir/run" 3 >"$dir/joiner-$1.log" 2>&1 || fail "scale failed"
    until_events '"generation_started"' $((generations + 1))
    until_events '"step_committed"' $(($(steps) + 20))
    ./rubato scale "$dir/run" 2 >>"$dir/joiner-$1.log" 2>&1 || fail "scale failed"
    until_events '"generation_started"' $((generations + 2))
}

until_events '"step_committed"' 40
: >"$dir/asked"
join=0
[ "$standby" = 0 ] || until_events '"step_committed"' 150
while [ "$join" -lt "$joins" ]; do
    join=$((join + 1))
    until_events '"step_committed"' $(($(steps) + 20))
    if [ "$standby" = 0 ]; then by_hand "$join"; else by_scale "$join"; fi
done
until_events '"step_committed"' $(($(steps) + 20))
./rubato stop "$dir/run" >/dev/null
wait "$launcher" || fail "the run failed"
launcher=
verified=$(./rubato verify "$dir/run" | tail -n 1)

# Times of events in ms: the request, the joiner's generation, the next commit; the longest time between commits in the 5 s before and from
# the request to 1 s after that commit.
sed -n 's/^{"time":\([0-9]*\),"type":"\([a-z_]*\)",\(.*\)/\1 \2 \3/p' "$events" "$dir/asked" | sort -s -n | awk -v standby="$standby" '
    { time = $1 }
    $2 == "asked" || $2 == "worker_joined" && /"joiner-/ { asked = time; member = 0; during = 0; before = quiet(); joiner = $3 }
    $2 == "generation_started" && asked && !member && (standby || /"joiner-/) { member = time }
    $2 == "step_committed" {
        gap = last ? time - last : 0
        if (asked) { if (gap > during) during = gap
            if (member && !trained) trained = time
            if (trained && time > trained + 1000) {
                printf "%d ms until it trained; longest step %d ms before, %d ms meanwhile\n", trained - asked, before, during
                asked = 0; trained = 0 } }
        n++; at[n] = time; gaps[n] = gap; last = time
    }
    function quiet(    i, most) { for (i = n; i > 0 && at[i] > time - 5000; i--) if (gaps[i] > most) most = gaps[i]; return most }
' >"$dir/figures"
{
    echo "# A worker joins a model with 100 MB of state"
    echo
    echo "How long from a worker's request to join until it trains, and how long do the others stand still for it? Goal: 2 s, and their longest"
    echo "step longer by one step at most. A network of 784 x 16000 x 10, batch $batch, two members."
    echo "\`STANDBY=$standby bench/join.sh $joins\` on $(nproc) cores,$(sed -n 's/^model name[^:]*://p' /proc/cpuinfo 2>/dev/null | head -n 1), $(./rubato --version):"
    echo
    echo '```'
    cat "$dir/figures"
    echo "verify: $verified"
    echo '```'
} >"$report"
cat "$report"
