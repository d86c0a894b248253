"""Slot values: every kind of fills.txt as a pool of texts, split by a stable hash."""

from __future__ import annotations

import random
import re
from functools import cache

from .grammar import TABLES, held

POOL = 3000
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "0123456789"
_REF = re.compile(r"\{([^{}]+)\}")
_ON = [
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gl",
    "gr",
    "h",
    "j",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "qu",
    "r",
    "s",
    "sk",
    "sl",
    "st",
    "t",
    "th",
    "tr",
    "v",
    "vr",
    "w",
    "x",
    "y",
    "z",
    "zw",
]
_VO = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "ea", "io", "oo", "ou", "y"]
_CO = [
    "b",
    "ck",
    "d",
    "ff",
    "g",
    "l",
    "ll",
    "m",
    "mp",
    "n",
    "nd",
    "nk",
    "p",
    "r",
    "rn",
    "rt",
    "s",
    "sh",
    "ss",
    "st",
    "t",
    "th",
    "v",
    "x",
    "z",
] + [""] * 10


def pseudo(rng: random.Random) -> str:
    """A word that no language has."""
    n = rng.choice([2, 2, 2, 3])
    word = "".join(
        rng.choice(_ON) + rng.choice(_VO) + (rng.choice(_CO) if i == n - 1 or rng.random() < 0.3 else "")
        for i in range(n)
    )
    return word if 3 < len(word) < 12 else pseudo(rng)


@cache
def kinds() -> dict[str, list[str]]:
    """kind -> alternatives; `kind = a, b, c` is a list of words, `kind : a | b` a list of templates."""
    out: dict[str, list[str]] = {}
    for raw in (TABLES / "fills.txt").read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if not line or line[0] == "#":
            continue
        head, mark, tail = re.split(r"\s([=:])\s", line, maxsplit=1)
        out.setdefault(head, []).extend(x.strip() for x in tail.split("," if mark == "=" else "|") if x.strip())
    return out


def _expand(rng: random.Random, text: str) -> str:
    def one(m: re.Match) -> str:
        ref = m.group(1)
        if ref == "pseudo":
            return pseudo(rng)
        if ref == "Pseudo":
            return pseudo(rng).capitalize()
        if ref[0] == "#":
            lo, _, hi = ref[1:].partition("-")
            return str(rng.randint(int(lo), int(hi))).zfill(len(lo) if lo[0] == "0" and len(lo) > 1 else 0)
        if ref[0] == "^":
            return "".join(
                rng.choice(_LETTERS if c == "A" else _DIGITS if c == "9" else _LETTERS + _DIGITS[2:]) for c in ref[1:]
            )
        return _expand(rng, rng.choice(kinds()[ref]))

    return _REF.sub(one, text)


@cache
def pool(kind: str, split: str) -> list[str]:
    """The values of a kind in a split; never empty."""
    rng = random.Random("fills:" + kind)
    alternatives = kinds()[kind]
    values = alternatives
    if any("{" in a for a in alternatives):  # with repeats, so that the table's weights stay
        values = [_expand(rng, alternatives[i % len(alternatives)]) for i in range(POOL)]
    return [v for v in values if held(v.lower()) == (split != "train")] or values


def fill(rng: random.Random, kind: str, split: str) -> str:
    values = pool(kind, split)
    return values[int(rng.random() * len(values))]
