"""Where groups come from: the hand-written corpus, the two syntheses and the public files, by name."""

from __future__ import annotations

import json
import random
from pathlib import Path

from .public import Catalogue, catalogues, read_records, shared_group

CORPUS = ("corpus-home", "corpus-context", "corpus-tools")
SYNTH = ("home", "tools", *CORPUS)
# Share of the questions whose right tool is taken away: only where every intent is one of its own.
REMOVED = {"clinc_intents": 0.3}
MIX = Path(__file__).resolve().parents[1] / "mixes" / "default.json"


def read_mix(path: Path = MIX) -> dict[str, float]:
    """Share of groups by source; a public file is named by its stem."""
    return json.loads(path.read_text(encoding="utf-8"))


def is_made(source: str) -> bool:
    """Whether a source is the corpus or a synthesis, not a public file; `corpus-tools:rich` is a part of one."""
    return source.partition(":")[0] in SYNTH


def synth_group(rng: random.Random, split: str, source: str, n_queries: int, n_tools: int) -> dict:
    """A group of the corpus or of one of the two syntheses."""
    if source.partition(":")[0] in CORPUS:
        from .corpus.synth import corpus_group

        return corpus_group(rng, split, n_queries, n_tools, source.removeprefix("corpus-"))
    if source == "home":
        from .synth.home import home_group

        return home_group(rng, split, n_queries, n_tools)
    from .synth_tools import tools_group

    return tools_group(rng, split, n_queries, n_tools)


class Sources:
    """Draws groups by the mix; sources whose data is missing are left out."""

    def __init__(self, data: Path | None, mix: dict[str, float]) -> None:
        self.public: dict[str, list[Catalogue]] = {}
        for name in mix:
            path = data / f"{name}.jsonl.gz" if data else None
            if path and path.exists():
                self.public[name] = catalogues(read_records(path))
        self.mix = {n: w for n, w in mix.items() if is_made(n) or n in self.public}

    def draw(self, rng: random.Random, split: str, n_queries: int) -> tuple[str, dict]:
        """(source, group) with 4 to 14 tools, more often few."""
        name = rng.choices(list(self.mix), weights=list(self.mix.values()))[0]
        return name, self.draw_from(rng, name, split, n_queries)

    def draw_from(self, rng: random.Random, name: str, split: str, n_queries: int) -> dict:
        """A group of one source."""
        n_tools = min(rng.randint(4, 14), rng.randint(6, 14))
        if is_made(name):
            return synth_group(rng, split, name, n_queries, n_tools)
        found = self.public[name]
        catalogue = rng.choices(found, weights=[len(c.records) for c in found])[0]
        return shared_group(rng, catalogue, n_queries, n_tools, REMOVED.get(name, 0.0))
