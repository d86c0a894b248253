"""A pattern with everything that can be known before it is filled: what each slot needs, where quoted words stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..render import _literals as literals
from .calls import Words, leaves
from .fill import SPOKEN
from .fits import kind_of, member_of
from .load import Pattern
from .need import PLURAL_AFTER, PLURAL_BEFORE, SINGULAR_AFTER, SINGULAR_BEFORE, Need
from .sense import make_sense
from .template import FORMS, Part, Slot, slots_of
from .vocabulary import PLACES

UNIT_KEY = re.compile(r"unit|currency|scale", re.IGNORECASE)
OPEN = frozenset(["task", "message", "what", "item", "song", "artist", "title", "topic", "station", "playlist", "podcast", "movie", "list", "file"])


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
        if block.word() == "last":  # what was done fits the tool that did it
            done = (tools.get(block.plain_text(), {}).get("parameters") or {}).get("properties") or {}
            for key, value in block.fields.items():
                if len(value) == 1:
                    _bounds(plan, value[0], done.get(key, {}))
    for slot in slots_of(parts):
        if slot.form == "also":
            plan.needs[slot.name].described = True
    for call in pattern.calls:
        properties = (tools[call.tool].get("parameters") or {}).get("properties") or {}
        unitless = any(UNIT_KEY.search(k) for k in properties if k not in call.args)
        for key, value in call.args.items():
            if isinstance(value, Slot) and unitless:
                plan.needs[value.name].bare = True
            _bounds(plan, value, properties.get(key, {}))
            for leaf in leaves(value):
                if isinstance(leaf, Words):
                    plan.quoted.setdefault(leaf.raw, locate(leaf.parts, parts))
    make_sense(pattern, parts, plan.needs, plan.in_q)
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
