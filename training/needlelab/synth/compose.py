"""From an operation to words: fills a pattern's slots, adds politeness and noise, joins commands."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from . import patterns, values
from .targets import MOVING, SWITCHABLE, Target, _add_place, pick_area, pick_target, write_target
from .text import Buffer, compile_pattern, divide
from .tools import Call

COMPILED: dict[str, dict[str, list]] = {}
for _op, _lines in patterns.sources().items():
    _parts = divide(f"pattern/{_op}", _lines)
    COMPILED[_op] = {s: [(f"{_op}/{line}", *compile_pattern(line)) for line in _parts[s]] for s in ("train", "heldout")}
    _all = list(dict.fromkeys(_lines))
    if len(_all) > 1:
        _held = set(_parts["heldout"])
        COMPILED[_op]["train"] = [(f"{_op}/{x}", *compile_pattern(x)) for x in _lines if x not in _held]
OPS = tuple(op for op in COMPILED if not op.endswith("_when"))
# operation -> (kinds of device, target forms)
TARGETS: dict[str, tuple[tuple[str, ...], str]] = {
    "on": (SWITCHABLE, "ddddgggggaei"), "off": (SWITCHABLE, "ddddgggggaei"), "toggle": (SWITCHABLE, "ddddgi"),
    "bright_set": (("light",), "ddddgggai"), "bright_up": (("light",), "dddggi"), "bright_down": (("light",), "dddggi"),
    "color_set": (("light",), "ddddgggai"), "ctemp": (("light",), "dddggi"),
    "temp_set": (("climate",), "ddg"), "temp_up": (("climate",), "ddg"), "temp_down": (("climate",), "ddg"), "climate_mode": (("climate",), "ddddgi"),
    "lock": (("lock",), "ddddddggi"), "unlock": (("lock",), "ddddddggi"),
    "open": (("cover",), "dddddgggi"), "close": (("cover",), "dddddgggi"), "position": (("cover",), "ddddggi"), "stop_moving": (("cover",), "ddddggi"),
    "fan_speed": (("fan",), "dddddgi"), "fan_osc": (("fan",), "dddddgi"), "humidity_set": (("appliance",), "d"),
    "vac_start": (("vac",), "d"), "vac_pause": (("vac",), "d"), "vac_stop": (("vac",), "d"), "vac_dock": (("vac",), "d"), "vac_locate": (("vac",), "d"),
    "mower_start": (("mower",), "d"), "mower_dock": (("mower",), "d"), "get_onoff": (SWITCHABLE, "dddgg"), "get_open": (("cover",), "dddgg"),
    "get_locked": (("lock",), "dddgg"), "get_temperature": (("climate", "sensor"), "d"), "get_humidity": (("sensor",), "d"), "get_brightness": (("light",), "dddg"),
    "get_battery": (("sensor", "lock", "vac", "sensor"), "d"), "get_power": (("appliance", "plug", "climate", "media"), "d"), "get_position": (("cover",), "ddg"),
}  # fmt: skip
MEDIA_TARGET = (("media",), "dddddg")
_HUMID = ("humidifier", "dehumidifier")
_CAMERAS = (
    "front door camera",
    "garden camera",
    "baby monitor",
    "doorbell camera",
    "driveway camera",
    "nursery camera",
    "backyard camera",
    "garage camera",
    "kennel camera",
    "pool camera",
)


class Composer:
    """Writes one query; `call` is the command being written."""

    def __init__(self, rng: random.Random, split: str, spoken: bool, typo: bool) -> None:
        self.rng = rng
        self.split = split
        self.out = Buffer(rng, spoken, typo)
        self.call = Call("")
        self.goal: Target | None = None
        self.fixed: Target | None = None
        self.twins: list[Target] = []
        self.domain: str | None = None
        self.correct = False

    # -- targets ------------------------------------------------------------------------------------------------------
    def plan(self, op: str) -> Target:
        """The target an operation could have."""
        kinds, forms = TARGETS.get(op, MEDIA_TARGET)
        domain = self.domain if self.domain in kinds else self.rng.choice(kinds)
        target = pick_target(self.rng, self.split, domain, forms)
        if op in ("stop_moving", "position") and target.form == "device" and target.cover not in MOVING:
            target = pick_target(self.rng, self.split, domain, "g")
        if op == "humidity_set":
            target.text = [("device", self.rng.choice(_HUMID))]
        if op == "camera":
            target = Target("device", "appliance", text=[("device", self.rng.choice(_CAMERAS))])
        return target

    def write(self, op: str, pattern: tuple, twins: int = 0) -> Call:
        """Render one pattern of an operation into the buffer."""
        _, nodes, consts, _ = pattern
        self.call = Call(op, {k: v for k, v in consts.items() if v and k != "join"})
        if "percent" in self.call.slots:
            self.call.slots["percent"] = int(self.call.slots["percent"])
        self.goal = self.fixed or self.plan(op)
        self.twins = []
        if twins:
            goal = self.goal
            for _ in range(twins):
                other = self.plan(op)
                if other.form == "it" or goal.form == "it":
                    break
                if "everything" in str(other.text) + str(goal.text) or other.text == goal.text:
                    break
                self.twins.append(other)
        self.render(nodes)
        return self.call

    def render(self, nodes: list) -> None:
        out, rng = self.out, self.rng
        for node in nodes:
            if isinstance(node, str):
                out.literal(node)
            elif node[0] == "slot":
                SLOTS[node[1]](self)
            else:
                self.render(rng.choice(node[1]))

    def target(self, determiner: str) -> None:
        goal = self.goal
        assert goal is not None
        if goal.name is not None:
            self.call.slots["T"] = goal
            return
        if self.correct and not self.twins and goal.form in ("device", "area") and determiner:
            self.correct = False
            wrong = self.plan(self.call.op)
            if wrong.form in ("device", "area"):
                write_target(wrong, self.out, "the")
                self.out.add(
                    self.rng.choice(
                        (" no wait ", " uh no ", " sorry I mean ", " I mean ", " actually no ")
                        if self.out.spoken
                        else (", no wait, ", ", no, ", ", sorry, ", " - I mean ", ", uh, no, ", ", actually ")
                    )
                )
        write_target(goal, self.out, determiner)
        self.call.slots["T"] = goal
        for i, twin in enumerate(self.twins):
            last = i == len(self.twins) - 1
            self.out.add(" and " if last else " " if self.out.spoken else ", ")
            write_target(twin, self.out, determiner)

    def area(self, determiner: str) -> None:
        if "T" in self.call.slots:
            return
        goal = pick_area(self.rng, self.split, self.domain or TARGETS.get(self.call.op, MEDIA_TARGET)[0][0])
        write_target(goal, self.out, determiner)
        self.call.slots["T"] = goal

    def place(self) -> None:
        """ "in the kitchen", "upstairs" or "in here" (which names nothing)."""
        out, rng = self.out, self.rng
        chance = rng.random()
        if chance < 0.14 or "T" in self.call.slots:
            out.literal(rng.choice(("in here", "in here", "here", "in this room")))
            return
        goal = Target("area", TARGETS.get(self.call.op, MEDIA_TARGET)[0][0])
        _add_place(rng, self.split, goal)
        first = goal.text[0][1].lstrip()
        goal.text[0] = (None, "in " if first == "of " else first)
        while goal.text[0][0] is None:
            piece = goal.text.pop(0)[1]
            if piece:
                out.add(piece)
        start = out.size
        for tag, text in goal.text:
            span = out.add(text)
            if tag == "area":
                goal.area = span
            elif tag == "floor":
                goal.floor = span
        goal.name = (start, out.size)
        self.call.slots["T"] = goal

    def climate(self, determiner: str) -> None:
        if self.rng.random() < 0.55:
            self.target(determiner)
        else:
            self.area(determiner)

    def say(self, slot: str, text: str) -> None:
        """A text value."""
        self.call.slots[slot] = self.out.add(text)


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
            text = values.media_title(rng, split)[0]
        elif kind == "song":
            text = f"{values.pool(rng, split, 'song_a')} {values.pool(rng, split, 'song_b')}"
            text = text.title() if rng.random() < 0.7 else text
        elif kind == "list_name":
            text = values.pool(rng, split, "playlist").removeprefix("my ")
        else:
            text = values.pool(rng, split, kind)
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
    c.say("text", c.rng.choice(values.TASKS[c.split]))


def _thing(c: Composer) -> None:
    text = c.rng.choice(values.TASKS[c.split]).split(" ", 1)[1]
    text = text if not text.endswith((" out", " back")) else "the " + values.pool(c.rng, c.split, "label")
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
        text = _article(values.pool(c.rng, c.split, "person"), c)
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


def _list(c: Composer) -> None:
    text = values.pool(c.rng, c.split, "list")
    if c.out.last == " " or not c.out.parts:
        c.out.add(c.rng.choice(("the ", "my ", "the ", "our ")) if c.rng.random() < 0.93 else "")
    c.say("list", text)


def _label(article: bool) -> Callable[[Composer], None]:
    def write(c: Composer) -> None:
        if article and c.rng.random() < 0.75:
            c.out.add("the ")
        c.say("label", values.pool(c.rng, c.split, "label"))

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
    "level": _percent("level", True), "num": _percent("level", False), "numplain": _percent("level", False, False),
    "by": _put("by", values.write_by), "steps": _put("steps", values.write_steps), "deg": _put("degrees", values.write_degrees), "degunit": _unit_degrees,
    "kelvin": _put("kelvin", values.write_kelvin), "dur": _put("duration", values.write_duration), "durhyphen": _duration_hyphen,
    "color": lambda c: c.say("color", values.pool(c.rng, c.split, "color")), "tone": _enum("tone", values.names.TONES),
    "speed": _enum("speed", values.names.SPEEDS), "mode": _enum("mode", values.names.MODES),
    "armmode": _enum("armmode", {"away": ["away"], "home": ["home"], "night": ["night"]}),
    "what": _media("what"), "station": _media("station"), "song": _media("song"), "artist": _media("artist"), "title": _media("title"), "list_name": _media("list_name"),
    "scene": lambda c: c.say("scene", values.pool(c.rng, c.split, "scene")), "label": _label(False), "thelabel": _label(True), "when": _when,
    "task": _task, "thing": _thing, "item": lambda c: c.say("item", values.list_item(c.rng, c.split)), "list": _list,
    "msg": lambda c: c.say("message", values.message(c.rng, c.split)), "to": _person("to"), "Ato": _to("area"), "Tto": _to("media"),
    "place": lambda c: c.say("place", values.pool(c.rng, c.split, "place")), "person": _person("person"),
    "input": lambda c: c.say("input", _article(values.pool(c.rng, c.split, "input"), c)), "clock": _clock, "wake": _wake,
}  # fmt: skip
