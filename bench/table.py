#!/usr/bin/python3
"""Turns runs into figures: `measure RUN MODEL BATCH PROCESSES` prints a run's rate, `report FILE` a Markdown table of such
rates beside DDP's; `alone RUN NAME BATCH` and `shares FILE` do so for workers of unequal speed."""
import json
import os
import platform
import statistics
import subprocess
import sys

PAUSES = {"evaluated", "checkpoint_stored", "generation_started"}


def rate(directory):
    """Samples per second between committed steps of a run's second half, without intervals that hold an evaluation."""
    with open(os.path.join(directory, "events.jsonl")) as lines:
        events = [json.loads(line) for line in lines]
    last = max(event["step"] for event in events if event["type"] == "step_committed")
    samples, millis, before = 0, 0, None
    for event in events:
        if event["type"] in PAUSES:
            before = None
        if event["type"] != "step_committed" or event["step"] < last / 2:
            continue
        if before is not None:
            samples += event["samples_total"] - before["samples_total"]
            millis += event["time"] - before["time"]
        before = event
    return samples / millis * 1e3


def training_rate(directory):
    """Samples per second in the windows of measurement of a run's second half: time that went into evaluating and storing is left out."""
    with open(os.path.join(directory, "events.jsonl")) as lines:
        windows = [event["signals"] for event in map(json.loads, lines) if event["type"] == "window_measured"]
    late = [window for window in windows if window["first_step"] > windows[-1]["last_step"] / 2]
    return sum(window["samples"] for window in late) / sum(window["seconds"] for window in late)


def measure(directory, model, batch, processes):
    with open(os.path.join(directory, "summary.json")) as file:
        summary = json.load(file)
    print(json.dumps({
        "side": "rubato", "model": model, "batch": int(batch), "processes": int(processes),
        "samples_per_second": round(rate(directory), 1), "overall": summary["samples_per_second"]}))


def spread(values):
    return f"{statistics.median(values):,.0f} ({min(values):,.0f}–{max(values):,.0f})" if values else "–"


def machine():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    version = subprocess.run(["./rubato", "--version"], capture_output=True, text=True, check=False).stdout.splitlines()
    return f"{len(names)} × {names[0] if names else platform.machine()}, {version[0] if version else 'no rubato'}"


def report(path):
    with open(path) as lines:
        runs = [json.loads(line) for line in lines]
    torch = next((f"PyTorch {run['torch']} ({run['blas']})" for run in runs if "torch" in run), "no PyTorch side")
    print("# Two workers against PyTorch DDP with gloo\n")
    print("Question: does training with Rubato (DJL models) keep up with PyTorch DistributedDataParallel on the same model,"
          " global batch and machine? Written by `bench/ddp.sh`; both sides one thread per process, interleaved.\n")
    print(f"Machine: {machine()}; {torch}. Load when written: {os.getloadavg()[0]:.1f}.\n")
    print("Samples/s: median (smallest–largest) of the rounds; ratio of the medians; step of Rubato in ms. Rubato is measured over"
          " the second half of a run of about 20 s: what a JVM does before, it compiles. DDP warms up for 30 steps.\n")
    print("| model | global batch | processes | DDP | Rubato | ratio | step, ms | rounds |")
    print("|---|---|---|---|---|---|---|---|")
    for model, batch, processes in sorted({(r["model"], r["batch"], r["processes"]) for r in runs},
                                          key=lambda key: (key[0] != "mlp", key)):
        of = [r for r in runs if (r["model"], r["batch"], r["processes"]) == (model, batch, processes)]
        ours = [r["samples_per_second"] for r in of if r.get("side") == "rubato"]
        theirs = [r["samples_per_second"] for r in of if r.get("side") != "rubato"]
        ratio = f"{statistics.median(ours) / statistics.median(theirs):.2f}" if ours and theirs else "–"
        step = f"{batch / statistics.median(ours) * 1e3:.2f}" if ours else "–"
        print(f"| {model} | {batch} | {processes} | {spread(theirs)} | {spread(ours)} | {ratio} | {step} |"
              f" {max(len(ours), len(theirs))} |")


def alone(directory, name, batch):
    with open(os.path.join(directory, "summary.json")) as file:
        summary = json.load(file)
    print(json.dumps({"name": name, "batch": int(batch), "samples_per_second": round(training_rate(directory), 1),
                      "overall": round(summary["samples_per_second"], 1)}))


def shares(path):
    with open(path) as lines:
        runs = [json.loads(line) for line in lines]
    print("# A worker slowed to a third\n")
    print("Question: how much of the sum of two workers' speeds do balanced shares reach, one of them computing three times slower?"
          " Written by `bench/shares.sh` with `examples/balanced-shares.conf`; in turns.\n")
    print(f"Machine: {machine()}. Load when written: {os.getloadavg()[0]:.1f}.\n")
    print("*Fast* and *slow* train at the same time in runs of their own, without synchronization: they share caches and memory as they do"
          " in one run.\n")
    print("Samples/s, median (smallest–largest) of the rounds. *Steps*: windows of measurement in a run's second half, without"
          " evaluations and checkpoints. *Whole run*: start, warm-up of the JVMs, evaluations and checkpoints included.\n")
    print("| batch | | fast | slow | sum | equal | of the sum | balanced | of the sum |")
    print("|---|---|---|---|---|---|---|---|---|")
    for batch in sorted({run["batch"] for run in runs}):
        for key, title in (("samples_per_second", "steps"), ("overall", "whole run")):
            of = {name: [r[key] for r in runs if r["batch"] == batch and r["name"] == name]
                  for name in ("fast", "slow", "equal", "balanced")}
            total = statistics.median(of["fast"]) + statistics.median(of["slow"])
            part = {name: statistics.median(of[name]) / total for name in ("equal", "balanced")}
            print(f"| {batch} | {title} | {spread(of['fast'])} | {spread(of['slow'])} | {total:,.0f} | {spread(of['equal'])} |"
                  f" {part['equal']:.0%} | {spread(of['balanced'])} | {part['balanced']:.0%} |")


if __name__ == "__main__":
    {"measure": measure, "report": report, "alone": alone, "shares": shares}[sys.argv[1]](*sys.argv[2:])
