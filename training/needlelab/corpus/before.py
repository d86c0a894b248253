"""What the last turn did, where one tool of the catalogue is several of a list: "resume" follows a pause, "one more step down" a step down."""

from __future__ import annotations

import re

from .load import Pattern
from .ops import operation_of
from .template import Slot

_WRONG = re.compile(r"\bnot\b|too (much|hot|far|loud|warm)|wrong way|made it|i meant|i asked|my ears|\bback\b|like this|\bno\b|gloomy", re.IGNORECASE)
_SAME = re.compile(r"\b(still|another|more|as well|too,)\b(?! too)", re.IGNORECASE)
_OTHER = {"vol_up": "vol_down", "vol_down": "vol_up", "bright_up": "bright_down", "bright_down": "bright_up", "temp_up": "temp_down", "temp_down": "temp_up"}
_MEDIA = {
    "media_resume": ("media_pause", "media_stop"), "media_prev": ("media_next", "media_prev"), "media_next": ("media_next", "media_prev"), "media_pause": ("media_resume", "media_next"),
    "media_stop": ("media_resume", "media_pause"),
}  # fmt: skip
_OPPOSITE = {"turn_on": "off", "turn_off": "on", "open": "close", "close": "open", "lock": "unlock", "unlock": "lock"}
_SAID = re.compile(
    r"\b(on|off|open\w*|clos\w*|shut\w*|up|down|(un)?lock\w*|out|start\w*|stop\w*|raise\w*|lower\w*|dark\w*|light it|bright\w*|dim\w*|kill\w*|(de)?activate|bring back|lose|need|going|have)\b", re.IGNORECASE
)
_READ = {
    "lock": ("get_locked",), "door": ("get_locked",), "garage": ("get_open",), "cover": ("get_open", "get_position"), "blind": ("get_open", "get_position"), "sensor": ("get_temperature", "get_humidity", "get_battery"),
    "climate": ("get_temperature", "get_onoff"), "vacuum": ("get_battery", "get_onoff"), "mower": ("get_battery", "get_onoff"), "room": ("get_temperature", "get_humidity"), "dryer": ("get_humidity",),
}  # fmt: skip


def _read(pattern: Pattern) -> tuple[str, ...]:
    """What can be read of the thing that the last turn read."""
    block = next(b for b in pattern.blocks if b.word() == "last")
    base = next((p.base for value in block.fields.values() for p in value if isinstance(p, Slot)), "room")
    return _READ.get(base, ("get_onoff", "get_power"))


def led_here(tool: str, pattern: Pattern) -> tuple[str, ...]:
    """Operations that the last turn may have been, the likeliest first; none: any."""
    if tool == "vacuum":
        return ("vac_start", "mower_start")
    if tool == "get_state":
        return _read(pattern)
    gold = next((operation_of(c) for c in pattern.calls if c.tool == tool), None)
    if tool == "control_media":
        return _MEDIA.get(gold or "", ())
    if tool == "change_volume" and (gold in ("mute", "unmute") or "not mute" in pattern.q):
        return ("mute",)
    if gold not in _OTHER:
        return ()
    wrong = _WRONG.search(pattern.q) and not _SAME.search(pattern.q)
    return (_OTHER[gold] if wrong else gold,)


def apart_from(tool: str, pattern: Pattern) -> str | None:
    """The operation that the last turn's tool may not do too, where it alone tells which of the two is wanted: "and the hall too" after *turn off*."""
    if tool not in _OPPOSITE or tool not in {c.tool for c in pattern.calls} or _SAID.search(re.sub(r"\{[^}]*\}", "", pattern.q)):
        return None
    return _OPPOSITE[tool]
