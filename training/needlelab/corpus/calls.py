"""Gold calls as text, `tool(key=value, …)`, and context lines, `NAME | TEXT | key=value`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .template import CorpusError, Part, Slot, parse, parse_slot

_NAME = re.compile(r"[^\s(){}=,\"|]+")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
_BAR = re.compile(r"\|(?![^{]*\})")  # not the one between alternatives in braces
_KEY = re.compile(r"[^\s=,(){}\"]+")


@dataclass(frozen=True)
class Words:
    """A quoted value; slots inside are allowed."""

    raw: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Member:
    """A bare word: a member of an enum."""

    text: str


@dataclass(frozen=True)
class Call:
    """A tool and its arguments: Slot, Words, Member, number, bool, list or dict of these."""

    tool: str
    args: dict[str, Any]


@dataclass(frozen=True)
class Block:
    """One context block, not yet filled."""

    name: tuple[Part, ...]
    text: tuple[Part, ...]
    fields: dict[str, tuple[Part, ...]]

    def word(self) -> str:
        """The first word of its name, which says what kind of block it is."""
        return "".join(x if isinstance(x, str) else "{}" for x in self.name).split()[0]

    def plain_text(self) -> str:
        """Its text, `{}` for slots; of `last` the name of a tool."""
        return "".join(x if isinstance(x, str) else "{}" for x in self.text)

    def parts(self) -> tuple[Part, ...]:
        """Everything that may hold a slot."""
        return (*self.name, " | ", *self.text, *(p for v in self.fields.values() for p in (" | ", *v)))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1
        return self.text[self.at : self.at + 1]

    def expect(self, mark: str) -> None:
        """Skip one mark."""
        if self.peek() != mark:
            raise CorpusError(f"expected {mark!r} at {self.text[self.at :]!r} of {self.text!r}")
        self.at += 1

    def take(self, pattern: re.Pattern[str], what: str) -> str:
        """What matches here."""
        self.peek()
        found = pattern.match(self.text, self.at)
        if not found:
            raise CorpusError(f"expected {what} at {self.text[self.at :]!r} of {self.text!r}")
        self.at = found.end()
        return found.group()

    def value(self) -> Any:
        """A slot, quoted words, a number, a boolean, a member, a list or an object."""
        mark = self.peek()
        if mark == '"':
            return self.quoted()
        if mark == "[":
            return self.sequence()
        if mark == "{":
            rest = self.text[self.at + 1 :].lstrip(" ")
            if rest[:1] in '"}':
                return self.mapping()
            end = self.text.find("}", self.at)
            if end < 0:
                raise CorpusError(f"a {{ without }} in {self.text!r}")
            inner = self.text[self.at + 1 : end]
            self.at = end + 1
            slot = parse_slot(inner)
            if slot.form or slot.options:
                raise CorpusError(f"a value is the plain slot, not {{{inner}}}")
            return slot
        word = self.take(re.compile(r"[^,()\[\]{}\"]+"), "a value").strip()
        if word in ("true", "false"):
            return word == "true"
        if _NUMBER.match(word):
            return float(word) if "." in word else int(word)
        if not word:
            raise CorpusError(f"empty value in {self.text!r}")
        return Member(word)

    def quoted(self) -> Words:
        """`"words"`; a backslash keeps the next character."""
        out, at = [], self.at + 1
        while at < len(self.text) and self.text[at] != '"':
            at += self.text[at] == "\\"
            out.append(self.text[at : at + 1])
            at += 1
        if at >= len(self.text):
            raise CorpusError(f"a quotation mark is not closed in {self.text!r}")
        self.at = at + 1
        raw = "".join(out)
        return Words(raw, parse(raw))

    def sequence(self) -> list:
        """`[a, b]`."""
        self.expect("[")
        found = []
        while self.peek() != "]":
            found.append(self.value())
            if self.peek() != "]":
                self.expect(",")
        self.expect("]")
        return found

    def mapping(self) -> dict:
        """`{"key": value}`."""
        self.expect("{")
        found: dict[str, Any] = {}
        while self.peek() != "}":
            key = self.quoted().raw if self.peek() == '"' else ""
            self.expect(":")
            found[key] = self.value()
            if self.peek() != "}":
                self.expect(",")
        self.expect("}")
        return found


def parse_call(text: str) -> Call:
    """`turn_on(name={light}, when="at noon")`."""
    reader = _Reader(text)
    tool = reader.take(_NAME, "a tool's name")
    reader.expect("(")
    args: dict[str, Any] = {}
    while reader.peek() != ")":
        key = reader.take(_KEY, "key=value")
        reader.expect("=")
        if key in args:
            raise CorpusError(f"{key} is given twice in {text!r}")
        args[key] = reader.value()
        if reader.peek() != ")":
            reader.expect(",")
    reader.expect(")")
    if reader.peek():
        raise CorpusError(f"{text[reader.at :]!r} follows the call {text!r}")
    return Call(tool, args)


def parse_block(text: str) -> Block:
    """`device {light} | light | room={room}`."""
    pieces = [p.strip() for p in _BAR.split(text)]
    if not pieces[0]:
        raise CorpusError(f"a context block has no name: {text!r}")
    fields: dict[str, tuple[Part, ...]] = {}
    for piece in pieces[2:]:
        key, sign, value = piece.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise CorpusError(f"expected key=value, found {piece!r} in {text!r}")
        if key.strip() in fields:
            raise CorpusError(f"{key.strip()} is given twice in {text!r}")
        fields[key.strip()] = parse(value.strip())
    return Block(parse(pieces[0]), parse(pieces[1]) if len(pieces) > 1 else (), fields)


def leaves(value: Any) -> list[Any]:
    """The single values inside a value."""
    if isinstance(value, list):
        return [x for v in value for x in leaves(v)]
    if isinstance(value, dict):
        return [x for v in value.values() for x in leaves(v)]
    return [value]


def slots_in(call: Call) -> list[Slot]:
    """The slots that a call's values use."""
    found: list[Slot] = []
    for value in (x for v in call.args.values() for x in leaves(v)):
        if isinstance(value, Slot):
            found.append(value)
        elif isinstance(value, Words):
            found += [p for p in value.parts if isinstance(p, Slot)]
    return found
