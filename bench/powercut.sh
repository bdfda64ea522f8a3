#!/bin/sh
# The power of the run directory's disk fails while a run trains: ext4 on a loop mount is shut down without writing anything back
# (EXT4_IOC_SHUTDOWN, no log flush). After it is mounted again every step that was told to be committed is in the ledger, and the
# run goes on. Needs root on Linux.
#
#   bench/powercut.sh [CUTS]    default 5
set -eu
cd "$(dirname "$0")/.."
cuts=${1:-5}
if [ "${RUBATO_POWERCUT:-}" != inside ]; then
    export RUBATO_POWERCUT=inside
    exec unshare --mount sh "$0" "$cuts"
fi
dir=$(mktemp -d)
launcher=
trap '[ -z "$launcher" ] || kill -9 "$launcher" 2>/dev/null || true; umount -l "$dir/disk" 2>/dev/null || true; rm -rf "$dir"' EXIT
truncate -s 256M "$dir/image"
mkfs.ext4 -q "$dir/image"
mkdir "$dir/disk"
mount -o loop "$dir/image" "$dir/disk"
status() { ./rubato status "$dir/disk/run" --json | sed -n 's/.*"committed_step": *\([0-9]*\).*/\1/p' | head -n 1; }

./rubato train --run-dir "$dir/disk/run" --set batch.policy=fixed --set stop.epochs=null --set stop.max-seconds=null \
    --set stop.target-accuracy=null --set optimizer.schedule.kind=constant --set checkpoint.every-steps=200 >"$dir/log" 2>&1 &
launcher=$!
cut=0
before=0
while [ "$cut" -lt "$cuts" ]; do
    sleep 6
    told=$(status)
    python3 -c "import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))" "$dir/disk"
    kill -9 "$launcher" $(ps -o pid= --ppid "$launcher") 2>/dev/null || true
    wait "$launcher" 2>/dev/null || true
    tries=0
    until umount "$dir/disk" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 50 ] || { echo "the disk stays busy for 10 s"; exit 1; }
        sleep 0.2
    done
    mount -o loop "$dir/image" "$dir/disk"
    found=$(./rubato status "$dir/disk/run" --json | sed -n 's/.*"committed_step": *\([0-9]*\).*/\1/p' | head -n 1)
    echo "power cut $((cut + 1)): step $told was told to be committed, the ledger ends at step $found"
    [ "$found" -ge "$told" ] || { echo "committed steps are lost"; exit 1; }
    [ "$found" -gt "$before" ] || { echo "the run did not go on:"; tail -n 3 "$dir/log"; exit 1; }
    before=$found
    ./rubato train --resume "$dir/disk/run" >>"$dir/log" 2>&1 &
    launcher=$!
    cut=$((cut + 1))
done
sleep 6
./rubato stop "$dir/disk/run"
wait "$launcher"
launcher=
./rubato verify "$dir/disk/run" | tail -n 1
