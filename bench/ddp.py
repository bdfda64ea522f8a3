#!/usr/bin/python3
"""Samples per second of PyTorch DistributedDataParallel with gloo, one thread per process.

Question: how fast does the usual tool train the same model with the same global batch on this machine?
Prints one line of JSON per run: {"model", "batch", "processes", "samples_per_second", "step_ms", "torch", "blas"}.
"""
import argparse
import json
import os
import socket
import sys
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.nn.parallel import DistributedDataParallel

SAMPLES = 60_000


def mlp():
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))


def cnn():
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(512, 128), nn.ReLU(), nn.Linear(128, 10))


def train(rank, world, port, args, results):
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)
    images = torch.rand(SAMPLES, 784)
    labels = torch.randint(0, 10, (SAMPLES,))
    model = {"mlp": mlp, "cnn": cnn}[args.model]()
    if world > 1:
        dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=world)
        model = DistributedDataParallel(model, gradient_as_bucket_view=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    loss_of = nn.CrossEntropyLoss()
    share = args.batch // world
    order = torch.randperm(SAMPLES, generator=torch.Generator().manual_seed(1))

    def step(number):
        start = number * args.batch % (SAMPLES - args.batch) + rank * share
        chosen = order[start:start + share]
        optimizer.zero_grad(set_to_none=False)
        loss_of(model(images[chosen]), labels[chosen]).backward()
        optimizer.step()

    for number in range(args.warmup):
        step(number)
    if world > 1:
        dist.barrier()
    begin = time.perf_counter()
    for number in range(args.steps):
        step(number)
    if world > 1:
        dist.barrier()
    seconds = time.perf_counter() - begin
    if rank == 0:
        results.put(seconds)
    if world > 1:
        dist.destroy_process_group()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def blas():
    """The library behind the matrix products, as the loader mapped it."""
    with open("/proc/self/maps") as maps:
        loaded = {os.path.basename(line.split()[-1]) for line in maps if "blas" in line or "libmkl" in line}
    good = sorted(name for name in loaded if "openblas" in name or "mkl" in name or "blis" in name)
    return good[0] if good else "reference BLAS"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=["mlp", "cnn"], required=True)
    parser.add_argument("--batch", type=int, required=True, help="global batch")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--warmup", type=int, default=30)
    parser.add_argument("--any-blas", action="store_true", help="run even on the reference BLAS")
    args = parser.parse_args()
    if blas() == "reference BLAS" and not args.any_blas:
        sys.exit("ddp.py: torch here multiplies with the reference BLAS, some 15 times too slow for a baseline;"
                 " install libopenblas0-pthread")
    results = mp.get_context("spawn").SimpleQueue()
    if args.processes == 1:
        train(0, 1, 0, args, results)
    else:
        mp.spawn(train, (args.processes, free_port(), args, results), nprocs=args.processes)
    seconds = results.get()
    print(json.dumps({
        "model": args.model, "batch": args.batch, "processes": args.processes,
        "samples_per_second": round(args.steps * args.batch / seconds, 1),
        "step_ms": round(seconds / args.steps * 1e3, 3),
        "torch": torch.__version__, "blas": blas()}))


if __name__ == "__main__":
    main()
