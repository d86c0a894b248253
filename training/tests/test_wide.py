"""Pools of up to 60 tools hold their right tools, nothing twice, and no other tool that would do as well."""

from __future__ import annotations

import random

import pytest

from needlelab.corpus.bank import bank
from needlelab.corpus.load import home_tools, is_heldout
from needlelab.corpus.other import library
from needlelab.corpus.topics import query_words, topic_words
from needlelab.render import render_tool
from needlelab.wide import HOMES, MOST, SHARES, Member, Question, rivals, wide_group


@pytest.mark.parametrize("split", ["train", "heldout"])
@pytest.mark.parametrize("size", [1, 2, 14, 37, MOST])
def test_a_pool_has_the_asked_size_and_its_right_tools(split: str, size: int) -> None:
    for seed in range(6):
        group = wide_group(random.Random(f"{seed}/{size}"), SHARES, split, size)
        assert len(group["tools"]) == size == len({t["name"] for t in group["tools"]})
        assert 1 <= len(group["items"]) <= 24 and len({i["query"] for i in group["items"]}) == len(group["items"])
        for item in group["items"]:
            assert item["query"] and item["source"] in SHARES
            assert item["right"] and item["right"] == sorted(set(item["right"])) and 0 <= item["right"][0] and item["right"][-1] < size


def test_the_same_seed_gives_the_same_pool_and_sizes_vary() -> None:
    assert wide_group(random.Random(5)) == wide_group(random.Random(5))
    rng = random.Random(6)
    sizes = {len(wide_group(rng)["tools"]) for _ in range(30)}
    assert min(sizes) < 15 and max(sizes) > 45


def test_every_source_is_asked_and_every_tool_can_be_rendered() -> None:
    rng, asked = random.Random(7), set()
    for _ in range(30):
        group = wide_group(rng, tools=MOST)
        asked |= {i["source"] for i in group["items"]}
        assert all(render_tool(t, 4000, len)[0] for t in group["tools"])
        right = {t for i in group["items"] for t in i["right"]}
        assert len(right) <= MOST - 5, "most tools of a wide pool are asked, so nothing has to be found"
    assert asked == set(SHARES)


def test_only_the_asked_sources_come() -> None:
    for name in SHARES:
        group = wide_group(random.Random(8), {name: 1.0}, "train", 20)
        assert {i["source"] for i in group["items"]} == {name}


def test_a_tool_that_shares_the_wish_is_a_rival() -> None:
    home = {n: Member(t, "corpus-home", topic_words(t)) for n, t in home_tools().items()}

    def asked(query: str, right: Member) -> Question:
        return Question(query, query_words(query), (right,), "")

    def other(name: str, description: str) -> Member:
        spec = {"name": name, "description": description}
        return Member(spec, "corpus-tools", topic_words(spec))

    pump, pizza = other("roof_pump", "Pump to the roof tank"), other("orderFood", "Order food from a restaurant")
    assert rivals(other("sky_report", "Weather at the airport"), asked("will it rain", home["get_weather"]))
    assert rivals(pump, asked("start the pump please", home["turn_on"])) and not rivals(pump, asked("brighter please", home["change_brightness"]))
    assert rivals(home["turn_on"], asked("roof tank on", pump))
    assert rivals(pizza, asked("order me a pizza", other("pizza.order", "One pizza"))) and not rivals(pizza, asked("fill the roof", pump))


def test_pools_of_training_keep_what_is_held_out_away() -> None:
    rng = random.Random(9)
    owned = {t.spec["name"] for t in library("train").every if t.topic.startswith("custom/")}
    assert not [n for n in owned if is_heldout(f"tool/{n}")]
    hidden = {f"corpus/{p.area}/{p.path.stem}:{p.line}" for p in bank("train").corpus.patterns if p.heldout}
    for _ in range(25):
        assert not hidden & {i["pattern"] for i in wide_group(rng, tools=40)["items"]}


def test_a_home_comes_once_and_others_stand_beside_it() -> None:
    rng, mixed = random.Random(10), 0
    for _ in range(20):
        sources = {i["source"] for i in wide_group(rng, tools=MOST)["items"]}
        assert len(sources & HOMES) <= 1
        mixed += len(sources) > 1
    assert mixed >= 5


@pytest.mark.parametrize(("sources", "tools"), [(SHARES, 0), (SHARES, 61), ({"snips": 1.0}, 5), ({}, 5)])
def test_what_cannot_be_drawn_is_refused(sources: dict[str, float], tools: int) -> None:
    with pytest.raises(ValueError, match="wide_group: .*give"):
        wide_group(random.Random(1), sources, "train", tools)
