"""How descriptions are worded."""

from __future__ import annotations

import random


def third_person(text: str) -> str:
    verb, _, rest = text.partition(" ")
    low = verb.lower()
    if low.endswith(("sh", "ch", "x", "ss", "o")):
        verb += "es"
    elif low.endswith("y") and low[-2:-1] not in "aeiou":
        verb = verb[:-1] + "ies"
    else:
        verb += "s"
    return f"{verb} {rest}".strip()


def describe(rng: random.Random, text: str, docs: str) -> str:
    """A description in the group's manner."""
    if docs == "mixed":
        docs = rng.choice(["plain", "third", "use", "period", "lower", "empty"])
    lower = text[:1].lower() + text[1:]
    if docs == "third":
        return third_person(text)
    if docs == "use":
        return rng.choice(["Use this to ", "Tool to ", "Lets the user ", "Call this to "]) + lower
    if docs == "period":
        return text + "."
    return lower if docs == "lower" else "" if docs == "empty" else text
