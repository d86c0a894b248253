"""Lists of members short enough for a block: Home Assistant's classes of sensors alone pass the 128 ids that a tool may have (docs/model-format.md section 3)."""

from __future__ import annotations

import random
from collections.abc import Iterable

ROOM = 280  # characters of name, keys and members that surely fit; measured with the shipped vocabulary
LEAST = 4  # members that a list keeps


def members_of(prop: dict) -> list | None:
    """The members that a parameter, or each of its items, may have."""
    return prop.get("enum") or (prop.get("items") or {}).get("enum")


def size(name: str, properties: dict[str, dict]) -> int:
    """Characters of a tool's name, keys and members."""
    return len(name) + sum(len(k) + sum(len(str(m)) for m in members_of(p) or ()) for k, p in properties.items())


def said(values: Iterable[object]) -> set[str]:
    """The values of arguments as text, those in lists too."""
    return {str(v) for value in values for v in (value if isinstance(value, list) else [value])}


def slimmed(rng: random.Random, name: str, properties: dict[str, dict], kept: set[str]) -> dict[str, dict]:
    """The parameters without as many members as the block has no room for, from the longest lists first; `kept` are used in the group and stay."""
    out = dict(properties)
    while size(name, out) > ROOM:
        spare = {k: [m for m in members_of(p) or () if str(m) not in kept] for k, p in out.items() if len(members_of(p) or ()) > LEAST}
        key = max((k for k, found in spare.items() if found), key=lambda k: len(members_of(out[k]) or ()), default=None)
        if key is None:
            break
        gone = rng.choice(spare[key])
        prop = out[key]
        left = [m for m in members_of(prop) or () if m != gone]
        out[key] = {**prop, "enum": left} if "enum" in prop else {**prop, "items": {**prop["items"], "enum": left}}
    return out
