"""Calls of the home's own tools as operations of needlelab.synth, so that one pattern appears under every shape of tool list."""

from __future__ import annotations

from typing import Any

from ..synth import names
from ..synth.compose import TARGETS
from ..synth.skins import CATALOGUE_OPS
from ..synth.targets import Target
from ..synth.tools import Call as Operation
from ..synth.values import Duration
from .calls import Call, Member, Words
from .template import Slot
from .vocabulary import DEVICES, NOUNS, PLACES
from .write import Written

EXTRA_OPS: dict[str, tuple[dict, dict]] = {
    "pause_timer": ({"timer_pause": {}}, {"label": "label"}), "resume_timer": ({"timer_resume": {}}, {"label": "label"}),
    "extend_timer": ({"timer_add": {}}, {"duration": "duration", "label": "label"}), "shorten_timer": ({"timer_sub": {}}, {"duration": "duration", "label": "label"}),
    "get_timer": ({"timer_status": {}}, {"label": "label"}), "complete_list_item": ({"list_done": {}}, {"item": "item", "list": "list"}),
    "get_weather": ({"weather": {}}, {"place": "place"}), "get_time": ({"time": {}}, {}), "get_date": ({"date": {}}, {}), "where_is": ({"person_where": {}}, {"person": "person"}),
    "set_humidity": ({"humidity_set": {}}, {"humidity": "percent"}), "oscillate_fan": ({"fan_osc": {"on": True}}, {}), "select_input": ({"input": {}}, {"input": "input"}),
    "set_alarm_clock": ({"alarm_set": {}}, {"clock": "when"}),
}  # fmt: skip
OPS = CATALOGUE_OPS | EXTRA_OPS
READS = {"temperature": "get_temperature", "humidity": "get_humidity", "brightness": "get_brightness", "battery": "get_battery", "power": "get_power", "position": "get_position", "air_quality": "get_air"}
_NOUN_DOMAIN = {noun: domain for domain, nouns in names.GROUPS.items() for noun in nouns}
_HEAD_DOMAIN = {kind.split()[-1]: domain for domain, kinds in names.KINDS.items() for kind in kinds if domain not in ("sensor", "appliance")}


def operation_of(call: Call) -> str | None:
    """The operation of a call, reading aside; None when none says the same."""
    consts, _ = OPS.get(call.tool, ({}, {}))
    for op, wanted in consts.items():
        if op.startswith("get_") or all(_plain(call.args.get(k)) == v for k, v in wanted.items()):
            return op
    return None


def _plain(value: Any) -> Any:
    return value.text if isinstance(value, Member) else value.raw if isinstance(value, Words) else value


def translate(call: Call, made: Written, arguments: dict[str, Any]) -> Operation | None:
    """The call as an operation with slots; `arguments` are the values by key (spans, numbers, members)."""
    op = operation_of(call)
    if op is None:
        return None
    consts, keys = OPS[call.tool]
    slots: dict[str, Any] = {}
    target = call.args.get("name") if call.tool != "activate_scene" else None
    if call.tool == "get_state":
        prop = _plain(call.args.get("property"))
        op = _read(prop, target, made)
        if op is None:
            return None
        slots["property"] = prop
    elif op in ("vac_start", "vac_dock") and isinstance(target, Slot) and target.base == "mower":
        op = op.replace("vac", "mower")
    for slot, key in keys.items():
        if key in arguments and key != "property":
            slots[slot] = arguments[key]
    if isinstance(slots.get("duration"), tuple):
        parts = made.fillings[call.args["duration"].name].length if isinstance(call.args["duration"], Slot) else None
        slots["duration"] = Duration(slots["duration"], *parts) if parts else slots["duration"]
    used = {key for slot, key in keys.items() if slot in slots} | {"name"} | set(consts.get(op, {})) | ({"property"} if "property" in slots else set())
    if set(arguments) - used:
        return None
    if target is not None:
        place = target_of(target, op, made, arguments["name"])
        if place is None:
            return None
        slots["T"] = place
    return Operation(op, slots)


def _read(prop: Any, target: Any, made: Written) -> str | None:
    if prop in READS:
        return READS[prop]
    if prop != "state" or not isinstance(target, Slot):
        return None
    query = made.query.lower()
    if "lock" in query or "bolt" in query:
        return "get_locked"
    domain = made.fillings[target.name].domain
    return "get_open" if domain == "cover" or target.base in ("door", "lock", "garage") else "get_onoff" if domain in ("light", "plug", "fan", "media", "climate", "appliance") else None


def target_of(value: Any, op: str, made: Written, span: Any) -> Target | None:
    """What a call is about, in the terms of the synthesis; None when its parts cannot be told apart."""
    kinds = TARGETS.get(op, (("media",), ""))[0]
    anything = "any" if op in ("on", "off") else kinds[0]
    if isinstance(value, Slot):
        one = made.fillings[value.name]
        if value.base in PLACES:
            return Target("area", anything, name=span, **{"area" if one.place == "room" else "floor": span})
        domain = "lock" if value.base in ("door", "lock") and op in ("lock", "unlock", "get_locked") else one.domain
        if value.base in NOUNS:
            return Target("group", domain, True, one.cover, name=span, device=span)
        if value.base in DEVICES and domain and domain != "scene":
            return Target("device", domain, one.plural, one.cover, name=span, device=span)
        return Target("device", anything if anything != "any" else None, name=span, device=span) if op == "message" else None
    return _quoted(value, kinds, made, span) if isinstance(value, Words) else None


def _quoted(value: Words, kinds: tuple[str, ...], made: Written, span: Any) -> Target | None:
    """ "{room} lights", "lights in the {room}", "lights", "desk lamp"."""
    if not isinstance(span, tuple):
        return None
    places = [p for p in value.parts if isinstance(p, Slot) and p.base in PLACES]
    nouns = [p for p in value.parts if isinstance(p, Slot) and p.base not in PLACES]
    words = "".join(p for p in value.parts if isinstance(p, str)).strip()
    if len(places) > 1 or len(nouns) > 1 or (nouns and words not in ("", "in the", "in", "of the", "on the")):
        return None
    text = made.query[span[0] : span[1]]
    area = made.spans.get(places[0].name) if places else None
    if places and area is None:
        return None
    floor = bool(places) and made.fillings[places[0].name].place == "floor"
    if nouns:
        if nouns[0].base not in NOUNS:
            return None
        one, device = made.fillings[nouns[0].name], made.spans.get(nouns[0].name)
        domain, cover = one.domain, one.cover
    else:
        noun = words.removesuffix(" in the").removesuffix(" on the").removesuffix(" in").strip().lower()
        domain, cover = _NOUN_DOMAIN.get(noun), names.NOUN_CLASS.get(noun)
        if domain is None:
            head = _HEAD_DOMAIN.get(noun.split()[-1]) if noun else None
            if head is None or (head not in kinds and kinds):
                return None
            if places and not words.endswith((" in the", " in", " on the")):
                return Target("device", head, name=span, device=span)
            at = text.lower().find(noun)
            return Target("device", head, name=span, device=(span[0] + at, span[0] + at + len(noun)), **({"floor" if floor else "area": area} if places else {})) if at >= 0 else None
        at = text.lower().find(noun)
        device = (span[0] + at, span[0] + at + len(noun)) if at >= 0 else None
    if device is None or domain is None:
        return None
    return Target("group", domain, True, cover, name=span, device=device, **({"floor" if floor else "area": area} if places else {}))
