"""Fillings that fit the words around them, and last turns that lead to the question."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from needlelab.corpus.before import apart_from, led_here
from needlelab.corpus.load import Fault, home_tools, make_pattern
from needlelab.corpus.need import Draw
from needlelab.corpus.plan import make_plan
from needlelab.corpus.write import write

HOME = home_tools()


def pattern(q: str, calls: list[str], blocks: list[str] | None = None):
    faults: list[Fault] = []
    made = make_pattern({"q": q, "c": calls, "x": blocks or [], "v": "plain"}, Path("a/b.jsonl"), 1, "a", faults)
    assert made and not faults, faults
    return made


def levels(q: str, call: str) -> list[int]:
    plan = make_plan(pattern(q, [call]), HOME, {})
    return [made.fillings["percent"].value for seed in range(80) if (made := write(plan, Draw(random.Random(seed), "train", False)))]


def test_levels_agree_with_the_words() -> None:
    call = "set_brightness(name={light}, level={percent})"
    assert max(levels("candlelight please, {percent} on the {light}", call)) <= 50


def test_it_is_one_device() -> None:
    plan = make_plan(pattern("who left the {light} on, turn it off", ["turn_off(name={light})"]), HOME, {})
    made = [m for seed in range(80) if (m := write(plan, Draw(random.Random(seed), "train", False)))]
    assert made and not any(m.fillings["light"].plural for m in made)


def test_a_child_is_no_doctor() -> None:
    tool = {"name": "lunch", "parameters": {"type": "object", "properties": {"child": {"type": "string"}}, "required": ["child"]}}
    plan = make_plan(pattern("lunch for {person}", ["lunch(child={person})"]), {"lunch": tool}, {})
    names = [m.fillings["person"].text for seed in range(300) if (m := write(plan, Draw(random.Random(seed), "train", False)))]
    assert len(names) > 200 and not any(re.search(r"\b(Dr|Mr|Mrs|Coach|boss|Dad|Grandma)\b", n, re.IGNORECASE) for n in names)


@pytest.mark.parametrize(
    ("q", "tool", "other"), [("and the {light} too", "turn_off", "on"), ("the {light} off too", "turn_off", None), ("likewise the {light}", "turn_on", "off"), ("{light} on as well", "turn_on", None)]
)
def test_only_the_last_turn_tells_on_from_off(q: str, tool: str, other: str | None) -> None:
    made = pattern(q, [f"{tool}(name={{light}})"], [f"last | {tool} | device={{light2}}"])
    assert apart_from(tool, made) == other


def test_a_resumed_player_was_paused() -> None:
    made = pattern("go on with it", ["control_media(action=resume, name={media})"], ["last | control_media | device={media}"])
    assert led_here("control_media", made) == ("media_pause", "media_stop")
