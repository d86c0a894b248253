"""The corpus ready for drawing: plans of one split, ordered by what a list of tools must be able to do."""

from __future__ import annotations

import functools
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..synth.devices import ROOMS
from .check import Checker
from .homes import Device, House, written_house
from .load import Corpus, Pattern, home_tools, is_heldout, load
from .ops import OPS, READS, operation_of
from .plan import Plan, make_plan
from .things import MAKERS, table

READ_STATE = frozenset(("get_onoff", "get_open", "get_locked"))


@dataclass
class Shelf:
    """Plans by the set of abilities they need; drawn in proportion to the size of the sets, tempered."""

    by_need: dict[frozenset[str], list[Plan]] = field(default_factory=lambda: defaultdict(list))

    def add(self, need: Iterable[str], plan: Plan) -> None:
        """Put a plan where its abilities say."""
        self.by_need[frozenset(need)].append(plan)

    def fitting(self, able: set[str] | frozenset[str]) -> Choice:
        """What can be drawn when these abilities are there."""
        return Choice([plans for need, plans in self.by_need.items() if need <= able])


class Choice:
    """A weighted choice among lists of plans."""

    def __init__(self, lists: list[list[Plan]]) -> None:
        self.lists, self.cumulative, total = lists, [], 0.0
        for plans in lists:
            total += len(plans) ** 0.85
            self.cumulative.append(total)

    def pick(self, rng: random.Random, used: set[int]) -> Plan | None:
        """A plan, one not used yet when it is easily found."""
        if not self.lists:
            return None
        plan = None
        for _ in range(4):
            plan = rng.choice(rng.choices(self.lists, cum_weights=self.cumulative)[0])
            if id(plan) not in used:
                break
        used.add(id(plan))
        return plan


@dataclass
class Bank:
    """One split: plans of the home by tools and by operations, `silent` ones, those with context (`puzzled`: silent ones);
    plans of other tools by file (`refused`: silent ones), those with context once more (`told`, `told_refused`)."""

    split: str
    home: dict[str, dict]
    corpus: Corpus
    by_tools: Shelf = field(default_factory=Shelf)
    by_ops: Shelf = field(default_factory=Shelf)
    silent: list[Plan] = field(default_factory=list)
    context: Shelf = field(default_factory=Shelf)
    context_ops: Shelf = field(default_factory=Shelf)
    puzzled: list[Plan] = field(default_factory=list)
    boxes: dict[str, Shelf] = field(default_factory=dict)
    refused: dict[str, list[Plan]] = field(default_factory=dict)
    told: dict[str, Shelf] = field(default_factory=dict)
    told_refused: dict[str, list[Plan]] = field(default_factory=dict)
    houses: list[House] = field(default_factory=list)

    def plans(self) -> list[Plan]:
        """Every line once."""
        shelves = (self.by_tools, self.context, *self.boxes.values())
        every = [*self.silent, *self.puzzled, *(p for s in shelves for found in s.by_need.values() for p in found), *(p for found in self.refused.values() for p in found)]
        return list({id(p): p for p in every}.values())


def ops_needed(pattern: Pattern) -> frozenset[str] | None:
    """The operations of a home pattern's calls; None when one has none."""
    found: set[str] = set()
    for call in pattern.calls:
        op = operation_of(call)
        if op is None:
            return None
        if call.tool == "get_state":
            prop = call.args.get("property")
            text = getattr(prop, "text", getattr(prop, "raw", None))
            op = READS.get(text or "", "state" if text == "state" else "")
            if not op:
                return None
        found.add(op)
    return frozenset(found)


def abilities(ops: Iterable[str]) -> set[str]:
    """Operations, and "state" when one of the three readings of a state is among them."""
    found = set(ops)
    return found | {"state"} if READ_STATE <= found else found


@functools.lru_cache(maxsize=4)
def bank(split: str) -> Bank:
    """The bank of a split, from the files as they are now; lines with faults are left out."""
    corpus = load()
    made = Bank(split, home_tools(), corpus)
    wrong = {(f.path, f.line) for f in Checker(corpus, made.home).run() if "once slots are masked" not in f.what}
    made.houses = [written_house(h, split) for h in corpus.homes if is_heldout(f"home/{h['id']}") == (split == "heldout")]
    for pattern in corpus.patterns:
        if (pattern.path, pattern.line) not in wrong and pattern.heldout == (split == "heldout"):
            _shelve(made, pattern)
    for box in corpus.boxes.values():
        for example in box.examples:
            if (example.path, example.line) not in wrong and (example.heldout or any(is_heldout(f"tool/{c.tool}") for c in example.calls)) == (split == "heldout"):
                _shelve(made, example)
    return made


def _shelve(made: Bank, pattern: Pattern) -> None:
    box = made.corpus.boxes.get(pattern.tools) if pattern.tools else None
    if pattern.tools and box is None:
        return
    tools = {**made.home, **(box.tools if box else {})}
    plan = make_plan(pattern, tools, box.slots if box else {})
    if box is not None:
        for boxes, refused in ((made.boxes, made.refused), (made.told, made.told_refused))[: 1 + bool(pattern.blocks)]:
            shelf = boxes.setdefault(pattern.tools, Shelf())
            shelf.add(plan.tools, plan) if pattern.calls else refused.setdefault(pattern.tools, []).append(plan)
        return
    ops = ops_needed(pattern)
    if pattern.blocks and not pattern.calls:
        made.puzzled.append(plan)
    elif pattern.blocks:
        made.context.add(plan.tools, plan)
        if ops is not None:
            made.context_ops.add(ops, plan)
    elif not pattern.calls:
        made.silent.append(plan)
    else:
        made.by_tools.add(plan.tools, plan)
        if ops is not None:
            made.by_ops.add(ops, plan)


def tool_ops(name: str) -> frozenset[str]:
    """All operations of a tool of the home."""
    return frozenset(OPS.get(name, ({}, {}))[0])


def house(rng: random.Random, made: Bank, share: float) -> House | None:
    """A written home for a share of the groups; a copy, because descriptions are settled in it."""
    if not made.houses or rng.random() >= share:
        return None
    found = rng.choice(made.houses)
    return House(found.rooms, found.people, {k: [Device(d.row, d.room, list(d.also)) for d in v] for k, v in found.devices.items()})


def made_house(rng: random.Random, split: str) -> House:
    """A home of random names: two devices of a kind, in two to four rooms."""
    rooms = [r.removeprefix("the ") for r in rng.sample(ROOMS[split], rng.randint(2, 4))]
    found = House(rooms)
    for kind in MAKERS:
        rows = table(kind, split, True, None)
        found.devices[kind] = [Device(row, rng.choice(rooms), []) for row in rng.sample(rows, min(2, len(rows)))]
    return found
