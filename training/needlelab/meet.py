"""Two runs that share what they learn: each takes, every so often, the mean of its weights and the other's (local SGD, Stich 2019, arXiv 1805.09767).

One process a core loses nothing to waiting, where two threads of one process wait for each other and for every neighbour.
"""

from __future__ import annotations

import time
from pathlib import Path

import torch

FILE = "shared.pt"


class Meeting:
    """`folder`: this run's own; `other`: the folder of the run beside it; `minutes` between meetings. Neither waits for the other."""

    def __init__(self, folder: Path, other: Path | None, minutes: float) -> None:
        self.mine, self.theirs = folder / FILE, other / FILE if other else None
        self.every, self.last, self.seen = minutes * 60, time.time(), time.time()

    def due(self) -> bool:
        """Whether it is time."""
        return self.theirs is not None and time.time() - self.last > self.every

    @torch.no_grad()
    def meet(self, model: torch.nn.Module) -> bool:
        """Show this run's weights and take the mean with the other's, if it has shown new ones."""
        self.last = time.time()
        own = dict(model.named_parameters())
        torch.save({n: p.detach() for n, p in own.items()}, self.mine.with_suffix(".tmp"))
        self.mine.with_suffix(".tmp").replace(self.mine)
        if self.theirs is None or not self.theirs.exists() or (written := self.theirs.stat().st_mtime) <= self.seen:
            return False
        try:
            found = torch.load(self.theirs, map_location=next(iter(own.values())).device, weights_only=True)
        except Exception as error:  # noqa: BLE001  whatever a half-written file raises
            print(f"        no meeting: {error!r}", flush=True)
            return False
        self.seen = written
        for name, p in own.items():
            p.lerp_(found[name], 0.5)
        return True
