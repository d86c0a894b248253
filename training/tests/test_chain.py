"""Questions of a group that are said in one breath."""

import random

from needlelab.chain import chained, continued, is_joinable, joined
from needlelab.sources import synth_group


def item(query: str, *calls: tuple[str, dict], **more: object) -> dict:
    return {"query": query, "answers": [{"name": n, "arguments": a} for n, a in calls], "hidden": [], "kind": "", "pattern": query, **more}


LAMP, FAN = item("Turn on the lamp.", ("turn_on", {"name": "lamp"})), item("Stop the fan", ("turn_off", {"name": "fan"}))


def test_joins_words_and_calls_in_the_order_said():
    for seed in range(40):
        made = joined(random.Random(seed), LAMP, FAN)
        assert made and made["query"].startswith("Turn on the lamp") and made["query"].lower().endswith("stop the fan")
        assert [c["name"] for c in made["answers"]] == ["turn_on", "turn_off"] and made["kind"] == "multi"
        assert ".," not in made["query"] and ". and" not in made["query"]


def test_a_question_keeps_its_mark_only_before_a_new_sentence():
    ask = item("is the gate open?", ("get_state", {"name": "gate"}))
    for seed in range(40):
        made = joined(random.Random(seed), ask, LAMP)
        assert made and ("?" not in made["query"] or "open? Turn" in made["query"])


def test_names_keep_their_capitals():
    assert continued(item("Marta's lamp off", ("turn_off", {"name": "Marta's lamp"}))).startswith("Marta")
    assert continued(item("Marta's lamp off", ("turn_off", {"owner": "Marta"}))).startswith("Marta's")
    assert continued(item("Netflix, please", ("play", {"on": "Netflix"}))).startswith("Netflix")
    assert continued(item("Living room off", ("turn_off", {"name": "living room"}))).startswith("living")
    assert continued(item("I am cold", ("heat", {}))).startswith("I am")
    assert continued(item("TV off", ("turn_off", {"name": "TV"}))).startswith("TV")
    assert continued(FAN) == "stop the fan"


def test_leaves_what_leans_on_other_words_or_ends_openly():
    note = item("write down we need a new tap", ("note", {"text": "we need a new tap"}))
    assert joined(random.Random(1), note, LAMP) is None
    assert joined(random.Random(1), LAMP, item("and the fan", ("turn_on", {"name": "fan"}))) is None
    assert joined(random.Random(1), LAMP, LAMP) is None
    assert not is_joinable(item("nice lamp")) and not is_joinable({**LAMP, "facts": [1]}) and not is_joinable({**LAMP, "hidden": ["turn_on"]})


def test_values_stand_in_the_words_of_a_chained_group():
    rng = random.Random(3)
    found = 0
    for source in ("corpus-home", "corpus-tools:rich", "home"):
        group = synth_group(rng, "train", source, 24, 8)
        before = {i["query"]: i for i in group["items"]}
        for one in chained(rng, group, 0.6)["items"]:
            if one["query"] not in before:
                found += 1
                assert 2 <= len(one["answers"]) <= 4 and len(one["query"]) < 170
    assert found > 10
