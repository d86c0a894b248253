"""Numbers as people say them, within the bounds of the parameters that take them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from ..synth import values
from ..synth.text import Buffer, number_phrase
from .need import Draw, Filling, Need, unarticled
from .vocabulary import FRACTIONAL, RANGES

_UNITS = re.compile(r"^( ?%| ?percent| per cent| ?°| degree| celsius| fahrenheit| ?kelvin| ?[KCF]\b| dollar| euro| pound| bucks| quid| points?)")
_FEW = r"down to|dim to|only|barely|barely see it|no more than|a (bit|little|crack|touch|glimmer|gap)( open)?|(on )?low(-ish)?|not all the way|not so much( open)?"
_WATER = re.compile(r"\b(?:(sauna|so naa)|(hot tub|jacuzzi|bath water)|(hot water|water heater|water boiler)|(tank heater))( to| at)? (about |say )?$", re.IGNORECASE)
_WATERS = ((60, 90), (36, 40), (45, 65), (23, 28))  # what these are heated to
_LEANING = {1: lambda v: 19 <= v <= 27 or v >= 66, -1: lambda v: 14 <= v <= 20 or 58 <= v <= 68}
_LITTLE = re.compile(rf"\b({_FEW}),? (about |just |say |like )?$", re.IGNORECASE)  # not "down to max", "a crack, say 90 %"


def number(draw: Draw, need: Need) -> Filling:
    """A number within the bounds of the parameters that take it."""
    rng, base = draw.rng, need.base
    low, high = RANGES[base]
    bottom, top = max(low, need.low if need.low is not None else low), min(high, need.high if need.high is not None else high)
    if bottom > top:
        bottom, top = need.low if need.low is not None else low, need.high if need.high is not None else high
    if base == "percent" and _LITTLE.search(need.before) and bottom <= 40:
        top = min(top, 50)
    water = _WATER.search(need.before) if base == "degrees" else None
    if water:
        bottom, top = next(pair for pair, said in zip(_WATERS, water.groups(), strict=False) if said)
    fits = _LEANING.get(0 if water else need.lean, lambda v: True)
    united = need.bare and base in ("degrees", "money") or bool(_UNITS.match(need.after)) or need.before.endswith(("$", "€", "£"))
    writers: dict[str, Callable[[Buffer], float]] = {
        "percent": lambda out: values.write_percent(rng, out, int(bottom), not united and not need.before.endswith("by "), not united),
        "degrees": lambda out: values.write_degrees(rng, out, not united), "steps": lambda out: values.write_steps(rng, out), "kelvin": lambda out: values.write_kelvin(rng, out),
    }  # fmt: skip
    if base in writers and not (united and base in ("steps", "kelvin")):
        for _ in range(8):
            out = Buffer(rng, draw.spoken, False)
            value = writers[base](out)
            if bottom <= value <= top and fits(value) and (value == int(value) or not need.whole):
                return Filling(unarticled(out.text(), need), int(value) if value == int(value) else value)
    if base == "degrees" and need.lean and not water:
        bottom, top = (19, 27) if need.lean > 0 else (15, 20)
    value = _sample(rng, base, bottom, top, need.whole or bottom > 30)
    text = number_phrase(value, rng, draw.spoken)
    if not united:
        text += _unit(rng, base, text, draw.spoken).removesuffix("s" if value == 1 and base == "money" else "-")
        if base == "money" and text[-1].isdigit():
            text = rng.choice("$€£") + text
    return Filling(text, int(value) if value == int(value) else value, plural=value != 1)


def _sample(rng: random.Random, base: str, low: float, high: float, whole: bool) -> float:
    chance = rng.random()
    if base == "money" and high > 300:
        high = max(rng.choice((60, 60, 150, 400, high)), 2 * low)
    if base in FRACTIONAL and not whole and chance < 0.6:
        value = round(rng.uniform(low, min(high, 30)), 1)
        return value if low <= value <= high else low
    first, last = -int(-low // 1), int(high)
    if chance < 0.5 and first < 20 < last:
        return rng.randint(first, 20)
    if chance < 0.8 and last - first >= 10:
        return rng.randrange(-(-first // 5) * 5, last + 1, 5)
    return rng.randint(first, max(first, last))


def _unit(rng: random.Random, base: str, text: str, spoken: bool) -> str:
    if base == "percent":
        return " percent" if spoken or not text[-1].isdigit() else rng.choice(("%", " percent"))
    if base in ("degrees", "steps"):
        return rng.choice((" degrees", ""))
    if base == "kelvin":
        return " kelvin"
    return rng.choice((" dollars", " euros", " pounds", " bucks")) if base == "money" and (spoken or not text[-1].isdigit() or rng.random() < 0.6) else ""
