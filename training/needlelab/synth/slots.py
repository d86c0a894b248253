"""What each slot of a pattern writes, and which value it leaves in the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import names, phrases, values
from .targets import pick_area, pick_target, write_target

if TYPE_CHECKING:
    from .compose import Composer


def _be(c: Composer) -> None:
    c.out.add("are" if c.twins or (c.goal and c.goal.plural) else "is")


def _percent(slot: str, words: bool, unit: bool = True) -> Callable[[Composer], None]:
    def write(c: Composer) -> None:
        key = {"position": "percent", "fan_speed": "percent", "humidity_set": "humidity"}.get(c.call.op, slot)
        c.call.slots[key] = values.write_percent(c.rng, c.out, 0 if c.call.op in ("position",) else 1, words, unit)

    return write


def _media(kind: str) -> Callable[[Composer], None]:
    def write(c: Composer) -> None:
        rng, split = c.rng, c.split
        if kind == "what":
            text = phrases.media_title(rng, split)[0]
        elif kind == "song":
            text = f"{phrases.pool(rng, split, 'song_a')} {phrases.pool(rng, split, 'song_b')}"
            text = text.title() if rng.random() < 0.7 else text
        elif kind == "list_name":
            text = phrases.pool(rng, split, "playlist").removeprefix("my ")
        else:
            text = phrases.pool(rng, split, kind)
        for first in ("the ", "my "):
            if text.startswith(first) and kind in ("what", "list_name"):
                c.out.add(first)
                text = text[len(first) :]
        start, end = c.out.add(text)
        if "what" in c.call.slots:
            start = c.call.slots["what"][0]
        c.call.slots["what"] = (start, end)

    return write


def _task(c: Composer) -> None:
    c.say("text", phrases.task(c.rng, c.split))


def _thing(c: Composer) -> None:
    text = phrases.pool(c.rng, c.split, "matter")
    for first in ("the ", "my ", "a "):
        if text.startswith(first):
            c.out.add(first)
            text = text[len(first) :]
            break
    c.say("text", text)


def _article(text: str, c: Composer) -> str:
    for first in ("the ", "my "):
        if text.startswith(first):
            c.out.add(first)
            return text[len(first) :]
    return text


def _person(slot: str | None) -> Callable[[Composer], None]:
    def write(c: Composer) -> None:
        text = _article(phrases.person(c.rng, c.split), c)
        if slot and c.call.op not in ("unlock", "lock"):
            c.say(slot, text)
        else:
            c.out.add(text)

    return write


def _to(form: str) -> Callable[[Composer], None]:
    def write(c: Composer) -> None:
        goal = pick_area(c.rng, c.split) if form == "area" else pick_target(c.rng, c.split, "media", "d")
        write_target(goal, c.out, "the")
        c.call.slots["to"] = goal.name

    return write


def _item(c: Composer) -> None:
    c.say("item", phrases.list_item(c.rng, c.split))
    c.items = []
    for i in range(c.more_items):
        c.out.add(" and " if i == c.more_items - 1 else " " if c.out.spoken else ", ")
        c.items.append(c.out.add(phrases.list_item(c.rng, c.split)))


def _degrees(c: Composer) -> None:
    if c.cold and c.call.slots.get("T") is c.goal:
        value = c.rng.choice((-18, -20, -15, -22, -5, 2, 3, 4, 5, 6, 8, -2))
        c.out.add(values.number_phrase(value, c.rng, c.out.spoken) + c.rng.choice((" degrees", "", " degrees celsius")))
        c.call.slots["degrees"] = value
    else:
        c.call.slots["degrees"] = values.write_degrees(c.rng, c.out)


def _list(c: Composer) -> None:
    text = phrases.pool(c.rng, c.split, "list")
    if c.out.last == " " or not c.out.parts:
        c.out.add(c.rng.choice(("the ", "my ", "the ", "our ")) if c.rng.random() < 0.93 else "")
    c.say("list", text)


def _label(article: bool) -> Callable[[Composer], None]:
    def write(c: Composer) -> None:
        if article and c.rng.random() < 0.75:
            c.out.add("the ")
        c.say("label", phrases.pool(c.rng, c.split, "label"))

    return write


def _enum(slot: str, table: dict[str, list[str]]) -> Callable[[Composer], None]:
    members = list(table)

    def write(c: Composer) -> None:
        member = c.rng.choice(members)
        c.out.add(c.rng.choice(table[member]))
        c.call.slots[slot] = member

    return write


def _put(slot: str, writer: Callable) -> Callable[[Composer], None]:
    def write(c: Composer) -> None:
        c.call.slots[slot] = writer(c.rng, c.out)

    return write


def _duration_hyphen(c: Composer) -> None:
    """ "ten minute" before "timer"."""
    count = c.rng.choice((1, 2, 3, 5, 5, 7, 8, 10, 10, 12, 15, 20, 25, 30, 40, 45, 60, 90))
    unit = c.rng.choice(("minute", "minute", "minute", "second", "hour"))
    if unit == "hour":
        count = count % 12 + 1
    glue = "-" if not c.out.spoken and c.rng.random() < 0.3 else " "
    span = c.out.add(values.number_phrase(count, c.rng, c.out.spoken) + glue + unit)
    c.call.slots["duration"] = values.Duration(span, **{unit + "s": count})


def _when(c: Composer) -> None:
    c.call.slots["when"] = values.write_when(c.rng, c.out, c.split)


def _clock(c: Composer) -> None:
    c.out.add(c.rng.choice(("for ", "for ", "at ")))
    start = c.out.size
    values.write_clock(c.rng, c.out)
    c.call.slots["clock"] = (start, c.out.size)


def _wake(c: Composer) -> None:
    c.out.add("at ")
    start = c.out.size
    values.write_clock(c.rng, c.out)
    c.call.slots["clock"] = (start, c.out.size)


def _unit_degrees(c: Composer) -> None:
    c.call.slots["degrees"] = values.write_degrees(c.rng, c.out, True)


SLOTS: dict[str, Callable[[Composer], Any]] = {
    "T": lambda c: c.target("the"), "t": lambda c: c.target("maybe" if c.rng.random() < 0.2 else ""), "A": lambda c: c.area("the"), "a": lambda c: c.area(""),
    "L": lambda c: c.place(), "C": lambda c: c.climate("the"), "c": lambda c: c.climate(""), "be": _be,
    "isnt": lambda c: c.out.add("aren't" if c.twins or (c.goal and c.goal.plural) else "isn't"),
    "it": lambda c: c.out.add("them" if c.twins or (c.goal and c.goal.plural) else "it"),
    "they": lambda c: c.out.add("they" if c.twins or (c.goal and c.goal.plural) else "it"),
    "level": _percent("level", True), "num": _percent("level", False), "numplain": _percent("level", False, False),
    "by": _put("by", values.write_by), "steps": _put("steps", values.write_steps), "deg": _degrees, "degunit": _unit_degrees,
    "kelvin": _put("kelvin", values.write_kelvin), "dur": _put("duration", values.write_duration), "durhyphen": _duration_hyphen,
    "color": lambda c: c.say("color", phrases.pool(c.rng, c.split, "color")), "tone": _enum("tone", names.TONES),
    "speed": _enum("speed", names.SPEEDS), "mode": _enum("mode", names.MODES),
    "armmode": _enum("armmode", {"away": ["away"], "home": ["home"], "night": ["night"]}),
    "what": _media("what"), "station": _media("station"), "song": _media("song"), "artist": _media("artist"), "title": _media("title"), "list_name": _media("list_name"),
    "scene": lambda c: c.say("scene", phrases.scene(c.rng, c.split)), "label": _label(False), "thelabel": _label(True), "when": _when,
    "task": _task, "thing": _thing, "item": _item, "list": _list,
    "msg": lambda c: c.say("message", phrases.message(c.rng, c.split)), "to": _person("to"), "Ato": _to("area"), "Tto": _to("media"),
    "place": lambda c: c.say("place", phrases.pool(c.rng, c.split, "place")), "person": _person("person"),
    "input": lambda c: c.say("input", _article(phrases.pool(c.rng, c.split, "input"), c)), "clock": _clock, "wake": _wake,
}  # fmt: skip
VALUE_SLOTS = frozenset(
    (
        "level",
        "num",
        "deg",
        "color",
        "dur",
        "kelvin",
        "mode",
        "speed",
        "scene",
        "place",
        "clock",
        "wake",
        "steps",
        "by",
        "item",
    )
)
