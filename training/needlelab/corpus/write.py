"""A pattern becomes a question: slots filled, agreement, light noise, and the place of every value in the final words."""

from __future__ import annotations

import random
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any

from ..render import _literals as literals
from ..synth.text import misspell
from ..synth.wrap import _SOFT, _TAIL
from .calls import Member, Words, leaves
from .check import kind_of, member_of
from .fill import ARTICLE, PLURAL_AFTER, PLURAL_BEFORE, SINGULAR_AFTER, SINGULAR_BEFORE, SPOKEN, Draw, Filling, Need, as_filling, at_home, filling, room_filling
from .load import Pattern
from .template import FORMS, Part, Slot, slots_of
from .vocabulary import PLACES

Span = tuple[int, int]
AGREE = {
    "is": ("is", "are"), "isnt": ("isn't", "aren't"), "was": ("was", "were"), "has": ("has", "have"), "does": ("does", "do"), "doesnt": ("doesn't", "don't"),
    "it": ("it", "them"), "its": ("its", "their"), "they": ("it", "they"), "that": ("that", "those"), "s": ("s", ""),
}  # fmt: skip
_NOISE = re.compile(r"[,;:!?\"…]+(?=\s|$)|\.+(?=\s|$)|(?<=\s)[\"(]|(?<=\s)[-–—]+\s")
_ASKING = re.compile(r"^(can|could|would|will|is|are|was|what|how|where|did|do|does|has|have|when|which|who|why|any)\b|\b(can|could|would|will) you\b", re.IGNORECASE)
OPEN = frozenset("task message what item song artist title topic station playlist podcast movie list file".split())


@dataclass
class Plan:
    """A pattern with everything that can be known before it is filled."""

    pattern: Pattern
    parts: tuple[Part, ...]
    needs: dict[str, Need] = field(default_factory=dict)
    quoted: dict[str, tuple[int, int, int, int] | None] = field(default_factory=dict)  # raw words -> part, offset, part, offset in q; None: in a block
    in_q: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    whole_words: bool = False  # quoted words in q: no typos, no added words at the end
    open_end: bool = False
    linked: dict[str, str] = field(default_factory=dict)  # device slot -> slot of its room


@dataclass
class Written:
    """A filled pattern: `spans` of slots and quoted words in the query."""

    query: str
    fillings: dict[str, Filling]
    spans: dict[str, Span]
    quoted: dict[str, Span]
    plan: Plan


def make_plan(pattern: Pattern, tools: dict[str, dict], slots: dict[str, dict[str, Any]]) -> Plan:
    """The plan of a pattern over the tools that its calls name."""
    parts = described(pattern)
    plan = Plan(pattern, parts, tools=frozenset(c.tool for c in pattern.calls))
    for i, part in enumerate(parts):
        if isinstance(part, Slot):
            before = parts[i - 1] if i and isinstance(parts[i - 1], str) else ""
            after = parts[i + 1] if i + 1 < len(parts) and isinstance(parts[i + 1], str) else ""
            _need(plan, part, slots, before + ("a " if part.form == "a" else ""), after)
    plan.in_q = frozenset(s.name for s in slots_of(parts) if s.form in ("", "a"))
    for block in pattern.blocks:
        found = slots_of(block.parts())
        for slot in found:
            if slot.base != "also":
                need = _need(plan, slot, slots, "", "")
                need.block = True
                need.also = need.also or (need.base not in PLACES and any(s.base == "also" for s in found))
        for owner in slots_of(block.name):
            room = next((s.name for s in slots_of(block.fields.get("room", ()))), None)
            if room and owner.base not in PLACES:
                plan.linked[owner.name] = room
    for slot in slots_of(parts):
        if slot.form == "also":
            plan.needs[slot.name].described = True
    for call in pattern.calls:
        properties = (tools[call.tool].get("parameters") or {}).get("properties") or {}
        for key, value in call.args.items():
            _bounds(plan, value, properties.get(key, {}))
            for leaf in leaves(value):
                if isinstance(leaf, Words):
                    plan.quoted.setdefault(leaf.raw, locate(leaf.parts, parts))
    plan.whole_words = any(plan.quoted.values())
    last = parts[-1] if parts else ""
    plan.open_end = plan.whole_words or (isinstance(last, Slot) and last.base in OPEN)
    return plan


def described(pattern: Pattern) -> tuple[Part, ...]:
    """The parts of q with `{also}` written as `{light@also}`, by the block that has it."""
    owners = {}
    for block in pattern.blocks:
        owner = next((p.name for p in block.name if isinstance(p, Slot)), "")
        owners.update({p.name: owner for p in block.fields.get("also", ()) if isinstance(p, Slot)})
    return tuple(Slot(owners[p.name], "also") if isinstance(p, Slot) and p.base == "also" and owners.get(p.name) else p for p in pattern.parts)


def _need(plan: Plan, slot: Slot, slots: dict, before: str, after: str) -> Need:
    need = plan.needs.get(slot.name)
    if need is None or (slot.form not in FORMS and not need.before and not need.after and (before or after)):
        fresh = Need(slot.name, slot.base, before, after)
        if need:
            fresh.options, fresh.block, fresh.also, fresh.number = need.options, need.block, need.also, need.number
        plan.needs[slot.name] = need = fresh
    if slot.options:
        need.options = {o: o for o in slot.options}
    elif need.options is None:
        need.options = slots.get(slot.name, slots.get(slot.base))
    need.also |= slot.form == "also"
    if slot.form not in FORMS:
        if SINGULAR_AFTER.match(after) or SINGULAR_BEFORE.search(before) or slot.form == "a":
            need.number = False
        elif PLURAL_AFTER.match(after) or PLURAL_BEFORE.search(before):
            need.number = True
    return need


def _bounds(plan: Plan, value: Any, prop: dict) -> None:
    """Bounds and members that a parameter puts on the slots of its value."""
    kind = kind_of(prop)
    if isinstance(value, list):
        for one in value:
            _bounds(plan, one, prop.get("items", {}))
    elif isinstance(value, dict):
        for key, one in value.items():
            _bounds(plan, one, (prop.get("properties") or {}).get(key, {}))
    elif isinstance(value, Slot):
        need, members = plan.needs[value.name], literals(prop, prop, frozenset())
        if kind in ("integer", "number"):
            need.whole |= kind == "integer"
            low, high = prop.get("minimum"), prop.get("maximum")
            need.low = low if need.low is None else max(need.low, low if low is not None else need.low)
            need.high = high if need.high is None else min(need.high, high if high is not None else need.high)
        elif members and need.options is not None:
            need.options = {w: member_of(str(v), members) for w, v in need.options.items()}
        elif members and need.base in SPOKEN:
            known = need.members or {m: member_of(m, members) for m in SPOKEN[need.base]}
            need.members = {m: v for m, v in known.items() if v is not None and member_of(m, members) is not None}


def locate(words: tuple[Part, ...], parts: tuple[Part, ...]) -> tuple[int, int, int, int] | None:
    """Where quoted words stand among the parts of q: first part and offset, last part and end."""
    if len(words) == 1 and isinstance(words[0], str):
        pattern = re.compile(r"(?<!\w)" + re.escape(words[0]) + r"(?!\w)")
        for i, part in enumerate(parts):
            found = pattern.search(part) if isinstance(part, str) else None
            if found:
                return i, found.start(), i, found.end()
        return None
    for i in range(len(parts) - len(words) + 1):
        if all(_matches(w, parts[i + k], k == 0, k == len(words) - 1) for k, w in enumerate(words)):
            first, last, end = words[0], words[-1], i + len(words) - 1
            start = len(parts[i]) - len(first) if isinstance(first, str) else 0
            return i, start, end, len(last) if isinstance(last, str) else -1
    return None


def _matches(word: Part, part: Part, first: bool, last: bool) -> bool:
    if isinstance(word, Slot) or isinstance(part, Slot):
        return isinstance(word, Slot) and isinstance(part, Slot) and word.name == part.name and part.form in ("", "a")
    return part.endswith(word) if first else part.startswith(word) if last else part == word


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
    return found


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


def write(plan: Plan, draw: Draw) -> Written | None:
    """One question."""
    rng, pattern = draw.rng, plan.pattern
    fillings = fill_all(plan, draw)
    if fillings is None:
        return None
    typo = rng.random() < 0.02 and not plan.whole_words
    pieces: list[str] = []
    size = 0
    starts: list[int] = []
    spans: dict[str, Span] = {}
    if pattern.calls and not draw.spoken and pattern.voice in ("plain", "terse", "polite") and rng.random() < 0.04:
        pieces.append(rng.choice(_SOFT))
        size = len(pieces[0])
    for part in plan.parts:
        lead = ""
        if isinstance(part, Slot):
            one = fillings[part.name]
            if part.form in AGREE:
                text = AGREE[part.form][one.plural]
            elif part.form == "also":
                lead, text = "" if pieces and ARTICLE.search(pieces[-1]) else "the ", one.also
            else:
                lead, text = one.lead, one.text
                if part.form == "a":
                    lead = "" if one.proper else "an " if text[0].lower() in "aeiou" and not text.lower().startswith(("uni", "one", "eu", "us")) else "a "
                elif one.proper and pieces and (one.place or one.domain) and pieces[-1].endswith(("the ", "The ")):
                    pieces[-1] = pieces[-1][:-4]
                    size -= 4
        else:
            text = misspell(part, rng) if typo and len(part) > 5 and rng.random() < 0.6 else part
        if lead:
            pieces.append(lead)
            size += len(lead)
        starts.append(size)
        pieces.append(text)
        if isinstance(part, Slot) and part.form in ("", "a") and part.name not in spans:
            spans[part.name] = (size, size + len(text))
        size += len(text)
    starts.append(size)
    quoted: dict[str, Span] = {}
    for raw, place in plan.quoted.items():
        if place:
            i, a, j, b = place
            quoted[raw] = (starts[i] + a, starts[j + 1] if b < 0 else starts[j] + b)
    return noise(Written("".join(pieces), fillings, spans, quoted, plan), draw)


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
    if plan.pattern.calls and not plan.open_end and plan.pattern.voice in ("plain", "terse") and text[-1].isalnum() and rng.random() < 0.05:
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
        fields = {k: block_text(v, made.fillings, also) for k, v in block.fields.items()}
        found.append({"name": block_text(block.name, made.fillings), "text": block_text(block.text, made.fillings), "fields": {k: v for k, v in fields.items() if v}})
    return found


def spoken(rng: random.Random, plan: Plan) -> bool:
    """Whether this question came out of speech recognition."""
    return plan.pattern.voice == "asr" or rng.random() < 0.22
