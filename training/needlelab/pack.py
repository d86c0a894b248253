"""Groups -> token shards (.npz), small enough to travel; the only thing training reads.

A shard holds blocks (token ids), groups (lists of blocks) and items (question, answer, classes, hidden blocks), all flat with offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .render import BlockTooLong
from .tokens import Tokens


@dataclass
class Item:
    """One question of a group: ids, target ids with classes, indices of blocks it must not see, indices of right blocks."""

    query: list[int]
    answer: list[int]
    cls: list[int]
    hidden: list[int]
    right: list[int]


@dataclass
class Group:
    """Blocks (token ids each) and the items that share them."""

    blocks: list[list[int]]
    items: list[Item] = field(default_factory=list)
    source: str = ""

    @property
    def size(self) -> int:
        return sum(map(len, self.blocks))


def tokenise(group: dict, tokens: Tokens, block_tokens: int, budget: int, source: str) -> Group | None:
    """A group within `budget` block tokens: unused tools go first, context blocks never; None when nothing is left.

    A question sees the context blocks named in its "facts" (places in the group's "facts"), and every tool but its "hidden" ones.
    """
    names, blocks, kept = [], [], {}
    for tool in group["tools"]:
        try:
            ids = tokens.tool(tool, block_tokens)[1]
        except BlockTooLong:
            continue
        names.append(tool["name"])
        blocks.append(ids)
        kept[tool["name"]] = tool
    used = {c["name"] for item in group["items"] for c in item["answers"]}
    order = sorted(range(len(names)), key=lambda i: (names[i] not in used, len(blocks[i])))
    facts = [tokens.fact(f, block_tokens) for f in group.get("facts", ())]
    total, keep = sum(map(len, facts)), set()
    for i in order:
        if total + len(blocks[i]) <= budget and names[i] not in {names[k] for k in keep}:
            keep.add(i)
            total += len(blocks[i])
    index = {names[i]: n for n, i in enumerate(sorted(keep))}
    out = Group([blocks[i] for i in sorted(keep)] + facts, source=source)
    places = {n: len(keep) + n for n in range(len(facts))}
    for item in group["items"]:
        if not all(c["name"] in index for c in item["answers"]):
            continue
        query = list(tokens.enc(item["query"]))
        if not query:
            continue
        answer, cls = tokens.answer(item["answers"], kept)
        right = sorted({index[c["name"]] for c in item["answers"]})
        hidden = [index[n] for n in item.get("hidden", []) if n in index]
        if len(hidden) < len(keep):
            hidden += [at for n, at in places.items() if n not in item.get("facts", ())]
            out.items.append(Item(query, answer, cls, hidden, right))
    return out if out.items and len(out.blocks) >= 2 else None


def save_shard(path: Path, groups: list[Group]) -> None:
    """Write groups as one compressed npz, atomically."""
    blocks = [b for g in groups for b in g.blocks]
    items = [i for g in groups for i in g.items]

    def flat(rows: list[list[int]], dtype: type) -> tuple[np.ndarray, np.ndarray]:
        lengths = np.array([len(r) for r in rows], np.int32)
        return np.array([v for r in rows for v in r], dtype), lengths

    arrays: dict[str, np.ndarray] = {}
    for name, rows, dtype in (
        ("block", blocks, np.uint16),
        ("query", [i.query for i in items], np.uint16),
        ("answer", [i.answer for i in items], np.uint16),
        ("cls", [i.cls for i in items], np.uint8),
        ("hidden", [i.hidden for i in items], np.uint8),
        ("right", [i.right for i in items], np.uint8),
    ):
        arrays[name], arrays[name + "_len"] = flat(rows, dtype)
    arrays["group_blocks"] = np.array([len(g.blocks) for g in groups], np.int32)
    arrays["group_items"] = np.array([len(g.items) for g in groups], np.int32)
    arrays["source"] = np.array([g.source for g in groups])
    temporary = path.with_suffix(".tmp.npz")
    np.savez_compressed(temporary, **arrays)
    temporary.replace(path)


def load_shard(path: Path) -> list[Group]:
    """The groups of a shard."""
    with np.load(path) as z:
        data = {k: z[k] for k in z.files}

    def rows(name: str) -> list[list[int]]:
        ends = np.cumsum(data[name + "_len"])
        flat = data[name].tolist()
        return [flat[e - n : e] for e, n in zip(ends.tolist(), data[name + "_len"].tolist(), strict=True)]

    blocks, columns = rows("block"), [rows(n) for n in ("query", "answer", "cls", "hidden", "right")]
    items = [Item(*row) for row in zip(*columns, strict=True)]
    groups, b, i = [], 0, 0
    for nb, ni, source in zip(data["group_blocks"].tolist(), data["group_items"].tolist(), data["source"].tolist(), strict=True):
        groups.append(Group(blocks[b : b + nb], items[i : i + ni], source))
        b, i = b + nb, i + ni
    return groups
