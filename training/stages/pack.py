"""Groups -> token shards: `python -m stages.pack --mix mixes/default.json --data DIR --tokenizer work/tokenizer.model --out work/shards --items 500000`.

Resumes: shard k is drawn from seed + k, and shards that exist are kept. Validation shards (heldout patterns, names and tools) go to OUT-val.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from needlelab.pack import Group, save_shard, tokenise
from needlelab.sources import CORPUS, MIX, Sources, read_mix
from needlelab.tokens import Tokens

PER_SHARD = 400  # groups
ITEMS = 24  # questions a group


def groups_of(sources: Sources, tokens: Tokens, seed: int, split: str, count: int, block_tokens: int, only: str | None = None) -> list[Group]:
    """`count` tokenised groups drawn from one seed."""
    rng = random.Random(seed)
    out: list[Group] = []
    while len(out) < count:
        name, group = (only, sources.draw_from(rng, only, split, ITEMS)) if only else sources.draw(rng, split, ITEMS)
        budget = 384 if rng.random() < 0.7 else 768
        if any(len(i["query"]) > 130 for i in group["items"]) and name in ("seal_tools", "sgd"):
            budget = 1024
        packed = tokenise(group, tokens, block_tokens, budget, name)
        if packed:
            out.append(packed)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--mix", type=Path, default=MIX, help="share of groups by source, a JSON file")
    parser.add_argument("--tokenizer", default="work/tokenizer.model")
    parser.add_argument("--out", type=Path, default=Path("work/shards"))
    parser.add_argument("--items", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--block-tokens", type=int, default=128)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tokens, sources = Tokens(args.tokenizer), Sources(args.data, read_mix(args.mix))
    val = Path(f"{args.out}-val")
    val.mkdir(exist_ok=True)
    for name in ("home", "tools"):
        if not (val / f"{name}.npz").exists():
            save_shard(val / f"{name}.npz", groups_of(sources, tokens, 7, "heldout", 24, args.block_tokens, name))
    asked = [n for n in CORPUS if n in sources.mix]
    if asked and not (val / "corpus.npz").exists():
        save_shard(val / "corpus.npz", [g for n in asked for g in groups_of(sources, tokens, 7, "heldout", 60 if n == "corpus-context" else 12, args.block_tokens, n)])
    done, start, shard = 0, time.time(), 0
    while done < args.items:
        path = args.out / f"{shard:04d}.npz"
        if not path.exists():
            groups = groups_of(sources, tokens, args.seed + shard, "train", PER_SHARD, args.block_tokens)
            save_shard(path, groups)
            done += sum(len(g.items) for g in groups)
        else:
            done += PER_SHARD * ITEMS
        shard += 1
        rate = done / (time.time() - start)
        print(f"{path.name}  {done:,} / {args.items:,} items  {rate:,.0f}/s  {(args.items - done) / rate / 60:.1f} min left", flush=True)


if __name__ == "__main__":
    main()
