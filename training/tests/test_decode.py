"""Answers side by side: never a less likely one than greedy finds, and greedy is a beam of one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from needlelab import decode
from needlelab.model import Config, Needle
from needlelab.tokens import ARG_ID, CALL, EOS, VAL_ID, Tokens

VOCABULARY = Path(__file__).resolve().parents[2] / "models" / "needle-small.tokenizer.model"
LAMP = {"name": "turn_on", "description": "Switch a lamp on", "parameters": {"type": "object", "properties": {"name": {"type": "string"}, "level": {"type": "integer"}}, "required": ["name"]}}
MODE = {"name": "set_mode", "description": "Mode of the heating", "parameters": {"type": "object", "properties": {"mode": {"type": "string", "enum": ["heat", "cool", "off"]}}, "required": ["mode"]}}
ASKED = ("turn on the kitchen lamp", "heating to cool", "twenty percent in the hall")


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens(str(VOCABULARY))


def model_of(seed: int) -> Needle:
    torch.manual_seed(seed)
    model = Needle(Config(d=64, enc_layers=2, dec_layers=1, heads=2, kv_heads=1, head_dim=32, from_layer=1, select_len=8)).eval()
    model.embed.weight.data.mul_(30)  # differences that matter
    return model


def greedy(model: Needle, tokens: Tokens, query: str) -> tuple[list[dict], float]:
    """The likeliest id at each step, with nothing of `ask`'s bookkeeping."""
    reading = decode.Reading(model, tokens, [LAMP, MODE], query)
    path, spans = decode.Path(0.0, decode.Answer(reading.tools, tokens), [EOS]), decode.Spans(tokens, query)
    while (path := decode.forced(path)).answer.state != "end":
        score, _, i = decode.spread(reading, spans, path, 1)[0]
        path = path.taking(i, score)
    return path.answer.calls, path.score


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("query", ASKED)
def test_more_answers_at_a_time_find_none_that_is_less_likely(tokens: Tokens, seed: int, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(seed)
    monkeypatch.setattr(decode, "LONGEST", 60)
    calls, sure = decode.ask(model, tokens, [LAMP, MODE], query)
    if calls:
        again, score = greedy(model, tokens, query)
        assert calls == again
        assert sure == pytest.approx(torch.tensor(score).exp().item(), rel=1e-4)
    wide, surer = decode.ask(model, tokens, [LAMP, MODE], query, beam=4)
    assert surer >= sure * 0.9999 or not calls
    assert wide or not calls or surer >= sure


def test_of_equally_likely_ids_the_lower_comes_first(tokens: Tokens) -> None:
    model = model_of(0)
    model.embed.weight.data[16:] = model.embed.weight.data[16].clone()
    reading = decode.Reading(model, tokens, [LAMP, MODE], ASKED[0])
    path = decode.Path(0.0, decode.Answer(reading.tools, tokens), [EOS])
    for i in (CALL, *tokens.enc("turn_on"), ARG_ID, *tokens.enc("name"), VAL_ID):
        path = path.taking(i, 0.0)
    ways = decode.spread(reading, decode.Spans(tokens, ASKED[0]), path, 8)
    found = [(-score, i) for score, _, i in ways]
    assert len(found) == 8 and found == sorted(found)
    assert len({score for score, _ in found}) < len(found)
