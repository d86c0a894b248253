"""What one slot needs and what it gets; the words around a slot that decide its grammar."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .homes import House

ARTICLE = re.compile(r"(?:^|\s)(the|my|our|your|a|an|this|that|his|her|their|every|each) $", re.IGNORECASE)
LEADING = re.compile(r"^(the|my|our|a|an|some|its) ", re.IGNORECASE)
SINGULAR_AFTER = re.compile(r"^('s| is| isn't| isnt| was| wasn't| has| needs| does| doesn't| keeps| looks| stays| seems)\b")
PLURAL_AFTER = re.compile(r"^('re| are| aren't| were| have| need| do| don't| keep| look) ")
SINGULAR_BEFORE = re.compile(r"\b(is|isn't|was|has|hasn't|does|doesn't|this|that|a|an|one|each|every|another) (the |my |our |that )?$")
PLURAL_BEFORE = re.compile(r"\b(are|aren't|were|these|those|both|have) (the |my |our |those )?$")


@dataclass(slots=True)
class Filling:
    """The text of a slot and what it means; `lead` ("my ") is written before it and is no part of the value."""

    text: str
    value: Any = None  # a number or a member; None: the words
    lead: str = ""
    plural: bool = False
    proper: bool = False
    domain: str | None = None
    cover: str | None = None
    place: str | None = None  # room or floor
    also: str = ""
    length: tuple[int, int, int] | None = None  # hours, minutes, seconds


@dataclass(slots=True)
class Need:
    """What the pattern asks of one slot."""

    name: str
    base: str
    before: str = ""
    after: str = ""
    options: dict[str, Any] | None = None
    members: dict[str, Any] | None = None  # canonical word -> member of the enum
    low: float | None = None
    high: float | None = None
    whole: bool = False
    bare: bool = False  # no unit: the tool asks for it in a key that the call leaves out
    number: bool | None = None  # None until known: singular or plural wanted
    short: bool = False  # minutes, not hours
    lean: int = 0  # 1: rather warm, -1: rather cool
    avoid: re.Pattern[str] | None = None  # names that would not make sense
    block: bool = False  # stands in a context block
    also: bool = False  # wants a description
    described: bool = False  # the question says the description


@dataclass(slots=True)
class Draw:
    """What the fillings of one question have in common."""

    rng: random.Random
    split: str
    spoken: bool
    home: House | None = None


def unarticled(text: str, need: Need) -> str:
    """Without its article when the pattern has one already."""
    return LEADING.sub("", text) if ARTICLE.search(need.before) else text
