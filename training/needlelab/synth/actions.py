"""Wide tools: one device kind, many actions behind an enum, or one service with optional values."""

from __future__ import annotations

from .names import table

# kind: operations, enum words per style, keys, names, descriptions, slots, domain (None: any)
WIDE: dict[str, dict] = {
    "light": {
        "ops": ("on", "off", "bright_set", "bright_up", "bright_down", "color_set"),
        "words": [
            ("on", "off", "set_brightness", "brighten", "dim", "set_color"),
            ("turn_on", "turn_off", "brightness", "up", "down", "color"),
            ("ON", "OFF", "SET", "BRIGHTER", "DARKER", "COLOR"),
            ("switch_on", "switch_off", "dim_to", "increase", "decrease", "paint"),
        ],
        "names": table("control_light|light_control|manage_light|lamp|light|operate_lights|light_command|set_light"),
        "descs": table(
            "Control lights: on, off, brightness and color.|Everything about lamps.|Operates a light.|Switches, dims and colors lights.|Light control with an action."
        ),
        "slots": ["T!", "level?", "by?", "color?"],
        "domain": "light",
    },
    "media": {
        "ops": (
            "play",
            "media_pause",
            "media_resume",
            "media_stop",
            "media_next",
            "media_prev",
            "vol_set",
            "vol_up",
            "vol_down",
            "mute",
            "unmute",
        ),
        "words": [
            (
                "play",
                "pause",
                "resume",
                "stop",
                "next",
                "previous",
                "set_volume",
                "volume_up",
                "volume_down",
                "mute",
                "unmute",
            ),
            ("PLAY", "PAUSE", "CONTINUE", "STOP", "NEXT", "PREV", "VOLUME", "LOUDER", "QUIETER", "MUTE", "UNMUTE"),
            ("start", "hold", "unpause", "end", "skip", "back", "volume", "up", "down", "silence", "sound"),
        ],
        "names": table(
            "control_player|media_player|player|music_player|control_speaker|audio_control|media|entertainment"
        ),
        "descs": table(
            "Control a media player: play, pause, skip, volume.|Everything about music and video.|Operates speakers and TVs.|Plays, pauses, skips and sets the volume.|Player control with an action."
        ),
        "slots": ["T?", "what?", "level?", "by?"],
        "domain": None,
    },
    "cover": {
        "ops": ("open", "close", "stop_moving", "position"),
        "words": [
            ("open", "close", "stop", "set_position"),
            ("UP", "DOWN", "STOP", "SET"),
            ("raise", "lower", "halt", "move_to"),
            ("open_cover", "close_cover", "stop_cover", "set_cover_position"),
        ],
        "names": table(
            "control_cover|cover|manage_blinds|blinds|shutter_control|cover_command|window_covers|operate_shades"
        ),
        "descs": table(
            "Control blinds, curtains, doors and gates.|Opens, closes, stops or positions covers.|Everything about covers.|Cover control with an action.|Operates blinds and shutters."
        ),
        "slots": ["T!", "percent?"],
        "domain": None,
    },
    "climate": {
        "ops": ("temp_set", "temp_up", "temp_down", "climate_mode"),
        "words": [
            ("set_temperature", "warmer", "cooler", "set_mode"),
            ("SET", "UP", "DOWN", "MODE"),
            ("target", "increase", "decrease", "mode"),
            ("heat_to", "raise", "lower", "program"),
        ],
        "names": table(
            "control_climate|climate|manage_heating|thermostat|heating_control|climate_command|hvac|operate_thermostat"
        ),
        "descs": table(
            "Control heating and cooling.|Sets temperature or mode, or makes it warmer or cooler.|Everything about the thermostat.|Climate control with an action.|Operates thermostats and air conditioners."
        ),
        "slots": ["T?", "degrees?", "steps?", "mode?"],
        "domain": None,
    },
    "fan": {
        "ops": ("on", "off", "fan_speed", "fan_osc"),
        "words": [
            ("on", "off", "set_speed", "oscillate"),
            ("START", "STOP", "SPEED", "SWING"),
            ("turn_on", "turn_off", "speed", "swing"),
            ("run", "stop", "level", "rotate"),
        ],
        "names": table("control_fan|fan|manage_fan|fan_control|fan_command|operate_fan"),
        "descs": table(
            "Control fans: on, off, speed and swing.|Everything about a fan.|Operates fans and purifiers.|Fan control with an action."
        ),
        "slots": ["T!", "speed?", "percent?"],
        "domain": "fan",
    },
    "timer": {
        "ops": ("timer_set", "timer_cancel", "timer_pause", "timer_resume", "timer_add", "timer_sub", "timer_status"),
        "words": [
            ("start", "cancel", "pause", "resume", "add", "subtract", "status"),
            ("SET", "CANCEL", "PAUSE", "RESUME", "EXTEND", "SHORTEN", "QUERY"),
            ("create", "delete", "hold", "continue", "longer", "shorter", "remaining"),
        ],
        "names": table("timer|manage_timers|timer_tool|countdown_control|timer_command|kitchen_timers|timers"),
        "descs": table(
            "Start, change or cancel timers.|Everything about timers.|Timer control with an action.|Manages countdowns."
        ),
        "slots": ["duration?", "label?"],
        "domain": None,
    },
    "list": {
        "ops": ("list_add", "list_done"),
        "words": [
            ("add", "complete"),
            ("ADD", "DONE"),
            ("put", "check_off"),
            ("append", "tick"),
            ("insert", "mark_done"),
        ],
        "names": table("update_list|manage_list|list_control|shopping_list|todo|edit_list|lists"),
        "descs": table(
            "Add items to a list or check them off.|Everything about lists.|Changes a shopping or to-do list.|List control with an action."
        ),
        "slots": ["item!", "list?"],
        "domain": None,
    },
}
ACTION_KEYS = table("action|command|operation|do|what|act|request|verb|task|op")
# one service with optional values: names, descriptions, operations, slots, domain
SERVICES: dict[str, tuple[list[str], list[str], tuple[str, ...], list[str], str | None]] = {
    "light_on": (
        table("light_turn_on|turn_on_light|light.turn_on|lights_on|lamp_on|light_on_with|illuminate|enable_light"),
        table("Turn on a light, with brightness and color if wanted.|Switches lights on and sets brightness or color.|Lights on, optionally dimmed or colored.|Turns on lamps and changes how they shine."),
        ("on", "bright_set", "color_set"), ["T!", "level?", "color?"], "light",
    ),
    "light_set": (
        table("set_light|light_set|adjust_light|change_light|light_settings|tune_light|configure_light"),
        table("Set brightness, color or white tone of a light.|Adjusts how a light shines.|Changes brightness or color.|Light settings."),
        ("bright_set", "color_set", "ctemp"), ["T?", "level?", "color?", "kelvin?"], None,
    ),
    "climate_set": (
        table("set_climate|climate_set|adjust_climate|thermostat_settings|set_hvac|climate_settings"),
        table("Set temperature or mode of heating and cooling.|Adjusts a thermostat.|Changes target temperature or mode.|Climate settings."),
        ("temp_set", "climate_mode"), ["T?", "degrees?", "mode?"], None,
    ),
}  # fmt: skip
