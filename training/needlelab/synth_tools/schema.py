"""From a capability to one tool as a group shows it: names, keys, types and descriptions drawn anew."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from .fills import fill, pseudo
from .grammar import TABLES, Cap, Param, parse_param
from .numbers import UNITS, duration, loose_duration, money, pick_int, pick_num, say_int
from .wording import describe

FREE = {
    "msg",
    "note",
    "taskx",
    "task",
    "text",
    "comment",
    "post",
    "question",
    "phrase",
    "subject",
    "music",
    "title",
    "eventx",
    "topicx",
}
# Optional parameters that any tool may have and that few questions mention.
EXTRAS = [parse_param(line) for line in (TABLES / "extras.txt").read_text(encoding="utf-8").splitlines() if line]
NAME_STYLES = ["snake"] * 11 + ["camel"] * 4 + ["pascal"] * 2 + ["kebab", "dotted"]
MEMBER_STYLES = ["plain"] * 6 + ["upper", "title", "space"]


@dataclass(slots=True)
class Style:
    """How one group writes its tools."""

    names: str
    keys: str
    members: str
    key_docs: float
    prefix: bool
    docs: str
    strict: bool


def draw_style(rng: random.Random) -> Style:
    names = rng.choice(NAME_STYLES)
    keys = "camel" if names in ("camel", "pascal") and rng.random() < 0.75 else "snake"
    docs = rng.choice(["plain"] * 6 + ["third", "use", "period", "lower", "mixed", "mixed"])
    return Style(
        names,
        keys,
        rng.choice(MEMBER_STYLES),
        rng.choice([0, 0.3, 0.6, 1, 1]),
        rng.random() < 0.1,
        docs,
        rng.random() < 0.85,
    )


def join(words: list[str], style: str) -> str:
    """Words as one identifier."""
    parts = [w for word in words for w in word.lower().split("_") if w]
    if style == "camel":
        return parts[0] + "".join(w.capitalize() for w in parts[1:])
    if style == "pascal":
        return "".join(w.capitalize() for w in parts)
    if style == "kebab":
        return "-".join(parts)
    return parts[0] + "." + "_".join(parts[1:]) if style == "dotted" and len(parts) > 1 else "_".join(parts)


def member_name(member: str, style: str) -> str:
    if style == "upper":
        return member.upper()
    if style == "title":
        return member.replace("_", " ").title()
    return member.replace("_", " ") if style == "space" else member


@dataclass(slots=True)
class ToolParam:
    """A parameter as shown, and how its values are said."""

    param: Param
    key: str
    mode: str
    description: str = ""
    unit: str = ""
    members: dict[str, object] = field(default_factory=dict)
    words: str = ""
    bounds: bool = False

    @property
    def copied(self) -> bool:
        return self.mode in ("str", "list")

    def schema(self) -> dict:
        out: dict = {
            "type": {"str": "string", "int": "integer", "num": "number", "bool": "boolean", "list": "array"}.get(
                self.mode, "string"
            )
        }
        if self.mode == "enum":
            out["enum"] = list(self.members.values())
        if self.mode == "list":
            out["items"] = {"type": "string"}
        if self.bounds and self.mode in ("int", "num") and self.param.kind in ("int", "num"):
            whole = self.mode == "int" or self.param.kind == "int"
            out["minimum"], out["maximum"] = (
                (int(self.param.lo), int(self.param.hi)) if whole else (self.param.lo, self.param.hi)
            )
        if self.description:
            out["description"] = self.description
        return out

    def put(self, value: str) -> object:
        """The value of an argument that words express."""
        if self.members:
            return self.members[value]
        return int(value) if self.mode in ("int", "num") else value

    def draw(self, rng: random.Random, split: str) -> tuple[str, object]:
        """What the question says, and the argument."""
        p = self.param
        if p.cues:
            member = rng.choice(list(p.cues))
            text = rng.choice(p.cues[member])
            return text, self.members[member]
        if p.kind == "str":
            text = fill(rng, p.of, split)
            return text, text
        if p.kind == "list":
            items = list(dict.fromkeys(fill(rng, p.of, split) for _ in range(rng.choice([1, 2, 2, 3, 3, 4]))))
            last = rng.choice([" and ", " and ", ", and "]) if len(items) > 2 else " and "
            text = ", ".join(items[:-1]) + last + items[-1] if len(items) > 1 else items[0]
            return text, items if self.mode == "list" else text
        if p.kind == "dur":
            if self.mode == "str":
                text = loose_duration(rng)
                return text, text
            return duration(rng, self.unit)
        if p.kind == "money":
            text, value = money(rng)
        elif p.kind == "num":
            text, value = pick_num(rng, p.lo, p.hi, p.step)
        else:
            value = pick_int(rng, p.lo, p.hi, p.step)
            text = say_int(rng, int(value))
        return text, text if self.mode == "str" else int(value) if value == int(value) else value


@dataclass(slots=True)
class Tool:
    """One tool of a group."""

    cap: Cap
    name: str
    description: str
    params: dict[str, ToolParam]
    hidden: dict[str, ToolParam]
    required: set[str]
    phrases: list[str]
    extras: list[str] = field(default_factory=list)
    patterns: list | None = None

    def schema(self) -> dict:
        props = {p.key: p.schema() for p in self.params.values()}
        required = [p.key for k, p in self.params.items() if k in self.required]
        return {
            "name": self.name,
            "description": self.description,
            "parameters": {"type": "object", "properties": props, "required": required},
        }

    def arguments(self, args: dict[str, object]) -> dict[str, object]:
        """Arguments under the shown keys, in the schema's order."""
        return {p.key: args[k] for k, p in self.params.items() if k in args}


def _mode(rng: random.Random, p: Param, set_by_words: bool) -> str:
    r = rng.random()
    if p.kind == "int":
        return "str" if r < 0.05 and not set_by_words else "num" if r < 0.09 else "int"
    if p.kind == "dur":
        return "int" if r < 0.45 and not set_by_words else "str"
    if p.kind == "money":
        return "str" if r < 0.2 else "num"
    if p.kind == "list":
        return "str" if r < 0.2 else "list"
    if p.kind == "bool":
        return "enum" if r < 0.05 else "bool"
    return {"num": "num", "enum": "enum"}.get(p.kind, "str")


def make_param(rng: random.Random, p: Param, style: Style, set_by_words: bool) -> ToolParam:
    key = p.keys[0] if rng.random() < 0.4 else rng.choice(p.keys)
    mode = _mode(rng, p, set_by_words)
    out = ToolParam(p, key, mode)
    words = key.split("_")
    if p.kind == "dur" and mode == "int":
        out.unit = next((u for u in UNITS if u in words), "") or rng.choice(["minutes"] * 5 + ["seconds", "hours"])
        if out.unit not in words:
            words = [*words, out.unit]
    elif p.kind == "dur":
        words = [w for w in words if w not in UNITS] or ["duration"]
    out.key = join(words, "camel" if style.keys == "camel" else "snake")
    out.words = " ".join(w for w in words if w not in UNITS) or "duration"
    if p.kind == "bool":
        yes, no = (
            (True, False)
            if mode == "bool"
            else ("on", "off")
            if key in ("enabled", "on", "active", "state")
            else ("yes", "no")
        )
        out.members = {"true": yes, "false": no}
    elif p.kind == "enum":
        out.members = {m: member_name(m, style.members) for m in p.cues}
    out.bounds = rng.random() < 0.4
    if rng.random() < style.key_docs:
        out.description = rng.choice(p.descriptions) if p.descriptions else "The " + out.words
        if p.kind == "dur" and mode == "int":
            out.description = rng.choice([f"{out.words.capitalize()} in {out.unit}", f"How many {out.unit}"])
        elif rng.random() < 0.4:
            out.description = out.description[:1].upper() + out.description[1:]
    return out


def make_tool(rng: random.Random, cap: Cap, style: Style, taken: set[str]) -> Tool:
    """A tool for this group; its name is not taken yet."""
    description = describe(rng, rng.choice(cap.descriptions), style.docs)
    name = ""
    while not name or name in taken:
        words = (
            [rng.choice(w) for w in cap.words]
            if not name or rng.random() < 0.7
            else [w[0] for w in cap.words] + [pseudo(rng)]
        )
        if style.names == "dotted" or style.prefix:
            words = [cap.pool.split("_")[0], *words]
        if description and rng.random() < 0.03:
            words = [pseudo(rng)] + ([str(rng.randint(1, 9))] if rng.random() < 0.3 else [])
        name = join(words, style.names)
    taken.add(name)
    params, hidden = {}, {}
    entries = list(cap.params.items())
    if rng.random() < 0.3 and len(entries) < 5:
        known = {w for p in cap.params.values() for k in p.keys for w in k.split("_")}
        extras = [
            p
            for p in rng.sample(EXTRAS, rng.choice([1, 1, 2]))
            if not known & {w for k in p.keys for w in k.split("_")}
        ]
        entries += [(p.key, p) for p in extras]
    if rng.random() < 0.5:
        rng.shuffle(entries)
    used: set[str] = set()
    for key, p in entries:
        made = make_param(rng, p, style, key in cap.put_keys)
        while made.key in used:
            made.key += "_2" if made.key == p.keys[0] else ""
            made.key = (
                p.keys[0]
                if made.key in used and p.keys[0] not in used
                else made.key + "x"
                if made.key in used
                else made.key
            )
        used.add(made.key)
        (params if p.required or rng.random() < 0.78 else hidden)[key] = made
    required = {k for k, p in params.items() if p.param.required} if style.strict or rng.random() < 0.5 else set()
    return Tool(
        cap, name, description, params, hidden, required, [cap.descriptions[0][:1].lower() + cap.descriptions[0][1:]]
    )
