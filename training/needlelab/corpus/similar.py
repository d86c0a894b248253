"""Whether a question of an evaluation set stands in the corpus, word for word or once numbers and values are masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..public import read_records
from .load import Corpus, Pattern
from .template import FORMS, Slot, masked

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORDS = frozenset(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "half", "percent", "degrees"]
)
SHORT = 4  # words that anybody says


@dataclass(frozen=True)
class Match:
    """One question that is in both."""

    kind: str  # exact or masked
    query: str
    source: str
    pattern: Pattern

    @property
    def generic(self) -> bool:
        """So few fixed words that anybody says them."""
        words = self.query if self.kind == "exact" else plain(self.pattern.mask).replace("{}", " ")
        return len(words.split()) <= SHORT


def plain(text: str) -> str:
    """Lower case words without punctuation; numbers are `{}`."""
    words = [("{}" if w in _WORDS or _NUMBER.fullmatch(w) else w) for w in re.sub(r"[^\w{}' ]+", " ", _NUMBER.sub(" {} ", text.lower().replace("’", "'").replace("%", " percent ").replace("°", " degrees "))).split()]
    return re.sub(r"(\{\} ?)+", "{} ", " ".join(words)).strip()


def strings(value: object) -> Iterator[str]:
    """All strings inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def masked_query(record: dict) -> str:
    """The question with numbers and the strings of its gold arguments masked."""
    text = record["query"].lower()
    for value in sorted({v.lower() for c in record["answers"] for v in strings(c["arguments"])}, key=len, reverse=True):
        if value:
            text = re.sub(r"(?<!\w)" + re.escape(value) + r"(?!\w)", " {} ", text)
    return plain(text)


def matches(corpus: Corpus, folder: Path) -> list[Match]:
    """Every question of the sets that a pattern repeats."""
    every = corpus.patterns + [e for b in corpus.boxes.values() for e in b.examples]
    exact: dict[str, Pattern] = {}
    shapes: dict[str, Pattern] = {}
    for pattern in every:
        if not any(isinstance(p, Slot) and p.form not in FORMS for p in pattern.parts):
            exact.setdefault(masked(pattern.parts), pattern)
        shapes.setdefault(plain(pattern.mask), pattern)
    found = []
    for path in sorted(folder.rglob("*.jsonl*")):
        for record in read_records(path):
            words = " ".join(re.sub(r"[^\w' ]+", " ", record["query"].lower().replace("’", "'")).split())
            shape = masked_query(record)
            if words in exact:
                found.append(Match("exact", record["query"], path.name, exact[words]))
            elif shape in shapes and shape.replace("{}", "").strip():
                found.append(Match("masked", record["query"], path.name, shapes[shape]))
    return found
