"""What fits a parameter: members of enums, kinds of schemas, slots as values."""

from __future__ import annotations

import re
from typing import Any

from ..render import _literals as literals
from ..synth import names
from .template import Slot
from .vocabulary import DEVICES, MEMBERS, NOUNS, NUMBERS, PLACES, RANGES

MEMBER_WORDS = {"tone": set(names.TONES), "speed": set(names.SPEEDS), "mode": set(names.MODES), "armmode": {"away", "home", "night"}}


def same(text: str) -> str:
    """A word as an enum member compares: no case, no separators."""
    return re.sub(r"[\s_\-.]+", "", text.casefold())


def member_of(said: Any, members: list) -> Any | None:
    """The member of an enum that a written word or a number means."""
    text = as_text(said)
    for exact in (True, False):
        for member in members:
            if as_text(member) == text or (not exact and same(as_text(member)) == same(text)):
                return member
    return None


def as_text(value: Any) -> str:
    """A member or number as text."""
    return "true" if value is True else "false" if value is False else str(value)


def kind_of(schema: Any) -> str:
    """The one type of a schema, null aside."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), None)
    for word in ("anyOf", "oneOf"):
        if kind is None and isinstance(schema, dict) and isinstance(schema.get(word), list):
            kind = next((k for k in map(kind_of, schema[word]) if k != "null"), None)
    return kind or "any"


def slot_fits(slot: Slot, prop: dict, words: dict[str, list[str]]) -> str | None:
    """Why a slot cannot be the value of a parameter; None when it can."""
    kind, members, base = kind_of(prop), literals(prop, prop, frozenset()), slot.base
    own = words.get(slot.name, words.get(base))
    if members and own is not None:
        wrong = [w for w in own if member_of(w, members) is None]
        return f"{{{slot.name}}} has words that are no members of the enum: {', '.join(wrong[:4])}" if wrong else None
    if members and base in MEMBERS:
        return None if any(member_of(w, members) is not None for w in MEMBER_WORDS[base]) else f"no {{{base}}} is a member of {members}"
    if members and kind == "boolean" or members and base not in NUMBERS:
        return f"{{{slot.name}}} cannot be a member of {members}"
    if kind in ("integer", "number"):
        if own is not None:
            return None if all(isinstance(w, (int, float)) for w in own) else f"the words of {{{slot.name}}} are no numbers"
        if base not in NUMBERS:
            return f"{{{slot.name}}} writes words, the parameter wants a number"
        if kind == "integer" and base in ("steps", "float"):
            return f"{{{slot.name}}} may be a fraction, the parameter wants an integer"
        low, high = RANGES[base]
        if prop.get("minimum", low) > high or prop.get("maximum", high) < low:
            return f"{{{slot.name}}} ({low} to {high}) never lies in the parameter's range"
        return None
    if kind == "boolean":
        return f"{{{slot.name}}} is no boolean"
    if prop.get("x-needled-entity") and base not in DEVICES | PLACES | NOUNS | {"person", "also"} and own is None:
        return f"{{{slot.name}}} is no device, group or place"
    return None
