#!/bin/sh
# Trains over two hosts that are network namespaces of this machine: coordinator and one worker in the first, a worker that joins from
# the second. Needs root, ip and tc; says so and skips elsewhere. RATE (default 1gbit) limits the link.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "SKIPPED: two-hosts.sh needs root for network namespaces" >&2; exit 0; }
command -v ip >/dev/null || { echo "SKIPPED: two-hosts.sh needs ip" >&2; exit 0; }
a=rubato-a-$$
b=rubato-b-$$
work=$(mktemp -d)
joiner=
trainer=
cleanup() {
    for pid in $joiner $trainer; do kill "$pid" 2>/dev/null || true; done
    ip netns del "$a" 2>/dev/null || true
    ip netns del "$b" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

ip netns add "$a" || { echo "SKIPPED: no network namespaces here" >&2; exit 0; }
ip netns add "$b"
ip link add "va$$" netns "$a" type veth peer name "vb$$" netns "$b"
ip -n "$a" addr add 10.77.0.1/24 dev "va$$"
ip -n "$b" addr add 10.77.0.2/24 dev "vb$$"
for side in "$a va$$" "$b vb$$"; do
    ip -n "${side% *}" link set lo up
    ip -n "${side% *}" link set "${side#* }" up
    tc -n "${side% *}" qdisc add dev "${side#* }" root tbf rate "${RATE:-1gbit}" burst 256k latency 50ms 2>/dev/null ||
        echo "the link's rate is not limited: tc has no tbf" >&2
done

./rubato --version >/dev/null
ip netns exec "$a" ./rubato train --set coordinator.host=10.77.0.1 --set net.insecure=true --set workers.count=2 \
    --set workers.local=1 --set stop.steps="${STEPS:-200}" --set stop.epochs=null --run-dir "$work/run" --json >"$work/summary.json" 2>"$work/log" &
trainer=$!
for _ in $(seq 300); do [ -s "$work/run/address" ] && break; sleep 0.1; done
# A host of its own has a memory of its own: the joining side sees another tmpfs.
ip netns exec "$b" unshare --mount sh -c "mount -t tmpfs tmpfs /dev/shm && exec ./rubato worker --join $(cat "$work/run/address") \
    --token-file $work/run/token --name worker-remote --insecure" >"$work/joiner.log" 2>&1 &
joiner=$!
wait "$trainer" || { cat "$work/log" "$work/joiner.log" >&2; exit 1; }
trainer=
wait "$joiner" || { cat "$work/joiner.log" >&2; exit 1; }
joiner=
echo "trained over two hosts:"
cat "$work/summary.json"
