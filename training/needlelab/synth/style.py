"""How an invented tool list spells names and words descriptions."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from . import wording
from .names import table
from .text import divide

_TARGET_KEYS = divide("targetkey", wording.TARGET_KEYS, 5)
CASES = ("snake",) * 5 + ("camel",) * 3 + ("pascal",) * 2 + ("kebab",) * 2 + ("dot", "dot", "shout")


@dataclass(slots=True)
class Style:
    """What the tools of one group have in common."""

    case: str
    form: str
    split: str
    target_key: str | None
    described: float
    empty: float
    nonsense: bool
    enum: int
    entity: bool
    divided: bool
    by_domain: bool
    by_kind: bool
    unsaid: float


def pick_style(rng: random.Random, split: str, kind: str) -> Style:
    """`kind` is "verbs", "merged" or "renamed"."""
    key = (
        rng.choice(_TARGET_KEYS[split] if split == "heldout" else _TARGET_KEYS["train"])
        if rng.random() < 0.75
        else None
    )
    return Style(
        case=rng.choice(CASES), form=kind if kind != "renamed" else rng.choice(("verbs", "merged", "mixed")), split=split, target_key=key,
        described=rng.choice((1.0, 0.8, 0.3, 0.0)), empty=rng.choice((0.0, 0.0, 0.1, 0.5)), nonsense=kind == "renamed" and rng.random() < 0.3,
        enum=rng.randrange(60), entity=rng.random() < 0.4, divided=rng.random() < (0.45 if kind == "verbs" else 0.15),
        by_domain=rng.random() < (0.7 if kind == "verbs" else 0.3), by_kind=rng.random() < 0.35, unsaid=rng.choice((0.0, 0.0, 0.15, 0.5)),
    )  # fmt: skip


def cased(name: str, case: str) -> str:
    """snake_case (dots as separators too) in another style."""
    if case == "dot" and "." in name:
        return name
    words = re.split(r"[_.]", name)
    if case == "camel":
        return words[0] + "".join(w[:1].upper() + w[1:] for w in words[1:])
    if case == "pascal":
        return "".join(w[:1].upper() + w[1:] for w in words)
    if case == "kebab":
        return "-".join(words)
    if case == "dot" and len(words) > 1:
        return words[0] + "." + "_".join(words[1:])
    if case == "shout":
        return "_".join(words).upper()
    return "_".join(words)


def key_cased(name: str, case: str) -> str:
    """Parameter keys: camel in camel and Pascal groups, snake else."""
    return cased(name, "camel") if case in ("camel", "pascal") else name


def nonsense_name(rng: random.Random) -> str:
    """A name without meaning."""
    word = "".join(rng.choice(wording.SYLLABLES) for _ in range(rng.randint(2, 3)))
    return rng.choice(
        (
            word,
            f"fn_{word}",
            f"{word}_{rng.randint(1, 99)}",
            f"tool_{rng.randint(1, 40)}",
            f"cmd_{rng.choice('abcdefgh')}{rng.randint(1, 9)}",
        )
    )


AFFIX = (
    "home_{}",
    "smart_{}",
    "house_{}",
    "{}_v2",
    "{}_cmd",
    "do_{}",
    "ha_{}",
    "{}_action",
    "{}_service",
    "my_{}",
    "{}_now",
    "request_{}",
    "{}_tool",
)
_LEAD = (
    "Use this to {}",
    "Lets you {}",
    "Call this to {}",
    "Can {}",
    "Used to {}",
    "A tool to {}",
    "Home function: {}",
    "Will {}",
    "Service to {}",
    "When the user wants to {}",
)
_TRAIL = (" in the home", " by voice", " at home", " (smart home)", " for the user", " on request", " in this house")
_IMPERATIVE = frozenset(
    table("""
Set|Change|Give|Bring|Make|Choose|Switch|Dim|Move|Open|Stop|Halt|Leave|Start|Play|Activate|Run|Remind
Schedule|Create|Add|Put|Check|Mark|Send|Say|Broadcast|Pass|Tell|Find|Select|Wake|Show|Undo|Toggle|Flip
Turn|Power|Lock|Unlock|Secure|Release|Close|Shut|Mute|Silence|Unmute|Pause|Hold|Resume|Continue|End|Skip
Jump|Go|Clean|Cancel|Stop|Clear|Manage|Arm|Disarm|Deactivate|Operate|Control|Increase|Decrease|Raise|Lower
Brighten|Vacuum|Restore|Take|Append|Engage|Bolt|Unbolt|Extend|Shorten|Stream|Invert|Apply|Read|Query
""")
)


def reworded(rng: random.Random, desc: str) -> str:
    """The description with another beginning or end."""
    first, _, rest = desc.partition(" ")
    if first in _IMPERATIVE and rng.random() < 0.65:
        return rng.choice(_LEAD).format(first.lower() + " " + rest)
    if desc.count(".") == 1 and desc.endswith("."):
        return desc[:-1] + rng.choice(_TRAIL) + "."
    return desc
