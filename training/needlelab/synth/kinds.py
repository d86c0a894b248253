"""A parameter named after the one kind of device that its tool is for."""

from __future__ import annotations

import re

from . import wording
from .tools import Tool


def kind_of(tool: Tool, domain: str | None) -> str | None:
    """The one kind of device that a tool is for (a key of `wording.KIND_KEYS`); None when it is for several."""
    if domain:
        return domain if domain in wording.KIND_KEYS else None
    kinds = {next((kind for start, kind in wording.KIND_OF_OP.items() if op.startswith(start)), None) for op in tool.ops}
    return kinds.pop() if len(kinds) == 1 else None


def words_of(key: str) -> str:
    """What a parameter's name says: `which_light`, `lampId` -> "light", "lamp"."""
    parts = re.sub(r"([a-z])([A-Z])", r"\1 \2", key.replace("_", " ")).lower().split()
    kept = [p for p in parts if p not in ("which", "name", "id")]
    return " ".join(kept or parts)
