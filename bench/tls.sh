#!/bin/sh
# What TLS costs an all-reduce of 4 MiB between two hosts (network namespaces) on a link of 100 Mbit/s, and of 1 Gbit/s, the two sides in
# turns. Needs root for `ip netns` and `tc`. Writes docs/results/tls.md.
#
#   bench/tls.sh [ROUNDS]                default 3 rounds
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-3}
report=${REPORT:-docs/results/tls.md}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

[ -n "${NO_BUILD:-}" ] ||
    mvn -q -B -Dfast -DskipTests -pl bench -am compile dependency:build-classpath -Dmdep.outputFile=target/classpath
classpath="bench/target/classes:$(cat bench/target/classpath)"
work=$(mktemp -d)
one=rubato-a-$$
two=rubato-b-$$
clean() {
    ip netns del "$one" 2>/dev/null || true
    ip netns del "$two" 2>/dev/null || true
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

ip netns add "$one"
ip netns add "$two"
ip link add ra type veth peer name rb netns "$two"
ip link set ra netns "$one"
for side in "$one ra 10.77.0.1" "$two rb 10.77.0.2"; do
    set -- $side
    ip -n "$1" addr add "$3/24" dev "$2"
    ip -n "$1" link set "$2" up
    ip -n "$1" link set lo up
done
"$java" -cp "$classpath" rubato.bench.LinkAllReduce "$work/tls"
token=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')

limit() { # rate
    for side in "$one ra $1" "$two rb $1"; do
        set -- $side
        ip netns exec "$1" tc qdisc replace dev "$2" root tbf rate "$3" burst 256kb latency 50ms
    done
}

run() { # tls-directory port
    ip netns exec "$two" "$java" -XX:+UseSerialGC -Xmx512m -cp "$classpath" rubato.bench.LinkAllReduce \
        "$token" 1 "$1" "10.77.0.1:$2" "10.77.0.2:$2" &
    other=$!
    ip netns exec "$one" "$java" -XX:+UseSerialGC -Xmx512m -cp "$classpath" rubato.bench.LinkAllReduce \
        "$token" 0 "$1" "10.77.0.1:$2" "10.77.0.2:$2"
    wait "$other"
}

port=24000
for rate in 100mbit 1gbit; do
    limit "$rate"
    round=1
    while [ "$round" -le "$rounds" ]; do
        for tls in - "$work/tls"; do
            port=$((port + 1))
            run "$tls" "$port" >>"$work/$rate-$(basename "$tls")"
        done
        round=$((round + 1))
    done
done

middle() { sort -n "$1" | sed -n "$(((rounds + 1) / 2))p"; }
{
    echo "# What TLS costs on a link"
    echo
    echo "Question: does TLS cost less than 15 % at 100 Mbit/s?"
    echo "Written by \`bench/tls.sh\`: an all-reduce of 4 MiB of float32 between two network namespaces, median of 9 calls, median of $rounds"
    echo "rounds in turns; $(nproc) processors, $("$java" -version 2>&1 | head -n 1)."
    echo
    echo "| link | without, ms | with TLS, ms | cost |"
    echo "|---|---|---|---|"
    for rate in 100mbit 1gbit; do
        plain=$(middle "$work/$rate--")
        secured=$(middle "$work/$rate-tls")
        echo "$rate $plain $secured" | awk '{printf "| %s/s | %s | %s | %.1f %% |\n", $1, $2, $3, 100 * ($3 / $2 - 1)}'
    done
} >"$work/report"
mkdir -p "$(dirname "$report")"
cat "$work/report" >"$report"
cat "$report"
