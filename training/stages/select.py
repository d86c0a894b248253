"""Train the selection vectors alone: `python -m stages.select --state work/run/state.pt --out work/ship.pt`.

The rest of the model stays as it is, so the mean of the normed lower states (d) of a block or a question is a constant, and what is left to learn are
two matrices (select_len, d). Pools have up to 60 tools (needlelab.wide) or are the shipped catalogue; recall is told on held-out patterns and tools.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from needlelab.model import Config, Needle
from needlelab.norm import RmsNorm
from needlelab.sources import synth_group
from needlelab.tokens import Tokens
from needlelab.wide import wide_group

CATALOGUE = Path(__file__).resolve().parents[2] / "devices" / "catalogue.json"
LIMIT = 256  # ids of a question


def padded(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Ids (N, L) filled up with 0, and which are real."""
    width = max(map(len, rows))
    ids = torch.tensor([[*row, *[0] * (width - len(row))] for row in rows])
    return ids, torch.arange(width) < torch.tensor([[len(row)] for row in rows])


def mean_unit(lower: Tensor, keep: Tensor) -> Tensor:
    """Lower states (N, L, d) -> mean over real ids of the normed states (N, d)."""
    unit = RmsNorm.apply(lower, torch.zeros(lower.shape[-1])) * keep.unsqueeze(-1)
    return unit.sum(1) / keep.sum(1, keepdim=True)


@torch.no_grad()
def features(model: Needle, tokens: Tokens, pool: dict) -> tuple[Tensor, Tensor, Tensor]:
    """A pool -> blocks (P, d), questions (n, d), right (n, P)."""
    ids, keep = padded([tokens.tool(t, model.c.block_tokens)[1] for t in pool["tools"]])
    _, _, lower = model.blocks(ids, keep.long() - 1, torch.arange(ids.shape[1]).expand_as(ids), torch.float32)
    blocks = mean_unit(lower, keep)
    ids, keep = padded([list(tokens.enc(i["query"]))[:LIMIT] for i in pool["items"]])
    _, lower = model.question(ids, keep, [], torch.zeros(0), torch.float32)
    right = torch.zeros(len(ids), len(blocks))
    for n, item in enumerate(pool["items"]):
        right[n, item["right"]] = 1.0
    return blocks, mean_unit(lower, keep), right


def catalogue_pool(rng: random.Random, catalogue: list[dict], split: str, count: int) -> dict:
    """Questions over the whole shipped catalogue."""
    place = {t["name"]: n for n, t in enumerate(catalogue)}
    items: list[dict] = []
    while len(items) < count:
        group = synth_group(rng, split, "home", 24, rng.randint(4, 14))
        if group.get("skin") == "catalogue":
            asked = [i for i in group["items"] if i["answers"] and len(i["query"]) < 200]
            items += [{"query": i["query"], "right": sorted({place[c["name"]] for c in i["answers"]})} for i in asked]
    return {"tools": catalogue, "items": items[:count]}


def pools(seed: int, split: str, count: int, catalogue: list[dict]) -> list[dict]:
    """`count` pools: a third are the catalogue, the others of 13 to 60 tools."""
    rng, out = random.Random(seed), []
    while len(out) < count:
        pool = catalogue_pool(rng, catalogue, split, 24) if len(out) % 3 == 0 else wide_group(rng, split=split, tools=rng.randint(13, 60))
        pool["items"] = [i for i in pool["items"] if i["query"].strip()]
        if pool["items"]:
            out.append(pool)
            if len(out) % 50 == 0:
                print(f"{split} pools {len(out)} / {count}", flush=True)
    return out


def kept(path: Path, seed: int, split: str, count: int, catalogue: list[dict]) -> list[dict]:
    """The pools of a file, or drawn and written there: they do not depend on the model."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(pools(seed, split, count, catalogue)), encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))[:count]


def scores(heads: tuple[Tensor, Tensor], blocks: Tensor, questions: Tensor) -> Tensor:
    """Cosines (n, P)."""
    q, b = heads
    return F.normalize(questions @ q.T, dim=-1) @ F.normalize(blocks @ b.T, dim=-1).T


@torch.no_grad()
def recall(heads: tuple[Tensor, Tensor], data: list[tuple[Tensor, Tensor, Tensor]], k: int) -> float:
    """Share of questions all of whose right tools are among the best `k`; pools of more than `k` tools count."""
    hits = total = 0.0
    for blocks, questions, right in data:
        if len(blocks) <= k:
            continue
        best = scores(heads, blocks, questions).topk(k, dim=-1).indices
        hits += float((right.gather(1, best).sum(-1) == right.sum(-1)).sum())
        total += len(questions)
    return hits / max(total, 1.0)


def fit(heads: tuple[Tensor, Tensor], data: list[tuple[Tensor, Tensor, Tensor]], rounds: int, seed: int) -> tuple[Tensor, Tensor]:
    """Contrastive training, a pool a step, the rate falling to 0."""
    q, b = (h.clone().requires_grad_() for h in heads)
    optimiser = torch.optim.Adam((q, b), lr=2e-3)
    falling = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.02, rounds * len(data))
    rng = random.Random(seed)
    for _ in range(rounds):
        for blocks, questions, right in rng.sample(data, len(data)):
            log_p = F.log_softmax(20 * scores((q, b), blocks, questions), -1)
            loss = -(right / right.sum(-1, keepdim=True) * log_p).sum(-1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            falling.step()
    return q.detach(), b.detach()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokenizer", default="work/tokenizer.model")
    parser.add_argument("--pools", type=int, default=1500)
    parser.add_argument("--folder", type=Path, default=Path("work/pools"), help="where the drawn pools are kept; one folder a --pools and --seed")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    state = torch.load(args.state, map_location="cpu", weights_only=True)
    model, tokens = Needle(Config(**state["config"])), Tokens(args.tokenizer)
    model.load_state_dict(state["model"])
    catalogue = [{k: t[k] for k in ("name", "description", "parameters")} for t in json.loads(CATALOGUE.read_text(encoding="utf-8"))]
    sizes = (("heldout", 150), ("train", args.pools))
    made = {split: [features(model, tokens, p) for p in kept(args.folder / f"{split}.json", args.seed, split, n, catalogue)] for split, n in sizes}
    heads = tuple(h.weight.detach() * (1 + model.select_norm.g.detach()) for h in (model.select_q, model.select_b))
    for name in ("before", "after"):
        if name == "after":
            heads = fit(heads, made["train"], args.rounds, args.seed)
        told = {f"{split}@{k}": round(recall(heads, data, k), 4) for split, data in made.items() for k in (1, 4, 8, 12)}
        told["heldout catalogue@12"] = round(recall(heads, made["heldout"][::3], 12), 4)
        print(name, told, flush=True)
    with torch.no_grad():
        model.select_norm.g.zero_()
        model.select_q.weight.copy_(heads[0])
        model.select_b.weight.copy_(heads[1])
    torch.save({k: v for k, v in state.items() if k != "optimiser"} | {"model": model.state_dict()}, args.out)
    print(args.out)


if __name__ == "__main__":
    main()
