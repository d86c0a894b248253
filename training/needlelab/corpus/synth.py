"""Groups of corpus questions over one list of tools: `corpus_group` for packing."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from ..synth.home import Group
from ..synth.invented import invented_group
from ..synth.refusals import CONFLICTS
from ..synth.skins import PAIRS, ha_group
from ..synth.tools import Tool
from .bank import READ_STATE, Bank, Choice, abilities, bank, house, made_house, tool_ops
from .before import apart_from, led_here
from .facts import ANYWHERE, POOL, FactPool
from .need import Draw
from .ops import operation_of, translate
from .other import answers_of, library, tools_items
from .plan import Plan
from .strangers import Guests, Strangers
from .topics import home_words, query_words
from .write import Written, cut, facts, said, spoken, write

REMOVED, SILENT = 0.083, 0.09  # shares drawn: the right tool is hidden (10 % of what comes out, see `stages.corpus count`); nothing is asked for
STRANGE = 0.06  # questions for tools that no home has
GUESTS, GUEST_ASKED, GUEST_GONE = 0.3, 0.4, 0.2  # shares: lists with an owner's own tools, questions there that want one, of these without it
HERE_REMOVED = 0.077  # the same for questions with context, which fail more often
POSSIBLE = frozenset(("unsupported", "impossible", "nearmiss"))  # silent only because the catalogue cannot do it
CLEAR = frozenset(("", "state", "except", "nonsense"))  # one tool alone can do what is asked


class Skin:
    """A list of home tools: the catalogue's own (`group` None), or tools of the synthesis that say the same."""

    def __init__(self, rng: random.Random, split: str, n_tools: int, made: Bank) -> None:
        self.made, chance = made, rng.random()
        self.group: Group | None = None
        if chance < (0.5 if split == "heldout" else 0.45):
            self.tools = [made.home[n] for n in home_names(rng, made, n_tools)]
            self.able = {t["name"] for t in self.tools}
            self.ops = {t["name"]: tool_ops(t["name"]) for t in self.tools}
            return
        tools = self.shaped(rng, split, n_tools, chance)
        rng.shuffle(tools)
        self.group = Group(tools)
        self.tools = [t.spec for t in tools]
        self.able = abilities(self.group.by_op)
        self.ops = {t.name: frozenset(t.ops) for t in tools}

    @staticmethod
    def shaped(rng: random.Random, split: str, n_tools: int, chance: float) -> list[Tool]:
        """Home Assistant's tools or invented ones."""
        if split == "train" and chance < 0.57:
            return ha_group(rng, n_tools)
        return invented_group(rng, split, n_tools, rng.choice(("verbs", "merged", "renamed", "renamed")))

    def choice(self, shelf_tools: Any, shelf_ops: Any) -> Choice:
        """The plans that this list can serve."""
        return (shelf_ops if self.group else shelf_tools).fitting(self.able)

    def answers(self, made: Written) -> list[dict] | None:
        """Gold calls of a filled pattern; None when this list cannot say them."""
        found = []
        for call in made.plan.pattern.calls:
            properties = self.made.home[call.tool]["parameters"].get("properties") or {}
            values = {k: said(v, made, properties[k]) for k, v in call.args.items()}
            if self.group is None:
                found.append({"name": call.tool, "arguments": {k: cut(values[k], made.query) for k in properties if k in values}})
                continue
            operation = translate(call, made, values)
            bound = self.group.resolve(operation) if operation else None
            if bound is None or (bound[0].style == "ha" and operation and operation.op in READ_STATE):  # Home Assistant asks for a state by name, which the pattern does not tell
                return None
            found.append({"name": bound[0].name, "arguments": {k: cut(v, made.query) for k, v in bound[1].items()}})
        if any(v in ("", None) for a in found for v in a["arguments"].values()) or len({str(a) for a in found}) < len(found):
            return None
        return found

    def without(self, plan: Plan) -> list[str] | None:
        """Tools to hide so that nothing in the list can do what a plan asks; None when too little is left or it cannot be told."""
        if len(plan.pattern.calls) != 1 or plan.pattern.kind not in CLEAR:
            return None
        op = operation_of(plan.pattern.calls[0])
        if op is None:
            return None
        rivals = {op, *CONFLICTS.get(op, ())} | ({o for o in CONFLICTS if o.startswith("get_")} if op.startswith("get_") else set())
        gone = [name for name, ops in self.ops.items() if ops & rivals]
        return gone if len(self.tools) - len(gone) >= 2 else None

    def removable(self, choice: Choice, rng: random.Random, used: set[int]) -> tuple[Plan, list[str]] | None:
        """A plan whose tools can be hidden, with these; None when none is found soon."""
        for _ in range(12):
            plan = choice.pick(rng, used)
            gone = self.without(plan) if plan else None
            if plan and gone:
                return plan, gone
        return None


def home_names(rng: random.Random, made: Bank, n_tools: int) -> list[str]:
    """Tools of the catalogue and beyond it; the other half of a pair comes along more often than chance."""
    order = list(made.home)
    rng.shuffle(order)
    chosen: dict[str, None] = {}
    for name in order:
        if len(chosen) >= n_tools:
            break
        chosen[name] = None
        for pair in PAIRS:
            if name in pair and rng.random() < 0.6 and len(chosen) < n_tools:
                chosen[next(iter(pair - {name}))] = None
    names = list(chosen)
    rng.shuffle(names)
    return names


def home_item(base: Draw, skin: Skin, choice: Choice, silent: Choice, used: set[int]) -> dict | None:
    """One question without context."""
    rng = base.rng
    chance = rng.random()
    if chance > 1 - REMOVED:
        plan, hidden = skin.removable(choice, rng, used) or (None, [])
    else:
        plan, hidden = (silent if chance < SILENT else choice).pick(rng, used), []
    if plan is None:
        return None
    made = write(plan, replace(base, spoken=spoken(rng, plan)))
    answers = [] if hidden else made and skin.answers(made)
    if made is None or answers is None:
        return None
    return item(made, answers, hidden)


def refused_item(rng: random.Random, strangers: Strangers, split: str = "train") -> dict | None:
    """One question that wants what no tool of a list does."""
    plan = strangers.pick(rng)
    made = plan and write(plan, Draw(rng, split, spoken(rng, plan)))
    return item(made, [], []) if made else None


def guest_item(base: Draw, guests: Guests) -> dict | None:
    """One question for a tool that the owner added; where that is hidden, the home's tools have no part in it."""
    plan = guests.pick(base.rng)
    made = plan and write(plan, replace(base, spoken=spoken(base.rng, plan)))
    if not made:
        return None
    if base.rng.random() < GUEST_GONE:
        return None if query_words(made.query) & home_words() else item(made, [], sorted(plan.tools))
    answers = answers_of(made, guests.specs)
    return None if answers is None else item(made, answers, [])


def item(made: Written, answers: list[dict], hidden: list[str]) -> dict:
    """The question as a group holds it."""
    pattern = made.plan.pattern
    return {"query": made.query, "answers": answers, "hidden": hidden, "removed": bool(hidden), "kind": pattern.kind, "pattern": f"corpus/{pattern.area}/{pattern.path.stem}:{pattern.line}"}


def silent_choice(skin: Skin) -> Choice:
    """Plans that ask for nothing this list could do."""
    plans = [p for p in skin.made.silent if skin.group is None or p.pattern.kind in ANYWHERE]
    return Choice([plans] if plans else [])


def collect(n_queries: int, tries: int, make: Any) -> list[dict]:
    """Up to `n_queries` items with different words."""
    items: dict[str, dict] = {}
    for _ in range(n_queries * tries):
        if len(items) >= n_queries:
            break
        one = make()
        if one is not None:
            items.setdefault(one["query"], one)
    return list(items.values())


def home_group(rng: random.Random, split: str, n_queries: int, n_tools: int) -> dict:
    """Questions of the home without context."""
    skin = Skin(rng, split, n_tools, bank(split))
    choice, silent, used = skin.choice(skin.made.by_tools, skin.made.by_ops), silent_choice(skin), set()
    base = Draw(rng, split, False, house(rng, skin.made, 0.3))
    books = library(split)
    guests = Guests(rng, books, skin.tools, max(0, min(4, POOL - len(skin.tools))) if rng.random() < GUESTS else 0)
    tools = skin.tools + [t.spec for t in guests.tools]
    strangers = Strangers(books, tools, at_home=True)

    def one() -> dict | None:
        chance = rng.random()
        if chance < STRANGE:
            return refused_item(rng, strangers, split)
        if guests.lists and chance < STRANGE + GUEST_ASKED:
            return guest_item(base, guests)
        made = home_item(base, skin, choice, silent, used)
        return None if made and any(len(query_words(made["query"]) & t.about) > 1 for t in guests.tools) else made

    rng.shuffle(tools)
    return {"tools": tools, "items": collect(n_queries, 5, one)}


def context_group(rng: random.Random, split: str, n_queries: int, n_tools: int) -> dict:
    """A few questions of one home with context blocks, its own and others, in one pool of at most POOL blocks."""
    skin = Skin(rng, split, min(n_tools, rng.randint(3, 8)), bank(split))
    base = Draw(rng, split, False, house(rng, skin.made, 0.6) or made_house(rng, split))
    choice, plain, used = skin.choice(skin.made.context, skin.made.context_ops), skin.choice(skin.made.by_tools, skin.made.by_ops), set()
    silent = [p for p in skin.made.puzzled if skin.group is None or p.pattern.kind not in POSSIBLE]
    puzzled = Choice([silent] if silent else [])
    pool = FactPool(POOL - len(skin.tools), rng)
    items: list[dict] = []
    for _ in range(n_queries * 8):
        if len(items) >= n_queries:
            break
        chance = rng.random()
        from_plain = chance < 0.2
        if rng.random() < HERE_REMOVED:
            plan, hidden = skin.removable(plain if from_plain else choice, rng, used) or (None, [])
        else:
            plan, hidden = (plain if from_plain else puzzled if chance > 0.86 and puzzled.lists else choice).pick(rng, used), []
        if plan is None or (from_plain and plan.pattern.kind == "indirect"):
            continue
        made = write(plan, replace(base, spoken=spoken(rng, plan)))
        answers = [] if hidden else skin.answers(made) if made else None
        own = named(made, skin) if made and answers is not None else None
        places = pool.take(own) if own is not None else None
        if places is not None:
            items.append(item(made, answers, hidden) | {"facts": places})
    pool.beside(items)
    return {"tools": skin.tools, "items": items, "facts": pool.facts}


def named(made: Written, skin: Skin) -> list[dict] | None:
    """The context blocks of a question, whose `last` names a tool of this list; None when it has none like that."""
    found = facts(made)
    for fact in found:
        if fact["name"] == "last" and skin.group is not None:
            device = fact["fields"].get("device")
            domain = next((f.domain for f in made.fillings.values() if f.text == device), None)
            able = [t for op in led_here(fact["text"], made.plan.pattern) or sorted(tool_ops(fact["text"])) for t in skin.group.by_op.get(op, ()) if t.domains is None or domain in t.domains]
            both = {t.name for t in skin.group.by_op.get(apart_from(fact["text"], made.plan.pattern), ())}
            able = [t for t in able if t.name not in both]
            if not able:
                return None
            fact["text"] = able[0].name
    return found


def corpus_group(rng: random.Random, split: str, n_queries: int, n_tools: int, part: str = "home") -> dict:
    """{"tools", "items": [{"query", "answers", "hidden", "pattern", "facts"?}], "facts"?}; `part` is home, context or tools (`tools:rich`: of files named rich…)."""
    part, _, only = part.partition(":")
    if part == "context":
        return context_group(rng, split, min(n_queries, 16), n_tools)
    if part == "tools":
        return tools_items(rng, split, n_queries, n_tools, only)
    return home_group(rng, split, n_queries, n_tools)
