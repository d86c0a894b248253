"""How many different questions a stream holds: counted one by one, by 64-bit hashes, from several processes."""

from __future__ import annotations

import hashlib
import multiprocessing
import queue
import resource
import time
from collections.abc import Callable, Iterator

import numpy as np

BATCH = 5_000  # questions handed over at a time

Draw = Callable[[int], Iterator[tuple[int, ...]]]  # seed -> the hashes of endless questions, one for each thing that is counted


def digest(text: str) -> int:
    """64 bits of a text; the same in every process (`hash` is not)."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


class Seen:
    """Different hashes: a sorted array, and new ones that wait until they are worth a merge."""

    def __init__(self) -> None:
        self.sorted, self.fresh, self.waiting = np.zeros(0, np.uint64), [], 0

    def add(self, hashes: np.ndarray) -> None:
        """Takes hashes in; merges when those that wait are an eighth of the rest."""
        self.fresh.append(hashes)
        self.waiting += len(hashes)
        if self.waiting * 8 > len(self.sorted):
            self.merge()

    def merge(self) -> None:
        """All that wait into the array."""
        self.sorted, self.fresh, self.waiting = np.unique(np.concatenate([self.sorted, *self.fresh])), [], 0

    def __len__(self) -> int:
        if self.waiting:
            self.merge()
        return len(self.sorted)


def collisions(n: int) -> float:
    """Pairs of n different things that are expected to share a hash: so much is the count too small."""
    return n * n / 2 / 2.0**64


def megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _work(draw: Draw, seed: int, out: multiprocessing.Queue, quota: int) -> None:
    source, left = draw(seed), quota
    while left > 0:
        n = min(BATCH, left)
        out.put(np.array([next(source) for _ in range(n)], np.uint64))
        left -= n
    out.put(None)


def received(out: multiprocessing.Queue, workers: list[multiprocessing.Process]) -> np.ndarray | None:
    """The next hashes; None: a process is done."""
    while True:
        try:
            return out.get(timeout=5)
        except queue.Empty:
            broken = [w.exitcode for w in workers if w.exitcode]
            if broken:
                raise RuntimeError(f"distinct: a process that draws questions ended with {broken[0]}: its fault stands above") from None


def distinct(draw: Draw, seeds: list[int], total: int, wanted: int, every: float = 30.0) -> tuple[int, list[int]]:
    """(drawn, different ones of each thing counted) of up to `total` questions of one process a seed; ends early at `wanted` different ones of the last thing (0: never)."""
    if not seeds or total < 1:
        raise ValueError(f"distinct: {len(seeds)} seeds, {total} questions: give at least one of each")
    out: multiprocessing.Queue = multiprocessing.Queue(maxsize=4 * len(seeds))
    quotas = [total // len(seeds) + (i < total % len(seeds)) for i in range(len(seeds))]
    workers = [multiprocessing.Process(target=_work, args=(draw, s, out, q), daemon=True) for s, q in zip(seeds, quotas, strict=True)]
    for w in workers:
        w.start()
    seen: list[Seen] = []
    drawn, left, start, shown = 0, len(workers), time.monotonic(), 0.0
    try:
        while left and not (wanted and seen and len(seen[-1].sorted) >= wanted):
            got = received(out, workers)
            if got is None:
                left -= 1
                continue
            seen = seen or [Seen() for _ in range(got.shape[1])]
            drawn += len(got)
            for one, column in zip(seen, got.T, strict=True):
                one.add(column)
            spent = time.monotonic() - start
            if spent - shown >= every:
                shown = spent
                print(f"{spent:6.0f} s  drawn {drawn:,}  different {', '.join(f'{len(s):,}' for s in seen)}  {drawn / spent:,.0f}/s  {megabytes():,.0f} MB", flush=True)
    finally:
        for w in workers:
            w.terminate()
            w.join()
    return drawn, [len(s) for s in seen]
