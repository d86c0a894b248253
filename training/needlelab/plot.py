"""Loss and exactness over time as a picture."""

from __future__ import annotations

import json
from pathlib import Path


def plot_log(folder: Path) -> None:
    """Draw folder/log.jsonl to folder/plot.png; silently nothing without matplotlib (it is optional)."""
    try:
        import matplotlib
    except ImportError:
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    path = folder / "log.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    if not rows:
        return
    items = [r["items"] for r in rows]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    left.semilogy(items, [r["loss"] for r in rows])
    left.set(xlabel="examples", ylabel="weighted loss")
    right.plot(items, [r["exact"] for r in rows], label="train batches")
    names = sorted({n for r in rows for n in r.get("val", {})})
    for name in names:
        seen = [(r["items"], r["val"][name]) for r in rows if name in r.get("val", {})]
        right.plot(*zip(*seen, strict=True), marker="o", label=f"heldout {name}")
    right.set(xlabel="examples", ylabel="teacher-forced exact", ylim=(0, 1))
    right.legend()
    figure.tight_layout()
    figure.savefig(folder / "plot.png", dpi=100)
    plt.close(figure)
