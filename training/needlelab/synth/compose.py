"""From an operation to words: fills a pattern's slots, adds politeness and noise, joins commands."""

from __future__ import annotations

import random

from . import patterns
from .slots import SLOTS, VALUE_SLOTS
from .targets import (
    MOVING,
    SWITCHABLE,
    Target,
    _add_place,
    pick_area,
    pick_target,
    write_target,
)
from .text import Buffer, compile_pattern, divide
from .tools import Call

COMPILED: dict[str, dict[str, list]] = {}
for _op, _lines in patterns.sources().items():
    _parts = divide(f"pattern/{_op}", _lines, 5)
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
    "open": (("cover",), "dddddgggi"), "close": (("cover",), "dddddgggi"), "position": (("cover",), "ddddggi"), "stop_moving": (("cover",), "ddddgg"),
    "fan_speed": (("fan",), "dddddgi"), "fan_osc": (("fan",), "dddddgi"), "humidity_set": (("appliance",), "d"),
    "vac_start": (("vac",), "d"), "vac_pause": (("vac",), "d"), "vac_stop": (("vac",), "d"), "vac_dock": (("vac",), "d"), "vac_locate": (("vac",), "d"),
    "mower_start": (("mower",), "d"), "mower_dock": (("mower",), "d"), "get_onoff": (SWITCHABLE, "dddgg"), "get_open": (("cover",), "dddgg"),
    "get_locked": (("lock",), "dddgg"), "get_temperature": (("climate", "sensor"), "d"), "get_humidity": (("sensor",), "d"), "get_brightness": (("light",), "dddg"),
    "get_battery": (("sensor", "lock", "vac", "sensor"), "d"), "get_power": (("appliance", "plug", "climate", "media"), "d"), "get_position": (("cover",), "ddg"),
}  # fmt: skip
MEDIA_TARGET = (("media",), "dddddg")
_AND = (" and also ", " as well as ", " plus ", " and then ", " along with ")
_COLD = (
    "freezer",
    "fridge",
    "wine cooler",
    "garage freezer",
    "beer fridge",
    "chest freezer",
    "basement freezer",
    "minibar",
)
_HUMID = ("humidifier", "dehumidifier")
_CAMERAS = ("front door camera", "garden camera", "baby monitor", "doorbell camera", "driveway camera", "nursery camera", "backyard camera", "garage camera", "kennel camera", "pool camera")  # fmt: skip


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
        self.hesitate = rng.random() < 0.05
        self.cold = False
        self.stutter = rng.random() < 0.01
        self.items: list[tuple[int, int]] = []
        self.more_items = 0

    # -- targets ------------------------------------------------------------------------------------------------------
    def plan(self, op: str) -> Target:
        """The target an operation could have."""
        kinds, forms = TARGETS.get(op, MEDIA_TARGET)
        domain = self.domain if self.domain in kinds else self.rng.choice(kinds)
        target = pick_target(self.rng, self.split, domain, forms)
        if op in ("stop_moving", "position") and target.form == "device" and target.cover not in MOVING:
            target = pick_target(self.rng, self.split, domain, "g")
        if target.form == "area" and op in ("on", "off"):
            target.domain = "any"
        if op == "temp_set" and not self.fixed and self.rng.random() < 0.06:
            self.cold = True
            return Target("device", "climate", text=[("device", self.rng.choice(_COLD))])
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
                if self.stutter and not out.parts and " " in node:
                    self.stutter = False
                    out.literal(node.split(" ", 1)[0] + " ")
                out.literal(node)
            elif node[0] == "slot":
                if self.hesitate and out.last == " " and out.parts and rng.random() < 0.5:
                    self.hesitate = False
                    out.add(
                        rng.choice(("uh ", "um ", "er ", "like ", "hmm "))
                        if out.spoken or rng.random() < 0.7
                        else "... "
                    )
                if self.correct and node[1] in VALUE_SLOTS and self.call.op != "message":
                    self.correct = False
                    SLOTS[node[1]](self)
                    self.amend()
                    self.call.slots.pop("what", None)
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
                self.amend()
        write_target(goal, self.out, determiner)
        self.call.slots["T"] = goal
        for i, twin in enumerate(self.twins):
            last = i == len(self.twins) - 1
            both = self.rng.choice(_AND) if len(self.twins) == 1 and self.rng.random() < 0.3 else " and "
            self.out.add(both if last else " " if self.out.spoken else ", ")
            write_target(twin, self.out, determiner)

    def amend(self) -> None:
        """Words between a slip and what was meant."""
        spoken = (" no wait ", " uh no ", " sorry I mean ", " I mean ", " actually no ", " wait no ", " no ")
        typed = (", no wait, ", ", no, ", ", sorry, ", " - I mean ", ", uh, no, ", ", actually ", ", wait, ")
        self.out.add(self.rng.choice(spoken if self.out.spoken else typed))

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
        share = {"temp_set": 0.55, "climate_mode": 0.85}.get(self.call.op, 1.0)
        if self.cold or self.rng.random() < share:
            self.target(determiner)
        else:
            self.area(determiner)

    def say(self, slot: str, text: str) -> None:
        """A text value."""
        self.call.slots[slot] = self.out.add(text)
