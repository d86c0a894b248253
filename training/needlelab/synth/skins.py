"""Tool lists: the catalogue as it is, Home Assistant's tools, and invented ones (per device and verb, merged, renamed)."""

from __future__ import annotations

import json
import random
from pathlib import Path

from . import wording
from .actions import SERVICES, WIDE
from .text import divide
from .tools import Tool

CATALOGUE = json.loads((Path(__file__).resolve().parents[3] / "devices" / "catalogue.json").read_text(encoding="utf-8"))
_READS = {op: {} for op in wording.FAMILIES["read"]["ops"]}
CATALOGUE_OPS: dict[str, tuple[dict, dict]] = {
    "turn_on": ({"on": {}}, {"when": "when"}),
    "turn_off": ({"off": {}}, {"when": "when"}),
    "set_brightness": ({"bright_set": {}}, {"level": "level"}),
    "change_brightness": ({"bright_up": {"direction": "up"}, "bright_down": {"direction": "down"}}, {"by": "by"}),
    "set_color": ({"color_set": {}}, {"color": "color"}),
    "set_color_temperature": ({"ctemp": {}}, {"tone": "tone", "kelvin": "kelvin"}),
    "set_temperature": ({"temp_set": {}}, {"degrees": "degrees"}),
    "change_temperature": ({"temp_up": {"direction": "up"}, "temp_down": {"direction": "down"}}, {"steps": "by"}),
    "set_climate_mode": ({"climate_mode": {}}, {"mode": "mode"}),
    "lock": ({"lock": {}}, {}),
    "unlock": ({"unlock": {}}, {}),
    "open": ({"open": {}}, {"when": "when"}),
    "close": ({"close": {}}, {"when": "when"}),
    "set_position": ({"position": {}}, {"percent": "percent"}),
    "stop_moving": ({"stop_moving": {}}, {}),
    "set_fan_speed": ({"fan_speed": {}}, {"speed": "speed", "percent": "percent"}),
    "play_media": ({"play": {}}, {"what": "what"}),
    "control_media": (
        {
            "media_" + k: {"action": v}
            for k, v in (
                ("pause", "pause"),
                ("resume", "resume"),
                ("stop", "stop"),
                ("next", "next"),
                ("prev", "previous"),
            )
        },
        {},
    ),
    "set_volume": ({"vol_set": {}}, {"level": "level"}),
    "change_volume": (
        {
            "vol_up": {"direction": "up"},
            "vol_down": {"direction": "down"},
            "mute": {"direction": "mute"},
            "unmute": {"direction": "unmute"},
        },
        {"by": "by"},
    ),
    "vacuum": (
        {
            **{"vac_" + a: {"action": a} for a in ("start", "pause", "stop", "dock", "locate")},
            "mower_start": {"action": "start"},
            "mower_dock": {"action": "dock"},
        },
        {},
    ),
    "activate_scene": ({"scene": {}}, {"scene": "name"}),
    "get_state": (_READS, {"property": "property"}),
    "set_timer": ({"timer_set": {}}, {"duration": "duration", "label": "label"}),
    "cancel_timer": ({"timer_cancel": {}}, {"label": "label"}),
    "set_reminder": ({"reminder": {}}, {"text": "text", "when": "when"}),
    "add_to_list": ({"list_add": {}}, {"item": "item", "list": "list"}),
    "send_message": ({"message": {}}, {"message": "message", "to": "to"}),
    "arm_alarm": ({"arm": {}}, {"armmode": "mode"}),
    "disarm_alarm": ({"disarm": {}}, {}),
    "undo": ({"undo": {}}, {}),
}


def catalogue_tools() -> list[Tool]:
    """All 31 catalogue tools, verbatim."""
    found = []
    for entry in CATALOGUE:
        ops, slots = CATALOGUE_OPS[entry["name"]]
        spec = {key: entry[key] for key in ("name", "description", "parameters")}
        keys = {"full": "name"} if "name" in entry["parameters"]["properties"] and "scene" not in slots else {}
        found.append(Tool(spec, ops, slots, {}, "full", keys, None, "catalogue"))
    return found


CATALOGUE_TOOLS = catalogue_tools()
PAIRS = [{"turn_on", "turn_off"}, {"lock", "unlock"}, {"open", "close"}, {"arm_alarm", "disarm_alarm"}, {"set_brightness", "change_brightness"},
         {"set_volume", "change_volume"}, {"set_temperature", "change_temperature"}, {"play_media", "control_media"}, {"set_timer", "cancel_timer"}]  # fmt: skip


def catalogue_group(rng: random.Random, n_tools: int) -> list[Tool]:
    """A subset; the other half of a pair comes along more often than chance."""
    order = rng.sample(CATALOGUE_TOOLS, len(CATALOGUE_TOOLS))
    chosen: dict[str, Tool] = {}
    by_name = {t.name: t for t in order}
    for tool in order:
        if len(chosen) >= n_tools:
            break
        chosen[tool.name] = tool
        for pair in PAIRS:
            if tool.name in pair and rng.random() < 0.6 and len(chosen) < n_tools:
                other = next(iter(pair - {tool.name}))
                chosen[other] = by_name[other]
    return list(chosen.values())


# ---- Home Assistant -------------------------------------------------------------------------------------------------
_NAME = {"type": "string", "description": "Name of the device, entity, scene or script, as the user said it"}
_AREA = {"type": "string", "description": "Name of the room or area"}
_FLOOR = {"type": "string", "description": "Name of the floor"}
_DOMAIN = {
    "type": "string",
    "description": "Kind of device, when no specific name is given",
    "enum": ["light", "fan", "switch", "lock", "cover"],
}
_CLASS = {
    "type": "string",
    "description": "Kind of cover",
    "enum": ["awning", "blind", "curtain", "door", "garage", "gate", "shade", "shutter", "window"],
}
_INT = {"type": "integer"}
_HMS = {k: {**_INT, "description": f"Number of {k}"} for k in ("hours", "minutes", "seconds")}
_TIMER = {
    "name": {"type": "string", "description": "Name of the timer"},
    "area": {"type": "string", "description": "Area the timer was set in"},
}
_ALL = {"device": "name", "area": "area", "floor": "floor"}
_ROOMY = {"device": "name", "area": "area"}
_HMS_KEY = ("hms", "hours", "minutes", "seconds")
_STATE = {
    "type": "string",
    "description": "State to check for",
    "enum": ["on", "off", "open", "closed", "locked", "unlocked", "home"],
}
_SENSOR = {
    "type": "string",
    "description": "Kind of sensor or cover to check",
    "enum": [
        "battery",
        "door",
        "garage_door",
        "window",
        "curtain",
        "shade",
        "motion",
        "moisture",
        "smoke",
        "plug",
        "power",
    ],
}


def _s(text: str) -> dict:
    return {"type": "string", "description": text}


# name, description, properties, required, ops, slots, target keys
_HA = [
    ("HassTurnOn", "Turns on, opens or activates a device, scene or script. For locks, this locks.",
     {"name": _NAME, "area": _AREA, "floor": _FLOOR, "domain": _DOMAIN, "device_class": _CLASS}, [], {"on": {}, "lock": {}, "open": {}, "scene": {}}, {"scene": "name"}, _ALL),
    ("HassTurnOff", "Turns off or closes a device. For locks, this unlocks.",
     {"name": _NAME, "area": _AREA, "floor": _FLOOR, "domain": _DOMAIN, "device_class": _CLASS}, [], {"off": {}, "unlock": {}, "close": {}}, {}, _ALL),
    ("HassLightSet", "Sets the brightness or color of a light",
     {"name": _NAME, "area": _AREA, "floor": _FLOOR, "brightness": {**_INT, "description": "Brightness percentage from 0 to 100 (max is 100, min is 1)"}, "color": _s("Name of color")},
     [], {"bright_set": {}, "color_set": {}}, {"level": "brightness", "color": "color"}, _ALL),
    ("HassClimateSetTemperature", "Sets the desired indoor temperature",
     {"name": _NAME, "area": _AREA, "floor": _FLOOR, "temperature": {"type": "number", "description": "Temperature in degrees"}}, ["temperature"], {"temp_set": {}}, {"degrees": "temperature"}, _ALL),
    ("HassClimateGetTemperature", "Gets the actual indoor temperature", {"name": _NAME, "area": _AREA, "floor": _FLOOR}, [], {"get_temperature": {}}, {"property": None}, _ALL),
    ("HassGetState", "Gets or checks the state of a device, sensor, lock, cover or person",
     {"name": _NAME, "area": _AREA, "floor": _FLOOR, "domain": {**_DOMAIN, "enum": [*_DOMAIN["enum"], "person"]}, "device_class": _SENSOR, "state": _STATE},
     [], {"get_onoff": {}, "get_open": {}, "get_locked": {}, "person_where": {}}, {"state": "state", "person": "name", "property": None}, _ALL),
    ("HassSetPosition", "Sets the position of a cover or valve",
     {"name": _NAME, "area": _AREA, "floor": _FLOOR, "device_class": _CLASS, "position": {**_INT, "description": "Position from 0 to 100"}}, ["position"], {"position": {}}, {"percent": "position"}, _ALL),
    ("HassVacuumStart", "Starts a vacuum", {"name": _NAME, "area": _AREA, "floor": _FLOOR}, [], {"vac_start": {}}, {}, _ALL),
    ("HassVacuumReturnToBase", "Returns a vacuum to its base", {"name": _NAME, "area": _AREA}, [], {"vac_dock": {}}, {}, _ROOMY),
    ("HassLawnMowerStartMowing", "Starts a lawn mower", {"name": _NAME}, [], {"mower_start": {}}, {}, {"device": "name"}),
    ("HassLawnMowerDock", "Sends a lawn mower to its dock", {"name": _NAME}, [], {"mower_dock": {}}, {}, {"device": "name"}),
    ("HassSetVolume", "Sets the volume of a media player",
     {"name": _NAME, "area": _AREA, "volume_level": {**_INT, "description": "Volume level from 0 to 100"}}, ["volume_level"], {"vol_set": {}}, {"level": "volume_level"}, _ROOMY),
    ("HassMediaPause", "Pauses a media player", {"name": _NAME, "area": _AREA}, [], {"media_pause": {}}, {}, _ROOMY),
    ("HassMediaUnpause", "Resumes a media player", {"name": _NAME, "area": _AREA}, [], {"media_resume": {}}, {}, _ROOMY),
    ("HassMediaNext", "Skips a media player to the next item", {"name": _NAME, "area": _AREA}, [], {"media_next": {}}, {}, _ROOMY),
    ("HassMediaPrevious", "Skips a media player back to the previous item", {"name": _NAME, "area": _AREA}, [], {"media_prev": {}}, {}, _ROOMY),
    ("HassMediaSearchAndPlay", "Searches for media and plays it",
     {"search_query": _s("Media to search for and play"), "media_class": {**_s("Type of media"), "enum": ["album", "artist", "track", "playlist", "podcast", "movie", "tv_show"]},
      "name": _s("Name of the media player"), "area": _AREA}, ["search_query"], {"play": {}}, {"what": "search_query", "media_class": "media_class"}, _ROOMY),
    ("HassStartTimer", "Starts a timer", {**_HMS, "name": _s("Name attached to the timer")}, [], {"timer_set": {}}, {"duration": _HMS_KEY, "label": "name"}, {}),
    ("HassCancelTimer", "Cancels a timer", _TIMER, [], {"timer_cancel": {}}, {"label": "name"}, {}),
    ("HassCancelAllTimers", "Cancels all timers", {"area": _s("Area whose timers should be cancelled")}, [], {"timer_cancel_all": {}}, {}, {"area": "area"}),
    ("HassPauseTimer", "Pauses a running timer", _TIMER, [], {"timer_pause": {}}, {"label": "name"}, {}),
    ("HassUnpauseTimer", "Resumes a paused timer", _TIMER, [], {"timer_resume": {}}, {"label": "name"}, {}),
    ("HassIncreaseTimer", "Adds more time to a timer", {**_HMS, **_TIMER}, [], {"timer_add": {}}, {"duration": _HMS_KEY, "label": "name"}, {}),
    ("HassDecreaseTimer", "Removes time from a timer", {**_HMS, **_TIMER}, [], {"timer_sub": {}}, {"duration": _HMS_KEY, "label": "name"}, {}),
    ("HassTimerStatus", "Reports how much time is left on a timer", _TIMER, [], {"timer_status": {}}, {"label": "name"}, {}),
    ("HassBroadcast", "Announces a message through the other speakers in the home", {"message": _s("Message to broadcast")}, ["message"], {"message": {}}, {"message": "message"}, {}),
    ("HassListAddItem", "Adds an item to a todo list", {"item": _s("Item to add"), "name": _s("Name of the list")}, ["item", "name"], {"list_add": {}}, {"item": "item", "list": "name"}, {}),
    ("HassListCompleteItem", "Checks off an item from a todo list", {"item": _s("Item to check off"), "name": _s("Name of the list")}, ["item", "name"], {"list_done": {}}, {"item": "item", "list": "name"}, {}),
    ("HassGetWeather", "Gets the current weather", {"name": _s("Name of the place or weather entity")}, [], {"weather": {}}, {"place": "name"}, {}),
    ("HassGetCurrentTime", "Gets the current time", {}, [], {"time": {}}, {}, {}),
    ("HassGetCurrentDate", "Gets the current date", {}, [], {"date": {}}, {}, {}),
]  # fmt: skip


def _ha_tool(row: tuple) -> Tool:
    name, description, properties, required, ops, slots, keys = row
    spec = {
        "name": name,
        "description": description,
        "parameters": {"type": "object", "properties": properties, "required": required},
    }
    return Tool(spec, ops, slots, {}, "ha", keys, None, "ha")


HA_TOOLS = [_ha_tool(row) for row in _HA]


def ha_group(rng: random.Random, n_tools: int) -> list[Tool]:
    """A subset of Home Assistant's tools; on and off mostly together."""
    order = rng.sample(HA_TOOLS, len(HA_TOOLS))
    for name in ("HassTurnOn", "HassTurnOff", "HassLightSet", "HassGetState"):
        if rng.random() < 0.6:
            order.sort(key=lambda t, name=name: t.name != name)
    return [_hidden(rng, t) for t in order[:n_tools]]


def _hidden(rng: random.Random, tool: Tool) -> Tool:
    """Sometimes without some optional keys (area, floor, class and the like)."""
    if rng.random() < 0.6:
        return tool
    schema = tool.spec["parameters"]
    kept = {
        k: v for k, v in schema["properties"].items() if k in schema["required"] or k == "name" or rng.random() < 0.6
    }
    keys = {tag: key for tag, key in tool.keys.items() if key in kept}
    if "domain" in schema["properties"] and "domain" not in kept:
        keys = {"device": "name"} if "device" in keys else {}
    spec = {**tool.spec, "parameters": {"type": "object", "properties": kept, "required": schema["required"]}}
    slots = {
        s: k
        for s, k in tool.slots.items()
        if k is None or (k in kept if isinstance(k, str) else all(x in kept for x in k[1:]))
    }
    return Tool(spec, tool.ops, slots, tool.words, tool.target, keys, None, "ha")


NAME_PARTS = {
    **{f"wide/{kind}": divide(f"toolname/wide/{kind}", row["names"]) for kind, row in WIDE.items()},
    **{f"service/{row[0][0]}": divide(f"toolname/service/{kind}", row[0]) for kind, row in SERVICES.items()},
    **{f"single/{op}": divide(f"toolname/{op}", row[0]) for op, row in wording.SINGLE.items()},
    **{f"merged/{fam}": divide(f"toolname/{fam}", row["names"]) for fam, row in wording.FAMILIES.items()},
    **{
        f"single/{op}": divide(f"toolname/{op}", row[0])
        for fam in wording.FAMILIES.values()
        for op, row in fam["single"].items()
    },
}
