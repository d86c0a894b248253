"""Text with slots in braces: `the {light1.is} too {how:dark|dim}`, `{a:light}`, `{light@also}`."""

from __future__ import annotations

import re
from dataclasses import dataclass

FORMS = frozenset(("is", "isnt", "was", "has", "does", "doesnt", "it", "its", "they", "that", "s"))
_SLOT = re.compile(r"^(?:(a):)?([A-Za-z][A-Za-z_]*\d*)(?:\.([a-z]+)|@(also))?$")
_INLINE = re.compile(r"^([A-Za-z][A-Za-z_]*\d*):(.*\|.*)$", re.DOTALL)
_LOOSE = re.compile(r"[^\w{}' ]+")


class CorpusError(ValueError):
    """What is wrong with a line, without its place."""


@dataclass(frozen=True)
class Slot:
    """One pair of braces. `form` is "" for the filling itself, "a" (article before it), "also" (its description) or an agreement form."""

    name: str
    form: str = ""
    options: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The name without its number: `light2` is a `light`."""
        return self.name.rstrip("0123456789")


Part = str | Slot


def parse_slot(inner: str) -> Slot:
    """What stands between two braces."""
    found = _INLINE.match(inner)
    if found:
        options = tuple(o.strip() for o in found[2].split("|"))
        if len(options) < 2 or not all(options) or len(set(options)) < len(options):
            raise CorpusError(f"empty or equal alternatives in {{{inner}}}")
        return Slot(found[1], "", options)
    found = _SLOT.match(inner)
    if not found:
        raise CorpusError(f"not a slot: {{{inner}}}")
    form = found[1] or found[3] or found[4] or ""
    if form not in ("", "a", "also") and form not in FORMS:
        raise CorpusError(f"unknown form .{form} in {{{inner}}} (known: {' '.join(sorted(FORMS))})")
    return Slot(found[2], form)


def parse(text: str) -> tuple[Part, ...]:
    """Literal pieces and slots in order."""
    parts: list[Part] = []
    at = 0
    while at < len(text):
        brace = re.compile(r"[{}]").search(text, at)
        if brace is None:
            parts.append(text[at:])
            break
        if brace.group() == "}":
            raise CorpusError(f"a }} without {{ in {text!r}")
        if brace.start() > at:
            parts.append(text[at : brace.start()])
        end = text.find("}", brace.start())
        inner = text[brace.end() : end]
        if end < 0 or "{" in inner:
            raise CorpusError(f"a {{ without }} in {text!r}")
        parts.append(parse_slot(inner))
        at = end + 1
    return tuple(parts)


def slots_of(parts: tuple[Part, ...]) -> list[Slot]:
    """The slots of a parsed text."""
    return [p for p in parts if isinstance(p, Slot)]


_SPOKEN = {"is": "is", "isnt": "isn't", "was": "was", "has": "has", "does": "does", "doesnt": "doesn't", "it": "it", "its": "its", "they": "it", "that": "that", "s": "s"}


def masked(parts: tuple[Part, ...], names: bool = False) -> str:
    """Lower case, no punctuation, every filling `{}` (or `{name}`): what makes two patterns the same."""
    pieces = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
        elif part.form in FORMS:
            pieces.append(_SPOKEN[part.form])
        else:
            pieces.append(("a " if part.form == "a" else "") + (f"{{{part.base}}}" if names else "{}"))
    text = _LOOSE.sub(" ", "".join(pieces).lower().replace("’", "'"))
    return " ".join(text.split())
