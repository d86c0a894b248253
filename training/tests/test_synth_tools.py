"""What the tool synthesis promises: every gold answer can be read off the question and the schema."""

from __future__ import annotations

import random
import re
from functools import cache

import pytest

from needlelab.synth_tools import tools_group
from needlelab.synth_tools.fills import pool
from needlelab.synth_tools.grammar import library, parse_pattern, sure
from needlelab.synth_tools.numbers import forms, spoken

_INSIDE = re.compile(r"[A-Za-z0-9_\x80-\U0010ffff]{2}")


@cache
def _groups(split: str) -> list[dict]:
    rng = random.Random("test:" + split)
    return [tools_group(rng, split, 12, rng.randint(3, 14)) for _ in range(850)]


def _span(query: str, value: str) -> bool:
    """Whether the value stands in the question as whole words."""
    i = query.find(value)
    while i >= 0:
        j = i + len(value)
        if not (i and _INSIDE.match(query[i - 1 : i + 1])) and not (
            j < len(query) and _INSIDE.match(query[j - 1 : j + 1])
        ):
            return True
        i = query.find(value, i + 1)
    return False


def _check(value: object, schema: dict, query: str) -> None:
    kind = schema["type"]
    if "enum" in schema:
        assert value in schema["enum"]
    elif kind == "string":
        assert isinstance(value, str) and value and value == value.strip() and _span(query, value)
    elif kind == "array":
        assert isinstance(value, list) and value
        for item in value:
            _check(item, schema["items"], query)
    elif kind == "boolean":
        assert isinstance(value, bool)
    else:
        assert isinstance(value, (int, float) if kind == "number" else int) and not isinstance(value, bool)
        assert any(re.search(rf"(?<![\w.]){re.escape(f)}(?!\w)", query.lower()) for f in forms(value)), (value, query)
        assert schema.get("minimum", value) <= value <= schema.get("maximum", value)


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_answers_follow_from_question_and_schema(split: str) -> None:
    items = 0
    for group in _groups(split):
        tools = {t["name"]: t["parameters"] for t in group["tools"]}
        assert 3 <= len(group["tools"]) == len(tools) <= 14
        for parameters in tools.values():
            assert parameters["type"] == "object" and set(parameters["required"]) <= set(parameters["properties"])
        for item in group["items"]:
            items += 1
            assert item["query"] == " ".join(item["query"].split()) and item["pattern"]
            assert len(item["answers"]) <= 4
            for answer in item["answers"]:
                parameters = tools[answer["name"]]
                arguments = answer["arguments"]
                assert set(parameters["required"]) <= set(arguments), item
                assert [k for k in parameters["properties"] if k in arguments] == list(arguments)
                for key, value in arguments.items():
                    try:
                        _check(value, parameters["properties"][key], item["query"])
                    except AssertionError as error:
                        raise AssertionError(f"{key}={value!r} in {item}") from error
    assert items >= 10_000


def test_splits_do_not_meet() -> None:
    caps = library()
    patterns = {p.id: p for c in caps.values() for p in c.patterns}
    for item in (i for g in _groups("train") for i in g["items"]):
        pid = item["pattern"].removeprefix("absent:").removeprefix("multi:")
        if pid in patterns:
            assert not patterns[pid].heldout and not caps[pid.rsplit(":", 1)[0]].heldout
    for kind in ("song", "msg", "person", "city", "code"):
        assert not set(pool(kind, "train")) & set(pool(kind, "heldout"))


def test_mix() -> None:
    items = [i for g in _groups("train") for i in g["items"]]
    share = {n: sum(len(i["answers"]) == n for i in items) / len(items) for n in range(5)}
    assert 0.1 < share[0] < 0.18 and 0.1 < share[2] + share[3] + share[4] < 0.2
    assert len({i["query"] for i in items}) > 0.9 * len(items)


def test_same_seed_same_group() -> None:
    assert tools_group(random.Random(5), "train", 6, 7) == tools_group(random.Random(5), "train", 6, 7)


def test_library_is_sound() -> None:
    for cap in library().values():
        required = {k for k, p in cap.params.items() if p.required}
        assert len(cap.patterns) >= 6 and cap.descriptions, cap.id
        usable = [p for p in cap.patterns if required <= sure(p.seq, set(cap.params), required)]
        assert [p for p in usable if not p.heldout], cap.id
        for p in cap.params.values():
            for cues in p.cues.values():
                assert cues
            if p.of:
                assert pool(p.of, "train"), (cap.id, p.of)


def test_patterns_that_do_not_close_are_refused() -> None:
    for text in ("a {b", "a (b|c", "a [b", "a b)"):
        with pytest.raises(ValueError):
            parse_pattern(text)
    assert spoken(1342) == "one thousand three hundred and forty two"
