#!/bin/sh
# A run whose workers are on two hosts (network namespaces, 100 Mbit/s between them), with TLS: two workers of the launcher on one, two
# that joined by hand on the other, which has the token, the workers' certificates and nothing else of the run. The cable is pulled out in
# the middle and put back later. First with workers.min = 2: the two that are left go on. Then with workers.min = 3: the run pauses, and goes on
# once the others are back. Every run must end by itself and verify. Needs root for `ip netns`.
#
#   bench/hosts-train.sh [goes-on|pauses]    default both
set -eu
cd "$(dirname "$0")/.."
. bench/two-hosts.sh
wanted=${1:-both}
./rubato --version
wire_by_switch 10.79.0
limit 100mbit

status() { (on a ./rubato status "$run" --json) 2>/dev/null | sed -n "s/.*\"$1\": *\"\{0,1\}\([a-z0-9]*\).*/\1/p" | head -n 1; }

until_true() { # seconds what test...
    end=$(($(date +%s) + $1))
    what=$2
    shift 2
    until "$@"; do
        [ "$(date +%s)" -lt "$end" ] || { echo "FAILED: $what does not happen"; tail -n 5 "$work"/*.log; exit 1; }
        sleep 0.2
    done
    echo "  $what"
}
training() { [ "$( (on a ./rubato status "$run") | grep -c ' training ')" = "$1" ]; }
is_past() { [ "$(status committed_step)" -gt "$1" ] 2>/dev/null; }
is() { [ "$(on a ./rubato status "$run" | sed -n '1s/ .*//p')" = "$1" ]; }

worker() { # name
    (on b ./rubato worker --join "$(cat "$run/address")" --token-file "$work/b/token" --tls-dir "$work/b/tls" --name "$1") \
        >>"$work/$1.log" 2>&1 &
    pids="$pids $!"
}

train() { # name min
    run=$work/$1
    (on a ./rubato train --run-dir "$run" --set net.tls=true --set coordinator.host=10.79.0.1 --set workers.count=4 \
        --set workers.local=2 --set workers.min="$2" --set batch.policy=fixed --set batch.initial=256 --set stop.epochs=null \
        --set stop.max-seconds=null --set stop.target-accuracy=null --set optimizer.schedule.kind=constant \
        --set coordinators.wait-seconds=20) >"$work/$1.log" 2>&1 &
    launcher=$!
    pids="$pids $launcher"
    until_true 60 "the coordinator listens" test -s "$run/address"
    mkdir -p "$work/b/tls"
    cp "$run/token" "$work/b/"
    cp "$run/tls/ca.pem" "$run/tls/worker.pem" "$run/tls/worker.key" "$work/b/tls/"
    worker "far-0-$1"
    far_one=$!
    worker "far-1-$1"
    far_two=$!
    until_true 90 "four workers train" training 4
    (on a ./rubato status "$run") | sed 's/^/    /'
}

finish() {
    (on a ./rubato stop "$run") >/dev/null
    wait "$launcher" && echo "  the run ended with exit code 0" || { echo "FAILED: exit code $?"; tail -n 5 "$work"/*.log; exit 1; }
    (on a ./rubato verify "$run") | tail -n 1 | sed 's/^/  /'
}

ended() { ! kill -0 "$1" 2>/dev/null; }

if [ "$wanted" != pauses ]; then
    echo "workers.min = 2: the survivors go on"
    train goes-on 2
    plug down
    echo "  the link is cut at step $(status committed_step)"
    at=$(status committed_step)
    until_true 60 "two workers train on, past step $((at + 200))" is_past $((at + 200))
    finish
    until_true 90 "the workers beyond the cut have given up" ended "$far_one"
    until_true 90 "both of them" ended "$far_two"
    tail -qn 1 "$work"/far-*-goes-on.log | sed 's/^/    /'
    plug up
fi

[ "$wanted" != goes-on ] || { echo "all as it should be"; exit 0; }
echo "workers.min = 3: the run pauses, and goes on when the others are back"
train pauses 3
plug down
echo "  the link is cut at step $(status committed_step)"
until_true 60 "the run pauses" is paused
at=$(status committed_step)
sleep 5
[ "$(status committed_step)" = "$at" ] || { echo "FAILED: steps are committed by too few workers"; exit 1; }
echo "  nothing is committed beyond step $at"
plug up
until_true 60 "three or four workers train again, past step $((at + 100))" is_past $((at + 100))
(on a ./rubato status "$run") | sed 's/^/    /'
finish
until_true 60 "the workers of the other host end with the run" ended "$far_one"
until_true 60 "both of them" ended "$far_two"
echo "all as it should be"
