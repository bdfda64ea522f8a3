"""Milliseconds per step of a run's second half, and two ways beside each other.

step_time.py RUN_DIRECTORY            one number
step_time.py compare A B [PREFIX]     a row of a table: the numbers in two files, and the ratio of their medians
"""
import json
import os
import statistics
import sys


def milliseconds(directory):
    with open(os.path.join(directory, "events.jsonl")) as lines:
        steps = [event for event in map(json.loads, lines) if event["type"] == "step_committed"]
    steps = steps[len(steps) // 2:]
    return (steps[-1]["time"] - steps[0]["time"]) / (steps[-1]["step"] - steps[0]["step"])


def spread(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def numbers(path):
    with open(path) as lines:
        return [float(line) for line in lines]


if sys.argv[1] == "compare":
    a, b = numbers(sys.argv[2]), numbers(sys.argv[3])
    prefix = sys.argv[4] if len(sys.argv) > 4 else "| "
    print(f"{prefix}| {spread(a)} | {spread(b)} | {statistics.median(b) / statistics.median(a):.3f} |")
else:
    print(f"{milliseconds(sys.argv[1]):.4f}")
