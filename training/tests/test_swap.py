"""Public records with other values in the same places."""

from __future__ import annotations

import random

from needlelab.swap import pools_of, renamed, swapped

TOOL = {"name": "HassTurnOn", "parameters": {"properties": {"name": {"type": "string"}, "area": {"type": "string"}, "domain": {"type": "string", "enum": ["light"]}}}}


def record(query: str, **arguments: str) -> dict:
    return {"query": query, "tools": [TOOL], "answers": [{"name": "HassTurnOn", "arguments": arguments}]}


def test_a_new_value_stands_in_the_question_and_in_the_answer() -> None:
    one = record("turn on the gas valve in the study", name="gas valve", area="study")
    before, changed = str(one), 0
    for seed in range(300):
        made = swapped(random.Random(seed), one, "ha_intents_templates", pools_of([one]))
        values = made["answers"][0]["arguments"]
        assert all(made["query"].count(v) == 1 for v in values.values())
        assert made["query"].startswith("turn on ")
        assert " in the " in made["query"]
        changed += values["name"] != "gas valve" and values["area"] != "study"
    assert changed > 40
    assert str(one) == before


def test_members_of_a_list_and_words_said_twice_stay() -> None:
    for one in (record("light on please", domain="light"), record("study study light", area="study"), record("lamp", name="reading lamp")):
        assert all(swapped(random.Random(seed), one, "ha_intents_templates", {}) == one for seed in range(50))


def test_what_acts_on_nothing_stays() -> None:
    one = {"query": "hello", "tools": [TOOL], "answers": []}
    assert swapped(random.Random(1), one, "ha_intents_templates", {}) is one


def test_other_sources_take_values_of_the_same_place() -> None:
    said = ["oslo", "bergen", "paris", "rome", "bern", "kyoto", "accra"]
    records = [record(f"weather in {city}", area=city) for city in said]
    made = [swapped(random.Random(seed), records[0], "slurp_nlueval", pools_of(records)) for seed in range(60)]
    assert {m["answers"][0]["arguments"]["area"] for m in made} > {"oslo"}
    assert all(m["query"] == f"weather in {m['answers'][0]['arguments']['area']}" for m in made)


def test_a_device_keeps_its_sort() -> None:
    assert all("valve" in renamed(random.Random(seed), "bathroom valve", measured=False).split() for seed in range(50))
