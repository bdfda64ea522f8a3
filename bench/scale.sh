#!/bin/sh
# Workers from 1 to 8 to 1 to 8, a change every 3 s: the run goes on, every sample counts once, and the accuracy is that of a run
# nobody changed. With STANDBY=7 workers wait started, and changes come as fast as the command can give them (about every 500 ms).
#
#   bench/scale.sh [SECONDS]             default 60
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
standby=${STANDBY:-0}
pause=3
[ "$standby" = 0 ] || pause=0.1
dir=$(mktemp -d)
launcher=
trap '[ -z "$launcher" ] || kill -9 "$launcher" 2>/dev/null || true; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

./rubato train --run-dir "$dir/run" --set workers.count=1 --set workers.max=8 --set workers.standby="$standby" \
    --set batch.policy=fixed --set batch.initial=256 --set batch.lr-rule=none --set optimizer.schedule.kind=constant --set stop.epochs=null \
    --set stop.max-seconds="$seconds" >"$dir/log" 2>&1 &
launcher=$!
until [ -s "$dir/run/address" ]; do
    kill -0 "$launcher" 2>/dev/null || { cat "$dir/log"; exit 1; }
    sleep 0.1
done
changes=0
while kill -0 "$launcher" 2>/dev/null; do
    for workers in 2 3 4 5 6 7 8 7 6 5 4 3 2 1; do
        ./rubato scale "$dir/run" "$workers" >>"$dir/scale.log" 2>&1 || break
        changes=$((changes + 1))
        sleep "$pause"
    done
    kill -0 "$launcher" 2>/dev/null || break
done
wait "$launcher"
launcher=
tail -n 8 "$dir/log"
echo "$changes changes asked for"
./rubato verify "$dir/run" | tail -n 1
