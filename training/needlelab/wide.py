"""Pools of 1 to 60 tools with their questions, for the selection vector: lists of several sources side by side, as a home and its owner's own tools are."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .corpus.other import library
from .corpus.topics import home_words, query_words, topic_words
from .sources import synth_group

SHARES: dict[str, float] = {"corpus-home": 0.4, "corpus-tools": 0.3, "home": 0.15, "tools": 0.15}
HOMES = frozenset(("corpus-home", "home"))
MOST, NARROW = 60, 16  # tools of a pool; of one of its lists that is no home's


@dataclass(frozen=True, slots=True)
class Member:
    """A tool of a pool, the source of its list and the words it is about."""

    spec: dict
    source: str
    about: frozenset[str]

    @property
    def home(self) -> bool:
        return self.source in HOMES


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its words, and the tools that answer it; `part`: the list it belongs to."""

    query: str
    words: frozenset[str]
    right: tuple[Member, ...]
    pattern: str


def rivals(tool: Member, one: Question) -> bool:
    """Whether a tool of another list might answer a question too, as far as words tell; rather yes than no."""
    if any(tool.home or r.home for r in one.right):
        mixed = tool if not tool.home else one.right[0]
        if mixed.about & home_words() or (mixed is not tool and (one.words & home_words() or re.search(r"\b(on|off)\b", one.query.lower()))):
            return True
        if mixed is tool and tool.about & one.words:
            return True
    heard, alike = len(tool.about & one.words), max(len(tool.about & r.about) for r in one.right)
    return heard >= 2 or alike >= 2 or (heard >= 1 and alike >= 1)


class Pool:
    """Tools of several lists and the questions that only their own list answers."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.members: dict[str, Member] = {}
        self.questions: dict[str, Question] = {}

    def join(self, rng: random.Random, source: str, group: dict, share: int) -> None:
        """Adds up to `share` tools of a group that are no rivals of the questions so far, and its questions that have no rival so far."""
        before, asked = list(self.members.values()), list(self.questions.values())
        fresh: dict[str, Member] = {}
        specs = rng.sample(group["tools"], len(group["tools"]))
        for spec in specs:
            one = Member(spec, source, topic_words(spec))
            if len(fresh) < min(share, self.size - len(before)) and spec["name"] not in self.members and not any(rivals(one, q) for q in asked):
                fresh[spec["name"]] = one
        self.members |= fresh
        for item in group["items"]:
            names = list(dict.fromkeys(c["name"] for c in item["answers"]))
            if not names or item.get("facts") or not all(n in fresh for n in names):
                continue
            one = Question(item["query"], query_words(item["query"]), tuple(fresh[n] for n in names), item["pattern"])
            if not any(rivals(m, one) for m in before):
                self.questions.setdefault(one.query, one)

    def fill(self, rng: random.Random, split: str) -> None:
        """Strangers of the corpus until the pool is full."""
        every = library(split).every
        for _ in range(self.size * 40):
            if len(self.members) >= self.size:
                return
            tool = rng.choice(every)
            one = Member(tool.spec, "corpus-tools", tool.about)
            if one.spec["name"] not in self.members and not any(rivals(one, q) for q in self.questions.values()):
                self.members[one.spec["name"]] = one

    def written(self, rng: random.Random, questions: int) -> dict:
        """The pool as a group."""
        members = rng.sample(list(self.members.values()), len(self.members))
        place = {m.spec["name"]: i for i, m in enumerate(members)}
        chosen = rng.sample(list(self.questions.values()), min(questions, len(self.questions)))
        items = [{"query": q.query, "right": sorted(place[m.spec["name"]] for m in q.right), "source": q.right[0].source, "pattern": q.pattern} for q in chosen]
        return {"tools": [m.spec for m in members], "items": items}


def draw_pool(rng: random.Random, sources: Mapping[str, float], split: str, tools: int, questions: int) -> Pool:
    """A pool of `tools` tools, or fewer where too many would be rivals: a first list of up to all of them, then others, at most one of a home."""
    pool, names = Pool(tools), list(sources)
    for n in range(8):
        room = tools - len(pool.members)
        open_names = [s for s in names if s not in HOMES or not any(m.home for m in pool.members.values())]
        if room < 1 or not open_names:
            break
        source = rng.choices(open_names, weights=[sources[s] for s in open_names])[0]
        share = rng.randint(-(-room // 3), room) if n == 0 else room
        share = share if source in HOMES else min(share, NARROW)
        asked = max(4, round(questions * share / tools) + 4)
        pool.join(rng, source, synth_group(rng, split, source, asked, max(share, 3)), share)
    pool.fill(rng, split)
    return pool


def wide_group(rng: random.Random, sources: Mapping[str, float] = SHARES, split: str = "train", tools: int | None = None, questions: int = 24) -> dict:
    """{"tools": [...], "items": [{"query", "right": [places], "source", "pattern"}]} with exactly `tools` tools, 1 to 60 (None: any number of these).

    `sources`: shares of corpus-home, corpus-tools, home and tools. Every item has a right tool, and up to `questions` items come.
    """
    size = rng.randint(1, MOST) if tools is None else tools
    if not 1 <= size <= MOST:
        raise ValueError(f"wide_group: tools is {size}: give 1 to {MOST}")
    unknown = set(sources) - set(SHARES)
    if unknown or not sources:
        raise ValueError(f"wide_group: sources {sorted(unknown)} have no lists to mix: give some of {', '.join(SHARES)}")
    for _ in range(100):
        pool = draw_pool(rng, sources, split, size, questions)
        if len(pool.members) == size and pool.questions:
            return pool.written(rng, questions)
    raise RuntimeError(f"wide_group: no pool of {size} tools from {', '.join(sources)} ({split}) in 100 draws: allow more sources")
