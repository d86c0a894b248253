"""Invented tool lists: one tool per device and verb, merged tools with an action enum, everything renamed."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any

from . import wording
from .skins import NAME_PARTS
from .text import divide
from .tools import Tool

_SINGLES = [(op, None) for op in wording.SINGLE]
_FAMILIES = [(None, fam) for fam in wording.FAMILIES]
MENU = _SINGLES + _FAMILIES * 3 + [(None, "power")] * 4 + [(None, "covers")] * 2 + [(None, "locks")] * 2
_TARGET_KEYS = divide("targetkey", wording.TARGET_KEYS)
DOMAINS = tuple(wording.DOMAIN_WORDS)
CASES = ("snake",) * 5 + ("camel",) * 3 + ("pascal",) * 2 + ("kebab",) * 2 + ("dot", "dot", "shout")


@dataclass(slots=True)
class Style:
    """What the tools of one group have in common."""

    case: str
    form: str
    split: str
    target_key: str | None
    described: float
    empty: float
    nonsense: bool
    enum: int
    entity: bool
    divided: bool
    by_domain: bool


def pick_style(rng: random.Random, split: str, kind: str) -> Style:
    """`kind` is "verbs", "merged" or "renamed"."""
    key = (
        rng.choice(_TARGET_KEYS[split] if split == "heldout" else _TARGET_KEYS["train"])
        if rng.random() < 0.75
        else None
    )
    return Style(
        case=rng.choice(CASES), form=kind if kind != "renamed" else rng.choice(("verbs", "merged", "mixed")), split=split, target_key=key,
        described=rng.choice((1.0, 0.8, 0.3, 0.0)), empty=rng.choice((0.0, 0.0, 0.1, 0.5)), nonsense=kind == "renamed" and rng.random() < 0.3,
        enum=rng.randrange(60), entity=rng.random() < 0.4, divided=rng.random() < (0.45 if kind == "verbs" else 0.15),
        by_domain=rng.random() < (0.7 if kind == "verbs" else 0.3),
    )  # fmt: skip


def cased(name: str, case: str) -> str:
    """snake_case (dots as separators too) in another style."""
    if case == "dot" and "." in name:
        return name
    words = re.split(r"[_.]", name)
    if case == "camel":
        return words[0] + "".join(w[:1].upper() + w[1:] for w in words[1:])
    if case == "pascal":
        return "".join(w[:1].upper() + w[1:] for w in words)
    if case == "kebab":
        return "-".join(words)
    if case == "dot" and len(words) > 1:
        return words[0] + "." + "_".join(words[1:])
    if case == "shout":
        return "_".join(words).upper()
    return "_".join(words)


def key_cased(name: str, case: str) -> str:
    """Parameter keys: camel in camel and Pascal groups, snake else."""
    return cased(name, "camel") if case in ("camel", "pascal") else name


def nonsense_name(rng: random.Random) -> str:
    """A name without meaning."""
    word = "".join(rng.choice(wording.SYLLABLES) for _ in range(rng.randint(2, 3)))
    return rng.choice(
        (
            word,
            f"fn_{word}",
            f"{word}_{rng.randint(1, 99)}",
            f"tool_{rng.randint(1, 40)}",
            f"cmd_{rng.choice('abcdefgh')}{rng.randint(1, 9)}",
        )
    )


AFFIX = (
    "home_{}",
    "smart_{}",
    "house_{}",
    "{}_v2",
    "{}_cmd",
    "do_{}",
    "ha_{}",
    "{}_action",
    "{}_service",
    "my_{}",
    "{}_now",
    "request_{}",
    "{}_tool",
)
_LEAD = (
    "Use this to {}",
    "Lets you {}",
    "Call this to {}",
    "Can {}",
    "Used to {}",
    "A tool to {}",
    "Home function: {}",
    "Will {}",
    "Service to {}",
    "When the user wants to {}",
)
_TRAIL = (" in the home", " by voice", " at home", " (smart home)", " for the user", " on request", " in this house")
_IMPERATIVE = frozenset(
    "Set Change Give Bring Make Choose Switch Dim Move Open Stop Halt Leave Start Play Activate Run Remind Schedule Create Add Put Check Mark Send Say Broadcast Pass Tell Find Select Wake Show Undo "
    "Toggle Flip Turn Power Lock Unlock Secure Release Close Shut Mute Silence Unmute Pause Hold Resume Continue End Skip Jump Go Clean Cancel Stop Clear Manage Arm Disarm Deactivate Operate Control "
    "Increase Decrease Raise Lower Brighten Vacuum Restore Take Append Engage Bolt Unbolt Extend Shorten Stream Invert Apply Read Query".split()
)


def reworded(rng: random.Random, desc: str) -> str:
    """The description with another beginning or end."""
    first, _, rest = desc.partition(" ")
    if first in _IMPERATIVE and rng.random() < 0.65:
        return rng.choice(_LEAD).format(first.lower() + " " + rest)
    if desc.count(".") == 1 and desc.endswith("."):
        return desc[:-1] + rng.choice(_TRAIL) + "."
    return desc


class Maker:
    """Builds the tools of one group and keeps their names, and the operations covered, apart."""

    def __init__(self, rng: random.Random, style: Style) -> None:
        self.rng = rng
        self.style = style
        self.tools: list[Tool] = []
        self.taken: set[str] = set()
        self.covered: set[tuple[str, str | None]] = set()

    def free(self, ops: tuple[str, ...], domain: str | None) -> bool:
        """Whether no tool yet does any of these."""
        for op in ops:
            for other, where in self.covered:
                if other == op and (where is None or domain is None or where == domain):
                    return False
        return True

    def add(
        self,
        part: str,
        names: list[str],
        descs: list[str],
        ops: dict[str, Any],
        slots: list[str],
        words: tuple | None,
        domain: str | None,
        choice: bool = False,
    ) -> None:
        """One tool; `words` is (key, {op: member}) of a merged tool's action."""
        rng, style = self.rng, self.style
        pool = NAME_PARTS[part][style.split] if part in NAME_PARTS else names
        base = rng.choice(pool)
        desc = rng.choice(descs)
        if "{d}" in base or "{ds}" in desc:
            row = wording.DOMAIN_WORDS[domain] if domain else (wording.ANY_WORDS[0], wording.ANY_WORDS[1])
            base, desc = base.replace("{d}", rng.choice(row[0])), desc.replace("{ds}", rng.choice(row[1]))
        if rng.random() < 0.1:
            base = rng.choice(AFFIX).format(base)
        if rng.random() < 0.3:
            desc = reworded(rng, desc)
        name = nonsense_name(rng) if style.nonsense else cased(base, style.case)
        if name in self.taken:
            return
        if not style.nonsense and rng.random() < style.empty:
            desc = ""
        elif rng.random() < 0.2:
            desc = desc.rstrip(".")
        properties: list[tuple[str, dict, bool]] = []
        tool = Tool(
            {},
            {},
            {},
            {},
            "full",
            {},
            frozenset({domain}) if domain else None,
            style.form,
        )
        used: set[str] = set()
        if words is not None:
            key, members = words
            key = key_cased(key, style.case)
            used.add(key)
            prop: dict = (
                {"type": "boolean"}
                if isinstance(next(iter(members.values())), bool)
                else {"type": "string", "enum": list(members.values())}
            )
            properties.append(
                (
                    key,
                    self.described(
                        prop,
                        [desc.rstrip(".").lower()] if desc and rng.random() < 0.2 else ["what to do", "action", ""],
                    ),
                    True,
                )
            )
            tool.ops = {op: {key: member} for op, member in members.items()}
        else:
            tool.ops = {op: {} for op in ops}
        for slot in slots:
            self.slot(tool, slot[:-1], slot[-1] == "!", properties, used, domain)
        if rng.random() < 0.5:
            rng.shuffle(properties)
        schema = {
            "type": "object",
            "properties": {k: p for k, p, _ in properties},
            "required": [k for k, _, r in properties if r],
        }
        tool.spec = {"name": name, "description": desc, "parameters": schema}
        self.tools.append(tool)
        self.taken.add(name)
        for op in tool.ops:
            self.covered.add((op, domain))

    def described(self, prop: dict, descs: list[str]) -> dict:
        """The property with a description, or without."""
        text = self.rng.choice(descs) if self.rng.random() < self.style.described else ""
        return {**prop, "description": text} if text else prop

    def fresh(self, keys: list[str], used: set[str]) -> str:
        """An unused key in the group's case."""
        for _ in range(12):
            key = key_cased(self.rng.choice(keys), self.style.case)
            if key not in used:
                used.add(key)
                return key
        key = next(f"{keys[0]}_{i}" for i in range(2, 99) if f"{keys[0]}_{i}" not in used)
        used.add(key)
        return key

    def slot(self, tool: Tool, slot: str, required: bool, properties: list, used: set[str], domain: str | None) -> None:
        """Add the parameter(s) of one slot."""
        rng, style = self.rng, self.style
        if slot == "T":
            self.target(tool, required, properties, used, domain)
            return
        if not required and rng.random() < 0.25:
            return
        if slot in wording.ENUMS:
            keys, descs, members, spellings = wording.ENUMS[slot]
            spelled = spellings[style.enum % len(spellings)]
            key = self.fresh(keys, used)
            tool.slots[slot] = key
            tool.words[key] = dict(zip(members, spelled, strict=True))
            shown = list(spelled)
            if rng.random() < 0.3:
                rng.shuffle(shown)
            properties.append((key, self.described({"type": "string", "enum": shown}, descs), required))
            return
        keys, descs, schema = wording.SLOTS[slot]
        if slot == "duration" and rng.random() < 0.3:
            hms = [
                key_cased(k, style.case)
                for k in rng.choice(
                    (["hours", "minutes", "seconds"], ["hours", "minutes", "seconds"], ["h", "min", "sec"])
                )
            ]
            if not used & set(hms):
                used.update(hms)
                tool.slots[slot] = ("hms", *hms)
                properties.extend((k, self.described({"type": "integer"}, [f"number of {k}", k]), False) for k in hms)
                return
        key = self.fresh(keys, used)
        tool.slots[slot] = key
        if "minimum" in schema and rng.random() < 0.3:
            schema = {"type": schema["type"]}
        properties.append((key, self.described(schema, descs), required))

    def target(self, tool: Tool, required: bool, properties: list, used: set[str], domain: str | None) -> None:
        """One key for the whole phrase, or device, room and floor apart."""
        rng, style = self.rng, self.style
        if style.divided and (
            domain
            or tool.ops.keys()
            & {"bright_set", "color_set", "bright_up", "vol_set", "media_pause", "temp_set", "play", "vac_start"}
        ):
            tool.target = "split"
            for tag, keys, text in (
                ("device", wording.DEVICE_KEYS, "name of the device"),
                ("area", wording.ROOM_KEYS, "room or area"),
                ("floor", wording.FLOOR_KEYS, "floor of the house"),
            ):
                if tag == "floor" and rng.random() < 0.5:
                    continue
                key = self.fresh(keys, used)
                tool.keys[tag] = key
                properties.append((key, self.described({"type": "string"}, [text, text, ""]), False))
            return
        if not required and rng.random() < 0.08:
            return
        key = key_cased(style.target_key, style.case) if style.target_key else ""
        if not key or key in used:
            key = self.fresh(wording.TARGET_KEYS, used)
        used.add(key)
        tool.keys["full"] = key
        prop: dict = {"type": "string"}
        if style.entity:
            prop["x-needled-entity"] = "device"
        properties.append((key, self.described(prop, wording.TARGET_DESCS), required and rng.random() < 0.8))


def invented_group(rng: random.Random, split: str, n_tools: int, kind: str) -> list[Tool]:
    """About `n_tools` tools of one style."""
    style = pick_style(rng, split, kind)
    maker = Maker(rng, style)
    for _ in range(n_tools * 8):
        if len(maker.tools) >= n_tools:
            break
        op, family = rng.choice(MENU)
        if op is not None:
            names, descs, slots = wording.SINGLE[op]
            if maker.free((op,), None):
                maker.add(f"single/{op}", names, descs, {op: {}}, slots, None, None)
            continue
        row = wording.FAMILIES[family]
        domain = None
        if family == "power" and style.by_domain:
            domain = rng.choice(DOMAINS[:-1])
        elif family == "covers":
            domain = "cover"
        if not maker.free(row["ops"], domain):
            continue
        merged = style.form == "merged" or (style.form == "mixed" and rng.random() < 0.5)
        if family == "read":
            singles = [o for o in row["single"] if maker.free((o,), None)]
            if merged or rng.random() < 0.5 or not singles:
                maker.add(
                    "merged/read", row["names"], row["descs"], dict.fromkeys(row["ops"], {}), row["slots"], None, None
                )
            else:
                for one in rng.sample(singles, min(len(singles), rng.randint(1, 3))):
                    names, descs = row["single"][one]
                    maker.add(f"single/{one}", names, descs, {one: {}}, ["T?"], None, None)
                    maker.tools[-1].slots.setdefault("property", None)
            continue
        if merged:
            spelled = row["words"][style.enum % len(row["words"])]
            boolean = isinstance(spelled[0], bool)
            key = rng.choice(row["boolkey"] if boolean else row["key"])
            maker.add(
                f"merged/{family}",
                row["names"],
                row["descs"],
                {},
                row["slots"],
                (key, dict(zip(row["ops"], spelled, strict=True))),
                domain,
            )
            continue
        ops = [o for o in row["ops"]]
        if len(maker.tools) + len(ops) > n_tools or rng.random() < 0.12:
            ops = rng.sample(ops, max(1, min(len(ops), n_tools - len(maker.tools), rng.randint(1, len(ops)))))
        for one in ops:
            names, descs = row["single"][one]
            slots = [
                s
                for s in row["slots"]
                if not (s == "by?" and one in ("mute", "unmute")) and not (s == "armmode?" and one == "disarm")
            ]
            maker.add(f"single/{one}", names, descs, {one: {}}, slots, None, domain)
    return maker.tools[:n_tools] if len(maker.tools) > n_tools else maker.tools
