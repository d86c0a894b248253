"""When an intent of Home Assistant's matcher is the right one for a gold call of another set's tools. Generous: of two readings the matcher gets the better one."""

from __future__ import annotations

from dataclasses import dataclass, field

TURN = {"on": ("HassTurnOn",), "off": ("HassTurnOff",), "open": ("HassTurnOn", "HassSetPosition"), "close": ("HassTurnOff", "HassSetPosition"), "lock": ("HassTurnOn",), "unlock": ("HassTurnOff",)}
STATE = ("HassGetState",)
TEMPERATURE = ("HassClimateGetTemperature", "HassGetState", "HassGetWeather")
PLAY = ("HassMediaSearchAndPlay", "HassMediaUnpause")


@dataclass(frozen=True)
class Rule:
    """Intents that are right; the argument that chooses among TURN; arguments whose value must be matched (ours -> slot); the kinds of device that a name is given."""

    intents: tuple[str, ...] = ()
    by: str = ""
    values: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()


def turn(by: str, *kinds: str) -> Rule:
    return Rule(by=by, kinds=kinds)


# Tools without a rule have no intent in Home Assistant: notify_on_*, swing and oscillation, minimum and maximum values, alarms, list management but for adding, removing and completing.
RULES: dict[str, Rule] = {
    "set_light_power": turn("power", "light"),
    "set_switch_power": turn("power", "switch"),
    "set_fan_power": turn("power", "fan"),
    "set_tv_power": turn("power", "media_player"),
    "set_speaker_power": turn("power", "media_player"),
    "set_vacuum_power": turn("power", "vacuum"),
    "set_climate_hvac_onoff": turn("value", "climate"),
    "set_cover_openclose": turn("state", "cover"),
    "set_lock_state": turn("state", "lock"),
    "set_light_color": Rule(("HassLightSet",), values={"color": "color"}, kinds=("light",)),
    "set_light_brightness": Rule(("HassLightSet",), values={"pct": "brightness"}, kinds=("light",)),
    "light_raise_brightness": Rule(("HassLightSet",), kinds=("light",)),
    "light_lower_brightness": Rule(("HassLightSet",), kinds=("light",)),
    "set_climate_target_temperature": Rule(("HassClimateSetTemperature",), values={"value": "temperature"}, kinds=("climate",)),
    "set_climate_fan_mode": Rule(("HassClimateSetFanMode",), values={"mode": "fan_mode"}, kinds=("climate",)),
    "vacuum_start": Rule(("HassVacuumStart", "HassVacuumCleanArea", "HassTurnOn"), kinds=("vacuum",)),
    "vacuum_return_to_base": Rule(("HassVacuumReturnToBase",), kinds=("vacuum",)),
    "get_temperature": Rule(TEMPERATURE, kinds=("sensor", "climate")),
    "climate_current_temperature": Rule(TEMPERATURE, kinds=("climate",)),
    "get_climate_target_temperature": Rule(("HassClimateGetTemperature", "HassGetState"), kinds=("climate",)),
    **{f"get_{x}": Rule(STATE, kinds=(k,)) for x, k in (
        ("door_state", "binary_sensor"), ("cover_state", "cover"), ("light_power", "light"), ("battery_state", "sensor"), ("switch_state", "switch"), ("humidity", "sensor"),
        ("motion", "binary_sensor"), ("vacuum_state", "vacuum"), ("uv", "sensor"), ("illuminance", "sensor"), ("flood", "binary_sensor"), ("lock_state", "lock"),
        ("fan_state", "fan"), ("tv_power", "media_player"), ("speaker_power", "media_player"), ("climate_hvac_action", "climate"),
    )},
    # SLURP
    "lights_on": Rule(("HassTurnOn",), kinds=("light",)),
    "lights_off": Rule(("HassTurnOff",), kinds=("light",)),
    "dim_lights": Rule(("HassLightSet",), kinds=("light",)),
    "brighten_lights": Rule(("HassLightSet",), kinds=("light",)),
    "plug_on": Rule(("HassTurnOn",), kinds=("switch",)),
    "plug_off": Rule(("HassTurnOff",), kinds=("switch",)),
    "make_coffee": Rule(("HassTurnOn",), kinds=("switch",)),
    "start_vacuum": Rule(("HassVacuumStart", "HassVacuumCleanArea", "HassTurnOn"), kinds=("vacuum",)),
    "mute": Rule(("HassMediaPlayerMute", "HassSetVolume"), kinds=("media_player",)),
    "volume_up": Rule(("HassSetVolumeRelative", "HassSetVolume"), kinds=("media_player",)),
    "volume_down": Rule(("HassSetVolumeRelative", "HassSetVolume"), kinds=("media_player",)),
    "play_music": Rule(PLAY), "play_radio": Rule(PLAY), "play_podcast": Rule(PLAY), "play_audiobook": Rule(PLAY),
    "get_weather": Rule(("HassGetWeather", "HassClimateGetTemperature", "HassGetState"), kinds=("weather",)),
    "get_datetime": Rule(("HassGetCurrentTime", "HassGetCurrentDate")),
    "add_to_list": Rule(("HassListAddItem", "HassShoppingListAddItem"), values={"item": "item"}, kinds=("todo",)),
    "remove_from_list": Rule(("HassListRemoveItem", "HassListCompleteItem", "HassShoppingListCompleteItem"), values={"item": "item"}, kinds=("todo",)),
}  # fmt: skip
TARGETS = ("name", "room", "device", "list")
FREE = {"area", "floor", "domain", "device_class", "state", "preferred_area_id"}  # slots that the set's gold leaves out


def plain(value: object) -> str:
    return str(value).strip().strip(".?!").casefold()


def equal(heard: dict[str, tuple[str, object]], slot: str, value: object) -> bool:
    """A slot (text, value) against a gold value; numbers by value."""
    if slot not in heard:
        return False
    if isinstance(value, (int, float)):
        try:
            return float(heard[slot][1]) == float(value)
        except (TypeError, ValueError):
            return False
    return plain(value) in {plain(heard[slot][0]), plain(heard[slot][1])}


def targets(call: dict) -> list[str]:
    return [v for k, v in call["arguments"].items() if k in TARGETS and isinstance(v, str)]


def right_own(call: dict, intent: str, heard: dict[str, tuple[str, object]]) -> bool:
    """Home Assistant's own tests: the intent, every gold value, and no other value but what the gold leaves out."""
    if intent != call["name"] or not all(equal(heard, k, v) for k, v in call["arguments"].items() if k not in ("state", "domain", "device_class")):
        return False
    return all(k in call["arguments"] or k in FREE or plain(v[1]) == "all" for k, v in heard.items())


def right_mapped(call: dict, intent: str, heard: dict[str, tuple[str, object]]) -> bool:
    """Another set's gold call: an intent that does it, the named thing as name or room, the values."""
    rule = RULES.get(call["name"])
    if rule is None:
        return False
    intents = TURN.get(str(call["arguments"].get(rule.by)), ()) if rule.by else rule.intents
    if intent not in intents or not all(equal(heard, slot, call["arguments"][k]) for k, slot in rule.values.items() if k in call["arguments"]):
        return False
    said = {plain(heard[s][i]) for s in ("name", "area", "floor") if s in heard for i in (0, 1)}
    return all(any(plain(t) in s or s in plain(t) for s in said) for t in targets(call))
