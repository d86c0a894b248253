"""Reads the corpus: tools, patterns and homes; every fault is named with file, line and field."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..synth.text import stable
from .calls import Block, Call, parse_block, parse_call
from .template import CorpusError, Part, masked, parse
from .vocabulary import BLOCK_KINDS

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
CATALOGUE = Path(__file__).resolve().parents[3] / "devices" / "catalogue.json"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where, in which field, and what."""

    path: Path
    line: int
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.field}: {self.what}"


@dataclass
class Pattern:
    """One line of the corpus, parsed."""

    q: str
    parts: tuple[Part, ...]
    calls: list[Call]
    blocks: list[Block]
    voice: str
    kind: str
    tools: str
    area: str
    path: Path
    line: int
    mask: str = ""

    @property
    def heldout(self) -> bool:
        """Never trained on."""
        return is_heldout(self.mask)


@dataclass
class Toolbox:
    """A tools file: its tools by name, its own slots (word -> value in the call), and the line of each tool."""

    topic: str
    path: Path
    tools: dict[str, dict] = field(default_factory=dict)
    slots: dict[str, dict[str, Any]] = field(default_factory=dict)
    examples: list[Pattern] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass
class Corpus:
    """All of it."""

    patterns: list[Pattern] = field(default_factory=list)
    boxes: dict[str, Toolbox] = field(default_factory=dict)
    homes: list[dict] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def is_heldout(mask: str) -> bool:
    """Whether a masked text belongs to the 5 % that are never trained on."""
    return stable(f"corpus/{mask}") % 20 == 0


FIELDS = {"q": str, "c": list, "x": list, "v": str, "k": str, "t": str}


def make_pattern(row: Any, path: Path, line: int, area: str, faults: list[Fault], tools: str = "") -> Pattern | None:
    """A parsed pattern, or None and at least one fault."""
    before = len(faults)

    def fault(name: str, what: str) -> None:
        faults.append(Fault(path, line, name, what))

    if not isinstance(row, dict):
        return fault("line", "is no JSON object")
    for key, value in row.items():
        if key not in FIELDS:
            fault(key, f"unknown field (known: {' '.join(FIELDS)})")
        elif not isinstance(value, FIELDS[key]) or (isinstance(value, list) and not all(isinstance(v, str) for v in value)):
            fault(key, f"must be {'a list of texts' if FIELDS[key] is list else 'a text'}")
    for key in ("q", "c"):
        if key not in row:
            fault(key, "is missing")
    if len(faults) > before:
        return None

    def each(name: str, texts: list[str], reader: Any) -> list:
        found = []
        for text in texts:
            try:
                found.append(reader(text))
            except CorpusError as error:
                fault(name, str(error))
        return found

    parts = each("q", [row["q"]], parse)
    calls, blocks = each("c", row["c"], parse_call), each("x", row.get("x", []), parse_block)
    if len(faults) > before:
        return None
    return Pattern(row["q"], parts[0], calls, blocks, row.get("v", "plain"), row.get("k", ""), row.get("t", tools), area, path, line, masked(parts[0]))


def read_patterns(path: Path, root: Path, faults: list[Fault]) -> list[Pattern]:
    """The patterns of one .jsonl file; its area is the folder."""
    area = path.parent.relative_to(root / "patterns").as_posix() if path.is_relative_to(root / "patterns") else path.parent.name
    found = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except json.JSONDecodeError as error:
            faults.append(Fault(path, number, "line", f"is not JSON: {error}"))
            continue
        pattern = make_pattern(row, path, number, area, faults)
        if pattern:
            found.append(pattern)
    return found


def _line_of(text: str, name: str) -> int:
    """The line where a tool's name stands in its file; 1 when it cannot be told."""
    at = text.find(json.dumps(name, ensure_ascii=False))
    return text.count("\n", 0, max(0, at)) + 1


def read_tools(path: Path, root: Path, faults: list[Fault]) -> Toolbox | None:
    """One tools file with the examples in it."""
    text = path.read_text(encoding="utf-8")
    try:
        data = json.loads(text)
        topic, tools, slots = data["topic"], data["tools"], data.get("slots", {})
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        faults.append(Fault(path, getattr(error, "lineno", 1), "file", f"is no tools file: {error!r}"))
        return None
    expected = path.relative_to(root / "tools").with_suffix("").as_posix() if path.is_relative_to(root / "tools") else topic
    if topic != expected:
        faults.append(Fault(path, 1, "topic", f"is {topic!r}, expected {expected!r}"))
    box = Toolbox(expected, path)
    for name, words in slots.items() if isinstance(slots, dict) else [("slots", None)]:
        if not isinstance(words, (list, dict)) or not words or not all(isinstance(w, str) and w.strip() == w and w for w in words):
            faults.append(Fault(path, _line_of(text, name), f"slots.{name}", "must be a list of words"))
            continue
        box.slots[name] = dict(words) if isinstance(words, dict) else {w: w for w in words}
    for tool in tools:
        name = tool.get("name") if isinstance(tool, dict) else None
        line = _line_of(text, name) if isinstance(name, str) else 1
        if not isinstance(name, str) or not name.strip():
            faults.append(Fault(path, line, "tools", f"a tool without a name: {str(tool)[:80]}"))
            continue
        if name in box.tools:
            faults.append(Fault(path, line, name, "is there twice"))
        box.lines[name] = line
        box.tools[name] = {k: v for k, v in tool.items() if k != "examples"}
        for example in tool.get("examples", ()):
            pattern = make_pattern(example, path, line, "custom", faults, topic)
            if pattern:
                box.examples.append(pattern)
    return box


def home_tools(root: Path = CORPUS) -> dict[str, dict]:
    """The catalogue and the extra tools of the home, by name."""
    entries = json.loads(CATALOGUE.read_text(encoding="utf-8")) + json.loads((root / "tools" / "home-extra.json").read_text(encoding="utf-8"))["tools"]
    return {t["name"]: {k: t.get(k, "" if k == "description" else {}) for k in ("name", "description", "parameters")} for t in entries}


def home_fault(home: Any) -> str | None:
    """What is wrong with a home; None when nothing is."""
    if not isinstance(home, dict) or not all(isinstance(home.get(k), t) for k, t in (("id", str), ("rooms", list), ("devices", list))):
        return "needs id, rooms and devices"
    rooms = [r.get("name") for r in home["rooms"] if isinstance(r, dict)]
    if not all(isinstance(r, str) and r for r in rooms) or len(set(rooms)) < len(home["rooms"]):
        return f"{home['id']}: rooms without a name, or twice"
    seen: set[tuple] = set()  # two rooms may each have a "desk lamp"
    for device in home["devices"]:
        name = device.get("name") if isinstance(device, dict) else None
        if not isinstance(name, str) or not name or (name, device.get("room")) in seen:
            return f"{home['id']}: a device without a name, or twice in a room: {name}"
        seen.add((name, device.get("room")))
        if device.get("kind") not in BLOCK_KINDS:
            return f"{home['id']}: {name}: unknown kind {device.get('kind')!r}"
        if device.get("room") not in (*rooms, "", None):
            return f"{home['id']}: {name}: unknown room {device.get('room')!r}"
    return None


def load(root: Path = CORPUS) -> Corpus:
    """The whole corpus."""
    corpus = Corpus()
    for path in sorted((root / "tools").rglob("*.json")):
        box = read_tools(path, root, corpus.faults)
        if box:
            corpus.boxes[box.topic] = box
    for path in sorted((root / "patterns").rglob("*.jsonl")):
        corpus.patterns += read_patterns(path, root, corpus.faults)
    for path in sorted((root / "homes").rglob("*.json")):
        try:
            homes = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            corpus.faults.append(Fault(path, error.lineno, "file", f"is not JSON: {error}"))
            continue
        for n, home in enumerate(homes if isinstance(homes, list) else [homes], 1):
            problem = home_fault(home)
            corpus.homes += [home] if problem is None else []
            corpus.faults += [Fault(path, n + isinstance(homes, list), "home", problem)] if problem else []
    return corpus
