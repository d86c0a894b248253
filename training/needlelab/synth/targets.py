"""What a command is about: a device, a group, a room or "it", with the offsets of its parts in the query."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from . import names
from .text import Buffer, divide

Span = tuple[int, int]
SPLITS = ("train", "heldout")
ROOMS = divide("room", names.ROOMS)
FLOORS = divide("floor", names.FLOORS)
_ADJ = divide("adjective", names.ADJECTIVES)
_BRANDS = divide("brand", names.BRANDS)
_OWNERS = divide("owner", names.OWNERS)
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

    def shifted_copy(self) -> Target:
        """The same thing meant again (its offsets included)."""
        return Target(self.form, self.domain, self.plural, self.cover, self.name, self.area, self.floor, self.device)


def _is_plural(noun: str) -> bool:
    last = noun.split()[-1]
    return (
        last.endswith("s")
        and not last.endswith("ss")
        and last not in {"Sonos", "Chromecast", "gas"}
        and "'" not in last
    )


def _device_table(domain: str, kinds: dict[str, list[str]], split: str, count: int) -> list[tuple[str, bool, bool]]:
    """(name, proper, plural): heads and modifiers both come from this split."""
    rng = random.Random(f"{domain}/{split}")
    rooms = [r for r in ROOMS[split] if "'" not in r]
    found: dict[str, tuple[bool, bool]] = {}
    heads = kinds[split]
    for head in heads:
        found[head] = (False, _is_plural(head))
    for _ in range(count * 3):
        if len(found) >= count:
            break
        head = rng.choice(heads)
        kind = rng.random()
        if kind < 0.38:
            name, proper = f"{rng.choice(rooms)} {head}", False
        elif kind < 0.58:
            name, proper = f"{rng.choice(_ADJ[split])} {head}", False
        elif kind < 0.70:
            name, proper = f"{rng.choice(_BRANDS[split])} {head}", False
        elif kind < 0.82:
            name, proper = f"{rng.choice(_OWNERS[split])} {head}", True
        elif kind < 0.88:
            name, proper = f"{rng.choice(rooms)} {rng.choice(_ADJ[split])} {head}", False
        elif kind < 0.92:
            name, proper = (
                f"{head} {rng.choice(['1', '2', '3', '4', 'two', 'left', 'right', 'A', 'B', 'mini', 'pro'])}",
                False,
            )
        elif kind < 0.96:
            name, proper = f"{rng.choice(_ADJ[split])} {rng.choice(rooms)} {head}", False
        else:
            name, proper = f"{rng.choice(_BRANDS[split])} {rng.choice(rooms)} {head}", False
        words = name.split()
        if len(set(words)) == len(words):
            found.setdefault(name, (proper, _is_plural(head)))
    return [(name, *flags) for name, flags in found.items()]


def _tables() -> tuple[dict, dict]:
    devices: dict[tuple[str, str], list] = {}
    covers: dict[tuple[str, str], list] = {}
    for domain, kinds in names.KINDS.items():
        parts = divide(f"kind/{domain}", kinds)
        whole = divide(f"whole/{domain}", names.WHOLE.get(domain, []))
        for split in SPLITS:
            devices[domain, split] = _device_table(domain, parts, split, 520 if split == "train" else 60)
            devices[domain, split] += [(n, True, False) for n in whole[split]] * 3
    for cover, kinds in names.COVERS.items():
        parts = divide(f"cover/{cover}", kinds)
        for split in SPLITS:
            covers[cover, split] = _device_table(f"cover/{cover}", parts, split, 140 if split == "train" else 16)
    whole = divide("whole/cover", names.WHOLE["cover"])
    for split in SPLITS:
        covers["shutter", split] += [(n, True, False) for n in whole[split]]
    return devices, covers


DEVICES, COVER_DEVICES = _tables()
COVER_CHOICE = (
    ("blind",) * 4
    + ("curtain",) * 3
    + ("shutter",) * 2
    + ("shade",) * 2
    + ("window",) * 2
    + ("garage",) * 3
    + ("gate",) * 2
    + ("awning", "door", "valve")
)
MOVING = ("blind",) * 3 + ("curtain",) * 3 + ("shutter",) * 2 + ("shade",) * 2 + ("awning", "window", "garage", "valve")


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
        parts += [("area", room), (None, " " + noun)]
    elif kind < 0.40:
        floor = rng.choice([f for f in FLOORS[split]])
        parts += [("floor", floor), (None, " " + noun)]
    elif kind < 0.62:
        parts.append((None, noun))
        _add_place(rng, split, target)
    elif kind < 0.72:
        parts.append((None, noun))
    elif kind < 0.77:
        parts.append((None, noun + rng.choice((" here", " in here", " in this room", " outside"))))
        if parts[-1][1].endswith("outside"):
            target.area = (-1, -1)
    elif kind < 0.94:
        mass = noun in MASS
        quantifier = rng.choice(
            ("all ", "all the ", "all the ", "all of the ", "all my ", "all our ")
            + (() if mass else ("both ", "both the "))
        )
        parts.append((None, quantifier + noun))
        target.bare = True
        if rng.random() < 0.5:
            _add_place(rng, split, target)
    else:
        single = names.SINGULAR.get(noun)
        if single is None:
            parts.append((None, noun))
        else:
            target.plural = False
            target.bare = True
            parts.append((None, rng.choice(("every ", "each ", "every single ")) + single))
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
        limits = ((0.72, "the "), (0.80, "my "), (0.83, "our "), (0.97 if not target.plural else 1.0, ""), (1.0, "the "))
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
        elif tag == "device":
            target.device = span
    target.name = (start, out.size)
    if target.area == (-1, -1):
        target.area = (out.size - len("outside"), out.size)
