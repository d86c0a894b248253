"""Devices, rooms and groups: names by kind and split, or those of a home."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..synth import names, phrases
from ..synth.devices import COVER_DEVICES, DEVICES, FLOORS, ROOMS, _is_plural
from ..synth.targets import COVER_CHOICE, MASS
from . import words
from .homes import Device, Row, owned
from .need import ARTICLE, LEADING, Draw, Filling, Need


def _rows(domain: str, split: str) -> list[Row]:
    found = []
    for name, proper, plural in DEVICES[domain, split]:
        bare = name.split(" ", 1)[1] if name.startswith(("the ", "my ", "The ")) else name
        found.append((bare, proper and bare == name, plural, domain, None))
    return found


def _covers(kinds: tuple[str, ...], split: str) -> list[Row]:
    return [(n, p, pl, "cover", kind) for kind in kinds for n, p, pl in COVER_DEVICES[kind, split] if not n.startswith(("the ", "my "))]


def _doors(split: str) -> list[Row]:
    return [r for r in _rows("lock", split) if "door" in r[0]] + _covers(("door", "gate"), split)


def _cameras(split: str) -> list[Row]:
    heads = ("camera", "camera", "doorbell camera", "security camera", "baby monitor", "cam")
    return [(f"{room} {head}", False, False, "appliance", None) for room in ROOMS[split] if "'" not in room and not room.startswith("the ") for head in heads]


MAKERS: dict[str, Callable[[str], list[Row]]] = {
    "light": lambda s: _rows("light", s), "switch": lambda s: _rows("plug", s), "fan": lambda s: _rows("fan", s),
    "cover": lambda s: _covers(COVER_CHOICE, s), "blind": lambda s: _covers(("blind", "blind", "curtain", "shutter", "shade"), s), "door": _doors,
    "garage": lambda s: _covers(("garage",), s), "lock": lambda s: _rows("lock", s), "climate": lambda s: _rows("climate", s), "media": lambda s: _rows("media", s),
    "vacuum": lambda s: _rows("vac", s), "mower": lambda s: _rows("mower", s), "sensor": lambda s: _rows("sensor", s), "camera": _cameras, "appliance": lambda s: _rows("appliance", s),
}  # fmt: skip
_PLACED = re.compile(r"\b(" + "|".join(re.escape(r.lower()) for r in sorted(names.ROOMS + names.FLOORS, key=len, reverse=True)) + r")\b")
_NUMBERED = re.compile(r" (one|two|three|four|[1-9A-D])$")  # "the bedroom one" is not said
_BARE = {"garage": ("garage door", "garage doors", "garage"), "door": ("front door", "back door", "door")}
TABLES: dict[tuple[str, str, bool, bool | None], list[Row]] = {}


def table(base: str, split: str, unplaced: bool, plural: bool | None) -> list[Row]:
    """The names of a kind: without a room in them, and of one number, when asked for."""
    key = (base, split, unplaced, plural)
    if key not in TABLES:
        rows = MAKERS[base](split)
        if unplaced:
            rows = [r for r in rows if not _PLACED.search(r[0].lower()) or r[0].lower() in _BARE.get(base, ())] or rows
        if plural is not None:
            rows = [r for r in rows if r[2] == plural] or rows
        TABLES[key] = rows
    return TABLES[key]


def device(draw: Draw, need: Need) -> Filling:
    """A device of a kind."""
    rng, base = draw.rng, kind_slot(need.base)
    own = at_home(draw, need) if draw.home and rng.random() < 0.9 else []
    if own:
        return as_filling(draw, need, rng.choice(own))
    if base == "scene":
        return Filling(LEADING.sub("", phrases.scene(rng, draw.split)), domain="scene")
    rows = table(base, draw.split, need.block, need.number)
    row = rng.choice(rows)
    for _ in range(6):
        if not clashes(row, need):
            break
        row = rng.choice(rows)
    return as_filling(draw, need, Device(row, "", []))


def kind_slot(base: str) -> str:
    """`lamp` is a `light`."""
    return "light" if base == "lamp" else base


def clashes(row: Row, need: Need) -> bool:
    """Whether "my Emma's lamp" would come out, or a heater that cools."""
    if need.avoid and need.avoid.search(row[0]):
        return True
    found = ARTICLE.search(need.before)
    return row[1] and found is not None and found[1].lower() != "the"


def at_home(draw: Draw, need: Need) -> list[Device]:
    """The devices of the home that can stand in a slot."""
    assert draw.home
    return [d for d in draw.home.devices.get(kind_slot(need.base), ()) if need.number in (None, d.row[2]) and not clashes(d.row, need)]


def as_filling(draw: Draw, need: Need, one: Device) -> Filling:
    """A device with its description, which a home keeps."""
    rng, (name, proper, plural, domain, cover) = draw.rng, one.row
    if not draw.home and rng.random() < 0.06:
        name = " ".join(w[0].upper() + w[1:] for w in name.split(" "))
    filling = Filling(name, plural=plural, proper=proper, domain=domain, cover=cover)
    if need.also:
        if not one.also:
            heads = names.KINDS.get(domain or "", ["one"]) if domain != "cover" else names.COVERS[cover or "blind"]
            one.also.append(f"{rng.choice(['one', *heads[:6], *heads[:6]])} {words.word(rng, draw.split, 'by')}")
        elif len(one.also) > 1:
            one.also[:] = [rng.choice(one.also)]
        filling.also = one.also[0]
        head = re.split(r" (?:by|next|over|in|on|above|near|beside|under|facing|at|behind|of|from|with|to) ", filling.also)[0]
        filling.plural = _is_plural(head) if need.described else plural
    return filling


def place(draw: Draw, need: Need) -> Filling:
    """A room or a floor."""
    rng = draw.rng
    article = ARTICLE.search(need.before)
    if need.base == "floor" or (need.base == "area" and rng.random() < 0.2):
        floors = FLOORS[draw.split]
        bare = [f for f in floors if (f in names.ADVERB_FLOORS) != bool(article)] if article or rng.random() < 0.5 else floors
        return Filling(rng.choice(bare or floors), place="floor")
    room = rng.choice(draw.home.rooms) if draw.home and draw.home.rooms and rng.random() < 0.9 else rng.choice(ROOMS[draw.split])
    for _ in range(6):
        if not (("'" in room or _NUMBERED.search(room)) and article and article[1].lower() != "the"):
            break
        room = rng.choice(ROOMS[draw.split])
    return room_filling(room)


def room_filling(room: str) -> Filling:
    """A room by its name."""
    name = LEADING.sub("", room)
    return Filling(name, place="room", proper=(owned(name) and not room.startswith("the ")) or room.startswith(("la ", "room ", "bay ")) or _NUMBERED.search(room) is not None)


def noun(draw: Draw, need: Need) -> Filling:
    """A plural noun of a kind."""
    domain = {"lights": "light", "covers": "cover", "fans": "fan", "switches": "plug"}[need.base]
    text = draw.rng.choice([n for n in names.GROUPS[domain] if n not in MASS])
    return Filling(text, plural=True, domain=domain, cover=names.NOUN_CLASS.get(text) if domain == "cover" else None)
