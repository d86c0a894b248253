"""The table format of capabilities, and the small pattern language of their questions.

A table file is a list of blocks; a line's first character says what it is:

    # pool NAME
    = add/put song/track to_playlist      name words; "/" separates alternatives, the words are joined in the group's style
    ~ tag tag                             capabilities that share a tag never meet (and are no near miss of each other)
    + Add a song to a playlist / ...      descriptions, imperative; the first doubles as a generic verb phrase
    - *song,track <song> which track / …  parameter: "*" required, key names, <type>, descriptions
    > add {song} to {playlist}            an imperative question pattern
    ? what is on {playlist}               any other pattern (no "please could you" before it)

Types: a slot kind of fills.txt, `int LO HI [STEP]`, `num LO HI`, `money`, `dur`, `bool[ true:cue|cue; false:cue]`, `enum a:cue|cue; b`, `list KIND`.
Patterns: {key} a slot, [optional], (one|of|these), @key=value an argument that the words around it express.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True)
class Slot:
    key: str


@dataclass(frozen=True, slots=True)
class Put:
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Opt:
    seq: tuple


@dataclass(frozen=True, slots=True)
class Alt:
    options: tuple


@dataclass(slots=True)
class Param:
    """One parameter of a capability; `key` is how patterns call it."""

    key: str
    keys: list[str]
    required: bool
    kind: str
    lo: float = 0
    hi: float = 0
    step: float = 1
    of: str = ""
    cues: dict[str, list[str]] = field(default_factory=dict)
    descriptions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Pattern:
    id: str
    seq: tuple
    imperative: bool
    heldout: bool


@dataclass(slots=True)
class Cap:
    """A capability: what a tool can be made of."""

    id: str
    pool: str
    words: list[list[str]]
    tags: set[str] = field(default_factory=set)
    descriptions: list[str] = field(default_factory=list)
    params: dict[str, Param] = field(default_factory=dict)
    patterns: list[Pattern] = field(default_factory=list)
    put_keys: set[str] = field(default_factory=set)
    heldout: bool = False


def held(text: str) -> bool:
    """The stable 10 %."""
    return zlib.crc32(text.encode()) % 10 == 3


def parse_pattern(text: str) -> tuple:
    seq, end = _parse(text, 0, "")
    if end != len(text):
        raise ValueError(f"unbalanced pattern: {text}")
    return seq


def _parse(text: str, i: int, stop: str) -> tuple[tuple, int]:
    out: list = []
    start = i
    while i < len(text) and text[i] not in (stop or "\0"):
        c = text[i]
        if c not in "{[(@":
            if c in "})]":
                raise ValueError(f"unbalanced pattern: {text}")
            i += 1
            continue
        if i > start:
            out.append(text[start:i])
        if c == "{":
            end = text.index("}", i)
            out.append(Slot(text[i + 1 : end]))
            i = end + 1
        elif c == "@":
            end = i + 1
            while end < len(text) and text[end] not in " ,.|)]":
                end += 1
            key, _, value = text[i + 1 : end].partition("=")
            out.append(Put(key, value))
            i = end
        elif c == "[":
            seq, end = _parse(text, i + 1, "]")
            out.append(Opt(seq))
            i = end + 1
        else:
            options = []
            while True:
                seq, end = _parse(text, i + 1, "|)")
                options.append(seq)
                i = end
                if end >= len(text):
                    raise ValueError(f"unbalanced pattern: {text}")
                if text[end] == ")":
                    break
            out.append(Alt(tuple(options)))
            i += 1
        start = i
    if i > start:
        out.append(text[start:i])
    return tuple(out), i


def keys_of(seq: tuple) -> set[str]:
    """Every key that a sequence can mention."""
    out: set[str] = set()
    for node in seq:
        if isinstance(node, (Slot, Put)):
            out.add(node.key)
        elif isinstance(node, Opt):
            out |= keys_of(node.seq)
        elif isinstance(node, Alt):
            for option in node.options:
                out |= keys_of(option)
    return out


def put_keys(seq: tuple) -> set[str]:
    """The keys that are set by words and not by a slot."""
    out: set[str] = set()
    for node in seq:
        if isinstance(node, Put):
            out.add(node.key)
        elif isinstance(node, Opt):
            out |= put_keys(node.seq)
        elif isinstance(node, Alt):
            for option in node.options:
                out |= put_keys(option)
    return out


def feasible(seq: tuple, visible: set[str]) -> bool:
    """Whether the sequence can be said with these keys only."""
    for node in seq:
        if isinstance(node, (Slot, Put)):
            if node.key not in visible:
                return False
        elif isinstance(node, Alt) and not any(feasible(o, visible) for o in node.options):
            return False
    return True


def sure(seq: tuple, visible: set[str], required: set[str]) -> set[str]:
    """The keys that every rendering mentions; optional parts with a required key are always said."""
    out: set[str] = set()
    for node in seq:
        if isinstance(node, (Slot, Put)):
            out.add(node.key)
        elif isinstance(node, Opt):
            if feasible(node.seq, visible) and keys_of(node.seq) & required:
                out |= sure(node.seq, visible, required)
        elif isinstance(node, Alt):
            sets = [sure(o, visible, required) for o in node.options if feasible(o, visible)]
            if sets:
                out |= set.intersection(*sets)
    return out


def parse_cues(text: str) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for part in text.split(";"):
        member, _, cues = part.strip().partition(":")
        if member:
            out[member] = [c.strip() for c in cues.split("|") if c.strip()] or [member.replace("_", " ")]
    return out


def parse_param(line: str) -> Param:
    head, rest = line.split("<", 1)
    spec, _, description = rest.partition(">")
    head = head.strip()
    keys = [k.strip() for k in head.lstrip("*").split(",")]
    name, _, tail = spec.strip().partition(" ")
    p = Param(keys[0], keys, head.startswith("*"), name)
    p.descriptions = [d.strip() for d in description.split(" / ") if d.strip()]
    if name in ("int", "num"):
        bounds = [float(x) for x in tail.split()]
        p.lo, p.hi = bounds[0], bounds[1]
        p.step = bounds[2] if len(bounds) > 2 else 1
    elif name == "list":
        p.of = tail.strip()
    elif name == "enum":
        p.cues = parse_cues(tail)
    elif name == "bool":
        p.cues = parse_cues(tail) if tail else {"true": ["on", "enabled"], "false": ["off", "disabled"]}
    elif name not in ("money", "dur"):
        p.kind, p.of = "str", name
    return p


def parse_table(text: str) -> list[Cap]:
    caps: list[Cap] = []
    pool = ""
    cap: Cap | None = None
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        mark, body = line[0], line[1:].strip()
        if mark == "#":
            pool = body.removeprefix("pool").strip()
            continue
        if mark == "=":
            words = [w.split("/") for w in body.split()]
            cap = Cap(f"{pool}.{'_'.join(w[0] for w in words)}", pool, words)
            cap.heldout = held("cap2:" + cap.id)
            caps.append(cap)
            continue
        if cap is None:
            raise ValueError(f"no capability before: {line}")
        if mark == "~":
            cap.tags |= set(body.split())
        elif mark == "+":
            cap.descriptions += [d.strip() for d in body.split(" / ")]
        elif mark == "-":
            p = parse_param(body)
            cap.params[p.key] = p
        elif mark in ">?":
            seq = parse_pattern(body)
            missing = keys_of(seq) - set(cap.params)
            if missing:
                raise ValueError(f"{cap.id}: no parameter {missing} in: {body}")
            cap.put_keys |= put_keys(seq)
            pid = f"{cap.id}:{len(cap.patterns)}"
            cap.patterns.append(Pattern(pid, seq, mark == ">", held("pattern:" + cap.id + body)))
        else:
            raise ValueError(f"what is this line: {line}")
    return caps


@cache
def library() -> dict[str, Cap]:
    """All capabilities by id, in file order."""
    out: dict[str, Cap] = {}
    for path in sorted(TABLES.glob("pool_*.txt")):
        for cap in parse_table(path.read_text(encoding="utf-8")):
            if cap.id in out:
                raise ValueError(f"{cap.id} twice")
            out[cap.id] = cap
    return out


@cache
def pools(split: str) -> dict[str, list[Cap]]:
    """Capabilities by pool, those a split may show."""
    out: dict[str, list[Cap]] = {}
    for cap in library().values():
        if split != "train" or not cap.heldout:
            out.setdefault(cap.pool, []).append(cap)
    return out
