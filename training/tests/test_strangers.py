"""Questions from elsewhere, and an owner's own tools beside those of the home."""

from __future__ import annotations

import random

import pytest

from needlelab.corpus.load import home_tools
from needlelab.corpus.other import library, tools_items
from needlelab.corpus.strangers import Guests, Strangers
from needlelab.corpus.synth import home_group, refused_item
from needlelab.corpus.topics import home_words, query_words, topic_words


@pytest.fixture(scope="module")
def home() -> list[dict]:
    return list(home_tools().values())


def test_strangers_share_no_word_with_the_tools_of_a_home(home: list[dict]) -> None:
    strangers, rng = Strangers(library("train"), home, at_home=True), random.Random(1)
    about = home_words().union(*(topic_words(t) for t in home))
    made = [one for _ in range(60) if (one := refused_item(rng, strangers))]
    assert len(made) > 30
    assert all(one["answers"] == [] and one["hidden"] == [] for one in made)
    plans = [p for _ in range(60) if (p := strangers.pick(rng))]
    assert not [p.pattern.q for p in plans if query_words(p.pattern.q.replace("{", " {")) & about and "{" not in p.pattern.q]


def test_guests_are_about_something_else_than_the_home(home: list[dict]) -> None:
    words = [topic_words(t) for t in home]
    for seed in range(20):
        guests = Guests(random.Random(seed), library("train"), home, 4)
        assert len(guests.tools) <= 4
        assert all(len(t.about & w) < 2 for t in guests.tools for w in words)
        plan = guests.pick(random.Random(seed))
        assert plan is None or plan.tools <= set(guests.specs)


def test_an_owner_s_tool_is_called_and_without_it_nothing_is() -> None:
    called = silent = 0
    for seed in range(60):
        group = home_group(random.Random(seed), "train", 24, 8)
        known = {t["name"] for t in group["tools"]}
        assert len(group["tools"]) == len(known) <= 16
        for one in group["items"]:
            assert {c["name"] for c in one["answers"]} <= known
            assert set(one["hidden"]) < known
            custom = one["pattern"].startswith("corpus/custom/")
            called += custom and bool(one["answers"])
            silent += custom and bool(one["hidden"])
            assert not (one["hidden"] and one["answers"])
    assert called > 40
    assert silent > 3


def test_lists_beyond_the_home_are_asked_for_what_they_cannot_do() -> None:
    strange = [one for seed in range(40) for group in [tools_items(random.Random(seed), "train", 24, 8)] for one in group["items"] if not one["answers"] and not one["hidden"]]
    assert len(strange) > 20
