"""What the last turn did, where one tool of the catalogue is several of a list: "resume" follows a pause, "one more step down" a step down."""

from __future__ import annotations

import re

from .load import Pattern
from .ops import operation_of

_WRONG = re.compile(r"\bnot\b|too (much|hot|far|loud|warm)|wrong way|made it|i meant|i asked|my ears|\bback\b|like this|\bno\b|gloomy", re.IGNORECASE)
_SAME = re.compile(r"\b(still|another|more|as well|too,)\b(?! too)", re.IGNORECASE)
_OTHER = {"vol_up": "vol_down", "vol_down": "vol_up", "bright_up": "bright_down", "bright_down": "bright_up", "temp_up": "temp_down", "temp_down": "temp_up"}
_MEDIA = {
    "media_resume": ("media_pause", "media_stop"), "media_prev": ("media_next", "media_prev"), "media_next": ("media_next", "media_prev"), "media_pause": ("media_resume", "media_next"),
    "media_stop": ("media_resume", "media_pause"),
}  # fmt: skip


def led_here(tool: str, pattern: Pattern) -> tuple[str, ...]:
    """Operations that the last turn may have been, the likeliest first; none: any."""
    if tool == "vacuum":
        return ("vac_start", "mower_start")
    gold = next((operation_of(c) for c in pattern.calls if c.tool == tool), None)
    if tool == "control_media":
        return _MEDIA.get(gold or "", ())
    if tool == "change_volume" and (gold in ("mute", "unmute") or "not mute" in pattern.q):
        return ("mute",)
    if gold not in _OTHER:
        return ()
    wrong = _WRONG.search(pattern.q) and not _SAME.search(pattern.q)
    return (_OTHER[gold] if wrong else gold,)
