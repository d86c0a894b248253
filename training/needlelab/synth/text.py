"""Sentence patterns: compile once, render into a buffer that keeps the offsets of every value."""

from __future__ import annotations

import hashlib
import random

from .names import table

ONES = table(
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
)
TENS = table("_|_|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety")
Node = str | tuple


def stable(text: str) -> int:
    """A hash that is the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest(), "big")


def divide(kind: str, items: list, core: int = 0) -> dict[str, list]:
    """Train (90 %) and heldout (10 %, at least one) parts of a list, by a stable hash of each member.

    The first `core` members are everyday words that training must not miss; they are never held out.
    """
    items = list(dict.fromkeys(items))
    ranked = sorted(items[core:], key=lambda item: stable(f"{kind}/{item}"))
    held = set(ranked[: max(1, round(len(items) / 10))]) if len(items) > 1 else set()
    return {"train": [i for i in items if i not in held], "heldout": [i for i in items if i in held] or items}


def words_of(number: int, rng: random.Random, hyphen: bool) -> str:
    """A whole number from 0 to 9999 in words."""
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, one = divmod(number, 10)
        return TENS[tens] + (("-" if hyphen else " ") + ONES[one] if one else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        head = "a hundred" if hundreds == 1 and rng.random() < 0.5 else ONES[hundreds] + " hundred"
        return head + ((" and " if rng.random() < 0.4 else " ") + words_of(rest, rng, hyphen) if rest else "")
    thousands, rest = divmod(number, 1000)
    if 0 < thousands < 10 and rest % 100 == 0 and rest and rng.random() < 0.5:
        return words_of(number // 100, rng, hyphen) + " hundred"
    return words_of(thousands, rng, hyphen) + " thousand" + (" " + words_of(rest, rng, hyphen) if rest else "")


def number_phrase(value: float, rng: random.Random, spoken: bool) -> str:
    """A number as a person says or types it; halves may be "and a half"."""
    if value < 0:
        return rng.choice(["minus ", "negative "] if spoken else ["-", "minus ", "-"]) + number_phrase(
            -value, rng, spoken
        )
    in_words = spoken or rng.random() < 0.22
    hyphen = not spoken and rng.random() < 0.5
    whole, tenths = int(value), round((value - int(value)) * 10)
    head = words_of(whole, rng, hyphen) if in_words else str(whole)
    if not tenths:
        return head
    if tenths == 5 and (rng.random() < 0.4):
        return head + " and a half"
    return f"{head} point {ONES[tenths]}" if in_words else f"{whole}.{tenths}"


def compile_pattern(source: str) -> tuple[list[Node], dict[str, str], str]:
    """Nodes, constants ("@key=value" at the end) and the flag in front: "" imperative, "!" sentence, "~" indirect, "=" terse."""
    flag = ""
    if source[0] in "!~=":
        flag, source = source[0], source[1:]
    consts: dict[str, str] = {}
    while " @" in source:
        source, _, const = source.rpartition(" @")
        key, _, value = const.partition("=")
        consts[key] = value
    nodes, rest = _parse(source, 0, False)
    assert rest == len(source), source
    return nodes, consts, flag


def _parse(source: str, at: int, inside: bool) -> tuple[list[Node], int]:
    nodes: list[Node] = []
    start = at
    while at < len(source):
        char = source[at]
        if inside and char in "|]":
            break
        if char in "[{":
            if at > start:
                nodes.append(source[start:at])
            if char == "{":
                end = source.index("}", at)
                nodes.append(("slot", source[at + 1 : end]))
                at = start = end + 1
                continue
            choices = []
            while source[at] != "]":
                option, at = _parse(source, at + 1, True)
                choices.append(option)
            nodes.append(("alt", choices))
            at = start = at + 1
            continue
        at += 1
    if at > start:
        nodes.append(source[start:at])
    return nodes, at


class Buffer:
    """The query so far; `mark` returns offsets that survive the later changes of case."""

    __slots__ = ("last", "parts", "rng", "size", "spoken", "typo")

    def __init__(self, rng: random.Random, spoken: bool, typo: bool) -> None:
        self.parts: list[str] = []
        self.size = 0
        self.rng = rng
        self.spoken = spoken
        self.typo = typo
        self.last = " "

    def literal(self, text: str) -> None:
        """Words of the pattern: spaces collapse, punctuation vanishes in speech, rare typos."""
        if self.spoken:
            for mark in ',?!;:"':
                if mark in text:
                    text = text.replace(mark, "")
            text = text.replace(" - ", " ").replace("...", " ")
            while "  " in text:
                text = text.replace("  ", " ")
        if self.last == " ":
            text = text.lstrip(" ")
        if not text:
            return
        if self.typo and len(text) > 4 and self.rng.random() < 0.5:
            text = misspell(text, self.rng)
        if text[0] in ",?;" and self.last == " " and self.parts and self.parts[-1].endswith(" "):
            self.parts[-1] = self.parts[-1][:-1]
            self.size -= 1
        self.add(text)

    def add(self, text: str) -> tuple[int, int]:
        """A value, unchanged; returns its offsets."""
        if text:
            self.parts.append(text)
            self.last = text[-1]
        start = self.size
        self.size += len(text)
        return start, self.size

    def text(self) -> str:
        return "".join(self.parts).rstrip()


def misspell(text: str, rng: random.Random) -> str:
    """One swapped, dropped or doubled letter inside a word."""
    spots = [
        i for i in range(1, len(text) - 2) if text[i - 1].isalpha() and text[i].isalpha() and text[i + 1].isalpha()
    ]
    if not spots:
        return text
    at = rng.choice(spots)
    kind = rng.random()
    if kind < 0.4:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind < 0.75:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at] + text[at:]
