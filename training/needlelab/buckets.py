"""Batches without padding, for devices where a new shape costs nothing (float32 on a CPU): with fixed shapes padding was half of the work.

Several questions of a group share a row, told apart by `segment`; their answers share the row of the same number. Groups of like size are batched together.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from .batches import POOL, ROW, Shards, assemble_blocks, tensors
from .pack import Group, Item
from .tokens import EOS, PAD

USUAL = (56, 64)  # ids of questions and of answers in a row; longer items of a group are batched apart from its others
LONG = (128, 112)  # still longer ones are left out
KEEP_LONG = 0.5  # they cost as much as ten short ones
GROUPS = 6
TOKENS = 2400  # block tokens a batch


def into_rows(items: list[Item], room: tuple[int, int]) -> list[list[Item]]:
    """First fit, longest first."""
    rows: list[tuple[list[Item], int, int]] = []
    for item in sorted(items, key=lambda i: -len(i.query) - len(i.answer)):
        q, a = len(item.query), len(item.answer)
        for k, (found, used_q, used_a) in enumerate(rows):
            if used_q + q <= room[0] and used_a + a <= room[1]:
                rows[k] = ([*found, item], used_q + q, used_a + a)
                break
        else:
            rows.append(([item], q, a))
    return [found for found, _, _ in rows]


def split(group: Group, rng: random.Random) -> Iterator[tuple[Group, list[list[Item]]]]:
    """The rows of a group's usual items and, with some luck, those of its long ones."""
    if len(group.blocks) > POOL:
        return
    usual: list[Item] = []
    long: list[Item] = []
    for item in group.items:
        q, a = len(item.query), len(item.answer)
        if q <= USUAL[0] * 2 // 3 and a <= USUAL[1] * 2 // 3:
            usual.append(item)
        elif q <= LONG[0] and a <= LONG[1]:
            long.append(item)
    if usual and rng.random() < len(usual) / 8:
        yield group, into_rows(usual, USUAL)
    if long and rng.random() < KEEP_LONG * len(long) / 4:
        yield group, into_rows(long, LONG)


def flat(groups: list[Group], rows: list[list[list[Item]]]) -> dict[str, torch.Tensor]:
    """One batch: the tensors of assemble_blocks; query, segment, position (N, L); inputs, targets, cls, answer_segment, answer_position (N, A);
    hidden, right (G, n, POOL), where N = G * rows, and question s of row r is r * n / rows + s of its group."""
    limit = sum(g.size for g in groups) // ROW + 1
    while (blocks := assemble_blocks(groups, max(g.size for g in groups), limit)) is None:
        limit += 1
    deep, slots = max(map(len, rows)), max(len(r) for of in rows for r in of)
    length = max(sum(len(i.query) for i in r) for of in rows for r in of)
    answers = max(sum(len(i.answer) for i in r) for of in rows for r in of)
    n = len(groups) * deep
    out = {k: np.full((n, length), v, np.int64) for k, v in (("query", PAD), ("segment", -1), ("position", 0))}
    names = (("inputs", PAD), ("targets", -100), ("cls", 0), ("answer_segment", -2), ("answer_position", 0))
    out |= {k: np.full((n, answers), v, np.int64) for k, v in names}
    out |= {"hidden": np.zeros((n, slots, POOL), bool), "right": np.zeros((n, slots, POOL), np.float32)}
    for g, of in enumerate(rows):
        for r, row in enumerate(of):
            fill_row(out, g * deep + r, row)
    shape = (len(groups), deep * slots, POOL)
    return tensors(blocks | out | {k: out[k].reshape(shape) for k in ("hidden", "right")})


def fill_row(out: dict[str, np.ndarray], n: int, row: list[Item]) -> None:
    """The items of one row, one after the other."""
    q = a = 0
    for s, item in enumerate(row):
        asked, said = slice(q, q + len(item.query)), slice(a, a + len(item.answer))
        out["query"][n, asked], out["segment"][n, asked], out["position"][n, asked] = item.query, s, np.arange(len(item.query))
        out["inputs"][n, said], out["targets"][n, said], out["cls"][n, said] = [EOS, *item.answer[:-1]], item.answer, item.cls
        out["answer_segment"][n, said], out["answer_position"][n, said] = s, np.arange(len(item.answer))
        out["hidden"][n, s, item.hidden] = True
        out["right"][n, s, item.right] = 1 / max(1, len(item.right))
        q, a = asked.stop, said.stop


class Flat:
    """Endless shuffled batches from the shards of a folder."""

    def __init__(self, folder: Path, seed: int, buffer: int = 600) -> None:
        self.rng, self.buffer = random.Random(seed), buffer
        self.shards = Shards(folder, self.rng)

    def __iter__(self) -> Iterator[tuple[str, dict[str, torch.Tensor]]]:
        pool: list[tuple[Group, list[list[Item]]]] = []
        while True:
            pool += [part for group in self.shards.next() for part in split(group, self.rng)]
            self.rng.shuffle(pool)
            pool.sort(key=lambda part: (len(part[1]), part[0].size))
            while len(pool) > self.buffer:
                at = self.rng.randrange(len(pool))
                end, tokens = at, 0
                while end < len(pool) and end - at < GROUPS and tokens + pool[end][0].size <= TOKENS:
                    tokens += pool[end][0].size
                    end += 1
                yield "flat", flat([g for g, _ in pool[at:end]], [rows for _, rows in pool[at:end]])
                del pool[at:end]
