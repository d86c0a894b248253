"""Groups over tools beyond the home: pools, invented domains and owners' own tools, renamed and reshaped at random."""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass
from typing import Any

from ..synth.style import CASES, cased
from . import slim
from .bank import Bank, Choice, Shelf, bank
from .facts import POOL, FactPool
from .load import is_heldout
from .need import Draw
from .plan import Plan
from .strangers import HOUSES, Strangers
from .topics import snake, topic_words
from .write import Written, cut, facts, said, spoken, write

REMOVED, REFUSED, FOREIGN, STRANGE = 0.112, 0.07, 0.02, 0.05  # shares drawn: right tool hidden (10 % of what comes out), beyond the file's tools, chatter, asked of other tools
TOLD, TOLD_OWN = 0.25, 0.8  # shares: groups with more context, questions in them that are told something
SINGLE = frozenset(("", "question", "state", "except"))
PREFIXES = ("my_{}", "api_{}", "{}_tool", "do_{}", "{}_v2", "fn_{}", "{}_action", "run_{}", "svc_{}", "handle_{}", "{}_request", "app_{}")


@dataclass
class Tool:
    """A tool of a file with its topic, and the words it is about."""

    spec: dict
    topic: str
    about: frozenset[str]


class Library:
    """All tools of one split by file; owners' tools are divided by the hash of their name."""

    def __init__(self, made: Bank) -> None:
        self.made, split = made, made.split
        self.files: dict[str, list[Tool]] = {}
        for topic, box in made.corpus.boxes.items():
            if topic == "home-extra":
                continue
            own = topic.startswith("custom/")
            tools = [Tool(t, topic, topic_words(t)) for t in box.tools.values() if not own or is_heldout(f"tool/{t['name']}") == (split == "heldout")]
            if tools:
                self.files[topic] = tools
        self.asked = [t for t in made.boxes if t in self.files]
        # small files (a few tools with one or two questions each) are drawn together; a file's weight is the number of its questions
        self.weights = [sum(len(p) for p in made.boxes[t].by_need.values()) ** 0.8 for t in self.asked]
        self.every = [t for tools in self.files.values() for t in tools]


@functools.lru_cache(maxsize=2)
def library(split: str) -> Library:
    """The library of a split."""
    return Library(bank(split))


def choose(rng: random.Random, books: Library, n_tools: int, told: bool = False, only: str = "") -> list[Tool]:
    """Tools of one to three files, and strangers that are about something else; `told`: first those of a few plans with context; `only`: how the first file's name begins."""
    made = books.made
    weights = dict(zip(books.asked, books.weights, strict=True))
    if told:
        weights = {t: sum(map(len, made.told[t].by_need.values())) for t in books.asked if t in made.told}
    weights = {t: w for t, w in weights.items() if t.rpartition("/")[2].startswith(only)} or weights
    main = rng.choices(list(weights), weights=list(weights.values()))[0]
    topics = {main: None}
    own = main.startswith("custom/")
    while own and len(topics) < 3 and rng.random() < 0.7:
        topics[rng.choice(books.asked)] = None
    if not own and rng.random() < 0.35:
        beside = rng.choices(books.asked, weights=books.weights)[0]
        if not (HOUSES.search(main) and HOUSES.search(beside)):
            topics[beside] = None
    pool = [t for topic in topics for t in rng.sample(books.files[topic], len(books.files[topic]))]
    if told:
        plans = [p for found in made.told[main].by_need.values() for p in found]
        first = set().union(*(needed(p) for p in rng.sample(plans, min(len(plans), 3))))
        pool.sort(key=lambda t: (t.topic != main, t.spec["name"] not in first))
    share = max(2, round(n_tools * rng.uniform(0.55, 1.0)))
    chosen: list[Tool] = []
    for tool in pool:
        if len(chosen) < share and (own or told or rng.random() < 0.9):
            _join(chosen, tool)
    for _ in range(n_tools * 2):
        if len(chosen) >= n_tools:
            break
        _join(chosen, rng.choice(books.every))
    return chosen


def needed(plan: Plan) -> frozenset[str]:
    """The tools that a plan calls, and the one that the last turn called."""
    return plan.tools | {b.plain_text() for b in plan.pattern.blocks if b.word() == "last"}


def _join(chosen: list[Tool], tool: Tool) -> None:
    """Adds a tool unless one of another file is about the same."""
    for other in chosen:
        if other.spec["name"] == tool.spec["name"] or (other.topic != tool.topic and len(other.about & tool.about) >= 2):
            return
    chosen.append(tool)


def hidden_for(plan: Plan, chosen: list[Tool]) -> list[str] | None:
    """Names to hide so that nothing can do what the plan asks: the right tool and all that are about the same."""
    if len(plan.pattern.calls) != 1 or plan.pattern.kind not in SINGLE:
        return None
    right = next((t for t in chosen if t.spec["name"] == plan.pattern.calls[0].tool), None)
    if right is None:
        return None
    gone = [t.spec["name"] for t in chosen if t is right or t.about & right.about]
    return gone if len(chosen) - len(gone) >= 2 else None


def picked(
    rng: random.Random, lists: tuple[Choice, Choice, list[Plan], Choice | None], used: set[int], chosen: list[Tool], strangers: Strangers, refusing: float = REFUSED
) -> tuple[Plan | None, list[str] | None]:
    """A plan of those that act, are refused or are chatter, with the tools to hide when its right one is to be missing (none: it was asked of other tools);
    `lists` ends with where to turn when all were used."""
    acting, refused, foreign, others = lists
    chance, known = rng.random(), len(used)
    for _ in range(12 if chance > 1 - REMOVED else 0):
        plan = acting.pick(rng, used)
        gone = hidden_for(plan, chosen) if plan else None
        if gone:
            return plan, gone
    if chance > 1 - REMOVED:
        return None, None
    if foreign and chance < FOREIGN:
        return rng.choice(foreign), None
    if chance < FOREIGN + STRANGE:
        return strangers.pick(rng), []
    plan = (refused if chance < FOREIGN + STRANGE + refusing else acting).pick(rng, used)
    if others and len(used) == known and rng.random() < 0.8:  # few lines with context fit these tools: rather others than the same again
        plan = others.pick(rng, used)
    return plan, None


def tools_items(rng: random.Random, split: str, n_queries: int, n_tools: int, only: str = "") -> dict:
    """A group of tools beyond the home; {"tools", "items", "facts"}. `only`: of the files whose names begin so, refusing as often as their lines do."""
    books = library(split)
    if not books.asked:
        return {"tools": [], "items": [], "facts": []}
    told = bool(books.made.told) and not only and rng.random() < TOLD
    if told:
        n_queries, n_tools = min(n_queries, 16), min(n_tools, rng.randint(2, 9))
    elif rng.random() < 0.12:
        n_tools = rng.randint(1, 4)
    chosen = choose(rng, books, n_tools, told, only)
    names = frozenset(t.spec["name"] for t in chosen)
    by_topic: dict[str, frozenset[str]] = {topic: frozenset(t.spec["name"] for t in chosen if t.topic == topic) for topic in sorted({t.topic for t in chosen})}
    choice, refused = choices(books.made.boxes, books.made.refused, by_topic)
    told_choice, told_refused = choices(books.made.told, books.made.told_refused, by_topic)
    refusing = max(REFUSED, min(0.35, silent_share(books, chosen))) if only else REFUSED
    foreign = [p for p in books.made.silent if p.pattern.kind in ("chatter", "negation", "quote")]
    specs = {t.spec["name"]: t.spec for t in chosen}
    strangers = Strangers(books, specs.values(), by_topic, any(HOUSES.search(t) for t in by_topic))
    pool = FactPool(POOL - len(chosen) if told else max(0, min(4, POOL - len(chosen))), rng)
    items: dict[str, dict] = {}
    used: set[int] = set()
    for _ in range(n_queries * 3):
        if len(items) >= n_queries:
            break
        lists = (told_choice, told_refused) if told and rng.random() < TOLD_OWN else (choice, refused)
        plan, gone = picked(rng, (*lists, foreign, choice if told else None), used, chosen, strangers, refusing)
        one = tool_item(rng, split, plan, gone, (chosen, specs, pool)) if plan else None
        if one is not None and set(one["hidden"]) < names:
            items.setdefault(one["query"], one)
    found = list(items.values())
    if any(one["facts"] for one in found):
        pool.beside(found)
    else:
        pool.facts.clear()
    costume = Costume(rng, [t.spec for t in chosen], found)
    costume.lean &= not any(HOUSES.search(t.topic) for t in chosen)  # there, to leave out what nobody said is what is to be learned
    return costume.dressed(pool.facts)


def silent_share(books: Library, chosen: list[Tool]) -> float:
    """Share of the lines over these tools' files that call nothing."""
    topics = {t.topic for t in chosen}
    silent = sum(len(books.made.refused.get(t, ())) for t in topics)
    return silent / max(1, silent + sum(len(p) for t in topics if t in books.made.boxes for p in books.made.boxes[t].by_need.values()))


def choices(boxes: dict[str, Shelf], silent: dict[str, list[Plan]], by_topic: dict[str, frozenset[str]]) -> tuple[Choice, Choice]:
    """What the chosen tools of each file can do, and what is asked of the file and no tool does."""
    acting = [plans for topic, own in by_topic.items() if topic in boxes for need, plans in boxes[topic].by_need.items() if need <= own]
    return Choice(acting), Choice([silent[topic] for topic in by_topic if topic in silent])


def tool_item(rng: random.Random, split: str, plan: Plan, gone: list[str] | None, given: tuple[list[Tool], dict[str, dict], FactPool]) -> dict | None:
    """One question over the chosen tools; `gone`: those that it must not see, so that nothing is left to call."""
    chosen, specs, pool = given
    hidden = gone or []
    if gone is None and not plan.pattern.calls and plan.pattern.tools:
        hidden = [t.spec["name"] for t in chosen if t.topic != plan.pattern.tools]
    made = write(plan, Draw(rng, split, spoken(rng, plan)))
    if made is None:
        return None
    answers = [] if gone is not None else answers_of(made, specs)
    places = None if answers is None else pool.take(facts(made))
    if places is None:
        return None
    pattern = plan.pattern
    return {"query": made.query, "answers": answers, "hidden": hidden, "removed": bool(gone), "facts": places, "kind": pattern.kind, "pattern": f"corpus/{pattern.area}/{pattern.path.stem}:{pattern.line}"}


def answers_of(made: Written, specs: dict[str, dict]) -> list[dict] | None:
    """Gold calls by the tools' own names and keys; None when a value came out empty."""
    found = []
    for call in made.plan.pattern.calls:
        properties = (specs[call.tool].get("parameters") or {}).get("properties") or {}
        args = {k: cut(said(call.args[k], made, properties[k]), made.query) for k in properties if k in call.args}
        if any(v is None or v == "" for v in args.values()):
            return None
        found.append({"name": call.tool, "arguments": args})
    return found


class Costume:
    """How one group writes its tools: case, prefixes, descriptions left out, unused parameters left out, members in another case."""

    def __init__(self, rng: random.Random, tools: list[dict], items: list[dict]) -> None:
        self.rng, self.tools, self.items = rng, tools, items
        self.case = rng.choice(CASES) if rng.random() < 0.6 else None
        self.prefix = rng.choice(PREFIXES) if rng.random() < 0.08 else "{}"
        self.described = rng.choice((1.0, 1.0, 1.0, 0.8, 0.0))
        self.explained = rng.choice((1.0, 1.0, 0.7, 0.3, 0.0))
        self.lean = rng.random() < 0.4
        self.said: dict[str, set[str]] = {}
        for call in (c for one in items for c in one["answers"]):
            self.said.setdefault(call["name"], set()).update(slim.said(call["arguments"].values()))
        self.names: dict[str, str] = {}
        self.keys: dict[str, dict[str, str]] = {}

    def dressed(self, blocks: list[dict]) -> dict:
        """The group in its new names, which `last` uses too."""
        used: dict[str, set[str]] = {t["name"]: set() for t in self.tools}
        for one in self.items:
            for call in one["answers"]:
                used[call["name"]] |= set(call["arguments"])
        for block in blocks:
            if block["name"] == "last" and block["text"] in used:
                used[block["text"]] |= set(block["fields"])
        tools = [self.tool(t, used[t["name"]]) for t in self.tools]
        for one in self.items:
            one["hidden"] = [self.names[n] for n in one["hidden"]]
            one["answers"] = [self.call(c) for c in one["answers"]]
        for block in blocks:
            if block["name"] == "last":
                keys = self.keys.get(block["text"])  # None: a tool that this group does not show
                block["fields"] = {keys.get(k, k) if keys is not None else self.key(k, set()): v for k, v in block["fields"].items()}
                block["text"] = self.names.get(block["text"]) or self.styled(block["text"])
        self.rng.shuffle(tools)
        return {"tools": tools, "items": self.items, "facts": blocks}

    def styled(self, name: str) -> str:
        """A tool's name in the group's style."""
        return cased(self.prefix.format(snake(name)), self.case) if self.case else self.prefix.format(name)

    def tool(self, tool: dict, used: set[str]) -> dict:
        """A tool in the group's style."""
        rng, name = self.rng, tool["name"]
        new = self.styled(name)
        while new in self.names.values():
            new += "_2"
        self.names[name] = new
        schema = tool.get("parameters") or {"type": "object", "properties": {}}
        required, keys = schema.get("required") or [], {}
        properties: list[tuple[str, dict]] = []
        for key, prop in (schema.get("properties") or {}).items():
            if self.lean and key not in used and key not in required and rng.random() < 0.6:
                continue
            keys[key] = self.key(key, set(keys.values()))
            bare = {k: v for k, v in prop.items() if k != "description"}
            properties.append((keys[key], prop if rng.random() < self.explained else bare))
        if rng.random() < 0.25:
            rng.shuffle(properties)
        self.keys[name] = keys
        fitting = slim.slimmed(rng, new, dict(properties), self.said.get(name, set()))
        shown = {"type": "object", "properties": fitting, "required": [keys[k] for k in required if k in keys]}
        description = tool.get("description") or ""
        spec = {"name": new, "description": description if rng.random() < self.described else "", "parameters": shown}
        return {**spec, "parameters": {**{k: v for k, v in schema.items() if k.startswith("$") or k == "definitions"}, **shown}}

    def key(self, key: str, taken: set[str]) -> str:
        """A key in the group's style."""
        if not self.case:
            return key
        case = "camel" if self.case in ("camel", "pascal") else "kebab" if self.case == "kebab" and self.rng.random() < 0.3 else "snake"
        new = cased(snake(key), case)
        return key if new in taken else new

    def call(self, call: dict) -> dict[str, Any]:
        """A gold call in the new names."""
        return {"name": self.names[call["name"]], "arguments": {self.keys[call["name"]][k]: v for k, v in call["arguments"].items()}}
