# Two hosts on this machine, to be sourced by a script after it has gone to the project's directory: network namespaces $one and $two with a
# link between them, each with shared memory of its own. Needs root, `ip` and `tc`. All of it goes when the script ends, and the processes
# in $pids with it; $work is a directory for the script's files, kept where KEEP is set.
#
#   . bench/two-hosts.sh           begins the script anew with mounts of its own, then makes $work and the namespaces
#   wire PREFIX                    joins them directly: PREFIX.1 and PREFIX.2
#   wire_by_switch PREFIX          joins them by a switch in a third namespace; then `plug down` and `plug up` pull the cable of the first
#   limit RATE                     of the link, both ways, as tc has it: 100mbit
#   on a|b COMMAND...              becomes a command on a host: (on a ./rubato ...)

if [ "${RUBATO_HOSTS:-}" != inside ]; then
    command -v ip >/dev/null && command -v tc >/dev/null && [ "$(id -u)" = 0 ] ||
        { echo "bench/$(basename "$0"): needs root, ip and tc (apt-get install iproute2)" >&2; exit 2; }
    RUBATO_HOSTS=inside exec unshare --mount sh "bench/$(basename "$0")" "$@"
fi
work=$(mktemp -d)
one=rubato-a-$$
two=rubato-b-$$
switch=rubato-s-$$
pids=
clean() {
    for pid in $pids; do kill -9 "$pid" 2>/dev/null || true; done
    for space in "$one" "$two" "$switch"; do ip netns del "$space" 2>/dev/null || true; done
    umount -l "$work/shm-a" "$work/shm-b" 2>/dev/null || true
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM
ip netns add "$one"
ip netns add "$two"
mkdir "$work/shm-a" "$work/shm-b"
mount -t tmpfs tmpfs "$work/shm-a"
mount -t tmpfs tmpfs "$work/shm-b"

wire() { # prefix
    ip -n "$one" link add ra type veth peer name rb netns "$two"
    address "$one" ra "$1.1"
    address "$two" rb "$1.2"
}

wire_by_switch() { # prefix
    ip netns add "$switch"
    ip -n "$switch" link add name bridge0 type bridge
    ip -n "$switch" link set bridge0 up
    ip -n "$one" link add name ra type veth peer name pa netns "$switch"
    ip -n "$two" link add name rb type veth peer name pb netns "$switch"
    ip -n "$switch" link set pa master bridge0 up
    ip -n "$switch" link set pb master bridge0 up
    address "$one" ra "$1.1"
    address "$two" rb "$1.2"
}

address() { # namespace interface address
    ip -n "$1" addr add "$3/24" dev "$2"
    ip -n "$1" link set "$2" up
    ip -n "$1" link set lo up
}

plug() { # up|down
    ip -n "$switch" link set pa "$1"
}

limit() { # rate
    ip netns exec "$one" tc qdisc replace dev ra root tbf rate "$1" burst 256kb latency 50ms
    ip netns exec "$two" tc qdisc replace dev rb root tbf rate "$1" burst 256kb latency 50ms
}

# By its shared memory Rubato knows who is together.
on() { # a|b command...
    space=$one
    [ "$1" = a ] || space=$two
    shm=$work/shm-$1
    shift
    exec ip netns exec "$space" sh -c 'mount --bind "$0" /dev/shm && exec "$@"' "$shm" "$@"
}
