#!/bin/sh
# kill -9 of the launcher and all workers at random moments, `train --resume` each time: the final state must be that of a run that
# nobody touched, and every recomputed step must give its recorded hash.
#
#   bench/resume.sh [MOMENTS [SEED]]    default 30 moments
set -eu
cd "$(dirname "$0")/.."
moments=${1:-30}
seed=${2:-1}
steps=$((moments * 400 + 400))
dir=$(mktemp -d)
launcher=
trap 'rm -rf "$dir"; [ -z "$launcher" ] || kill -9 "$launcher" 2>/dev/null || true' EXIT
job="--set batch.policy=fixed --set batch.initial=256 --set batch.lr-rule=none --set optimizer.schedule.kind=constant
    --set stop.epochs=null --set stop.max-seconds=null --set stop.target-accuracy=null --set stop.steps=$steps
    --set workers.min=2 --set checkpoint.every-steps=300"

hash_of() { sed -n 's/.*"state_hash": *"\([0-9a-f]*\)".*/\1/p' "$1/summary.json"; }

# shellcheck disable=SC2086 # options are meant to be split
./rubato train $job --run-dir "$dir/whole" >"$dir/whole.log" 2>&1
# shellcheck disable=SC2086
./rubato train $job --run-dir "$dir/cut" >"$dir/cut.log" 2>&1 &
launcher=$!
done=0
random=$seed
while [ "$done" -lt "$moments" ]; do
    random=$(((random * 1103515245 + 12345) % 2147483648))
    sleep "$(awk "BEGIN { print 3 + $random / 2147483648 * 4 }")"
    kill -0 "$launcher" 2>/dev/null || break
    victims="$launcher $(ps -o pid= --ppid "$launcher" | tr '\n' ' ')"
    # shellcheck disable=SC2086
    kill -9 $victims 2>/dev/null || true
    wait "$launcher" 2>/dev/null || true
    done=$((done + 1))
    ./rubato train --resume "$dir/cut" >>"$dir/cut.log" 2>&1 &
    launcher=$!
done
wait "$launcher"
launcher=
./rubato verify "$dir/cut" | tail -n 1
echo "killed everything $done times: final state $(hash_of "$dir/cut"), untouched $(hash_of "$dir/whole")"
[ "$(hash_of "$dir/cut")" = "$(hash_of "$dir/whole")" ]
