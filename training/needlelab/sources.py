"""Where groups come from: the hand-written corpus, the two syntheses and the public files, by name."""

from __future__ import annotations

import json
import random
from functools import partial
from pathlib import Path

from .chain import chained
from .corpus.topics import home_words, query_words, topic_words
from .public import Catalogue, catalogues, read_records, shared_group
from .swap import HOMES as AT_HOME
from .swap import Pools, pools_of, swapped

CORPUS = ("corpus-home", "corpus-context", "corpus-tools")
SYNTH = ("home", "tools", *CORPUS)
# Shares of the public groups: tools in another style, questions for other tools; of the questions there.
DRESSED, STRANGE = 0.5, 0.07
HOUSES = ("corpus-home", "home", "corpus-tools:rich", "corpus-tools:hass", "corpus-tools:w-")
ELSEWHERE = ("clinc_intents", "slurp_nlueval")
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
        self.pools: dict[str, Pools] = {}
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
            group = synth_group(rng, split, name, n_queries, n_tools)
            if split != "train":
                return group
            group = chained(rng, group)
            return self.asked_elsewhere(rng, group) if name in HOUSES else group
        found = self.public[name]
        catalogue = rng.choices(found, weights=[len(c.records) for c in found])[0]
        group = shared_group(rng, catalogue, n_queries, n_tools, REMOVED.get(name, 0.0), partial(swapped, source=name, pools=self.values(name)))
        return varied(rng, group, name)

    def asked_elsewhere(self, rng: random.Random, group: dict) -> dict:
        """A group of the home with a few questions that people asked of other assistants, when they share no word with what a home does."""
        found = [c.records for n in ELSEWHERE for c in self.public.get(n, ())]
        about = home_words().union(*(topic_words(t) for t in group["tools"]))
        for n, one in enumerate(group["items"]):
            if found and not one.get("facts") and rng.random() < STRANGE / 2:
                records = rng.sample(rng.choices(found, weights=[len(r) for r in found])[0], 8)
                record = next((r for r in records if r["answers"] and not query_words(r["query"]) & about), None)
                if record:
                    group["items"][n] = {**one, "query": record["query"], "answers": [], "hidden": [], "pattern": record["id"]}
        return group

    def values(self, name: str) -> Pools:
        """The values of a public file, found when first needed."""
        if name not in self.pools:
            self.pools[name] = pools_of(r for c in self.public[name] for r in c.records)
        return self.pools[name]


def varied(rng: random.Random, group: dict, source: str) -> dict:
    """A public group with questions that are for none of its tools and, sometimes, with the tools written in another style."""
    from .corpus.other import Costume, library
    from .corpus.strangers import Strangers
    from .corpus.synth import refused_item

    strangers = Strangers(library("train"), group["tools"], at_home=source in AT_HOME)
    for n in range(len(group["items"])):
        if rng.random() < STRANGE and (one := refused_item(rng, strangers)):
            group["items"][n] = one
    if rng.random() >= DRESSED:
        return group
    costume = Costume(rng, group["tools"], group["items"])
    costume.lean = False
    if source in AT_HOME:
        costume.described = max(costume.described, 0.8)
    return costume.dressed([])
