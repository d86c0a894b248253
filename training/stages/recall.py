"""Recall of the selection vector: `python -m stages.recall [--model ../models | work/run/state.pt] [--tools 60] [--pools 60]`.

Pools of `--tools` tools from needlelab.wide on held-out patterns; a question counts as found when all its right tools are among the best k by the dot product of the pooled vectors
(docs/model-format.md section 4, "Selection"), ties by the order of the pool. Questions of the shipped catalogue are told apart. The seed is its own: stages.select trains on others.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

import torch
from torch import Tensor

from needlelab.load import load_any
from needlelab.model import Needle
from needlelab.report.score import wilson
from needlelab.tokens import Tokens
from needlelab.wide import wide_group
from stages.heldout import whole_catalogue

AT = (1, 4, 8, 12, 16)
CATALOGUE = Path(__file__).resolve().parents[2] / "devices/catalogue.json"


def pooled(model: Needle, rows: list[list[int]], is_block: bool) -> Tensor:
    """Ids of sequences -> their unit vectors (n, s); one at a time, so that no padding can leak."""
    out = []
    for row in rows:
        ids = torch.tensor([row])
        if is_block:
            _, _, lower = model.blocks(ids, torch.zeros_like(ids), torch.arange(len(row)).unsqueeze(0), torch.float32)
        else:
            _, lower = model.question(ids, torch.ones_like(ids, dtype=torch.bool), [], torch.zeros(0), torch.float32)
        out.append(model.pooled(lower, torch.full((1, len(row)), 1 / len(row)), model.select_b if is_block else model.select_q).reshape(-1))
    return torch.stack(out)


@torch.no_grad()
def ranks(model: Needle, tokens: Tokens, pool: dict) -> list[int]:
    """Of each question the place (from 0) of its worst placed right tool."""
    blocks = pooled(model, [tokens.tool(t, model.c.block_tokens)[1] for t in pool["tools"]], True)
    items = [i for i in pool["items"] if tokens.enc(i["query"])]
    asked = pooled(model, [list(tokens.enc(i["query"]))[: model.c.query_tokens] for i in items], False)
    order = (asked @ blocks.T).argsort(dim=-1, descending=True, stable=True)
    place = order.argsort(dim=-1)
    return [int(place[n, item["right"]].max()) for n, item in enumerate(items)]


def catalogue_pool(n: int, seed: int) -> dict:
    """Held-out questions over the whole shipped catalogue, the test half."""
    catalogue = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    place = {t["name"]: i for i, t in enumerate(catalogue)}
    records = whole_catalogue("heldout", n, seed, catalogue, "test")
    tools = [{k: t[k] for k in ("name", "description", "parameters")} for t in catalogue]
    return {"tools": tools, "items": [{"query": r["query"], "right": sorted({place[c["name"]] for c in r["answers"]})} for r in records]}


def told(name: str, found: list[int]) -> dict:
    """Recall at each k, with the 95 % interval at 12."""
    at = {f"recall@{k}": round(sum(r < k for r in found) / max(1, len(found)), 4) for k in AT}
    low, high = wilson(sum(r < 12 for r in found), len(found)) or (0, 0)
    return {"set": name, "questions": len(found)} | at | {"interval@12": [round(low, 4), round(high, 4)]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=CATALOGUE.parents[1] / "models", help="a model folder, a .gguf or a state.pt")
    parser.add_argument("--tokenizer", default="work/tokenizer.model", help="for a state.pt; a .gguf has its own beside it")
    parser.add_argument("--tools", type=int, default=60)
    parser.add_argument("--pools", type=int, default=60)
    parser.add_argument("--questions", type=int, default=24, help="of one pool, at most")
    parser.add_argument("--catalogue", type=int, default=400, help="questions over the shipped catalogue; 0 for none")
    parser.add_argument("--split", choices=["train", "heldout"], default="heldout")
    parser.add_argument("--seed", type=int, default=1912)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, tokens = load_any(args.model, args.tokenizer)
    if not model.c.select_len:
        raise SystemExit(f"{args.model}: has no selection tensors (needle.select.length is 0): nothing to measure")
    rng, found = random.Random(args.seed), []
    for n in range(args.pools):
        found += ranks(model, tokens, wide_group(rng, split=args.split, tools=args.tools, questions=args.questions))
        print(f"\r{n + 1}/{args.pools} pools, {len(found)} questions, recall@12 {sum(r < 12 for r in found) / max(1, len(found)):.4f}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(json.dumps(told(f"{args.split} pools of {args.tools} tools", found)))
    if args.catalogue:
        print(json.dumps(told("catalogue, held-out patterns", ranks(model, tokens, catalogue_pool(args.catalogue, args.seed)))))


if __name__ == "__main__":
    main()
