"""Samples to read, and counts: `python -m needlelab.synth_tools --n 20 --split train --seed 1 [--stats]`."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter

from .fills import kinds, pool
from .grammar import library
from .group import tools_group


def shape(parameters: dict) -> str:
    """A schema on one line."""
    required = set(parameters["required"])
    out = []
    for key, p in parameters["properties"].items():
        kind = "|".join(map(str, p["enum"])) if "enum" in p else p["type"]
        out.append(
            f"{key}{'*' if key in required else ''}:{kind}" + (f" ({p['description']})" if "description" in p else "")
        )
    return ", ".join(out)


def stats(split: str, seed: int, groups: int) -> None:
    rng = random.Random(seed)
    tools_group(rng, split, 8, 8)
    began = time.perf_counter()
    made = [tools_group(rng, split, 12, min(rng.randint(4, 14), rng.randint(6, 14))) for _ in range(groups)]
    seconds = time.perf_counter() - began
    items = [i for g in made for i in g["items"]]
    caps = library()
    print(
        f"capabilities {len(caps)} (held out {sum(c.heldout for c in caps.values())}) in {len({c.pool for c in caps.values()})} pools"
    )
    patterns = [p for c in caps.values() for p in c.patterns]
    print(
        f"patterns {len(patterns)} (held out {sum(p.heldout for p in patterns)}), fewest {min(len(c.patterns) for c in caps.values())}"
    )
    print(f"slot kinds {len(kinds())}, distinct values {sum(len(set(pool(k, 'train'))) for k in kinds())}")
    words = sorted(len(i["query"].split()) for i in items)
    print(f"{len(items)} items, {len({i['query'] for i in items})} distinct, {len(items) / seconds:.0f} queries/s")
    print(
        f"words: least {words[0]}, median {words[len(words) // 2]}, 95 % {words[len(words) * 95 // 100]}, most {words[-1]}"
    )
    kindsof = Counter(
        i["pattern"].split(":")[0] if ":" in i["pattern"] or i["pattern"] == "chatter" else "pattern" for i in items
    )
    named = {k: v for k, v in kindsof.items() if "." not in k}
    print(
        {**named, "pattern": len(items) - sum(named.values())},
        "calls:",
        sorted(Counter(len(i["answers"]) for i in items).items()),
    )
    print("arguments:", sorted(Counter(len(a["arguments"]) for i in items for a in i["answers"]).items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=20)
    parser.add_argument("--split", default="train", choices=["train", "heldout"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tools", type=int, default=6)
    parser.add_argument("--stats", action="store_true")
    args = parser.parse_args()
    if args.stats:
        stats(args.split, args.seed, 800)
        return
    rng = random.Random(args.seed)
    for _ in range(max(1, args.n // 5)):
        group = tools_group(rng, args.split, 5, args.tools)
        for tool in group["tools"]:
            print(f"  {tool['name']} — {tool['description']} [{shape(tool['parameters'])}]")
        for item in group["items"]:
            calls = (
                " ; ".join(f"{a['name']} {json.dumps(a['arguments'], ensure_ascii=False)}" for a in item["answers"])
                or "[]"
            )
            print(f"> {item['query']}\n      {calls}   <{item['pattern']}>")
        print()


if __name__ == "__main__":
    main()
