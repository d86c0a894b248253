"""Bring trained weights home from a machine that returns only small files: `python -m stages.ship --state work/run/state.pt --out DIR` there,
`python -m stages.ship --join DIR --state work/run/state.pt` here. Weights travel as f16, without the optimiser, in parts of at most 15 MB.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import torch

PART = 15_000_000


def split(state_path: Path, out: Path) -> None:
    """Write OUT/weights.000, .001, …"""
    state = torch.load(state_path, map_location="cpu", weights_only=True)
    slim = {k: v for k, v in state.items() if k != "optimiser"}
    slim["model"] = {k: v.half() for k, v in state["model"].items()}
    raw = io.BytesIO()
    torch.save(slim, raw)
    data = raw.getvalue()
    out.mkdir(parents=True, exist_ok=True)
    for n, start in enumerate(range(0, len(data), PART)):
        (out / f"weights.{n:03d}").write_bytes(data[start : start + PART])
    print(f"{len(data):,} bytes in {n + 1} parts")


def join(folder: Path, state_path: Path) -> None:
    """Put the parts together as a state that can be exported and evaluated (not resumed)."""
    parts = sorted(folder.glob("weights.[0-9][0-9][0-9]"))
    if not parts:
        raise FileNotFoundError(f"no weights.NNN in {folder}")
    state = torch.load(io.BytesIO(b"".join(p.read_bytes() for p in parts)), map_location="cpu", weights_only=True)
    state["model"] = {k: v.float() for k, v in state["model"].items()}
    state_path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, state_path)
    print(f"{state_path}: {state['items']:,} examples seen, {state['elapsed'] / 60:.1f} min")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="folder to split into")
    parser.add_argument("--join", type=Path, help="folder of parts to join")
    args = parser.parse_args()
    if args.join:
        join(args.join, args.state)
    elif args.out:
        split(args.state, args.out)
    else:
        parser.error("give --out to split or --join to put together")


if __name__ == "__main__":
    main()
