"""Microseconds per in-place all-reduce of float32 by gloo, one line per size; the schedule is that of `rubato bench allreduce`."""

import os
import sys
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp


def clamp(value, low, high):
    return max(low, min(high, value))


def calls(vector, count):
    dist.barrier()
    start = time.perf_counter()
    for _ in range(count):
        dist.all_reduce(vector)
    return (time.perf_counter() - start) * 1e6 / count


def run(rank, size, sizes):
    torch.set_num_threads(1)
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=os.environ.get("GLOO_PORT", "29517"), GLOO_SOCKET_IFNAME="lo")
    dist.init_process_group("gloo", rank=rank, world_size=size)
    for size_bytes in sizes:
        vector = (torch.arange(size_bytes // 4) % 7 + rank).float()
        expected = (torch.arange(size_bytes // 4) % 7 * size + size * (size - 1) // 2).float()
        dist.all_reduce(vector)
        correct = int(torch.equal(vector, expected))
        vector.zero_()
        calls(vector, clamp((32 << 20) // size_bytes, 2, 1000))
        samples = 7 if size_bytes > 16 << 20 else 11
        us = sorted(calls(vector, clamp((64 << 20) // size_bytes, 1, 1000)) for _ in range(samples))
        if rank == 0:
            print(f"{size_bytes} {us[samples // 2]:.3f} {us[0]:.3f} {us[-1]:.3f} {correct}", flush=True)


if __name__ == "__main__":
    workers = int(sys.argv[1])
    mp.spawn(run, args=(workers, [int(a) for a in sys.argv[2:]]), nprocs=workers)
