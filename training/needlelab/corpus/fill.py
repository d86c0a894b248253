"""What a slot is filled with: names of a home, numbers, times and words, and the value that a call gets for it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..synth import names, phrases, values
from ..synth.devices import COVER_DEVICES, DEVICES, FLOORS, ROOMS, _is_plural
from ..synth.targets import COVER_CHOICE, MASS
from ..synth.text import Buffer, number_phrase
from . import words
from .homes import Device, House, owned
from .vocabulary import FRACTIONAL, NUMBERS, RANGES

Row = tuple[str, bool, bool, str, str | None]  # name, proper, plural, domain of the synthesis, kind of cover
ARTICLE = re.compile(r"(?:^|\s)(the|my|our|your|a|an|this|that|his|her|their|every|each) $", re.IGNORECASE)
LEADING = re.compile(r"^(the|my|our|a|an|some|its) ", re.IGNORECASE)
SINGULAR_AFTER = re.compile(r"^('s| is| isn't| isnt| was| wasn't| has| needs| does| doesn't| keeps| looks| stays| seems)\b")
PLURAL_AFTER = re.compile(r"^('re| are| aren't| were| have| need| do| don't| keep| look) ")
SINGULAR_BEFORE = re.compile(r"\b(is|isn't|was|has|hasn't|does|doesn't|this|that|a|an|one|each|every|another) (the |my |our |that )?$")
PLURAL_BEFORE = re.compile(r"\b(are|aren't|were|these|those|both|have) (the |my |our |those )?$")


@dataclass(slots=True)
class Filling:
    """The text of a slot and what it means; `lead` ("my ") is written before it and is no part of the value."""

    text: str
    value: Any = None  # a number or a member; None: the words
    lead: str = ""
    plural: bool = False
    proper: bool = False
    domain: str | None = None
    cover: str | None = None
    place: str | None = None  # room or floor
    also: str = ""
    length: tuple[int, int, int] | None = None  # hours, minutes, seconds


@dataclass(slots=True)
class Need:
    """What the pattern asks of one slot."""

    name: str
    base: str
    before: str = ""
    after: str = ""
    options: dict[str, Any] | None = None
    members: dict[str, Any] | None = None  # canonical word -> member of the enum
    low: float | None = None
    high: float | None = None
    whole: bool = False
    number: bool | None = None  # None until known: singular or plural wanted
    block: bool = False  # stands in a context block
    also: bool = False  # wants a description
    described: bool = False  # the question says the description


@dataclass(slots=True)
class Draw:
    """What the fillings of one question have in common."""

    rng: random.Random
    split: str
    spoken: bool
    home: House | None = None


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
    """Whether "my Emma's lamp" would come out."""
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
        if not ("'" in room and article and article[1].lower() != "the"):
            break
        room = rng.choice(ROOMS[draw.split])
    return room_filling(room)


def room_filling(room: str) -> Filling:
    """A room by its name."""
    name = LEADING.sub("", room)
    return Filling(name, place="room", proper=(owned(name) and not room.startswith("the ")) or room.startswith(("la ", "room ", "bay ")))


def noun(draw: Draw, need: Need) -> Filling:
    """A plural noun of a kind."""
    domain = {"lights": "light", "covers": "cover", "fans": "fan", "switches": "plug"}[need.base]
    text = draw.rng.choice([n for n in names.GROUPS[domain] if n not in MASS])
    return Filling(text, plural=True, domain=domain, cover=names.NOUN_CLASS.get(text) if domain == "cover" else None)


_UNITS = re.compile(r"^( ?%| ?percent| per cent| ?°| degree| celsius| fahrenheit| ?kelvin| ?[KCF]\b| dollar| euro| pound| bucks| quid| points?)")


def number(draw: Draw, need: Need) -> Filling:
    """A number within the bounds of the parameters that take it."""
    rng, base = draw.rng, need.base
    low, high = RANGES[base]
    bottom, top = max(low, need.low if need.low is not None else low), min(high, need.high if need.high is not None else high)
    if bottom > top:
        bottom, top = need.low if need.low is not None else low, need.high if need.high is not None else high
    united = bool(_UNITS.match(need.after)) or need.before.endswith(("$", "€", "£"))
    writers: dict[str, Callable[[Buffer], float]] = {
        "percent": lambda out: values.write_percent(rng, out, int(bottom), not united and not need.before.endswith("by "), not united),
        "degrees": lambda out: values.write_degrees(rng, out, not united), "steps": lambda out: values.write_steps(rng, out), "kelvin": lambda out: values.write_kelvin(rng, out),
    }  # fmt: skip
    if base in writers and not (united and base in ("steps", "kelvin")):
        for _ in range(8):
            out = Buffer(rng, draw.spoken, False)
            value = writers[base](out)
            if bottom <= value <= top and (value == int(value) or not need.whole):
                return Filling(_plain(out.text(), need), int(value) if value == int(value) else value)
    value = _sample(rng, base, bottom, top, need.whole)
    text = number_phrase(value, rng, draw.spoken)
    if not united:
        text += _unit(rng, base, text, draw.spoken)
        if base == "money" and text[-1].isdigit():
            text = rng.choice("$€£") + text
    return Filling(text, int(value) if value == int(value) else value, plural=value != 1)


def _sample(rng: random.Random, base: str, low: float, high: float, whole: bool) -> float:
    chance = rng.random()
    if base in FRACTIONAL and not whole and chance < 0.6:
        value = round(rng.uniform(low, min(high, 30)), 1)
        return value if low <= value <= high else low
    first, last = -int(-low // 1), int(high)
    if chance < 0.5 and first < 20 < last:
        return rng.randint(first, 20)
    if chance < 0.8 and last - first >= 10:
        return rng.randrange(-(-first // 5) * 5, last + 1, 5)
    return rng.randint(first, max(first, last))


def _unit(rng: random.Random, base: str, text: str, spoken: bool) -> str:
    if base == "percent":
        return " percent" if spoken or not text[-1].isdigit() else rng.choice(("%", " percent"))
    if base in ("degrees", "steps"):
        return rng.choice((" degrees", ""))
    if base == "kelvin":
        return " kelvin"
    return rng.choice((" dollars", " euros", " pounds", " bucks")) if base == "money" and (spoken or not text[-1].isdigit() or rng.random() < 0.6) else ""


def _plain(text: str, need: Need) -> str:
    """Without its article when the pattern has one already."""
    return LEADING.sub("", text) if ARTICLE.search(need.before) else text


def duration(draw: Draw, need: Need) -> Filling:
    """ "ten minutes"; before "timer" or after an article "ten minute"."""
    out = Buffer(draw.rng, draw.spoken, False)
    for _ in range(12):
        out = Buffer(draw.rng, draw.spoken, False)
        made = values.write_duration(draw.rng, out)
        if not ARTICLE.search(need.before) and not re.match(r"[ -](timer|nap|countdown|break|alarm|reminder|delay)", need.after):
            break
        text = out.text()
        if re.fullmatch(r"[\w-]+ (minute|hour|second)s?", text) and not text.startswith(("a ", "an ", "half")):
            return Filling(text.removesuffix("s"), length=(made.hours, made.minutes, made.seconds))
    return Filling(_plain(out.text(), need), plural=True, length=(made.hours, made.minutes, made.seconds))


def person(draw: Draw, need: Need) -> Filling:
    """A person; "my" before it is no part of the name."""
    if draw.home and draw.home.people and draw.rng.random() < 0.6:
        return Filling(draw.rng.choice(draw.home.people), proper=True)
    text = phrases.person(draw.rng, draw.split)
    found = LEADING.match(text)
    return Filling(text[found.end() :], lead="" if ARTICLE.search(need.before) else found[0]) if found else Filling(text, proper=True)


def media(draw: Draw, need: Need) -> Filling:
    """Something to play."""
    rng, split, base = draw.rng, draw.split, need.base
    if base in words.WORDS:
        text = words.word(rng, split, base)
    elif base == "song":
        text = f"{phrases.pool(rng, split, 'song_a')} {phrases.pool(rng, split, 'song_b')}" if rng.random() < 0.6 else phrases.pool(rng, split, "title")
        text = text.title() if rng.random() < 0.6 and "'" not in text else text
    else:
        text = phrases.pool(rng, split, "artist") if base == "artist" else phrases.media_title(rng, split)[0]
    found = re.match(r"(the|my) ", text)
    return Filling(text[found.end() :], lead="" if ARTICLE.search(need.before) else found[0]) if found else Filling(text)


def told(draw: Draw, need: Need) -> Filling:
    """Everything else that is words."""
    rng, split, base = draw.rng, draw.split, need.base
    if base in words.MADE:
        return Filling(words.MADE[base](rng, split))
    if base in ("when", "clock"):
        out = Buffer(rng, draw.spoken, False)
        values.write_when(rng, out, split) if base == "when" else values.write_clock(rng, out)
        return Filling(out.text())
    if base == "task":
        return Filling(phrases.task(rng, split))
    if base == "item":
        return Filling(_plain(phrases.list_item(rng, split, False), need))
    if base == "message":
        return Filling(phrases.message(rng, split))
    if base == "list":
        text = phrases.pool(rng, split, "list")
        return Filling(text.removesuffix(" list") if need.after.startswith(" list") else text)
    if base == "color":
        return Filling(phrases.pool(rng, split, "color"))
    if base == "day" and need.before.endswith(("on ", "every ", "next ", "this ", "On ")):
        return Filling(rng.choice(words.LISTS["day"][:7]))
    return Filling(_plain(words.word(rng, split, base), need))


SPOKEN = {"tone": names.TONES, "speed": names.SPEEDS, "mode": names.MODES, "armmode": {"away": ["away"], "home": ["home"], "night": ["night"]}}


def member(draw: Draw, need: Need) -> Filling:
    """A word for a member of an enum."""
    members = need.members or {m: m for m in SPOKEN[need.base]}
    canonical = draw.rng.choice(list(members))
    return Filling(_plain(draw.rng.choice(SPOKEN[need.base][canonical]), need), members[canonical] if need.members else None)


def filling(draw: Draw, need: Need) -> Filling:
    """One filling."""
    if need.options is not None:
        text = draw.rng.choice(list(need.options))
        value = need.options[text]
        return Filling(_plain(text, need), None if value == text else value, plural=_is_plural(text))
    base = need.base
    if base in MAKERS or base in ("lamp", "scene"):
        return device(draw, need)
    if base in ("room", "floor", "area"):
        return place(draw, need)
    if base in NUMBERS:
        return number(draw, need)
    if base in SPOKEN:
        return member(draw, need)
    return SPECIAL.get(base, told)(draw, need)


SPECIAL: dict[str, Callable[[Draw, Need], Filling]] = {
    "lights": noun, "covers": noun, "fans": noun, "switches": noun, "duration": duration, "person": person,
    "song": media, "artist": media, "station": media, "playlist": media, "podcast": media, "movie": media, "what": media,
}  # fmt: skip
