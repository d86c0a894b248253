"""What is wrong with a pattern or a tools file: slots, calls against schemas, words that nobody said, doubles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from ..render import _literals as literals
from ..render import tool_parts
from .calls import Block, Member, Words, slots_in
from .fits import as_text, kind_of, member_of, slot_fits
from .load import Corpus, Fault, Pattern, Toolbox
from .template import FORMS, Slot, masked, slots_of
from .vocabulary import BLOCK_FIELDS, BLOCK_KINDS, DEVICES, KINDS, KNOWN, SILENT, VOICES

Say = Callable[[str, str], None]
_ARTICLE = re.compile(r"^(the|my|our|your|a|an|all) ", re.IGNORECASE)


class Checker:
    """Checks patterns one by one against all tools; doubles are found over the whole run."""

    def __init__(self, corpus: Corpus, home: dict[str, dict]) -> None:
        self.corpus, self.home = corpus, home
        self.faults: list[Fault] = []
        self.seen: dict[tuple, Pattern] = {}

    def run(self) -> list[Fault]:
        """All faults of the patterns and tools files that were read."""
        for box in self.corpus.boxes.values():
            self.box(box)
        for pattern in self.corpus.patterns:
            self.pattern(pattern)
        for box in self.corpus.boxes.values():
            for example in box.examples:
                self.pattern(example)
        return sorted(self.corpus.faults + self.faults, key=lambda f: (str(f.path), f.line))

    def box(self, box: Toolbox) -> None:
        """The schemas of a tools file."""
        for name, tool in box.tools.items():
            say = self.sayer(box.path, box.lines[name], f"tool {name}")
            schema = tool.get("parameters", {"type": "object", "properties": {}})
            properties = schema.get("properties") if isinstance(schema, dict) else None
            if not isinstance(properties, dict) or not all(isinstance(p, dict) for p in properties.values()):
                say("parameters", "must be an object schema with properties")
                continue
            for key in schema.get("required", []):
                if key not in properties:
                    say("required", f"{key!r} is no property")
            for key, prop in properties.items():
                if "enum" in prop and (not isinstance(prop["enum"], list) or not prop["enum"] or len(set(map(str, prop["enum"]))) < len(prop["enum"])):
                    say(key, "enum is empty or has equal members")
                if not {"type", "enum", "const", "anyOf", "oneOf", "$ref"} & set(prop):
                    say(key, "has no type")
            for word in set(tool) - {"name", "description", "parameters", "examples", "risk", "effect"}:
                say(word, "unknown field of a tool")
            try:
                tool_parts(tool)
            except (TypeError, KeyError, ValueError, AttributeError) as error:
                say("parameters", f"cannot be rendered: {error!r}")

    def sayer(self, path: Any, line: int, prefix: str = "") -> Say:
        """A function that adds a fault at one place."""

        def say(name: str, what: str) -> None:
            self.faults.append(Fault(path, line, f"{prefix} {name}".strip(), what))

        return say

    def pattern(self, p: Pattern) -> None:
        """One pattern."""
        say = self.sayer(p.path, p.line)
        box = self.corpus.boxes.get(p.tools) if p.tools else None
        if p.tools and box is None:
            return say("t", f"there is no tools file tools/{p.tools}.json")
        if p.voice not in VOICES:
            say("v", f"unknown voice {p.voice!r} (known: {' '.join(sorted(VOICES))})")
        if p.kind and p.kind not in KINDS:
            say("k", f"unknown kind {p.kind!r} (known: {' '.join(sorted(KINDS))})")
        if p.kind == "multi" and len(p.calls) < 2:
            say("k", "multi means two or more calls")
        if p.kind in SILENT and p.calls:
            say("k", f"{p.kind} means that nothing may happen, but there are calls")
        if len(p.calls) > 8:
            say("c", "at most 8 calls")
        self.text(p, say)
        words = self.slots(p, box, say)
        for block in p.blocks:
            self.fields(p, block, words, say)
        for call in p.calls:
            tool = (box.tools.get(call.tool) if box else None) or self.home.get(call.tool)
            if tool is None:
                say("c", f"unknown tool {call.tool!r}" + (f" in tools/{p.tools}.json and the home" if p.tools else "; is t missing?"))
                continue
            self.call(p, call, tool, words, say)
        self.double(p, say)

    def text(self, p: Pattern, say: Say) -> None:
        """The words and the context lines."""
        if not p.q.strip() or p.q != p.q.strip() or "  " in p.q or re.search(r"[\x00-\x1f]", p.q):
            say("q", "empty, or spaces at the ends or twice")
        if len(p.q) > 400:
            say("q", f"{len(p.q)} characters are more than anybody says (400)")
        for block in p.blocks:
            word = block.word()
            if word not in BLOCK_FIELDS:
                say("x", f"unknown block {word!r} (known: {' '.join(BLOCK_FIELDS)})")
                continue
            name, text = "".join(x if isinstance(x, str) else "{}" for x in block.name), block.plain_text()
            if word == "device" and (name == word or text not in BLOCK_KINDS):
                say("x", f"expected device NAME | KIND with KIND of {' '.join(sorted(BLOCK_KINDS))}, found {name} | {text}")
            if word == "last" and text not in self.home and not any(text in b.tools for b in self.corpus.boxes.values()):
                say("x", f"last names the unknown tool {text!r}")
            if word == "time" and not text:
                say("x", "time has no text")

    def fields(self, p: Pattern, block: Block, words: dict[str, list], say: Say) -> None:
        """The fields of a block; those of `last` are the parameters of its tool too, with values that the tool takes."""
        word = block.word()
        known, properties = BLOCK_FIELDS.get(word), self.last_properties(p, block)
        for key, parts in block.fields.items() if known is not None else ():
            if key not in known and key not in properties:
                say("x", f"{word} has no field {key!r} (known: {' '.join(sorted({*known, *properties})) or 'none'})")
            elif key in properties:
                value = parts[0] if len(parts) == 1 else None
                members = literals(properties[key], properties[key], frozenset())
                problem = slot_fits(value, properties[key], words) if isinstance(value, Slot) and not value.form else None
                if members and isinstance(value, str) and value not in map(as_text, members):
                    problem = f"{value!r} is none of {members}"
                if problem:
                    say("x", f"last {block.plain_text()}({key}): {problem}")

    def last_properties(self, p: Pattern, block: Block) -> dict[str, dict]:
        """The parameters of the tool that a `last` block names: of the pattern's own file first, then of the home, then of any file."""
        if block.word() != "last":
            return {}
        name = block.plain_text()
        own = [self.corpus.boxes[p.tools].tools] if p.tools in self.corpus.boxes else []
        tool = next((tools[name] for tools in (*own, self.home, *(b.tools for b in self.corpus.boxes.values())) if name in tools), {})
        return (tool.get("parameters") or {}).get("properties") or {}

    def slots(self, p: Pattern, box: Toolbox | None, say: Say) -> dict[str, list]:
        """Checks that every slot is known and has a filling; returns the words of the pattern's own slots."""
        everywhere = [("q", s) for s in slots_of(p.parts)] + [("x", s) for b in p.blocks for s in slots_of(b.parts())]
        words: dict[str, list] = {name: list(values.values()) for name, values in box.slots.items()} if box else {}
        for where, slot in everywhere:
            if slot.options:
                if words.get(slot.name, list(slot.options)) != list(slot.options) and (box is None or slot.name not in box.slots):
                    say(where, f"{{{slot.name}:…}} is given twice with other words")
                words[slot.name] = list(slot.options)
        filled = {s.name for _, s in everywhere if s.form in ("", "a", "also")}
        for where, slot in everywhere:
            if slot.name not in words and slot.base not in words and slot.base not in KNOWN:
                say(where, f"unknown slot {{{slot.name}}}")
            elif slot.form in FORMS and slot.name not in filled:
                say(where, f"{{{slot.name}.{slot.form}}} agrees with {{{slot.name}}}, which stands nowhere")
            elif slot.form == "also" and slot.base not in DEVICES:
                say(where, f"{{{slot.name}@also}} describes no device")
        for call in p.calls:
            for slot in slots_in(call):
                if slot.name not in filled:
                    say("c", f"{{{slot.name}}} stands neither in q nor in x")
        return words

    def call(self, p: Pattern, call: Any, tool: dict, words: dict[str, list], say: Say) -> None:
        """One call against its schema."""
        schema = tool.get("parameters") or {}
        properties = schema.get("properties") or {}
        for key in schema.get("required", []):
            if key not in call.args:
                say("c", f"{call.tool}: {key} is required")
        for key, value in call.args.items():
            if key not in properties:
                say("c", f"{call.tool}: unknown key {key!r} (known: {', '.join(properties) or 'none'})")
                continue
            problem = self.value(p, value, properties[key], words)
            if problem:
                say("c", f"{call.tool}({key}): {problem}")

    def value(self, p: Pattern, value: Any, prop: dict, words: dict[str, list]) -> str | None:
        """What is wrong with a value; None when nothing is."""
        kind = kind_of(prop)
        if kind == "array" or isinstance(value, list):
            if kind not in ("array", "any") or not isinstance(value, list):
                return "a list is wanted" if kind == "array" else "no list is wanted"
            return _first(self.value(p, v, prop.get("items", {}), words) for v in value)
        if kind == "object" or isinstance(value, dict):
            inner = prop.get("properties") or {}
            if not isinstance(value, dict):
                return 'an object is wanted: {"key": value}'
            unknown = [k for k in value if inner and k not in inner]
            missing = [k for k in prop.get("required", []) if k not in value]
            if unknown or missing:
                return f"object with unknown keys {unknown} or without required ones {missing}"
            return _first(self.value(p, v, inner.get(k, {}), words) for k, v in value.items())
        if isinstance(value, Slot):
            return slot_fits(value, prop, words)
        return self.literal(p, value, prop, kind)

    def literal(self, p: Pattern, value: Any, prop: dict, kind: str) -> str | None:
        """A number, boolean, member or quoted words."""
        members = literals(prop, prop, frozenset())
        if members:
            if isinstance(value, Words) and slots_of(value.parts):
                return "slots cannot make a member of an enum"
            written = value.raw if isinstance(value, Words) else value.text if isinstance(value, Member) else str(value).lower() if isinstance(value, bool) else str(value)
            return None if member_of(written, members) is not None else f"{written!r} is none of {members}"
        if isinstance(value, bool):
            return None if kind in ("boolean", "any") else f"a {kind} is wanted, not {value}"
        if isinstance(value, (int, float)):
            if kind not in ("integer", "number", "any"):
                return f"a {kind} is wanted, not the number {value}" + ("; quote it as it stands in q" if kind == "string" else "")
            if kind == "integer" and value != int(value):
                return f"{value} is no integer"
            return None if prop.get("minimum", value) <= value <= prop.get("maximum", value) else f"{value} is outside the range"
        if kind not in ("string", "any"):
            return f"a {kind} is wanted"
        if isinstance(value, Member):
            return f"an open text is quoted: \"{value.text}\""
        if not stands(value.raw, p):
            return f"{value.raw!r} does not stand in q (or x) like that"
        if prop.get("x-needled-entity") and _ARTICLE.match(value.raw):
            return f"{value.raw!r}: an article or 'all' is no part of a name"
        return None

    def double(self, p: Pattern, say: Say) -> None:
        """The same words once the slots are masked, with the same context and tools."""
        key = (masked(p.parts, True), tuple(sorted(masked(b.parts(), True) for b in p.blocks)), p.tools)
        first = self.seen.setdefault(key, p)
        if first is not p:
            say("q", f"is {first.path.parent.name}/{first.path.name}:{first.line} again once slots are masked")
            if first.path != p.path:
                self.sayer(first.path, first.line)("q", f"is {p.path.parent.name}/{p.path.name}:{p.line} again once slots are masked")


def _first(problems: Iterable[str | None]) -> str | None:
    return next((x for x in problems if x), None)


def stands(words: str, p: Pattern) -> bool:
    """Whether words (slots in braces) stand in q, or in a context block, and end at word ends."""
    texts = [p.q, *("".join(x if isinstance(x, str) else f"{{{x.name}}}" for x in b.parts()) for b in p.blocks)]
    pattern = re.compile(r"(?<!\w)" + re.escape(words) + r"(?!\w)") if words else None
    return bool(pattern) and any(pattern.search(re.sub(r"\{a:", "{", t)) for t in texts)


__all__ = ["Checker", "stands"]
