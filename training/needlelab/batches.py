"""Groups -> fixed-shape batches, so that every kernel is compiled once.

Block tokens of all groups are packed into rows of `ROW` ids; a gather index brings them back to (G, B) per group.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from .pack import Group, Item, load_shard
from .tokens import EOS, PAD

ROW = 128
POOL = 16  # most blocks in a group


@dataclass(frozen=True)
class Shape:
    """One batch shape: G groups of n items, B block tokens a group, question and answer lengths, packed rows."""

    groups: int
    items: int
    blocks: int
    query: int
    answer: int
    rows: int


SHAPES = {
    "tiny": Shape(5, 24, 384, 16, 22, 17),
    "small": Shape(4, 24, 384, 24, 32, 14),
    "mid": Shape(4, 12, 384, 48, 64, 14),
    "wide": Shape(3, 24, 768, 24, 32, 20),
    "long": Shape(4, 6, 512, 104, 112, 18),
    "widemid": Shape(3, 12, 768, 48, 64, 20),
    "huge": Shape(2, 6, 1024, 128, 112, 19),
}


def scaled(factor: int) -> dict[str, Shape]:
    """The shapes with `factor` times the groups: 1 for a CPU, 8 to 32 for a GPU."""
    return {n: replace(s, groups=s.groups * factor, rows=s.rows * factor) for n, s in SHAPES.items()}


# Share of the slots of a shape that is trained on: a slot of 6 long questions costs as much as 60 short ones.
KEEP = {"long": 0.6, "huge": 0.3}


def shape_of(group: Group, item: Item) -> str | None:
    """The cheapest shape that an item of a group fits; None when it fits none."""
    for name, s in SHAPES.items():
        if group.size <= s.blocks and len(item.query) <= s.query and len(item.answer) <= s.answer and len(group.blocks) <= POOL:
            return name
    return None


def cut(group: Group, rng: random.Random | None = None) -> Iterator[tuple[str, Group]]:
    """Parts of a group that fit one slot of one shape each.

    A few items of a dearer shape than the group's main one would waste a slot: they get one, filled up with others, with a chance that grows with their number
    (`rng` None: every item exactly once).
    """
    order = list(SHAPES)
    parts: dict[str, list[Item]] = {}
    for item in group.items:
        name = shape_of(group, item)
        if name:
            parts.setdefault(name, []).append(item)
    if rng and parts:
        main = max(parts, key=lambda n: len(parts[n]))
        for name in [n for n in parts if n != main]:
            room, items = SHAPES[name].items, parts.pop(name)
            if order.index(name) < order.index(main):
                parts[main] += items
            elif rng.random() < len(items) / room:
                spare = parts[main] if order.index(main) < order.index(name) else []
                parts[name] = (items + rng.sample(spare, min(len(spare), max(0, room - len(items)))))[:room]
    for name, items in parts.items():
        if rng and rng.random() > KEEP.get(name, 1.0):
            continue
        step = SHAPES[name].items
        for i in range(0, len(items), step):
            yield name, Group(group.blocks, items[i : i + step], group.source)


def pack_rows(lengths: list[int], limit: int) -> list[tuple[int, int]] | None:
    """First-fit decreasing of blocks into rows of ROW ids: (row, offset) per block, or None when `limit` rows do not do."""
    free: list[int] = []
    place: list[tuple[int, int]] = [(0, 0)] * len(lengths)
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        for row, left in enumerate(free):
            if lengths[i] <= left:
                break
        else:
            if len(free) == limit:
                return None
            free.append(ROW)
            row = len(free) - 1
        place[i] = (row, ROW - free[row])
        free[row] -= lengths[i]
    return place


def assemble_blocks(groups: list[Group], width: int, limit: int) -> dict[str, np.ndarray] | None:
    """Packed rows (R, ROW) of the groups' blocks, and per group where its `width` block tokens lie; None when they do not fit `limit` rows."""
    place = pack_rows([len(b) for g in groups for b in g.blocks], limit)
    if place is None:
        return None
    rows = np.full((limit, ROW), PAD, np.int64)
    segments = np.full((limit, ROW), -1, np.int64)
    positions = np.zeros((limit, ROW), np.int64)
    gather = np.zeros((len(groups), width), np.int64)
    owner = np.full((len(groups), width), -1, np.int64)
    b = 0
    for g, group in enumerate(groups):
        at = 0
        for j, ids in enumerate(group.blocks):
            row, off = place[b]
            n = len(ids)
            rows[row, off : off + n] = ids
            segments[row, off : off + n] = b
            positions[row, off : off + n] = np.arange(n)
            gather[g, at : at + n] = row * ROW + off + np.arange(n)
            owner[g, at : at + n] = j
            at += n
            b += 1
    return dict(rows=rows, segments=segments, positions=positions, gather=gather, owner=owner)


def assemble_items(lists: list[list[Item]], n: int, query_len: int, answer_len: int) -> dict[str, np.ndarray]:
    """Questions and answers of one list of items a group, filled up to `n` items."""
    n_all = len(lists) * n
    query = np.full((n_all, query_len), PAD, np.int64)
    inputs = np.full((n_all, answer_len), PAD, np.int64)
    targets = np.full((n_all, answer_len), -100, np.int64)
    cls = np.zeros((n_all, answer_len), np.int64)
    hidden = np.zeros((len(lists), n, POOL), bool)
    right = np.zeros((len(lists), n, POOL), np.float32)
    for g, items in enumerate(lists):
        for i, item in enumerate(items):
            k = g * n + i
            query[k, : len(item.query)] = item.query
            inputs[k, : len(item.answer)] = [EOS, *item.answer[:-1]]
            targets[k, : len(item.answer)] = item.answer
            cls[k, : len(item.answer)] = item.cls
            hidden[g, i, item.hidden] = True
            right[g, i, item.right] = 1 / max(1, len(item.right))
        query[g * n + len(items) : (g + 1) * n, 0] = EOS
    return dict(query=query, inputs=inputs, targets=targets, cls=cls, hidden=hidden, right=right)


def tensors(arrays: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """Numpy arrays as torch."""
    return {k: torch.from_numpy(v) for k, v in arrays.items()}


def assemble(s: Shape, groups: list[Group]) -> dict[str, torch.Tensor] | None:
    """Tensors of one batch, or None when the blocks do not fit the rows."""
    filled = groups + [Group([])] * (s.groups - len(groups))
    blocks = assemble_blocks(filled, s.blocks, s.rows)
    if blocks is None:
        return None
    return tensors(blocks | assemble_items([g.items for g in filled], s.items, s.query, s.answer))


class Shards:
    """The shards of a folder without end; new ones are picked up as they appear and come first, then all again in random order."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder, self.rng = folder, rng
        self.seen: set[Path] = set()

    def next(self) -> list[Group]:
        """The groups of one shard."""
        every = sorted(p for p in self.folder.glob("*.npz") if not p.name.endswith(".tmp.npz"))
        if not every:
            raise FileNotFoundError(f"no shards in {self.folder}: run `python -m stages.pack` first")
        path = self.rng.choice([p for p in every if p not in self.seen] or every)
        self.seen.add(path)
        return load_shard(path)


class Stream:
    """Endless shuffled batches of fixed shapes from the shards of a folder."""

    def __init__(self, folder: Path, seed: int, buffer: int = 600, scale: int = 1) -> None:
        self.rng, self.buffer = random.Random(seed), buffer * scale
        self.shards = Shards(folder, self.rng)
        self.shapes = scaled(scale)

    def __iter__(self) -> Iterator[tuple[str, dict[str, torch.Tensor]]]:
        pools: dict[str, list[Group]] = {name: [] for name in SHAPES}
        while True:
            for group in self.shards.next():
                for name, part in cut(group, self.rng):
                    pools[name].append(part)
            while sum(map(len, pools.values())) > self.buffer:
                full = [n for n, p in pools.items() if len(p) >= self.shapes[n].groups]
                if not full:
                    break
                name = self.rng.choices(full, weights=[len(pools[n]) / self.shapes[n].groups for n in full])[0]
                yield name, self.batch(name, pools[name])

    def batch(self, name: str, pool: list[Group]) -> dict[str, torch.Tensor]:
        """One batch of random groups of a pool; those that do not fit go back."""
        shape = self.shapes[name]
        chosen = [pool.pop(self.rng.randrange(len(pool))) for _ in range(shape.groups)]
        made = assemble(shape, chosen)
        while made is None:
            pool.append(chosen.pop())
            made = assemble(shape, chosen)
        return made
