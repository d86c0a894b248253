"""A pattern becomes a question: slots filled, agreement, light noise, and the place of every value in the final words."""

from __future__ import annotations

import random
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from ..render import _literals as literals
from ..synth.text import misspell
from ..synth.wrap import _SOFT, _TAIL
from .calls import Member, Words
from .fill import filling
from .fits import as_text, kind_of, member_of
from .need import ARTICLE, Draw, Filling
from .plan import Plan
from .template import Part, Slot
from .things import as_filling, at_home, room_filling
from .vocabulary import QUICK

Span = tuple[int, int]
AGREE = {
    "is": ("is", "are"), "isnt": ("isn't", "aren't"), "was": ("was", "were"), "has": ("has", "have"), "does": ("does", "do"), "doesnt": ("doesn't", "don't"),
    "it": ("it", "them"), "its": ("its", "their"), "they": ("it", "they"), "that": ("that", "those"), "s": ("s", ""),
}  # fmt: skip
_NOISE = re.compile(r"[,;:!?\"…]+(?=\s|$)|\.+(?=\s|$)|(?<=\s)[\"(]|(?<=\s)[-–—]+\s")
_CLOSED = re.compile(r"[,;:.?!] |please$|thanks$", re.IGNORECASE)  # nothing comes after a reason: "half of them are ill right away"
_ASKING = re.compile(r"^(can|could|would|will|is|are|was|what|how|where|did|do|does|has|have|when|which|who|why|any)\b|\b(can|could|would|will) you\b", re.IGNORECASE)


@dataclass
class Written:
    """A filled pattern: `spans` of slots and quoted words in the query."""

    query: str
    fillings: dict[str, Filling]
    spans: dict[str, Span]
    quoted: dict[str, Span]
    plan: Plan


def fill_all(plan: Plan, draw: Draw) -> dict[str, Filling] | None:
    """Fillings of all slots, no two of them alike; None when chance does not find them."""
    found = settle(plan, draw) if draw.home and plan.linked else {}
    if found is None:
        return None
    seen = {f.text.lower() for f in found.values()}
    for name, need in plan.needs.items():
        if name in found:
            continue
        for _ in range(8):
            one = filling(draw, need)
            if one.text.lower() not in seen:
                break
        else:
            return None
        seen.add(one.text.lower())
        found[name] = one
    return None if overdone(found) else found


def overdone(found: dict[str, Filling]) -> bool:
    """Whether tea would steep for hours."""
    quick = any(f.text.lower() in QUICK for f in found.values())
    return quick and any(f.length and f.length[0] for f in found.values())


def settle(plan: Plan, draw: Draw) -> dict[str, Filling] | None:
    """Devices of the home with their rooms, as the blocks of a pattern want them; None when the home has none like that."""
    found: dict[str, Filling] = {}
    for name, room in plan.linked.items():
        taken = {f.text for f in found.values()}
        fitting = [d for d in at_home(draw, plan.needs[name]) if d.row[0] not in taken and d.room and (d.room == found[room].text if room in found else d.room not in taken)]
        if not fitting:
            return None
        one = draw.rng.choice(fitting)
        found[name] = as_filling(draw, plan.needs[name], one)
        found.setdefault(room, room_filling(one.room))
    return found


class Page:
    """The words so far, with the place of every part and slot."""

    def __init__(self, fillings: dict[str, Filling], first: str) -> None:
        self.fillings, self.pieces, self.size = fillings, [first], len(first)
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.spans: dict[str, Span] = {}

    def put(self, text: str, lead: str = "") -> None:
        """Writes a part; `lead` stands before it and is no part of the value."""
        self.pieces += [lead, text] if lead else [text]
        self.starts.append(self.size + len(lead))
        self.size += len(lead) + len(text)
        self.ends.append(self.size)

    def slot(self, slot: Slot) -> None:
        """Writes the filling of a slot, or a word that agrees with it."""
        one, before = self.fillings[slot.name], self.pieces[-1]
        if slot.form in AGREE:
            self.put(AGREE[slot.form][one.plural])
            return
        if slot.form == "also":
            self.put(one.also, "" if ARTICLE.search(before) else "the ")
            return
        lead = one.lead
        if slot.form == "a":
            lead = "" if one.proper else article(one.text)
        elif one.proper and (one.place or one.domain) and before.endswith(("the ", "The ")):
            self.pieces[-1] = before[:-4]
            self.size -= 4
        self.put(one.text, lead)
        self.spans.setdefault(slot.name, (self.starts[-1], self.size))

    def quotes(self, plan: Plan) -> dict[str, Span]:
        """The places of quoted words."""
        found = {}
        for raw, place in plan.quoted.items():
            if place:
                i, a, j, b = place
                found[raw] = (self.starts[i] + a, self.ends[j] if b < 0 else self.starts[j] + b)
        return found


def article(text: str) -> str:
    """a or an."""
    return "an " if text[0].lower() in "aeiou" and not text.lower().startswith(("uni", "one", "eu", "us")) else "a "


def write(plan: Plan, draw: Draw) -> Written | None:
    """One question."""
    rng, pattern = draw.rng, plan.pattern
    fillings = fill_all(plan, draw)
    if fillings is None:
        return None
    typo = rng.random() < 0.02 and not plan.whole_words
    soft = pattern.calls and not draw.spoken and pattern.voice in ("plain", "terse", "polite") and rng.random() < 0.04
    page = Page(fillings, rng.choice(_SOFT) if soft else "")
    for part in plan.parts:
        if isinstance(part, Slot):
            page.slot(part)
        else:
            page.put(misspell(part, rng) if typo and len(part) > 5 and rng.random() < 0.6 else part)
    return noise(Written("".join(page.pieces), fillings, page.spans, page.quotes(plan), plan), draw)


def noise(made: Written, draw: Draw) -> Written:
    """Case and punctuation as people type them, or as speech comes; spans follow."""
    rng, text, plan = draw.rng, made.query, made.plan
    if draw.spoken:
        gone = [i for m in _NOISE.finditer(text) for i in range(*m.span())]
        if gone:
            text = "".join(c for i, c in enumerate(text) if i not in set(gone))
            for spans in (made.spans, made.quoted):
                for key, (a, b) in spans.items():
                    spans[key] = (a - bisect_left(gone, a), b - bisect_left(gone, b))
        low = text.lower()
        made.query = low if len(low) == len(text) else text
        return made
    chance, end = rng.random(), rng.random()
    if plan.pattern.calls and not plan.open_end and plan.pattern.voice in ("plain", "terse") and text[-1].isalnum() and not _CLOSED.search(text) and rng.random() < 0.05:
        text += rng.choice(_TAIL)
    if chance < 0.06:
        text = text.lower() if len(text.lower()) == len(text) else text
    elif chance < 0.07 and len(text.upper()) == len(text):
        text = text.upper()
    elif chance < 0.40:
        text = text[:1].upper() + text[1:]
    if text[-1] in ".!?" and end < 0.2 and not plan.whole_words:
        text = text.rstrip(".!?") or text
    elif text[-1] not in ".!?" and end < 0.15:
        text += "?" if _ASKING.search(text) else "." if end < 0.13 else "!"
    made.query = text
    return made


def said(value: Any, made: Written, prop: dict) -> Any:
    """The argument: a span of the query where the words stand in it, else what a block says; numbers and members as they are."""
    if isinstance(value, list):
        return [said(v, made, prop.get("items", {})) for v in value]
    if isinstance(value, dict):
        return {k: said(v, made, (prop.get("properties") or {}).get(k, {})) for k, v in value.items()}
    members = literals(prop, prop, frozenset())
    if isinstance(value, Slot):
        one = made.fillings[value.name]
        if one.value is not None and (members or kind_of(prop) != "string"):
            return one.value
        if members:
            return member_of(one.text, members)
        return made.spans.get(value.name, one.text)
    if members:
        written = value.raw if isinstance(value, Words) else value.text if isinstance(value, Member) else str(value).lower() if isinstance(value, bool) else str(value)
        return member_of(written, members)
    if isinstance(value, Words):
        return made.quoted.get(value.raw) or block_text(value.parts, made.fillings)
    return value


def block_text(parts: tuple[Part, ...], fillings: dict[str, Filling], also: str = "") -> str:
    """A text of a context block."""
    return "".join(p if isinstance(p, str) else also if p.base == "also" and p.form == "" else fillings[p.name].also if p.form == "also" else fillings[p.name].text for p in parts)


def done_text(parts: tuple[Part, ...], fillings: dict[str, Filling], also: str) -> str:
    """A field of `last`: a number or member as the call had it, else the words."""
    only = parts[0] if len(parts) == 1 else None
    value = fillings[only.name].value if isinstance(only, Slot) and not only.form and only.base != "also" else None
    return block_text(parts, fillings, also) if value is None else as_text(cut(value, ""))


def cut(value: Any, query: str) -> Any:
    """Spans become the words of the query; whole numbers become int."""
    if isinstance(value, tuple):
        return query[value[0] : value[1]].strip()
    if isinstance(value, list):
        return [cut(v, query) for v in value]
    if isinstance(value, dict):
        return {k: cut(v, query) for k, v in value.items()}
    return int(value) if isinstance(value, float) and value == int(value) else value


def facts(made: Written) -> list[dict]:
    """The context blocks of a question."""
    found = []
    for block in made.plan.pattern.blocks:
        owner = next((p.name for p in block.name if isinstance(p, Slot)), "")
        also = made.fillings[owner].also if owner in made.fillings else ""
        tell = done_text if block.word() == "last" else block_text
        fields = {k: tell(v, made.fillings, also) for k, v in block.fields.items()}
        found.append({"name": block_text(block.name, made.fillings), "text": block_text(block.text, made.fillings), "fields": {k: v for k, v in fields.items() if v}})
    return found


def spoken(rng: random.Random, plan: Plan) -> bool:
    """Whether this question came out of speech recognition."""
    return plan.pattern.voice == "asr" or rng.random() < 0.22
