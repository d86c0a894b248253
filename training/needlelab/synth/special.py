"""Harder questions: opposites side by side, slips of the tongue, exceptions, several items; and what is too ambiguous to ask."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .compose import TARGETS, Composer
from .refusals import IT_WORDS
from .targets import write_target
from .text import compile_pattern, divide
from .tools import Call
from .wrap import prefix

if TYPE_CHECKING:
    from .home import Group

Made = tuple[Composer, list[Call], str]
OPPOSITES = {"on": "off", "off": "on", "lock": "unlock", "unlock": "lock", "open": "close", "close": "open"}
VERB = {"on": "turn on", "off": "turn off", "lock": "lock", "unlock": "unlock", "open": "open", "close": "close"}
DONE = {"on": "on", "off": "off", "lock": "locked", "unlock": "unlocked", "open": "open", "close": "closed"}
# {1} {2} targets; {V} verb, {W} opposite verb, {D} {E} the states; kinds: both = two calls, first / second = one call
_SHAPES = {
    "both": """
{V} {1} and {W} {2}
{V} {1} but {W} {2}
{V} {1}, {W} {2}
{W} {2} after you {V} {1}
{1} {D} and {2} {E}
{1} {D}, {2} {E}
{1} should be {D} and {2} {E}
I want {1} {D} and {2} {E}
{V} {1} and then {W} {2}
make sure {1} {b} {D} and {2} {c} {E}
{V} {1} while you {W} {2}
please {V} {1}, and as for {2}, {Wq}
""",
    "first": """
{V} {1} but not {2}
{V} only {1}, not {2}
{V} {1}, not {2}
{V} {1} and leave {2} alone
{V} {1} instead of {2}
{V} {1} but leave {2} as it is
just {V} {1}, don't touch {2}
don't {W} {1}, I said {Vp}
{V} {1}, don't {W} {2}
I said {V} {1}, not {W}
{V} {1} rather than {2}
leave {2} alone and {V} {1}
forget {2}, just {V} {1}
""",
    "slip": """
{W}, no, {V} {1}
{W} - I mean {V} {1}
{W} no wait {V} {1}
{W} {1}, no sorry, {Vp}
{W} {1}, no wait, {Vp}
{V} {1}, not {W}
don't {W} {1}, {Vp}
do not {W} {1}, {Vp} please
no no, {V} {1}, I didn't say {W}
not {W}, {V} {1}
{V} {1}, and please don't {Wp}
""",
}
SHAPES = {
    kind: {
        s: [(line, compile_pattern(line)[0]) for line in part]
        for s, part in divide(f"shape/{kind}", text.strip().splitlines()).items()
    }
    for kind, text in _SHAPES.items()
}
VAGUE = {
    "turn it up": ("bright_up", "temp_up"), "turn it down": ("bright_down", "temp_down"), "crank it up": ("bright_up", "temp_up"), "turning it up": ("bright_up", "temp_up"),
    "turning it down": ("bright_down", "temp_down"), "pause it": ("vac_pause", "timer_pause"), "stop that": ("vac_stop",), "hold it": (),
}  # fmt: skip
PERCENT_SIGNS = ("%", "percent", "per cent", "half", "third", "quarter", "max", "min", "full", "bright", "dim")


def ambiguous(group: Group, call: Call, pattern: str, query: str) -> bool:
    """Whether the words could as well mean another tool of the list."""
    target = call.slots.get("T")
    words = pattern.split("/", 1)[1]
    if (
        target is not None
        and target.form == "it"
        and call.op in IT_WORDS
        and not any(w in words for w in IT_WORDS[call.op])
    ):
        return True
    if target is not None and target.form == "area" and call.op == "bright_set" and "temp_set" in group.by_op:
        return not any(sign in query.lower() for sign in PERCENT_SIGNS)
    for phrase, others in VAGUE.items():
        if phrase in words and any(op in group.by_op for op in others):
            return True
    return False


def opposites(rng: random.Random, group: Group, split: str, kind: str) -> Made | None:
    """ "lock the front door and unlock the gate", "turn on the lamp, not the fan", "open, no, close the blinds"."""
    able = [op for op in OPPOSITES if op in group.by_op and (kind != "both" or OPPOSITES[op] in group.by_op)]
    if not able:
        return None
    op = rng.choice(able)
    other = OPPOSITES[op]
    composer = Composer(rng, split, rng.random() < 0.22, False)
    out = composer.out
    tool = rng.choice(group.by_op[op])
    composer.domain = next(iter(tool.domains)) if tool.domains else None
    first, second = composer.plan(op), composer.plan(op)
    if "it" in (first.form, second.form) or first.text == second.text or "any" in (first.domain, second.domain):
        return None
    line, nodes = rng.choice(SHAPES[kind][split])
    if line[0] in "{IW":
        prefix(composer, ("", [], {}, "" if line.startswith("{V}") else "!"))
    for node in nodes:
        if isinstance(node, str):
            out.literal(node)
            continue
        slot = node[1]
        if slot in "12":
            goal = first if slot == "1" else second
            if goal.name is not None:
                out.add("it" if not goal.plural else "them")
            else:
                write_target(goal, out, "the")
        elif slot in "bc":
            out.add("are" if (first if slot == "b" else second).plural else "is")
        elif slot in ("Vp", "Wp", "Wq"):
            goal = second if slot == "Wq" else first
            verb, _, particle = VERB[op if slot == "Vp" else other].partition(" ")
            out.add(verb + (" them" if goal.plural else " it") + (" " + particle if particle else ""))
        else:
            out.add({"V": VERB[op], "W": VERB[other], "D": DONE[op], "E": DONE[other]}[slot])
    calls = [Call(op, {"T": first})]
    if kind == "both":
        calls.append(Call(other, {"T": second}))
        if line.startswith("{W}"):
            calls.reverse()
    return composer, calls, f"{kind}/{op}/{line}"


def several_items(rng: random.Random, group: Group, split: str, pattern: tuple, op: str) -> Made | None:
    """ "add milk and eggs to the shopping list": one call an item."""
    composer = Composer(rng, split, rng.random() < 0.22, False)
    composer.more_items = rng.choice((1, 1, 1, 2, 3))
    prefix(composer, pattern)
    call = composer.write(op, pattern)
    if "item" not in call.slots or not composer.items:
        return None
    return composer, [call] + [Call(op, {**call.slots, "item": span}) for span in composer.items], pattern[0] + "+items"


def can_share(op: str) -> bool:
    """Whether two targets can follow one verb."""
    return op in TARGETS
