"""The slots every pattern may use, the voices and kinds of a pattern, and the form of context blocks."""

from __future__ import annotations

VOICES = frozenset(["plain", "terse", "polite", "rambling", "irritated", "child", "elderly", "nonnative", "technical", "asr", "disfluent"])
KINDS = frozenset(["indirect", "ellipsis", "correction", "except", "state", "chatter", "quote", "negation", "impossible", "unsupported", "nearmiss", "question", "multi"])
SILENT = frozenset(("chatter", "impossible", "unsupported"))  # kinds that never act

DEVICES = frozenset(["light", "lamp", "switch", "fan", "cover", "blind", "door", "garage", "lock", "climate", "media", "vacuum", "mower", "scene", "sensor", "camera", "appliance"])
PLACES = frozenset(("room", "floor", "area"))
NOUNS = frozenset(("lights", "covers", "fans", "switches"))
NUMBERS = frozenset(["percent", "num", "degrees", "steps", "kelvin", "int", "float", "money", "small"])
FRACTIONAL = frozenset(("degrees", "steps", "float"))
RANGES = {"percent": (0, 100), "num": (1, 100), "degrees": (5, 90), "steps": (0.5, 10), "kelvin": (1800, 6500), "int": (1, 500), "float": (0.1, 100), "money": (1, 2000), "small": (2, 9)}
MEMBERS = frozenset(("tone", "speed", "mode", "armmode"))
WORDS = frozenset(
    ["color", "duration", "when", "clock", "day", "person", "task", "item", "list", "message", "timer", "song", "artist", "station", "playlist", "podcast", "movie", "what", "place", "city", "street", "food", "company", "email", "phone", "url", "title", "topic", "language", "currency", "app", "file", "date", "also"]
)
KNOWN = DEVICES | PLACES | NOUNS | NUMBERS | MEMBERS | WORDS

BLOCK_KINDS = frozenset(["light", "switch", "fan", "cover", "lock", "climate", "media", "vacuum", "scene", "sensor", "camera", "alarm", "appliance"])
BLOCK_FIELDS = {"speaker": {"room"}, "last": {"device", "room", "list", "timer"}, "device": {"room", "also"}, "time": set()}
QUICK = frozenset(("pasta", "egg", "eggs", "pizza", "tea", "rice", "cookies", "steak", "plank", "muffins", "steeping", "time out", "stretching", "fish", "noodles", "beans", "lentils", "soup", "break"))  # timers of minutes
