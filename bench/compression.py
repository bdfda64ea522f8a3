"""Makes docs/results/compression.md from the summaries that bench/compression.sh collected: DIRECTORY SEEDS."""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

KINDS = ["none", "fp16", "bf16", "int8", "top-k", "power-sgd"]
BAR = 0.5


def summaries(directory, kind, seeds):
    return [json.loads((directory / f"{kind}-{seed}.json").read_text()) for seed in range(1, seeds + 1)]


def java():
    home = os.environ.get("JAVA_HOME")
    command = f"{home}/bin/java" if home else "java"
    text = subprocess.run([command, "-version"], capture_output=True, text=True).stderr
    return text.splitlines()[0] if text else "unknown"


def main(directory, seeds):
    runs = {kind: summaries(directory, kind, seeds) for kind in KINDS}
    base = statistics.mean(run["test_accuracy"] for run in runs["none"])
    print("# Accuracy and bytes by compression")
    print()
    print("Question: does training with each compression reach the uncompressed test accuracy within 0.5 points?")
    print(f"Written by `bench/compression.sh`: perceptron 784-256-10 on Fashion-MNIST, batch 128 on 4 workers, 8 epochs, {seeds} seeds;")
    print("top-k at 1 %, PowerSGD at rank 4. Bytes are the payload that all ranks sent; every run was verified.")
    print()
    print(f"Machine: {os.cpu_count()} processors, {platform.machine()}, {java()}.")
    print()
    print("| compression | test accuracy, mean (smallest–largest) | points against none | within 0.5 | sent, MB | of none |")
    print("|---|---|---|---|---|---|")
    none_sent = statistics.mean(run["bytes_sent"] for run in runs["none"])
    for kind in KINDS:
        accuracies = [run["test_accuracy"] for run in runs[kind]]
        mean = statistics.mean(accuracies)
        points = 100 * (mean - base)
        sent = statistics.mean(run["bytes_sent"] for run in runs[kind])
        print(
            f"| {kind} | {100 * mean:.2f} % ({100 * min(accuracies):.2f}–{100 * max(accuracies):.2f}) | {points:+.2f} "
            f"| {'yes' if points >= -BAR else 'NO'} | {sent / 1e6:.0f} | {100 * sent / none_sent:.1f} % |"
        )


main(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
