"""Average weights of runs that share a beginning: `python -m stages.average --states a.pt b.pt --shares 0.3 0.7 --out work/ship.pt`.

Weights of a model and of its continuation lie close enough that their mean is a model too, often one that has forgotten less.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def average(states: list[dict], shares: list[float]) -> dict:
    """A state (config, model, items, elapsed of the last one) whose weights are the mean by shares; without optimiser."""
    if len({str(s["config"]) for s in states}) > 1:
        raise ValueError("the states are of different models")
    total = sum(shares)
    mean = {k: sum(w / total * s["model"][k].float() for s, w in zip(states, shares, strict=True)) for k in states[0]["model"]}
    return {k: v for k, v in states[-1].items() if k != "optimiser"} | {"model": mean}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", type=Path, nargs="+", required=True)
    parser.add_argument("--shares", type=float, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    if len(args.states) != len(args.shares):
        parser.error("as many --shares as --states")
    states = [torch.load(p, map_location="cpu", weights_only=True) for p in args.states]
    torch.save(average(states, args.shares), args.out)
    print(args.out)


if __name__ == "__main__":
    main()
