"""Lists of members short enough for a block."""

from __future__ import annotations

import random
from pathlib import Path

from needlelab.corpus.slim import LEAST, ROOM, size, slimmed
from needlelab.corpus.synth import corpus_group
from needlelab.render import BlockTooLong
from needlelab.tokens import Tokens

VOCABULARY = Path(__file__).resolve().parents[2] / "models" / "needle-small.tokenizer.model"
MANY = {"kind": {"type": "string", "enum": [f"member number {n}" for n in range(40)]}, "few": {"type": "string", "enum": ["on", "off"]}}


def test_what_is_said_stays_and_the_rest_makes_room() -> None:
    kept = {"member number 3", "member number 31"}
    made = slimmed(random.Random(1), "ask", MANY, kept)
    assert size("ask", made) <= ROOM
    assert kept < set(made["kind"]["enum"]) < set(MANY["kind"]["enum"])
    assert made["few"] == MANY["few"]
    assert len(MANY["kind"]["enum"]) == 40


def test_a_list_that_is_all_said_stays_whole() -> None:
    assert slimmed(random.Random(1), "ask", MANY, {f"member number {n}" for n in range(40)}) == MANY
    assert len(slimmed(random.Random(1), "ask", {"kind": {"items": {"enum": ["x" * 200 + str(n) for n in range(9)]}}}, set())["kind"]["items"]["enum"]) == LEAST


def test_home_assistant_s_tools_fit_a_block() -> None:
    tokens, fits, long = Tokens(str(VOCABULARY)), 0, 0
    for seed in range(40):
        group = corpus_group(random.Random(seed), "train", 12, 8, "tools:hass")
        for tool in group["tools"]:
            try:
                tokens.tool(tool, 128)
                fits += 1
            except BlockTooLong:
                long += 1
        schemas = {t["name"]: t["parameters"]["properties"] for t in group["tools"]}
        for call in (c for one in group["items"] for c in one["answers"]):
            for key, value in call["arguments"].items():
                members = schemas[call["name"]][key].get("enum")
                assert members is None or value in members
    assert long <= fits / 100
