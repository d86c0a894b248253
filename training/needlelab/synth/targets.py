"""What a command is about: a device, a group, a room or "it", with the offsets of its parts in the query."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from . import names
from .devices import COVER_DEVICES, DEVICES, FLOORS, ROOMS
from .text import Buffer

Span = tuple[int, int]
SWITCHABLE = ("light",) * 9 + ("plug",) * 2 + ("fan",) * 3 + ("appliance",) * 3 + ("media",) * 2 + ("climate",) * 2
COVER_NOUN = {v: k for k, v in names.NOUN_CLASS.items() if k != "drapes"}
MASS = {
    "lighting",
    "heating",
    "cooling",
    "central heating",
    "underfloor heating",
    "floor heating",
    "ventilation",
    "irrigation",
}
COVER_CHOICE = (("blind",) * 4 + ("curtain",) * 3 + ("shutter",) * 2 + ("shade",) * 2 + ("window",) * 2 + ("garage",) * 3 + ("gate",) * 2 + ("awning", "door", "valve"))  # fmt: skip
MOVING = ("blind",) * 3 + ("curtain",) * 3 + ("shutter",) * 2 + ("shade",) * 2 + ("awning", "window", "garage", "valve")


@dataclass(slots=True)
class Target:
    """`form` is device, group, area or it; spans are filled while the query is rendered."""

    form: str
    domain: str | None
    plural: bool = False
    cover: str | None = None
    name: Span | None = None
    area: Span | None = None
    floor: Span | None = None
    device: Span | None = None
    text: list = field(default_factory=list)
    bare: bool = False


def pick_target(rng: random.Random, split: str, domain: str, forms: str = "dga") -> Target:
    """A random target of a domain; `forms`: d device, g group, a area, i it, e everything."""
    form = rng.choice(forms)
    if form == "a":
        return pick_area(rng, split, domain)
    if form == "i":
        return Target(
            "it",
            None,
            text=[("name", rng.choice(("it", "it", "it", "that", "this", "them", "that one", "this one")))],
            bare=True,
        )
    if form == "e":
        return _everything(rng, split)
    if form == "g" and (domain == "cover" or domain in names.GROUPS):
        return _group(rng, split, domain)
    cover = None
    if domain == "cover":
        cover = rng.choice(COVER_CHOICE)
        name, proper, plural = rng.choice(COVER_DEVICES[cover, split])
    else:
        name, proper, plural = rng.choice(DEVICES[domain, split])
    chance = rng.random()
    if chance < 0.1:
        name = " ".join(w[0].upper() + w[1:] for w in name.split(" "))
    parts: list = []
    bare = proper
    if name.startswith(("the ", "The ", "my ", "My ")):
        first, name = name.split(" ", 1)
        parts, bare = [(None, first.lower() + " ")], True
    target = Target("device", domain, plural, cover, text=parts, bare=bare)
    parts.append(("device", name))
    place = rng.random()
    if place < 0.13 and name.split()[0].lower() not in _PLACE_WORDS and "'" not in name:
        _add_place(rng, split, target)
    return target


_PLACE_WORDS = {r.split()[0].lower() for r in names.ROOMS} | {"upstairs", "downstairs", "front", "back"}


def _add_place(rng: random.Random, split: str, target: Target) -> None:
    """ " in the kitchen", " upstairs", " on the first floor" after what is there."""
    if rng.random() < 0.75:
        room = rng.choice(ROOMS[split])
        own = "'" in room and not room.startswith(("kids'", "children's", "the "))
        target.text.append((None, " in " if rng.random() < 0.93 else " of "))
        if not own and not room.startswith(("the ", "la ", "room ")):
            target.text.append((None, rng.choice(("the ", "the ", "the ", "my ", "our ", ""))))
        if room.startswith("the "):
            target.text.append((None, "the "))
            room = room[4:]
        target.text.append(("area", room))
        return
    floor = rng.choice(FLOORS[split])
    target.text.append((None, " " if floor in names.ADVERB_FLOORS else " on the "))
    target.text.append(("floor", floor))


def _group(rng: random.Random, split: str, domain: str) -> Target:
    noun = rng.choice(names.GROUPS[domain])
    cover = None
    if domain == "cover":
        cover = names.NOUN_CLASS[noun]
    target = Target("group", domain, noun not in MASS and noun != "cooling", cover)
    parts = target.text
    kind = rng.random()
    if kind < 0.30:
        room = rng.choice(ROOMS[split])
        if room.startswith("the "):
            parts.append((None, "the "))
            room = room[4:]
            target.bare = True
        elif "'" in room:
            target.bare = not room.startswith(("kids'", "children's"))
        parts += [("area", room), (None, " "), ("noun", noun)]
    elif kind < 0.40:
        floor = rng.choice([f for f in FLOORS[split]])
        parts += [("floor", floor), (None, " "), ("noun", noun)]
    elif kind < 0.62:
        parts.append(("noun", noun))
        _add_place(rng, split, target)
    elif kind < 0.72:
        parts.append(("noun", noun))
    elif kind < 0.77:
        parts += [("noun", noun), (None, rng.choice((" here", " in here", " in this room", " outside")))]
        if parts[-1][1].endswith("outside"):
            target.area = (-1, -1)
    elif kind < 0.94:
        mass = noun in MASS
        quantifier = rng.choice(
            ("all ", "all the ", "all the ", "all of the ", "all my ", "all our ")
            + (() if mass else ("both ", "both the "))
        )
        parts += [(None, quantifier), ("noun", noun)]
        target.bare = True
        if rng.random() < 0.5:
            _add_place(rng, split, target)
    else:
        single = names.SINGULAR.get(noun)
        if single is None:
            parts.append(("noun", noun))
        else:
            target.plural = False
            target.bare = True
            parts += [(None, rng.choice(("every ", "each ", "every single "))), ("noun", single)]
            if rng.random() < 0.6:
                _add_place(rng, split, target)
    return target


def _everything(rng: random.Random, split: str) -> Target:
    target = Target("group", "any", False, text=[(None, "everything")], bare=True)
    kind = rng.random()
    if kind < 0.7:
        _add_place(rng, split, target)
    elif kind < 0.8:
        target.text.append((None, rng.choice((" in here", " here", " outside"))))
    return target


def pick_area(rng: random.Random, split: str, domain: str | None = None) -> Target:
    """A room or floor as the whole target."""
    target = Target("area", domain)
    if rng.random() < 0.85:
        room = rng.choice(ROOMS[split])
        if room.startswith("the "):
            target.text.append((None, "the "))
            room = room[4:]
            target.bare = True
        elif "'" in room or room.startswith(("la ", "room ", "bay ")):
            target.bare = not room.startswith(("kids'", "children's"))
        target.text.append(("area", room))
    else:
        floor = rng.choice(FLOORS[split])
        target.bare = floor in names.ADVERB_FLOORS
        target.text.append(("floor", floor))
    return target


def write_target(target: Target, out: Buffer, determiner: str) -> None:
    """Append determiner and phrase to the query; fill the offsets. `determiner`: "the", "" or "maybe"."""
    rng = out.rng
    parts = target.text
    before = "".join(out.parts[-2:])
    while parts and parts[0][0] is None and parts[0][1] in ("the ", "my "):
        if not before.endswith(("the ", "my ", "our ")):
            out.add(parts[0][1])
        parts = parts[1:]
    if not target.bare and determiner and not before.endswith(("the ", "my ", "our ")):
        chance = rng.random()
        if determiner == "maybe":
            chance = chance * 0.5 + 0.5
        limits = (
            (0.72, "the "),
            (0.80, "my "),
            (0.83, "our "),
            (0.97 if not target.plural else 1.0, ""),
            (1.0, "the "),
        )
        word = next(w for limit, w in limits if chance < limit)
        if word:
            out.add(word)
    start = out.size
    for tag, text in parts:
        span = out.add(text)
        if tag == "area":
            target.area = span
        elif tag == "floor":
            target.floor = span
        elif tag in ("device", "noun"):
            target.device = span
    target.name = (start, out.size)
    if target.area == (-1, -1):
        target.area = (out.size - len("outside"), out.size)
