"""Samples and counts: python -m needlelab.synth --n 20 --split train --seed 1 [--stats]."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter

from . import devices, names, phrases
from .check import problems
from .compose import COMPILED
from .home import home_group


def show(rng: random.Random, split: str, count: int, tools: bool) -> None:
    """Print readable samples, four questions a tool list."""
    left = count
    while left > 0:
        group = home_group(rng, split, min(left, 4), rng.randint(4, 14))
        if tools:
            print(f"--- {group['skin']}: {len(group['tools'])} tools")
            for tool in group["tools"]:
                schema = tool["parameters"]
                keys = ", ".join(
                    f"{'*' if k in schema['required'] else ''}{k}:{p.get('enum') or p['type']}"
                    for k, p in schema["properties"].items()
                )
                print(f"    {tool['name']} — {tool['description']} ({keys})")
        else:
            print(f"--- {group['skin']}: {', '.join(t['name'] for t in group['tools'])}")
        for item in group["items"]:
            calls = (
                " ; ".join(f"{c['name']}{json.dumps(c['arguments'], ensure_ascii=False)}" for c in item["answers"])
                or "[]"
            )
            print(f"{item['query']!r} -> {calls}   <{item['pattern']}>")
        left -= max(1, len(group["items"]))


def stats(rng: random.Random, split: str, groups: int) -> None:
    """Print counts and shares over many groups."""
    started = time.perf_counter()
    made = [home_group(rng, split, 8, rng.randint(4, 14)) for _ in range(groups)]
    spent = time.perf_counter() - started
    items = [i for g in made for i in g["items"]]
    wrong = [p for g in made for p in problems(g)]
    skins = Counter(g["skin"] for g in made for _ in g["items"])
    tools = {t["name"] for g in made for t in g["tools"]}
    named = sum(
        len({row[0] for row in t}) for (_, s), t in {**devices.DEVICES, **devices.COVER_DEVICES}.items() if s == split
    )
    kinds: Counter[str] = Counter()
    for item in items:
        first = item["pattern"].split("/")
        kinds["/".join(first[:2]) if first[0] == "refuse" else first[0]] += 1
    print(
        f"questions {len(items)}, {len(items) / spent:.0f}/s, distinct {len({i['query'] for i in items})}, problems {len(wrong)}"
    )
    print(
        f"patterns {sum(len({p[0] for p in b[split]}) for b in COMPILED.values())} of this split, {len(COMPILED)} operations"
    )
    print(f"patterns per operation {dict(sorted((op, len({p[0] for p in b[split]})) for op, b in COMPILED.items()))}")
    print(
        f"device names {named}, rooms {len(devices.ROOMS[split])}, whole-list words { ({k: len(v[split]) for k, v in phrases.POOLS.items()}) }"
    )
    print(
        f"tool names seen {len(tools)}, tools a group {sum(len(g['tools']) for g in made) / groups:.1f}, messages in all {len(names.MESSAGES)}+{len(names.MSG_WHO) * len(names.MSG_DO)}"
    )
    print("skins", {k: f"{v / len(items):.1%}" for k, v in skins.most_common()})
    print(
        f"refusals {sum(not i['answers'] for i in items) / len(items):.1%}, several calls {sum(len(i['answers']) > 1 for i in items) / len(items):.1%}"
    )
    print("kinds", {k: f"{v / len(items):.2%}" for k, v in kinds.most_common()})


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=20)
    parser.add_argument("--split", choices=("train", "heldout"), default="train")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tools", action="store_true", help="print whole schemas")
    parser.add_argument("--stats", action="store_true")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    if args.stats:
        stats(rng, args.split, max(args.n, 2000))
    else:
        show(rng, args.split, args.n, args.tools)


main()
