"""Questions from elsewhere: what nobody in this list of tools can do, and an owner's own tools beside those of the home."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .plan import Plan
from .topics import home_words, query_words, topic_words

if TYPE_CHECKING:
    from .other import Library, Tool

HOUSES = re.compile(r"/(rich|hass|v-)|pools/w-")  # files that hold all that an assistant of a home does
ALONE = frozenset(("", "question", "state", "except", "nearmiss", "unsupported"))  # clear without what else is in the room
SLOT = re.compile(r"\{[^}]*\}")
TRIES = 8


class Strangers:
    """Plans over other files whose words have nothing in common with the tools of a list; `at_home`: nor with what a home does."""

    def __init__(self, books: Library, tools: Iterable[dict], topics: Iterable[str] = (), at_home: bool = False) -> None:
        known, own = (topic_words(t) for t in tools), frozenset(topics)
        self.about = frozenset().union(*known, home_words() if at_home else ())
        self.lists = [plans for topic, plans in abroad(books) if topic not in own]

    def pick(self, rng: random.Random) -> Plan | None:
        """A plan that these tools cannot serve; None when none is found soon."""
        for _ in range(TRIES if self.lists else 0):
            plan, words = rng.choice(rng.choice(self.lists))
            if not words & self.about:
                return plan
        return None


@functools.lru_cache(maxsize=4)
def abroad(books: Library) -> list[tuple[str, list[tuple[Plan, frozenset[str]]]]]:
    """By file, the plans that are clear by themselves and ask for one thing or for what the file cannot do, with the words that say what each is about."""
    found = []
    for topic in books.asked:
        if HOUSES.search(topic):
            continue
        about = {t.spec["name"]: t.about for t in books.files[topic]}
        acting = [p for plans in books.made.boxes[topic].by_need.values() for p in plans if len(p.pattern.calls) == 1]
        plans = [p for p in (*acting, *books.made.refused.get(topic, ())) if p.pattern.kind in ALONE and not p.pattern.blocks]
        if plans:
            found.append((topic, [(p, query_words(SLOT.sub(" ", p.pattern.q)).union(*(about.get(n, ()) for n in p.tools))) for p in plans]))
    return found


class Guests:
    """A few tools that an owner added to a home's list, and what is asked of them."""

    def __init__(self, rng: random.Random, books: Library, tools: Iterable[dict], most: int) -> None:
        about = [topic_words(t) for t in tools]
        names = {t["name"] for t in tools}
        files = [t for t in books.asked if t.startswith("custom/")]
        self.tools: list[Tool] = []
        topic = rng.choice(files) if files else ""
        acting = books.made.boxes[topic].by_need if topic else {}
        wanted = [need for need in acting if len(need) == 1]
        for need in rng.sample(wanted, min(len(wanted), most)):
            tool = next((t for t in books.files[topic] if t.spec["name"] in need), None)
            if tool and tool.spec["name"] not in names and all(len(tool.about & other) < 2 for other in about):
                self.tools.append(tool)
                about.append(tool.about)
        self.specs = {t.spec["name"]: t.spec for t in self.tools}
        self.lists = [[p for p in plans if not p.pattern.blocks] for need, plans in acting.items() if need and need <= set(self.specs)]
        self.lists = [plans for plans in self.lists if plans]

    def pick(self, rng: random.Random) -> Plan | None:
        """A plan over these tools."""
        return rng.choice(rng.choice(self.lists)) if self.lists else None
