"""Groups: a list of tools, and questions about them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from . import nonsense
from .fills import fill
from .grammar import TABLES, Cap, Pattern, feasible, held, pools, sure
from .say import Said, finish, generic, manner, render, sentence
from .schema import FREE, Style, Tool, draw_style, make_tool

MULTI = [
    " and ",
    ", then ",
    " and then ",
    ", and ",
    " and also ",
    ", also ",
    ", after that ",
    " plus ",
    ". Then ",
    ". And ",
    ", and please ",
    " but first ",
]
BREAK = [". ", ". Then ", ". Also ", ", then ", ". After that, ", ". And ", "; ", ". Also, "]

LOOK = {"find", "look", "search", "show", "get", "tell", "check", "google", "read", "give", "see", "list"}


@dataclass(slots=True)
class Shown:
    """What a group shows, what it hides, and what its questions may ask for."""

    split: str
    style: Style
    tools: list[Tool]
    targets: list[Tool]
    weights: list[int]
    absent: list[Tool]
    catch_all: bool


@cache
def chatter(split: str) -> list[str]:
    """Things people say that no tool answers."""
    lines = (TABLES / "chatter.txt").read_text(encoding="utf-8").splitlines()
    return [
        s.strip() for s in lines if s.strip() and s[0] != "#" and held("chatter:" + s.strip()) == (split != "train")
    ]


def tools_group(rng: random.Random, split: str, n_queries: int, n_tools: int) -> dict:
    """A group: {"tools": [...], "items": [{"query", "answers", "pattern"}]}; all items share the tools."""
    shown = None
    while shown is None or not shown.targets:
        shown = _draw(rng, split, n_tools)
    items = []
    while len(items) < n_queries:
        item = _item(rng, shown)
        if item:
            items.append(item)
    return {"tools": [t.schema() for t in shown.tools], "items": items}


def _draw(rng: random.Random, split: str, n_tools: int) -> Shown:
    style = draw_style(rng)
    taken: set[str] = set()
    r = rng.random()
    made: list[Tool] = []
    absent: list[Tool] = []
    if r < 0.25 or r >= 0.92:
        n = n_tools if r < 0.25 else max(1, n_tools // 3)
        invented = nonsense.tools(rng, split, style, n, taken)
        made, absent = invented[:n], invented[n:]
    if r >= 0.25:
        caps, near = _caps(rng, split, n_tools - len(made))
        made += [make_tool(rng, c, style, taken) for c in caps]
        absent += [make_tool(rng, c, style, taken) for c in near]
    rng.shuffle(made)
    targets, weights = [], []
    for tool in made:
        if tool.cap.id[0] == "~" or _patterns(tool, split):
            targets.append(tool)
            weights.append(4 if split != "train" and (tool.cap.heldout or tool.cap.id[0] == "~") else 1)
    absent = [t for t in absent if t.cap.id[0] == "~" or _patterns(t, split)]
    return Shown(split, style, made, targets, weights, absent, any("*" in t.cap.tags for t in made))


def _caps(rng: random.Random, split: str, n: int) -> tuple[list[Cap], list[Cap]]:
    """n capabilities of which no two mean the same, and some that are left out."""
    by_pool = pools(split)
    names = list(by_pool)
    if split != "train" and rng.random() < 0.8:
        names = [p for p in names if any(c.heldout for c in by_pool[p])]
    focus = rng.sample(names, min(rng.choice([1, 1, 2, 2, 3]), len(names)))
    near = [c for p in focus for c in by_pool[p]]
    rng.shuffle(near)
    if split != "train":
        near.sort(key=lambda c: not c.heldout)
    out: list[Cap] = []
    tags: set[str] = set()
    share = max(1, round(n * rng.uniform(0.5, 1)))
    while len(out) < n:
        if near and len(out) < share:
            cap = near.pop(0)
        else:
            cap = rng.choice(by_pool[rng.choice(list(by_pool))])
        if cap not in out and not cap.tags & (tags - {"*"}):
            out.append(cap)
            tags |= cap.tags
    rest = [c for c in near if c not in out]
    for _ in range(3):
        rest.append(rng.choice(by_pool[rng.choice(list(by_pool))]))
    absent = [c for c in rest if c not in out and not c.tags & tags]
    return out, absent[:3] + absent[-1:]


def _patterns(tool: Tool, split: str) -> list[Pattern]:
    """The patterns that this tool's visible and required parameters allow."""
    if tool.patterns is None:
        visible = tool.params.keys()
        tool.patterns = [
            p
            for p in tool.cap.patterns
            if (p.heldout == (split != "train") or (split != "train" and tool.cap.heldout))
            and feasible(p.seq, visible)
            and tool.required <= sure(p.seq, visible, tool.required)
        ]
    return tool.patterns


def _say(rng: random.Random, tool: Tool, split: str) -> tuple[Said, bool, str] | None:
    """One request to one tool: (words, imperative, pattern id)."""
    invented = tool.cap.id[0] == "~"
    said = Said(fix=rng.random() < 0.035)
    if invented or (rng.random() < 0.13 and (split == "train" or tool.cap.heldout)):
        made = generic(rng, tool, split)
        if made:
            frame, seq, imperative = made
            render(rng, seq, tool, split, said)
            return said, imperative, ("random:" if invented else "generic:") + frame
    patterns = [] if invented else _patterns(tool, split)
    if not patterns:
        return None
    p = patterns[int(rng.random() * len(patterns))]
    render(rng, p.seq, tool, split, said)
    return said, p.imperative, p.id


def _item(rng: random.Random, shown: Shown) -> dict | None:
    r = rng.random()
    if r < 0.148:
        return _refusal(rng, shown)
    if r < 0.3:
        return _multi(rng, shown)
    tool = rng.choices(shown.targets, shown.weights)[0]
    made = _say(rng, tool, shown.split)
    if not made:
        return None
    said, imperative, pid = made
    return _close(rng, said, imperative, [(tool, said.args)], pid)


def _close(rng: random.Random, said: Said, imperative: bool, calls: list[tuple[Tool, dict]], pid: str) -> dict | None:
    parts = said.parts
    if not parts:
        return None
    manner(rng, said, imperative)
    query = finish(rng, sentence(parts), parts[0][1] in (None, "enum", "bool"))
    lower = rng.random() < 0.33
    if lower:
        query = _spoken(query) if rng.random() < 0.6 else query.lower()
    answers = []
    for tool, args in calls:
        if lower:
            args = {k: _lower(v) if tool.params[k].copied else v for k, v in args.items() if k in tool.params}
        answers.append({"name": tool.name, "arguments": tool.arguments(args)})
    if not 1 <= len(query.split()) <= 60 or not all(
        _grounded(tool, args["arguments"], query) for (tool, _), args in zip(calls, answers, strict=True)
    ):
        return None
    return {"query": query, "answers": answers, "pattern": pid}


def _spoken(query: str) -> str:
    """As a recogniser writes: small letters, no mark at the end."""
    return query.lower().rstrip("?!.") if not query.lower().endswith(("a.m.", "p.m.")) else query.lower()


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else [v.lower() for v in value] if isinstance(value, list) else value


def _grounded(tool: Tool, args: dict, query: str) -> bool:
    values = [v for p in tool.params.values() if p.copied for v in [args.get(p.key)] if v is not None]
    return all(text in query for v in values for text in (v if isinstance(v, list) else [v]))


def _multi(rng: random.Random, shown: Shown) -> dict | None:
    """Two to four calls in one question."""
    count = rng.choice([2, 2, 2, 2, 3, 3, 4])
    same = rng.random() < 0.25
    tools = (
        rng.choices(shown.targets, shown.weights, k=1) * count
        if same
        else rng.choices(shown.targets, shown.weights, k=count)
    )
    calls: list[tuple[Tool, dict]] = []
    whole = Said()
    first = True
    for tool in tools:
        made = _say(rng, tool, shown.split)
        if not made:
            return None
        said, imperative, pid = made
        if any(tool is t and said.args == a for t, a in calls):
            return None
        calls.append((tool, said.args))
        if len(calls) == 1:
            first, start = imperative, pid
            manner(rng, said, imperative)
        else:
            last = whole.parts[-1]
            whole.parts.append((rng.choice(MULTI[:-1] if imperative and last[1] not in FREE else BREAK), None))
        whole.parts += said.parts
    if len(calls) == 2 and not first and rng.random() < 0.5:
        return None
    return _close(rng, whole, False, calls, "multi:" + start)


def _refusal(rng: random.Random, shown: Shown) -> dict | None:
    """A question that no tool of the group answers."""
    r = rng.random()
    if r < 0.68 and shown.absent:
        tool = rng.choice(shown.absent)
        made = _say(rng, tool, shown.split)
        if not made or (shown.catch_all and (not made[1] or made[0].parts[0][0].split(" ")[0] in LOOK)):
            return None
        said, imperative, pid = made
        if not imperative and not said.args and tool.cap.id[0] != "~" and rng.random() < 0.5:
            return None
        return _close(rng, said, imperative, [], "absent:" + pid)
    if r < 0.75:
        tool = rng.choice(shown.targets)
        if len(tool.required) == len(tool.params) > 0 and not shown.catch_all:
            lead = rng.choice(["", "i want to ", "can you ", "please ", "i'd like to "])
            said = Said([(lead + tool.phrases[0], None)])
            return _close(rng, said, not lead, [], "empty:" + tool.cap.id)
        return None
    if shown.catch_all:
        return None
    text = rng.choice(chatter(shown.split)) if rng.random() < 0.4 else fill(rng, "~chat", shown.split)
    said = Said([(text, None)])
    return _close(rng, said, False, [], "chatter")
