#!/bin/sh
# All-reduce between two hosts (network namespaces) with several ranks each, on a link of 1 Gbit/s and of 100 Mbit/s: what a hierarchical
# one saves over a flat exchange, what TLS costs, how many bytes cross the wire. The ways take turns. Needs root for `ip netns` and `tc`.
# Writes docs/results/hosts.md.
#
#   bench/hosts.sh [ROUNDS]              default 5 rounds
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-5}
report=${REPORT:-docs/results/hosts.md}
rates=${RATES:-1gbit 100mbit}
mebi=4

. bench/two-hosts.sh
wire 10.78.0
./rubato certs make --tls-dir "$work/tls" >/dev/null
(umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$work/token")

# One measurement of 4 ranks; prints median microseconds.
port=25000
measure() { # ranks-on-the-first algorithm protection...
    first=$1
    algorithm=$2
    shift 2
    port=$((port + 1))
    pids=
    rank=0
    while [ "$rank" -lt 4 ]; do
        host=a
        [ "$rank" -lt "$first" ] || host=b
        (RUBATO_JAVA_OPTS=-Xmx256m on "$host" ./rubato bench allreduce --workers 4 --rank "$rank" --at "10.78.0.1:$port" \
            --token-file "$work/token" --bytes $((mebi << 20)) --algorithm "$algorithm" --per-sample $mebi --json "$@") >"$work/rank-$rank" &
        pids="$pids $!"
        rank=$((rank + 1))
    done
    for pid in $pids; do wait "$pid"; done
    pids=
    grep -q '"correct":true' "$work/rank-0" || { echo "a wrong sum: $(cat "$work/rank-0")" >&2; exit 1; }
    sed 's/.*"median_us":\([0-9.]*\).*/\1/' "$work/rank-0"
}

ways="2+2:hierarchical:plain 2+2:exchange:plain 2+2:hierarchical:tls 3+1:hierarchical:plain 3+1:exchange:plain 3+1:hierarchical:tls"
for rate in $rates; do
    limit "$rate"
    round=1
    while [ "$round" -le "$rounds" ]; do
        for way in $ways; do
            split=${way%%:*}
            algorithm=${way#*:}
            algorithm=${algorithm%:*}
            if [ "${way##*:}" = tls ]; then set -- --tls-dir "$work/tls"; else set -- --insecure; fi
            measure "${split%+*}" "$algorithm" "$@" >>"$work/$rate-$way"
        done
        round=$((round + 1))
    done
done

quantile() { # file q
    sort -n "$1" | awk -v q="$2" '{ v[NR] = $1 } END { i = int(1 + q * (NR - 1) + 0.5); print v[i] }'
}

row() { # rate split
    plain=$work/$1-$2:hierarchical:plain
    flat=$work/$1-$2:exchange:plain
    tls=$work/$1-$2:hierarchical:tls
    wire=$(echo "$1" | awk -v m=$mebi '{ r = ($1 ~ /gbit/) ? 1e9 : 1e8; print m * 1048576 * 8 / r * 1e6 }')
    for file in "$plain" "$flat" "$tls"; do
        echo "$(quantile "$file" 0.5) $(quantile "$file" 0) $(quantile "$file" 1)"
    done | tr '\n' ' ' | awk -v rate="$1" -v ranks="$2" -v wire="$wire" '{
        printf "| %s/s | %s | %.1f | %.1f (%.1f – %.1f) | %.1f (%.1f – %.1f) | %.2f | %.1f (%.1f – %.1f) | %+.1f %% |\n", rate, ranks, wire / 1e3,
            $1 / 1e3, $2 / 1e3, $3 / 1e3, $4 / 1e3, $5 / 1e3, $6 / 1e3, $4 / $1, $7 / 1e3, $8 / 1e3, $9 / 1e3, 100 * ($7 / $1 - 1)
    }'
}

{
    echo "# All-reduce between two hosts"
    echo
    echo "Questions: does TLS cost less than 15 % at 100 Mbit/s? What does a hierarchical all-reduce save over a flat exchange?"
    echo "Written by \`bench/hosts.sh\`: 4 ranks on two network namespaces, $mebi MiB of float32, shared memory within a host and TCP between"
    echo "them; milliseconds per call, median (smallest – largest) of $rounds rounds in which the ways take turns, each the median of 11 calls."
    echo "*wire* is what the link needs for the $mebi MiB that each host has to send, and no more."
    echo "$(nproc) processors, $(./rubato --version 2>&1 | head -n 1)."
    echo
    echo "| link | ranks | wire | hierarchical | exchange | exchange / hierarchical | hierarchical, TLS | cost of TLS |"
    echo "|---|---|---|---|---|---|---|---|"
    for rate in $rates; do
        for split in 2+2 3+1; do row "$rate" "$split"; done
    done
    echo
    echo "How many bytes cross the wire is a test: \`TwoHostsTest\` reads the interfaces' counters."
} >"$work/report"
mkdir -p "$(dirname "$report")"
cat "$work/report" >"$report"
cat "$report"
