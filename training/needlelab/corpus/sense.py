"""What makes sense beside the other words: how bright, loud or warm, which heaters cool, names that agree with *it*."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .calls import Call
from .need import Need
from .template import FORMS, Part, Slot
from .vocabulary import DEVICES

if TYPE_CHECKING:
    from .load import Pattern

_I = re.IGNORECASE
_IT = re.compile(r"\bit('s|self|s)?\b", _I)
_FEW = re.compile(
    r"\b(candle\w*|a?sleep\w*|nap|too bright|cosy|films?|movie|romantic|whisper|quiet\w*|soft\w*|low|low-ish|night|bed|bedtime|bedside|snor\w+|murmur|scream\w*|too loud|plenty|will do|is enough|sensible|dim\w*|lower|slow\w*|barely"
    r"|not (so|too|that|as|up) (loud|high|much|bright)|glimmer|hangover|baby|cave|shade|gentl[ey]|little|a bit|crack|drop|down|less|calm|ambience|snack|ears|noise|neighbours|blast|harsh|kinder|glar\w+|don't wake|wind|reduce|quieter|pull .* back)\b", _I
)  # fmt: skip
_MANY = re.compile(r"can't (see|hear)|hardly (see|hear)|missing what|properly|\b(loud|louder|harder|brighten|up to|back up|crank|be gentle|party|disco|dancing|make[- ]up|knitting|needle|morgue|deaf)\b", _I)
_LEVELS = {"set_brightness": "level", "set_volume": "level", "set_position": "percent", "set_fan_speed": "percent"}
_WARM = re.compile(r"\b(too cold|'?m cold|freezing|chilly|shiver\w*|warmth|warm|toasty|cosier|live?able|always cold|cold tiles|up to|guests?|visitors?|baby|bath|grandma)\b", _I)
_COOL = re.compile(r"\b(roasting|boiling|melting|too hot|is a sauna|cool|chill|cellar|wine|gas bill|jumper|coat on|cold house|cheese)\b", _I)
_WARM_WHITE = re.compile(r"winding down|too blue|blue (light|tinge)|softer|not so cold|hospital|clinical|cosy|operating theatre", _I)
_SLOWER = re.compile(r"\b(noise|noisy|papers|too (quick|fast|loud|strong)|down to|lower|papers|neck)\b", _I)
_FASTER = re.compile(r"\b(bump|strong|steam|mosquitos?|mosquitoes|burning|smoked|breathe|sweltering|melting|stinks|clammy)\b", _I)
_BUDGET = re.compile(r"\b(budgets?|may cost|all in for|at most|we can pay|wedding|rent)\b", _I)
_SHORT = re.compile(r"\b(pasta|eggs?|egg timer|sauce|noodles|popcorn|pancakes?|porridge|teeth|tooth|soup|hair dye|mask|time out|swing|trampoline|tea|spaghetti|soft boiled|crispy|raw|boil\w*|a sec|chess clock|screen time)\b", _I)
_COOLS = re.compile(r"\b(cool\w*|ac|aircon|air con|chill|dry)\b", _I)
_HEATS = re.compile(r"\b(heat\w*|warm\w*|radiator|toasty)\b", _I)
_HEATER = re.compile(r"heat(er|ing)|radiator|convector|stove|furnace|floor|boiler|chauffage|calefac|heizk|riscald|elementet|fireplace", _I)
_COOLER = re.compile(r"\b(ac|a/c|air con\w*|cooling|swamp cooler|klima\w*|frosty)\b", _I)
_GROWN_UP = re.compile(r"\b(dr|mr|mrs|ms|coach|boss|teacher|mum|mom|mummy|dad|daddy|aunt\w*|auntie|uncle|gran\w*|nan\w*|everyone|family|wife|husband|parents?|babysitter|nanny|doctor|cleaner|boyfriend|girlfriend|partner|neighbou?rs?|landlord|plumber|electrician|accountant)\b|^my ", _I)
_NO_GOODS = re.compile(r"chore|bucket|reading|clean|to-?do|errand|tasks|movie|work|gift", _I)
FEW, MANY = 50, 50  # percent


def make_sense(pattern: Pattern, parts: Iterable[Part], needs: dict[str, Need], in_q: frozenset[str]) -> None:
    """Narrows what the slots of a pattern are filled with to what the words around them can mean."""
    parts = list(parts)
    words = " ".join(p if isinstance(p, str) else "…" for p in parts)
    if _IT.search(words):
        _one(parts, needs, in_q)
    _levels(pattern.calls, words, needs)
    _degrees(words, needs)
    _climate(pattern.calls, words, needs)
    for slot in (c.args.get(key) for c in pattern.calls for key in ("child", "kid", "pupil")):
        if isinstance(slot, Slot) and slot.base == "person":
            needs[slot.name].avoid = _GROWN_UP
    for need in needs.values():
        if need.base == "list" and any(n.base == "item" for n in needs.values()):
            need.avoid = _NO_GOODS
        need.short |= need.base == "duration" and bool(_SHORT.search(pattern.q))
        if need.base == "money" and _BUDGET.search(words):
            need.low = max(need.low or 0, 150)
    if _WARM_WHITE.search(words):
        _narrow("tone", ("candle", "warm"), needs)
    if bool(_SLOWER.search(words)) != bool(_FASTER.search(words)):
        _narrow("speed", ("low",) if _SLOWER.search(words) else ("medium", "high"), needs)


def _narrow(base: str, kept: tuple[str, ...], needs: dict[str, Need]) -> None:
    """Only some words of an enum: not "too noisy, put it on high"."""
    slots = [n for n in needs.values() if n.base == base and n.members]
    if len(slots) == 1 and set(kept) & set(slots[0].members or ()):
        slots[0].members = {k: v for k, v in (slots[0].members or {}).items() if k in kept}


def _one(parts: list[Part], needs: dict[str, Need], in_q: frozenset[str]) -> None:
    """One device, not several, where q says *it* of a name without a form that agrees ("who left the {light} on, turn it off")."""
    agreeing = {p.name for p in parts if isinstance(p, Slot) and p.form in FORMS and p.form != "a"}
    for name in in_q - agreeing:
        if needs[name].base in DEVICES and needs[name].number is None:
            needs[name].number = False


def _levels(calls: Iterable[Call], words: str, needs: dict[str, Need]) -> None:
    """Not "candlelight, 88 %", nor "make it loud, 5 %"; only where there is one level."""
    levels = [v for c in calls for v in (c.args.get(_LEVELS.get(c.tool, "")),) if isinstance(v, Slot)]
    few, many = bool(_FEW.search(words)), bool(_MANY.search(words))
    if len(levels) != 1 or few == many:
        return
    need = needs[levels[0].name]
    if few:
        need.high = min(need.high or 100, FEW)
    else:
        need.low = max(need.low or 0, MANY)


def _degrees(words: str, needs: dict[str, Need]) -> None:
    warm, cool = bool(_WARM.search(words)), bool(_COOL.search(words))
    if warm != cool:
        for need in needs.values():
            if need.base == "degrees":
                need.lean = 1 if warm else -1


def _climate(calls: Iterable[Call], words: str, needs: dict[str, Need]) -> None:
    """No heater that shall cool, no air conditioner that is "the heating"."""
    modes = {getattr(m, "text", "mode") for c in calls if c.tool == "set_climate_mode" for m in (c.args.get("mode"),)}
    cools = bool(modes & {"cool", "dry", "fan_only", "mode"}) or (not modes and bool(_COOLS.search(words)))
    heats = "heat" in modes or (not modes and bool(_HEATS.search(words)))
    for need in needs.values():
        if need.base == "climate" and cools != heats:
            need.avoid = _HEATER if cools else _COOLER
