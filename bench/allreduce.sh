#!/bin/sh
# How fast is an all-reduce beside Open MPI's and gloo's? Interleaved rounds, then docs/results/allreduce.md with ratios and bars.
#   bench/allreduce.sh            measure and write the table
#   bench/allreduce.sh round FILE one round, appended to FILE (a round takes some minutes, most of them gloo with more processes than
#                                 cores, which is left out where FILE has it)
#   bench/allreduce.sh table FILE the table of the rounds in FILE
#   ROUNDS (5), WORKERS ("2 4"), SIZES, LARGE (268435456, by two processes only), PARTS ("mpi rubato gloo"), OUT
# Needs mpicc and mpirun; gloo is left out, with a word, where /usr/bin/python3 has no torch.distributed.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
work=${TMPDIR:-/tmp}/rubato-allreduce-$(id -u)
mkdir -p "$work"
SIZES=${SIZES:-"4 1024 16384 65536 262144 1048576 4194304 16777216 67108864"}
LARGE=${LARGE-268435456}
ALL=$SIZES
WORKERS=${WORKERS:-"2 4"}
PARTS=${PARTS:-"mpi rubato gloo"}

command -v mpicc >/dev/null || { echo "mpicc is missing (Debian: openmpi-bin libopenmpi-dev)" >&2; exit 1; }
mpicc -O3 -o "$work/allreduce" "$here/allreduce.c"
gloo=yes
/usr/bin/python3 -c 'import torch.distributed' 2>/dev/null || { gloo=; echo "gloo is left out: /usr/bin/python3 has no torch" >&2; }

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
tuned="MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=-1 MALLOC_TOP_PAD_=600000000"

# Lines of "bytes median .." become "system workers bytes median correct" in the file.
keep() { sed -n "s/^\([0-9]*\) \([0-9.]*\) [0-9.]* [0-9.]* \([01]\)\$/$1 $2 \1 \2 \3/p" >>"$3"; }

mpi() {
    case $2 in
        shm) btl="--mca btl vader,self --mca btl_vader_single_copy_mechanism none" ;;
        tcp) btl="--mca btl tcp,self --mca btl_tcp_if_include lo" ;;
    esac
    # shellcheck disable=SC2086
    env $tuned mpirun --oversubscribe -np "$1" $btl "$work/allreduce" $SIZES | keep "mpi-$2" "$1" "$3"
}

rubato() {
    # shellcheck disable=SC2086
    "$root/rubato" bench allreduce --workers "$1" --transport "$2" --in-place "$3" --json --bytes "$(echo $SIZES | tr ' ' ,)" |
        sed -n 's/.*"bytes":\([0-9]*\).*"median_us":\([0-9.]*\).*"correct":\(true\|false\).*/\1 \2 0 0 \3/p' |
        sed 's/true$/1/; s/false$/0/' | keep "rubato-$2$4" "$1" "$5"
}

# With more processes than cores gloo takes minutes, and its figures hardly differ from round to round: one round has them.
has_slow_gloo() { [ "$1" -gt "$(nproc)" ] && grep -q "^gloo-tcp $1 " "$2"; }

round() {
    for n in $WORKERS; do
        SIZES=$ALL
        [ "$n" != 2 ] || SIZES="$ALL $LARGE"
        case $PARTS in *mpi*) mpi "$n" shm "$1" ;; esac
        case $PARTS in *rubato*) rubato "$n" shm copy "" "$1"; [ "$n" != 2 ] || rubato "$n" shm symmetric -symmetric "$1" ;; esac
        case $PARTS in *mpi*) mpi "$n" tcp "$1" ;; esac
        case $PARTS in *rubato*) rubato "$n" tcp copy "" "$1"; rubato "$n" unix copy "" "$1" ;; esac
        # shellcheck disable=SC2086
        case $PARTS in *gloo*) [ -z "$gloo" ] || has_slow_gloo "$n" "$1" || /usr/bin/python3 "$here/allreduce_gloo.py" "$n" $SIZES | keep gloo-tcp "$n" "$1" ;; esac
    done
}

case ${1:-} in
    round) round "$2" ;;
    table) python3 "$here/allreduce_table.py" "$2" ;;
    *)
        file=$work/rounds.txt
        : >"$file"
        for _ in $(seq "${ROUNDS:-5}"); do round "$file"; done
        python3 "$here/allreduce_table.py" "$file" >"${OUT:-$root/docs/results/allreduce.md}"
        ;;
esac
