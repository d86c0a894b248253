"""Quick measures during training."""

from __future__ import annotations

from pathlib import Path

import torch

from .batches import SHAPES, assemble, cut
from .loss import loss_of
from .model import Needle
from .pack import load_shard
from .precision import working_dtype


@torch.no_grad()
def teacher_forced(model: Needle, folder: Path, device: str) -> dict[str, float]:
    """Share of items whose every id is the argmax, per shard of a folder: free greedy decoding without grammar gives the same answers."""
    out: dict[str, float] = {}
    for path in sorted(folder.glob("*.npz")):
        pools: dict[str, list] = {}
        for group in load_shard(path):
            for name, part in cut(group):
                pools.setdefault(name, []).append(part)
        good = total = 0.0
        for name, parts in pools.items():
            want = SHAPES[name].groups
            for i in range(0, len(parts), want):
                chosen = parts[i : i + want]
                batch = assemble(SHAPES[name], chosen)
                while batch is None:
                    chosen.pop()
                    batch = assemble(SHAPES[name], chosen)
                _, stats = loss_of(model, {k: v.to(device) for k, v in batch.items()}, working_dtype(device))
                good += float(stats[1])
                total += float(stats[2])
        out[path.stem] = round(good / max(total, 1), 4)
    return out
