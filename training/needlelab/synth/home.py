"""Groups of smart-home questions over one tool list, for training the home model."""

from __future__ import annotations

import random
from typing import Any

from .compose import COMPILED, OPS, TARGETS, Composer
from .invented import invented_group
from .refusals import refusal
from .skins import catalogue_group, ha_group
from .special import ambiguous, opposites, several_items
from .targets import Target
from .text import compile_pattern
from .tools import Call, Tool, bind, covers_domain
from .wrap import finish, joiner, prefix, suffix

FOLLOW = {
    "bright_set": ["set {it} to {level}", "put {it} at {num}", "dim {it} to {level}"],
    "color_set": ["make {it} {color}", "turn {it} {color}", "set {it} to {color}"],
    "ctemp": ["make {it} {tone}", "set {it} to {tone}"],
    "off": ["turn {it} off", "switch {it} off"],
    "lock": ["lock {it}"],
    "fan_speed": ["set {it} to {speed}", "put {it} on {speed}"],
    "vol_set": ["set {it} to volume {numplain}"],
    "position": ["set {it} to {level}"],
    "temp_set": ["set {it} to {deg}"],
}
AFTER = {"on": ("bright_set", "color_set", "ctemp", "fan_speed", "temp_set"), "bright_set": ("color_set", "ctemp"), "color_set": ("bright_set",), "close": ("lock",), "ctemp": ("bright_set",)}  # fmt: skip
FOLLOW_KINDS = {
    "bright_set": {"light"},
    "color_set": {"light"},
    "ctemp": {"light"},
    "fan_speed": {"fan"},
    "temp_set": {"climate"},
    "lock": {"cover"},
}


NEAR, SILENT = 0.101, 0.07  # shares: no tool of the list can do it; no request at all
LIKELY = {
    "on": 2.2, "off": 2.2, "bright_set": 1.5, "temp_set": 1.6, "open": 1.3, "close": 1.3, "color_set": 1.4, "play": 1.5, "timer_set": 1.5, "reminder": 1.4, "list_add": 1.4,
    "message": 1.4, "undo": 0.5, "mower_start": 0.4, "mower_dock": 0.4, "get_onoff": 1.6, "get_open": 1.4, "get_locked": 1.3, "get_temperature": 1.8, "timer_pause": 0.7,
    "timer_resume": 0.7, "timer_status": 0.8, "person_where": 0.7, "disarm": 0.8, "arm": 0.9, "media_prev": 0.8, "vac_locate": 0.8, "vac_stop": 0.8, "time": 0.7, "date": 0.7,
}  # fmt: skip
FOLLOW_COMPILED = {op: [compile_pattern(line) for line in lines] for op, lines in FOLLOW.items()}


class Group:
    """A tool list and what it can do."""

    def __init__(self, tools: list[Tool]) -> None:
        self.tools = tools
        self.by_op: dict[str, list[Tool]] = {}
        for tool in tools:
            for op in tool.ops:
                self.by_op.setdefault(op, []).append(tool)
        self.ops = [op for op in OPS if op in self.by_op]
        weights = {tool.name: max(1.0, len(tool.ops) ** 0.75) for tool in tools}
        self.choices: list[tuple[str, Tool]] = []
        self.weights: list[float] = []
        for op in self.ops:
            for tool in self.by_op[op]:
                self.choices.append((op, tool))
                self.weights.append(weights[tool.name] / len(tool.ops) * LIKELY.get(op, 1.0))
        total = 0.0
        self.cumulative = []
        for weight in self.weights:
            total += weight
            self.cumulative.append(total)

    def pick(self, rng: random.Random) -> tuple[str, Tool]:
        """An operation and the tool it is aimed at."""
        return rng.choices(self.choices, cum_weights=self.cumulative)[0]

    def resolve(self, call: Call) -> tuple[Tool, dict[str, Any]] | None:
        """The one tool that fits, with its arguments."""
        for tool in self.by_op.get(call.op, ()):
            args = bind(tool, call)
            if args is not None:
                return tool, args
        return None

    def touches(self, op: str, target: Target | None) -> bool:
        """Whether some tool does the operation for this kind of device."""
        return any(
            target is None or target.form == "it" or target.domain == "any" or covers_domain(tool, target)
            for tool in self.by_op.get(op, ())
        )


def pick_tools(rng: random.Random, split: str, n_tools: int) -> list[Tool]:
    """One of the skins, by the shares of the plan."""
    chance = rng.random()
    if split == "heldout":
        if chance < 0.5:
            return catalogue_group(rng, n_tools)
        kind = rng.choice(("verbs", "merged", "renamed", "renamed"))
        return invented_group(rng, "heldout", n_tools, kind)
    if chance < 0.40:
        return catalogue_group(rng, n_tools)
    if chance < 0.52:
        return ha_group(rng, n_tools)
    return invented_group(rng, "train", n_tools, "verbs" if chance < 0.68 else "merged" if chance < 0.80 else "renamed")


def pick_pattern(rng: random.Random, op: str, split: str, tool: Tool | None, imperative: bool = False) -> tuple:
    """A sentence pattern; with a moment in it when the tool takes one."""
    bank = COMPILED[op][split]
    if op + "_when" in COMPILED and (tool is None or "when" in tool.slots) and rng.random() < 0.16:
        bank = COMPILED[op + "_when"][split]
    pattern = rng.choice(bank)
    if imperative and pattern[3]:
        for _ in range(8):
            pattern = rng.choice(bank)
            if not pattern[3]:
                break
    return pattern


def single(rng: random.Random, group: Group, split: str) -> tuple[Composer, list[Call], str]:
    """One command."""
    op, tool = group.pick(rng)
    composer = new_composer(rng, split)
    composer.domain = next(iter(tool.domains)) if tool.domains else None
    composer.correct = rng.random() < 0.04
    pattern = pick_pattern(rng, op, split, tool)
    prefix(composer, pattern)
    call = composer.write(op, pattern)
    suffix(composer, pattern)
    return composer, [call], pattern[0]


def new_composer(rng: random.Random, split: str) -> Composer:
    """A fresh query: 22 % speech, 2 % with a typo."""
    return Composer(rng, split, rng.random() < 0.22, rng.random() < 0.02)


def shared_verb(rng: random.Random, group: Group, split: str) -> tuple[Composer, list[Call], str] | None:
    """ "turn off the lamp and the fan": several calls of one operation."""
    op, tool = group.pick(rng)
    if op in ("list_add", "list_done"):
        return several_items(rng, group, split, pick_pattern(rng, op, split, tool), op)
    if op not in TARGETS:
        return None
    composer = new_composer(rng, split)
    composer.domain = next(iter(tool.domains)) if tool.domains else None
    pattern = pick_pattern(rng, op, split, tool)
    if pattern[3] == "~":
        return None
    prefix(composer, pattern)
    call = composer.write(op, pattern, twins=1 if rng.random() < 0.8 else 2)
    if not composer.twins or call.slots.get("T") is not composer.goal:
        return None
    suffix(composer, pattern)
    calls = [call] + [Call(op, {**call.slots, "T": twin}) for twin in composer.twins]
    return composer, calls, pattern[0] + "+shared"


def follow_up(rng: random.Random, group: Group, split: str) -> tuple[Composer, list[Call], str] | None:
    """ "turn on the lamp and make it red": the second call means the same thing."""
    pairs = [(a, b) for a in AFTER for b in AFTER[a] if a in group.by_op and b in group.by_op]
    if not pairs:
        return None
    op, then = rng.choice(pairs)
    composer = new_composer(rng, split)
    kinds = FOLLOW_KINDS.get(then, {None})
    composer.domain = next(iter(kinds))
    pattern = pick_pattern(rng, op, split, None, imperative=True)
    if pattern[3] or "when" in pattern[0].split("/")[0]:
        return None
    prefix(composer, pattern)
    first = composer.write(op, pattern)
    goal = first.slots.get("T")
    if (
        goal is None
        or goal.form == "it"
        or goal.domain not in kinds
        or (then == "lock" and goal.cover not in ("door", "gate", "garage", "window"))
    ):
        return None
    joiner(composer)
    composer.goal, composer.fixed = goal, goal
    nodes, consts, flag = rng.choice(FOLLOW_COMPILED[then])
    second = composer.write(then, ("", nodes, consts, flag))
    second.slots["T"] = goal
    return composer, [first, second], pattern[0] + "+" + then


def chain(rng: random.Random, group: Group, split: str) -> tuple[Composer, list[Call], str] | None:
    """Two to four commands in a row."""
    count = rng.choice((2, 2, 2, 2, 2, 3, 3, 4))
    composer = new_composer(rng, split)
    calls: list[Call] = []
    ids = []
    last = ""
    for i in range(count):
        op, tool = group.pick(rng)
        if op in ("undo", last) and i:
            op, tool = group.pick(rng)
        composer.domain = next(iter(tool.domains)) if tool.domains else None
        composer.fixed = None
        pattern = pick_pattern(rng, op, split, tool, imperative=True)
        if pattern[3] in ("!", "~") or op in ("undo",) or op == "message" and i < count - 1:
            return None
        if i == 0:
            prefix(composer, pattern)
        else:
            joiner(composer)
        calls.append(composer.write(op, pattern))
        target = calls[-1].slots.get("T")
        if target is not None and target.form == "it":
            return None
        ids.append(pattern[0])
        last = op
    suffix(composer, pattern)
    return composer, calls, " && ".join(ids)


def argument(value: Any, query: str) -> Any:
    """Spans become the words of the query; whole numbers become int."""
    if isinstance(value, tuple):
        return query[value[0] : value[1]].strip()
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value


def make_item(rng: random.Random, group: Group, split: str) -> dict | None:
    """One question; the kind is drawn first, so that hard kinds do not become rare. None when nothing worked."""
    chance = rng.random()
    for _ in range(25):
        if chance < NEAR + SILENT:
            item = refusal(rng, group, split, chance < NEAR)
        elif chance < 0.37:
            kind = rng.random()
            if kind < 0.34:
                made = shared_verb(rng, group, split)
            elif kind < 0.46:
                made = follow_up(rng, group, split)
            elif kind < 0.54:
                made = opposites(rng, group, split, "both")
            else:
                made = chain(rng, group, split)
            item = settle(group, made) if made else None
        elif chance < 0.395:
            made = opposites(rng, group, split, "first" if chance < 0.38 else "slip")
            item = settle(group, made or single(rng, group, split))
        else:
            item = settle(group, single(rng, group, split))
        if item is not None:
            return item
    return None


def settle(group: Group, made: tuple[Composer, list[Call], str]) -> dict | None:
    """The item with its gold calls, when the tools can say them."""
    composer, calls, pattern = made
    found = [group.resolve(call) for call in calls]
    if any(f is None for f in found):
        return None
    query = finish(composer)
    if len(calls) == 1 and "/" in pattern and ambiguous(group, calls[0], pattern, query):
        return None
    answers = [
        {"name": tool.name, "arguments": {k: argument(v, query) for k, v in args.items()}}
        for tool, args in found
        if tool
    ]  # type: ignore[misc]
    if any(v == "" for a in answers for v in a["arguments"].values()) or len({str(a) for a in answers}) < len(answers):
        return None
    return {"query": query, "answers": answers, "pattern": pattern}


def home_group(rng: random.Random, split: str, n_queries: int, n_tools: int) -> dict:
    """`n_queries` questions over one list of about `n_tools` tools.

    {"tools": [{"name", "description", "parameters"}], "items": [{"query", "answers": [{"name", "arguments"}], "pattern"}]}
    """
    tools = pick_tools(rng, split, n_tools)
    rng.shuffle(tools)
    group = Group(tools)
    items: list[dict] = []
    for _ in range(n_queries * 30):
        if len(items) >= n_queries:
            break
        item = make_item(rng, group, split)
        if item is not None:
            items.append(item)
    return {"tools": [t.spec for t in tools], "items": items, "skin": tools[0].style}
