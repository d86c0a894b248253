"""Tools with the operations they can do, and how an operation's slots become arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .targets import Target
from .values import Duration

OPTIONAL_FACTS = {"state", "media_class"}
GET_CLASSES = {"curtain": "curtain", "shade": "shade", "door": "door", "window": "window", "garage": "garage_door"}
HA_DOMAIN = {"light": "light", "fan": "fan", "plug": "switch", "lock": "lock"}


@dataclass(slots=True)
class Tool:
    """`ops`: operation -> constant arguments; `slots`: slot -> key; `words`: key -> {canonical: member}.

    `target` is "full" (one key, the whole phrase), "split" (device, room, floor keys) or "ha" (Home Assistant's rules).
    """

    spec: dict
    ops: dict[str, dict[str, Any]]
    slots: dict[str, Any] = field(default_factory=dict)
    words: dict[str, dict[str, Any]] = field(default_factory=dict)
    target: str = "full"
    keys: dict[str, str] = field(default_factory=dict)
    domains: frozenset[str] | None = None
    style: str = ""

    @property
    def name(self) -> str:
        return self.spec["name"]


@dataclass(slots=True)
class Call:
    """One command: operation, slots (spans, numbers, members, a Target) and facts from the pattern."""

    op: str
    slots: dict[str, Any] = field(default_factory=dict)


def covers_domain(tool: Tool, target: Target | None) -> bool:
    """Whether the tool is made for this kind of device."""
    if tool.domains is None or target is None or target.form == "it":
        return tool.domains is None or target is None
    return target.domain in tool.domains


def bind(tool: Tool, call: Call) -> dict[str, Any] | None:
    """Arguments of the call (spans not yet cut out), in the schema's order; None when the tool cannot say it."""
    consts = tool.ops.get(call.op)
    if consts is None:
        return None
    args: dict[str, Any] = dict(consts)
    for slot, value in call.slots.items():
        if slot == "T":
            if not covers_domain(tool, value):
                return None
            placed = _place(tool, call, value)
            if placed is None:
                return None
            args.update(placed)
            continue
        key = tool.slots.get(slot)
        if key is None:
            if slot in OPTIONAL_FACTS or slot in tool.slots:
                continue
            return None
        if isinstance(value, Duration):
            put = _duration(key, value)
            if put is None:
                return None
            args.update(put)
            continue
        words = tool.words.get(key)
        if words is not None:
            if value not in words:
                return None
            value = words[value]
        args[key] = value
    properties = tool.spec["parameters"]["properties"]
    for key in tool.spec["parameters"].get("required", ()):
        if key not in args:
            return None
    for key, value in args.items():
        prop = properties.get(key)
        if prop is None:
            return None
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if number and not prop.get("minimum", value) <= value <= prop.get("maximum", value):
            return None
    return {key: args[key] for key in properties if key in args}


def _duration(key: Any, value: Duration) -> dict[str, Any] | None:
    if isinstance(key, str):
        return {key: value.span}
    kind, *keys = key
    if kind == "unit":
        parts = [(n, unit) for n, unit in zip((value.hours, value.minutes, value.seconds), keys[2:], strict=True) if n]
        return {keys[0]: parts[0][0], keys[1]: parts[0][1]} if len(parts) == 1 else None
    if kind == "minutes":
        return {keys[0]: value.minutes} if value.minutes and not value.hours and not value.seconds else None
    return {k: v for k, v in zip(keys, (value.hours, value.minutes, value.seconds), strict=True) if v}


def _place(tool: Tool, call: Call, target: Target) -> dict[str, Any] | None:
    if tool.target == "full":
        key = tool.keys.get("full")
        return {key: target.name} if key else None
    if target.form == "it":
        return None
    args: dict[str, Any] = {}
    for tag, span in (("area", target.area), ("floor", target.floor)):
        if span is not None:
            if tag not in tool.keys:
                return None
            args[tool.keys[tag]] = span
    if target.form == "device":
        if "device" not in tool.keys:
            return None
        args[tool.keys["device"]] = target.device
        return args
    if tool.target == "split":
        if target.domain == "cover" and target.device:
            return {**args, tool.keys["device"]: target.device} if "device" in tool.keys else None
        return args if args or target.domain != "any" else None
    return _ha_group(tool, call, target, args)


def _ha_group(tool: Tool, call: Call, target: Target, args: dict[str, Any]) -> dict[str, Any] | None:
    properties = tool.spec["parameters"]["properties"]
    if target.form == "area" and call.op not in ("on", "off"):
        return args
    if target.domain == "cover":
        if call.op.startswith("get_"):
            known = GET_CLASSES.get(target.cover or "")
            return {**args, "device_class": known} if known and "device_class" in properties else None
        return (
            {**args, "device_class": target.cover} if target.cover != "valve" and "device_class" in properties else None
        )
    if target.domain == "any":
        return args or None
    if "domain" not in properties:
        return args
    kind = HA_DOMAIN.get(target.domain or "")
    return {**args, "domain": kind} if kind else None
