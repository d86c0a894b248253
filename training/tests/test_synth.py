"""The invented smart-home questions are well formed, kept apart by split, and fast to make."""

from __future__ import annotations

import random
import time

import pytest

from needlelab.synth import home_group
from needlelab.synth.check import problems
from needlelab.synth.compose import COMPILED
from needlelab.synth.devices import COVER_DEVICES, DEVICES, ROOMS
from needlelab.synth.kinds import kind_of, words_of
from needlelab.synth.tools import Tool, _duration
from needlelab.synth.values import Duration


def groups(split: str, count: int, seed: int) -> list[dict]:
    rng = random.Random(seed)
    return [home_group(rng, split, 8, rng.randint(4, 14)) for _ in range(count)]


@pytest.mark.parametrize(("split", "count"), [("train", 1900), ("heldout", 600)])
def test_every_item_is_sound(split: str, count: int) -> None:
    made = groups(split, count, 11)
    assert sum(len(g["items"]) for g in made) >= count * 8 * 0.98
    found = [p for g in made for p in problems(g)]
    assert found == []


def test_shares() -> None:
    items = [i for g in groups("train", 1500, 5) for i in g["items"]]
    refusals = sum(not i["answers"] for i in items) / len(items)
    several = sum(len(i["answers"]) > 1 for i in items) / len(items)
    removed = sum(i["pattern"].startswith("refuse/near/") for i in items) / len(items)
    assert 0.09 < removed < 0.115 and 0.14 < refusals < 0.20
    assert 0.16 < several < 0.24


def test_same_seed_same_groups() -> None:
    assert groups("train", 5, 3) == groups("train", 5, 3)


def test_splits_share_no_pattern() -> None:
    for op, banks in COMPILED.items():
        assert not {p[0] for p in banks["train"]} & {p[0] for p in banks["heldout"]}, op


def test_speed() -> None:
    started = time.perf_counter()
    made = groups("train", 300, 1)
    rate = sum(len(g["items"]) for g in made) / (time.perf_counter() - started)
    assert rate > 1500


def test_splits_share_no_device_word() -> None:
    for table in (DEVICES, COVER_DEVICES):
        for (kind, split), rows in table.items():
            if split == "heldout":
                assert rows and not {r[0] for r in rows} & {r[0] for r in table[kind, "train"]}, kind
    assert not set(ROOMS["train"]) & set(ROOMS["heldout"])


def test_opposites_are_not_confused() -> None:
    """A plain "turn off" never means on, and so for locks and covers."""
    forbidden = {
        "turn_on": "turn off",
        "turn_off": "turn on",
        "lock": "unlock the",
        "open": "close the",
        "close": "open the",
    }
    seen = 0
    for group in groups("train", 700, 21):
        if group["skin"] != "catalogue":
            continue
        for item in group["items"]:
            if len(item["answers"]) == 1 and item["answers"][0]["name"] in forbidden and "/{" not in item["pattern"]:
                if item["pattern"].startswith(("slip", "first")):
                    continue
                seen += 1
                assert forbidden[item["answers"][0]["name"]] not in item["query"].lower(), item
    assert seen > 200


def test_a_duration_of_one_part_is_amount_and_unit() -> None:
    key = ("unit", "amount", "unit", "h", "min", "s")
    assert _duration(key, Duration((0, 1), minutes=20)) == {"amount": 20, "unit": "min"}
    assert _duration(key, Duration((0, 1), hours=1, minutes=20)) is None


@pytest.mark.parametrize(("ops", "domain", "kind"), [(("bright_set", "color_set"), None, "light"), (("lock", "unlock"), None, "lock"), (("on", "off"), "fan", "fan"), (("on", "bright_set"), None, None)])
def test_a_tool_for_one_kind_may_name_its_target_so(ops: tuple[str, ...], domain: str | None, kind: str | None) -> None:
    assert kind_of(Tool({}, dict.fromkeys(ops, {})), domain) == kind


def test_the_words_of_a_key() -> None:
    assert [words_of(k) for k in ("which_light", "lampId", "room", "id")] == ["light", "lamp", "room", "id"]
