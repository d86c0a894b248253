"""Invented tool lists: one tool per device and verb, merged tools with an action enum, everything renamed."""

from __future__ import annotations

import random
from typing import Any

from . import wording
from .actions import ACTION_KEYS, SERVICES, WIDE
from .kinds import kind_of, words_of
from .skins import NAME_PARTS
from .style import AFFIX, Style, cased, key_cased, nonsense_name, pick_style, reworded
from .tools import Tool

_SINGLES = [(op, None) for op in wording.SINGLE]
_FAMILIES = [(None, fam) for fam in wording.FAMILIES]
MENU = _SINGLES + _FAMILIES * 3 + [(None, "power")] * 4 + [(None, "covers")] * 2 + [(None, "locks")] * 2
DOMAINS = tuple(wording.DOMAIN_WORDS)


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
        pool = NAME_PARTS[part][style.split]
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
        if rng.random() < style.unsaid:
            for keys, texts, schema in rng.sample(wording.UNSAID, rng.choice((1, 1, 2, 3))):
                properties.append((self.fresh(keys, used), self.described(schema, texts), False))
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
        if slot == "duration" and rng.random() < 0.2:
            self.amount(tool, slot, required, properties, used)
            return
        key = self.fresh(keys, used)
        tool.slots[slot] = key
        if "minimum" in schema and rng.random() < 0.3:
            schema = {"type": schema["type"]}
        properties.append((key, self.described(schema, descs), required))

    def amount(self, tool: Tool, slot: str, required: bool, properties: list, used: set[str]) -> None:
        """A duration as a number and its unit."""
        keys, descs, spellings = wording.UNITS
        amount, unit = self.fresh(keys[0], used), self.fresh(keys[1], used)
        members = self.rng.choice(spellings)
        tool.slots[slot] = ("unit", amount, unit, *members)
        properties.append((amount, self.described({"type": "number"}, descs[0]), required))
        properties.append((unit, self.described({"type": "string", "enum": list(members)}, descs[1]), required))

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
        kind = kind_of(tool, domain) if style.by_kind and rng.random() < 0.85 else None
        key = "" if kind else key_cased(style.target_key or "", style.case)
        if not key or key in used:
            key = self.fresh(wording.KIND_KEYS[kind] if kind else wording.TARGET_KEYS, used)
        used.add(key)
        tool.keys["full"] = key
        prop: dict = {"type": "string"}
        if style.entity:
            prop["x-needled-entity"] = "device"
        word = words_of(key)
        descs = [d.format(word) for d in wording.KIND_DESCS] if kind else wording.TARGET_DESCS
        properties.append((key, self.described(prop, descs), required and rng.random() < 0.8))


SERVICE_ROWS = list(SERVICES.values())
WIDE_ROWS = list(WIDE.items())


def _wide(rng: random.Random, maker: Maker) -> None:
    """One device kind with all its actions behind an enum; some actions may be left out."""
    kind, row = rng.choice(WIDE_ROWS)
    if not maker.free(row["ops"], row["domain"]):
        return
    spelled = row["words"][maker.style.enum % len(row["words"])]
    pairs = list(zip(row["ops"], spelled, strict=True))
    if rng.random() < 0.3 and len(pairs) > 3:
        pairs = sorted(rng.sample(pairs, rng.randint(2, len(pairs) - 1)), key=pairs.index)
    maker.add(
        f"wide/{kind}",
        row["names"],
        row["descs"],
        {},
        row["slots"],
        (rng.choice(ACTION_KEYS), dict(pairs)),
        row["domain"],
    )


def invented_group(rng: random.Random, split: str, n_tools: int, kind: str) -> list[Tool]:
    """About `n_tools` tools of one style."""
    style = pick_style(rng, split, kind)
    maker = Maker(rng, style)
    for _ in range(n_tools * 8):
        if len(maker.tools) >= n_tools:
            break
        if rng.random() < (0.3 if style.form == "merged" else 0.06):
            _wide(rng, maker)
            continue
        if rng.random() < 0.04:
            names, descs, ops, slots, domain = rng.choice(SERVICE_ROWS)
            if maker.free(ops, domain):
                maker.add("service/" + names[0], names, descs, {o: {} for o in ops}, slots, None, domain)
            continue
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
                    "merged/read", row["names"], row["descs"], {o: {} for o in row["ops"]}, row["slots"], None, None
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
