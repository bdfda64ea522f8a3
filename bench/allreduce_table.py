"""Makes docs/results/allreduce.md from rounds: medians over rounds, ratios of the same round, and whether each bar holds."""

import collections
import math
import os
import re
import statistics
import subprocess
import sys

SYSTEMS = ["mpi-shm", "rubato-shm", "rubato-shm-symmetric", "mpi-tcp", "rubato-tcp", "rubato-unix", "gloo-tcp"]
NAMES = {
    "mpi-shm": "Open MPI, tuned, shared memory",
    "rubato-shm": "Rubato, shared memory",
    "rubato-shm-symmetric": "Rubato, shared memory, symmetric",
    "mpi-tcp": "Open MPI, tuned, TCP",
    "rubato-tcp": "Rubato, TCP",
    "rubato-unix": "Rubato, Unix sockets",
    "gloo-tcp": "gloo, TCP",
}
MEBI = 1 << 20


def read(path):
    rows = collections.defaultdict(list)
    wrong = 0
    for line in open(path):
        system, workers, size, median, correct = line.split()
        rows[system, int(workers), int(size)].append(float(median))
        wrong += correct != "1"
    return rows, wrong


def name(size):
    for unit, text in ((MEBI, "M"), (1024, "K")):
        if size >= unit:
            return f"{size // unit} {text}"
    return str(size)


def figure(value):
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


class Table:
    def __init__(self, rows, workers):
        self.rows = rows
        self.workers = workers
        self.sizes = sorted({size for _, n, size in rows if n == workers})

    def median(self, system, size):
        values = self.rows.get((system, self.workers, size))
        return statistics.median(values) if values else None

    def ratio(self, slow, fast, size):
        """Median over rounds of how many times faster `fast` is."""
        pairs = zip(self.rows.get((slow, self.workers, size), []), self.rows.get((fast, self.workers, size), []))
        ratios = [a / b for a, b in pairs]
        return statistics.median(ratios) if ratios else None

    def times(self):
        print(f"\n| {self.workers} processes, bytes | " + " | ".join(map(name, self.sizes)) + " |")
        print("|---" * (len(self.sizes) + 1) + "|")
        for system in SYSTEMS:
            cells = [self.median(system, size) for size in self.sizes]
            if any(cells):
                print(f"| {NAMES[system]} | " + " | ".join("" if c is None else figure(c) for c in cells) + " |")

    def ratios(self, slow, fast):
        cells = [self.ratio(slow, fast, size) for size in self.sizes]
        if all(c is None for c in cells):
            return
        print(f"| {NAMES[slow]} / {NAMES[fast]} | " + " | ".join("" if c is None else f"{c:.2f}" for c in cells) + " |")

    def all(self, slow, fast, low=0, high=math.inf):
        return [r for r in (self.ratio(slow, fast, s) for s in self.sizes if low <= s <= high) if r is not None]


def mean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def bar(text, value, least):
    if value is None:
        print(f"| {text} | ≥ {least} | not measured | |")
    else:
        print(f"| {text} | ≥ {least} | {value:.2f} | {'holds' if value >= least else 'missed'} |")


def latency(text, value, most):
    if value is None:
        print(f"| {text} | ≤ {most} µs | not measured | |")
    else:
        print(f"| {text} | ≤ {most} µs | {figure(value)} µs | {'holds' if value <= most else 'missed'} |")


def lowest(values):
    return min(values) if values else None


def bars(two, four):
    print("\n| bar | asked | seen | |\n|---|---|---|---|")
    bar("2 processes, shared memory: mean", mean(two.all("mpi-shm", "rubato-shm")), 1.4)
    bar("2 processes, shared memory: worst size", lowest(two.all("mpi-shm", "rubato-shm")), 0.95)
    bar("2 processes, shared memory: worst from 16 MiB", lowest(two.all("mpi-shm", "rubato-shm", 16 * MEBI)), 1.75)
    bar("2 processes, symmetric: mean", mean(two.all("mpi-shm", "rubato-shm-symmetric")), 2.5)
    bar("2 processes, TCP: mean", mean(two.all("mpi-tcp", "rubato-tcp")), 1.2)
    bar("2 processes, TCP: worst size", lowest(two.all("mpi-tcp", "rubato-tcp")), 0.9)
    bar("2 processes, TCP / gloo: worst to 64 KiB", lowest(two.all("gloo-tcp", "rubato-tcp", 0, 65536)), 10)
    bar("2 processes, TCP / gloo: 1 MiB", lowest(two.all("gloo-tcp", "rubato-tcp", MEBI, MEBI)), 3)
    bar("2 processes, TCP / gloo: worst from 16 MiB", lowest(two.all("gloo-tcp", "rubato-tcp", 16 * MEBI)), 1.4)
    bar("2 processes, Unix sockets / own TCP: worst from 16 MiB", lowest(two.all("rubato-tcp", "rubato-unix", 16 * MEBI)), 1.7)
    bar("4 processes, shared memory: mean", mean(four.all("mpi-shm", "rubato-shm")), 1.4)
    bar("4 processes, shared memory: worst size", lowest(four.all("mpi-shm", "rubato-shm")), 0.8)
    bar("4 processes, TCP: mean", mean(four.all("mpi-tcp", "rubato-tcp")), 1.0)
    latency("4 bytes, shared memory", two.median("rubato-shm", 4), 0.3)
    latency("4 bytes, Unix sockets", two.median("rubato-unix", 4), 4)
    latency("4 bytes, TCP", two.median("rubato-tcp", 4), 8)


def machine():
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    rubato = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rubato")
    java = subprocess.run([rubato, "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    mpi = subprocess.run(["mpirun", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    return f"{cpu.group(1) if cpu else 'unknown CPU'}, {os.cpu_count()} cores; {java}; {mpi}"


def main():
    rows, wrong = read(sys.argv[1])
    two, four = Table(rows, 2), Table(rows, 4)
    rounds = max(map(len, rows.values()))
    print("# All-reduce beside Open MPI and gloo\n")
    print("Question: how long does an in-place all-reduce of float32 between processes of one machine take, next to native libraries?")
    print(f"\nMade by `bench/allreduce.sh` on {machine()}. Microseconds per call, median of {rounds} interleaved rounds,")
    print("each the median of 11 samples (7 above 16 MiB). Ratios are medians of the rounds' own ratios, above 1 where Rubato is faster.")
    print("\"Tuned\": no memory mapping per call in malloc, no single-copy mechanism in the shared-memory transport.")
    for table in (two, four):
        if table.sizes:
            table.times()
            print(f"\n| ratio, {table.workers} processes | " + " | ".join(map(name, table.sizes)) + " |")
            print("|---" * (len(table.sizes) + 1) + "|")
            for slow, fast in (
                ("mpi-shm", "rubato-shm"),
                ("mpi-shm", "rubato-shm-symmetric"),
                ("mpi-tcp", "rubato-tcp"),
                ("gloo-tcp", "rubato-tcp"),
                ("rubato-tcp", "rubato-unix"),
            ):
                table.ratios(slow, fast)
    print("\n## Bars")
    bars(two, four)
    print(f"\nWrong results: {wrong}.")


if __name__ == "__main__":
    main()
