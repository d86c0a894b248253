"""Names, descriptions, keys and enum words for invented home tools. Names are snake_case; the group chooses the case style."""

from __future__ import annotations

from .names import table

# operation: (tool names, descriptions, slots: "!" required, "?" optional)
SINGLE: dict[str, tuple[list[str], list[str], list[str]]] = {
    "bright_set": (
        table(
            "set_brightness|set_light_level|light_brightness_set|dim_to|brightness_level|adjust_brightness_to|light_dimmer|dimmer_set|set_dim_level|lamp_intensity|write_brightness"
        ),
        table(
            "Set the brightness of a light.|Dim or brighten a lamp to a given level.|Sets a light to a percentage of full brightness.|Brightness of lamps, as a percentage.|Bring a light to an exact level."
        ),
        ["T?", "level!"],
    ),
    "color_set": (
        table(
            "set_color|set_light_color|change_colour|light_color|colorize|set_hue|paint_light|color_light|apply_color|tint_lamp|pick_color"
        ),
        table(
            "Set the color of a light.|Change which colour a lamp shines in.|Give lights a color.|Makes a light red, green, blue or any other color.|Choose the hue of a lamp."
        ),
        ["T?", "color!"],
    ),
    "ctemp": (
        table(
            "set_color_temperature|set_white_tone|light_warmth|white_balance|set_light_warmth|color_temp|set_white|tune_white|lamp_temperature"
        ),
        table(
            "Set the shade of white of a light.|Make white light warmer or cooler.|Color temperature of a lamp.|Choose how warm or cold the white light is.|Changes the white tone of lamps."
        ),
        ["T?", "tone?", "kelvin?"],
    ),
    "temp_set": (
        table(
            "set_temperature|set_thermostat|thermostat_set|set_target_temperature|climate_set_temperature|heat_to|set_setpoint|adjust_thermostat|temperature_target|set_heating_temp|room_temp_set"
        ),
        table(
            "Set the target temperature.|Set a thermostat to a temperature.|Sets how warm a room should be.|Change the desired temperature of a heater or room.|Heating or cooling setpoint in degrees."
        ),
        ["T?", "degrees!"],
    ),
    "climate_mode": (
        table(
            "set_climate_mode|set_hvac_mode|hvac_mode|climate_mode|set_ac_mode|change_thermostat_mode|heating_mode|select_climate_program"
        ),
        table(
            "Choose the mode of heating or air conditioning.|Set what the climate device does.|Switch an air conditioner or thermostat to another mode.|Sets the HVAC operating mode.|Operating mode of the climate control."
        ),
        ["T?", "mode!"],
    ),
    "position": (
        table(
            "set_position|set_cover_position|blinds_position|move_to|cover_set_position|partly_open|set_blind_level|position_cover|shade_level"
        ),
        table(
            "Move a cover to a position.|Set how far blinds, curtains or shutters are open.|Open a cover part of the way.|Sets the opening of a shade in percent.|Drive a blind or valve to a percentage."
        ),
        ["T?", "percent!"],
    ),
    "stop_moving": (
        table("stop_cover|stop_moving|halt_cover|cover_stop|stop_blinds|stop_movement|freeze_cover|blinds_halt"),
        table(
            "Stop a moving cover.|Halt blinds, curtains or a garage door on their way.|Stops the movement of shutters.|Leave a moving blind where it is.|Interrupts a cover that opens or closes."
        ),
        ["T?"],
    ),
    "fan_speed": (
        table(
            "set_fan_speed|fan_speed|fan_set_speed|set_airflow|fan_level|ventilation_speed|change_fan_speed|fan_set_percentage|blow"
        ),
        table(
            "Set how fast a fan runs.|Set the speed of a fan.|Choose the fan level.|How strong a fan or purifier blows.|Changes the speed of ventilation."
        ),
        ["T?", "speed?", "percent?"],
    ),
    "fan_osc": (
        table("set_fan_oscillation|oscillate_fan|fan_swing|fan_oscillate|swing_on|start_oscillation"),
        table(
            "Make a fan oscillate.|Start the swing of a fan.|Lets a fan turn from side to side.|Switches on oscillation."
        ),
        ["T?"],
    ),
    "humidity_set": (
        table(
            "set_humidity|set_target_humidity|humidifier_set|climate_set_humidity|humidity_level|adjust_humidity|moisture_target"
        ),
        table(
            "Set the target humidity.|How humid a room should be.|Sets a humidifier to a percentage.|Desired relative humidity.|Change the humidity setpoint."
        ),
        ["T?", "humidity!"],
    ),
    "play": (
        table(
            "play_media|play_music|play|start_playback|stream|media_play|play_on_speaker|put_on|search_and_play|listen|queue_and_play|playback_start"
        ),
        table(
            "Play music, radio, a podcast or a film.|Start playing something.|Searches for media and plays it.|Puts on a song, artist, station or show.|Play audio or video on a device."
        ),
        ["what!", "T?"],
    ),
    "vol_set": (
        table(
            "set_volume|volume_set|change_volume_to|set_sound_level|volume_level|media_player_volume_set|speaker_volume|set_loudness|audio_level"
        ),
        table(
            "Set the volume.|Set the volume of a speaker to a number.|Sets how loud a player is, in percent.|Absolute sound level.|Change the volume to a given level."
        ),
        ["level!", "T?"],
    ),
    "scene": (
        table(
            "activate_scene|run_scene|set_scene|scene_turn_on|start_routine|apply_mood|trigger_scene|run_routine|recall_scene|launch_scene"
        ),
        table(
            "Activate a scene.|Run a routine or mood by name.|Starts a saved scene.|Sets the home to a scene.|Apply a stored mood or routine."
        ),
        ["scene!"],
    ),
    "timer_set": (
        table(
            "set_timer|start_timer|timer_start|create_timer|new_timer|countdown|timer_create|begin_countdown|kitchen_timer|add_timer"
        ),
        table(
            "Start a timer.|Set a countdown.|Starts a timer for some time.|Counts down and rings at the end.|Create a new timer."
        ),
        ["duration!", "label?"],
    ),
    "reminder": (
        table(
            "set_reminder|create_reminder|remind_me|add_reminder|reminder_create|remember|new_reminder|remind|schedule_reminder"
        ),
        table(
            "Set a reminder.|Remind someone of something later.|Creates a reminder.|Remembers a thing and says it at the right time.|Schedule a reminder."
        ),
        ["text!", "when?"],
    ),
    "list_add": (
        table(
            "add_to_list|list_add_item|add_item|todo_add|shopping_add|list_append|put_on_list|todo_add_item|append_list_item|note_down"
        ),
        table(
            "Add an item to a list.|Put something on the shopping list or another list.|Adds a to-do or shopping item.|Writes an item on a list.|Append to a list."
        ),
        ["item!", "list?"],
    ),
    "list_done": (
        table(
            "complete_item|check_off|list_complete_item|mark_done|todo_done|tick_off|shopping_done|cross_off|list_check"
        ),
        table(
            "Check an item off a list.|Mark something on a list as done.|Completes a list item.|Ticks off a to-do or shopping item.|Crosses an entry off."
        ),
        ["item!", "list?"],
    ),
    "message": (
        table(
            "send_message|announce|broadcast|say|tell|speak|announce_message|notify_person|intercom|send_announcement|relay_message"
        ),
        table(
            "Send or announce a message.|Say something on the speakers or to a person.|Broadcasts words in the home.|Announces a message to people or rooms.|Pass on a message."
        ),
        ["message!", "to?"],
    ),
    "weather": (
        table("get_weather|weather|weather_report|current_weather|weather_lookup|check_weather|outdoor_conditions"),
        table(
            "Tell the weather.|Gets the current weather of a place.|Weather report.|Current outdoor conditions.|What the weather is like."
        ),
        ["place?"],
    ),
    "time": (
        table("get_time|current_time|tell_time|clock|what_time|time_now|read_clock"),
        table("Tell the time.|Gets the current time.|What time it is.|Reads the clock."),
        [],
    ),
    "date": (
        table("get_date|current_date|today|tell_date|calendar_date|what_day"),
        table("Tell the date.|Gets today's date.|What day it is.|Current date and weekday."),
        [],
    ),
    "person_where": (
        table("locate_person|where_is|person_location|find_person|get_person_state|presence|who_is_where"),
        table(
            "Tell where a person is.|Find out whether someone is home.|Location of a household member.|Gets the place a person is at.|Presence of people."
        ),
        ["person!"],
    ),
    "input": (
        table("set_input|select_source|tv_input|change_source|media_select_source|switch_input|pick_input"),
        table(
            "Change the input of a TV or receiver.|Select the source of a media player.|Switches to another input or app.|Choose what input a screen shows."
        ),
        ["T?", "input!"],
    ),
    "alarm_set": (
        table("set_alarm|wake_up_alarm|alarm_clock|create_alarm|wake_me|add_alarm|set_alarm_clock"),
        table(
            "Set an alarm clock.|Wake someone at a time.|Creates a wake-up alarm.|Rings at a time of day.|Adds an alarm."
        ),
        ["clock!"],
    ),
    "camera": (
        table("show_camera|view_camera|camera_stream|live_view|open_camera_feed|display_camera|camera_show"),
        table(
            "Show the picture of a camera.|Opens the live view of a camera.|Stream a camera to the screen.|Displays a video feed."
        ),
        ["T!"],
    ),
    "undo": (
        table("undo|undo_last|revert|take_back|rollback|revert_last_action|go_back|undo_action"),
        table(
            "Undo the last action.|Take back what was just done.|Reverts the last change.|Restores how things were before.|Puts it back."
        ),
        [],
    ),
    "toggle": (
        table("toggle|flip|toggle_device|switch_toggle|invert_state|flip_state|toggle_power"),
        table(
            "Toggle a device.|Switch a device to the other state.|Flips on to off and off to on.|Invert the power state."
        ),
        ["T!"],
    ),
    "timer_cancel_all": (
        table("cancel_all_timers|clear_timers|timers_clear|stop_all_timers|delete_all_timers|timer_cancel_all"),
        table("Cancel all timers.|Removes every timer.|Clears the timers.|Stops all countdowns at once."),
        ["T?"],
    ),
}
# family: (operations, enum words per style, merged names, merged descriptions, slots, single names, single descriptions)
# {d} is the domain word when the family is made for one domain ("device" else)
FAMILIES: dict[str, dict] = {
    "power": {
        "ops": ("on", "off"),
        "words": [
            ("on", "off"),
            ("ON", "OFF"),
            ("turn_on", "turn_off"),
            ("enable", "disable"),
            ("ENABLED", "DISABLED"),
            ("activate", "deactivate"),
            (True, False),
            (True, False),
            ("start", "stop"),
            ("power_on", "power_off"),
            ("1", "0"),
        ],
        "key": table("state|power|action|status|on_off|command|value|switch"),
        "boolkey": table("on|is_on|enabled|power_on|active"),
        "names": table(
            "set_{d}_power|{d}_power|switch_{d}|control_{d}|{d}_switch|set_{d}_state|power_{d}|operate_{d}|{d}_control"
        ),
        "descs": table(
            "Turn {ds} on or off.|Switch {ds}.|Sets the power state of {ds}.|Power control for {ds}.|Switches {ds} on or off."
        ),
        "slots": ["T!", "when?"],
        "single": {
            "on": (
                table(
                    "{d}_turn_on|turn_on_{d}|{d}_on|switch_on_{d}|{d}.turn_on|activate_{d}|enable_{d}|power_on_{d}|start_{d}|{d}_enable"
                ),
                table("Turn on {ds}.|Switches {ds} on.|Activates {ds}.|Power {ds} up.|Makes {ds} start."),
            ),
            "off": (
                table(
                    "{d}_turn_off|turn_off_{d}|{d}_off|switch_off_{d}|{d}.turn_off|deactivate_{d}|disable_{d}|power_off_{d}|shut_off_{d}|{d}_disable"
                ),
                table("Turn off {ds}.|Switches {ds} off.|Deactivates {ds}.|Power {ds} down.|Shuts {ds} off."),
            ),
        },
    },
    "dim": {
        "ops": ("bright_up", "bright_down"),
        "words": [
            ("up", "down"),
            ("brighter", "dimmer"),
            ("increase", "decrease"),
            ("raise", "lower"),
            ("UP", "DOWN"),
            ("more", "less"),
            ("+", "-"),
        ],
        "key": table("direction|change|action|dir|way|step"),
        "names": table(
            "change_brightness|brightness_step|nudge_brightness|dim_brighten|relative_brightness|shift_light_level|light_step"
        ),
        "descs": table(
            "Make a light brighter or dimmer.|Changes brightness relative to now.|More or less light.|Step the brightness up or down.|Relative dimming."
        ),
        "slots": ["T?", "by?"],
        "single": {
            "bright_up": (
                table("increase_brightness|brighten|light_raise_brightness|brightness_up|light_up|make_brighter"),
                table("Make a light brighter.|Increase brightness.|Raises the light level.|Brighten lamps."),
            ),
            "bright_down": (
                table("decrease_brightness|dim|light_lower_brightness|brightness_down|dim_light|make_dimmer"),
                table("Make a light dimmer.|Decrease brightness.|Lowers the light level.|Dim lamps."),
            ),
        },
    },
    "warm": {
        "ops": ("temp_up", "temp_down"),
        "words": [
            ("up", "down"),
            ("warmer", "cooler"),
            ("increase", "decrease"),
            ("raise", "lower"),
            ("UP", "DOWN"),
            ("hotter", "colder"),
            ("+", "-"),
        ],
        "key": table("direction|change|action|dir|way|adjust"),
        "names": table(
            "change_temperature|temperature_step|nudge_thermostat|adjust_warmth|relative_temperature|shift_setpoint|warmer_cooler"
        ),
        "descs": table(
            "Make a room warmer or cooler.|Changes the temperature relative to now.|More or less heat.|Step the thermostat up or down.|Warmer or colder by some degrees."
        ),
        "slots": ["T?", "steps?"],
        "single": {
            "temp_up": (
                table("increase_temperature|warm_up|thermostat_up|temperature_up|make_warmer|raise_temperature"),
                table("Make it warmer.|Increase the temperature.|Raises the heating.|Turns the thermostat up."),
            ),
            "temp_down": (
                table("decrease_temperature|cool_down|thermostat_down|temperature_down|make_cooler|lower_temperature"),
                table("Make it cooler.|Decrease the temperature.|Lowers the heating.|Turns the thermostat down."),
            ),
        },
    },
    "locks": {
        "ops": ("lock", "unlock"),
        "words": [
            ("lock", "unlock"),
            ("locked", "unlocked"),
            ("LOCK", "UNLOCK"),
            ("LOCKED", "UNLOCKED"),
            ("secure", "release"),
            ("bolt", "unbolt"),
            (True, False),
        ],
        "key": table("action|state|command|operation|lock_state|target_state"),
        "boolkey": table("locked|is_locked|lock|secured"),
        "names": table(
            "control_lock|set_lock|lock_control|door_lock|set_lock_state|operate_lock|manage_lock|smart_lock"
        ),
        "descs": table(
            "Lock or unlock a door.|Controls door locks.|Sets the state of a lock.|Secures or releases a door.|Operates smart locks."
        ),
        "slots": ["T!"],
        "single": {
            "lock": (
                table("lock|lock_door|lock_lock|lock.lock|secure_door|engage_lock|door_lock|bolt_door"),
                table("Lock a door.|Locks a door or gate.|Secures a door.|Engages a lock.|Bolts a door shut."),
            ),
            "unlock": (
                table("unlock|unlock_door|lock_unlock|lock.unlock|release_door|disengage_lock|door_unlock|unbolt_door"),
                table("Unlock a door.|Unlocks a door or gate.|Releases a door.|Disengages a lock.|Unbolts a door."),
            ),
        },
    },
    "covers": {
        "ops": ("open", "close"),
        "words": [
            ("open", "close"),
            ("open", "closed"),
            ("OPEN", "CLOSE"),
            ("up", "down"),
            ("raise", "lower"),
            ("opened", "shut"),
            ("UP", "DOWN"),
            (True, False),
        ],
        "key": table("action|state|command|direction|movement|position|operation"),
        "boolkey": table("open|is_open|opened"),
        "names": table("control_{d}|{d}_control|set_{d}|move_{d}|operate_{d}|{d}_state|set_{d}_openclose|drive_{d}"),
        "descs": table(
            "Open or close {ds}.|Controls {ds}.|Moves {ds} up or down.|Sets {ds} to open or closed.|Operates {ds}."
        ),
        "slots": ["T!", "when?"],
        "single": {
            "open": (
                table("open_{d}|{d}_open|{d}.open|{d}_open_cover|raise_{d}|{d}_up|lift_{d}"),
                table("Open {ds}.|Opens {ds}.|Raises or opens {ds}.|Moves {ds} to open."),
            ),
            "close": (
                table("close_{d}|{d}_close|{d}.close|{d}_close_cover|shut_{d}|{d}_down|lower_{d}"),
                table("Close {ds}.|Closes {ds}.|Lowers or closes {ds}.|Moves {ds} to closed."),
            ),
        },
    },
    "transport": {
        "ops": ("media_pause", "media_resume", "media_stop", "media_next", "media_prev"),
        "words": [
            ("pause", "resume", "stop", "next", "previous"),
            ("PAUSE", "PLAY", "STOP", "NEXT", "PREV"),
            ("pause", "play", "stop", "skip", "back"),
            ("pause", "unpause", "stop", "next_track", "previous_track"),
            ("hold", "continue", "end", "forward", "backward"),
        ],
        "key": table("action|command|control|operation|what|button"),
        "names": table(
            "control_media|media_control|playback_control|transport|player_command|media_remote|control_playback|music_control"
        ),
        "descs": table(
            "Pause, resume, stop or skip what is playing.|Controls playback.|Transport buttons of a player.|Sends a command to a media player.|Remote control for music and video."
        ),
        "slots": ["T?"],
        "single": {
            "media_pause": (
                table("media_pause|pause|pause_media|player_pause|pause_playback|media_player.media_pause"),
                table("Pause what is playing.|Pauses a media player.|Holds playback."),
            ),
            "media_resume": (
                table("media_resume|resume|unpause|continue_playback|player_resume|media_play_again"),
                table("Resume what was paused.|Continues playback.|Unpauses a media player."),
            ),
            "media_stop": (
                table("media_stop|stop_media|stop_playback|player_stop|end_playback|stop_music"),
                table("Stop what is playing.|Ends playback.|Stops a media player."),
            ),
            "media_next": (
                table("media_next|next_track|skip|skip_track|player_next|media_player.media_next_track"),
                table("Skip to the next track.|Plays the next item.|Jumps forward."),
            ),
            "media_prev": (
                table("media_previous|previous_track|skip_back|go_back_track|player_previous|last_track"),
                table("Go back to the previous track.|Plays the previous item.|Jumps back."),
            ),
        },
    },
    "loud": {
        "ops": ("vol_up", "vol_down", "mute", "unmute"),
        "words": [
            ("up", "down", "mute", "unmute"),
            ("louder", "quieter", "mute", "unmute"),
            ("UP", "DOWN", "MUTE", "UNMUTE"),
            ("increase", "decrease", "silence", "sound"),
            ("raise", "lower", "mute_on", "mute_off"),
            ("volume_up", "volume_down", "volume_mute", "volume_unmute"),
        ],
        "key": table("direction|action|change|command|how"),
        "names": table(
            "change_volume|volume_step|adjust_volume|volume_control|nudge_volume|sound_control|audio_adjust"
        ),
        "descs": table(
            "Make the sound louder or quieter, mute or unmute.|Changes the volume relative to now.|Volume up, down or muted.|Adjusts how loud a player is.|Volume buttons."
        ),
        "slots": ["T?", "by?"],
        "single": {
            "vol_up": (
                table("volume_up|increase_volume|louder|media_player.volume_up|raise_volume|turn_up_sound"),
                table("Make the sound louder.|Turns the volume up.|Increases volume."),
            ),
            "vol_down": (
                table("volume_down|decrease_volume|quieter|media_player.volume_down|lower_volume|turn_down_sound"),
                table("Make the sound quieter.|Turns the volume down.|Decreases volume."),
            ),
            "mute": (
                table("mute|volume_mute|mute_sound|silence|mute_audio|media_mute"),
                table("Mute the sound.|Silences a player.|Turns sound off."),
            ),
            "unmute": (
                table("unmute|volume_unmute|unmute_sound|sound_on|unmute_audio|restore_sound"),
                table("Unmute the sound.|Gives a player its sound back.|Takes off the mute."),
            ),
        },
    },
    "robot": {
        "ops": ("vac_start", "vac_pause", "vac_stop", "vac_dock", "vac_locate"),
        "words": [
            ("start", "pause", "stop", "dock", "locate"),
            ("START", "PAUSE", "STOP", "DOCK", "LOCATE"),
            ("clean", "pause", "stop", "return", "find"),
            ("start", "hold", "abort", "return_to_base", "beep"),
            ("run", "wait", "halt", "home", "find"),
        ],
        "key": table("action|command|task|operation|do"),
        "names": table(
            "vacuum|control_vacuum|robot_vacuum|vacuum_control|cleaning_robot|robot_command|vacuum_robot|floor_robot"
        ),
        "descs": table(
            "Control the robot vacuum.|Start, pause, stop or send home the cleaning robot.|Sends a command to a vacuum.|Operates the floor robot.|Robot vacuum commands."
        ),
        "slots": ["T?"],
        "single": {
            "vac_start": (
                table("vacuum_start|start_vacuum|start_cleaning|clean_floor|vacuum.start|run_vacuum"),
                table("Start the robot vacuum.|Cleans the floor.|Starts cleaning.|Vacuums a room."),
            ),
            "vac_pause": (
                table("vacuum_pause|pause_vacuum|pause_cleaning|vacuum.pause|hold_vacuum"),
                table("Pause the robot vacuum.|Pauses cleaning.|Lets the robot wait."),
            ),
            "vac_stop": (
                table("vacuum_stop|stop_vacuum|stop_cleaning|vacuum.stop|halt_vacuum"),
                table("Stop the robot vacuum.|Stops cleaning.|Ends the cleaning run."),
            ),
            "vac_dock": (
                table(
                    "vacuum_dock|dock_vacuum|vacuum_return_to_base|vacuum.return_to_base|send_vacuum_home|vacuum_home"
                ),
                table("Send the robot vacuum to its dock.|Returns the vacuum to base.|Sends the robot home to charge."),
            ),
            "vac_locate": (
                table("vacuum_locate|find_vacuum|locate_robot|vacuum.locate|vacuum_beep"),
                table("Find the robot vacuum.|Lets the vacuum beep.|Tells where the robot is."),
            ),
        },
    },
    "mow": {
        "ops": ("mower_start", "mower_dock"),
        "words": [
            ("start", "dock"),
            ("mow", "return"),
            ("START", "DOCK"),
            ("run", "home"),
            ("start_mowing", "return_to_station"),
        ],
        "key": table("action|command|task|operation"),
        "names": table("lawn_mower|control_mower|mower|mower_control|robot_mower|mow"),
        "descs": table(
            "Control the lawn mower.|Start or dock the robot mower.|Mows the lawn or sends the mower home.|Operates the mowing robot."
        ),
        "slots": ["T?"],
        "single": {
            "mower_start": (
                table("mower_start|start_mowing|lawn_mower_start|mow_lawn|lawn_mower.start_mowing"),
                table("Start mowing the lawn.|Sends out the mower.|Starts the lawn robot."),
            ),
            "mower_dock": (
                table("mower_dock|dock_mower|lawn_mower_dock|mower_home|lawn_mower.dock"),
                table("Send the mower to its dock.|Ends mowing and goes home.|Returns the lawn robot to its station."),
            ),
        },
    },
    "timers": {
        "ops": ("timer_cancel", "timer_pause", "timer_resume", "timer_status"),
        "words": [
            ("cancel", "pause", "resume", "status"),
            ("CANCEL", "PAUSE", "RESUME", "STATUS"),
            ("stop", "hold", "continue", "remaining"),
            ("delete", "pause", "unpause", "query"),
        ],
        "key": table("action|command|operation|do"),
        "names": table("manage_timer|timer_control|control_timer|timer_action|timer_manage|running_timer"),
        "descs": table(
            "Manage a running timer.|Cancel, pause, resume or check a timer.|Controls timers that run.|Does something with an existing timer."
        ),
        "slots": ["label?"],
        "single": {
            "timer_cancel": (
                table("cancel_timer|timer_cancel|stop_timer|delete_timer|remove_timer|timer.cancel"),
                table("Cancel a timer.|Stops a running timer.|Deletes a countdown.|Removes a timer."),
            ),
            "timer_pause": (
                table("pause_timer|timer_pause|hold_timer|timer.pause|freeze_timer"),
                table("Pause a timer.|Holds a countdown.|Suspends a timer."),
            ),
            "timer_resume": (
                table("resume_timer|timer_resume|unpause_timer|timer.start|continue_timer"),
                table("Resume a paused timer.|Continues a countdown.|Lets a timer go on."),
            ),
            "timer_status": (
                table("timer_status|timer_remaining|time_left|check_timer|query_timer"),
                table("Tell how much time is left on a timer.|Remaining time of a countdown.|Status of a timer."),
            ),
        },
    },
    "timermod": {
        "ops": ("timer_add", "timer_sub"),
        "words": [
            ("add", "subtract"),
            ("increase", "decrease"),
            ("longer", "shorter"),
            ("extend", "shorten"),
            ("+", "-"),
        ],
        "key": table("action|change|direction|operation"),
        "names": table("change_timer|adjust_timer|modify_timer|timer_change|timer_adjust"),
        "descs": table(
            "Add time to a timer or take time off.|Makes a running timer longer or shorter.|Changes the length of a timer.|Extend or shorten a countdown."
        ),
        "slots": ["duration!", "label?"],
        "single": {
            "timer_add": (
                table("timer_add|extend_timer|increase_timer|add_time|prolong_timer"),
                table("Add time to a timer.|Makes a timer longer.|Extends a countdown."),
            ),
            "timer_sub": (
                table("timer_subtract|shorten_timer|decrease_timer|remove_time|reduce_timer"),
                table("Take time off a timer.|Makes a timer shorter.|Shortens a countdown."),
            ),
        },
    },
    "guard": {
        "ops": ("arm", "disarm"),
        "words": [
            ("arm", "disarm"),
            ("armed", "disarmed"),
            ("ARM", "DISARM"),
            ("on", "off"),
            ("activate", "deactivate"),
            (True, False),
        ],
        "key": table("action|state|command|operation"),
        "boolkey": table("armed|is_armed|active"),
        "names": table("alarm_control|control_alarm|security_system|set_alarm_state|burglar_alarm|alarm_panel"),
        "descs": table(
            "Arm or disarm the burglar alarm.|Controls the security system.|Sets the state of the alarm panel.|Switches the home alarm."
        ),
        "slots": ["armmode?"],
        "single": {
            "arm": (
                table("arm_alarm|arm|alarm_arm|arm_security|activate_alarm|security_arm"),
                table(
                    "Arm the burglar alarm.|Arms the security system.|Activates the alarm panel.|Sets the home alarm."
                ),
            ),
            "disarm": (
                table("disarm_alarm|disarm|alarm_disarm|disarm_security|deactivate_alarm|security_disarm"),
                table(
                    "Disarm the burglar alarm.|Disarms the security system.|Deactivates the alarm panel.|Switches the home alarm off."
                ),
            ),
        },
    },
    "read": {
        "ops": (
            "get_onoff",
            "get_open",
            "get_locked",
            "get_temperature",
            "get_humidity",
            "get_brightness",
            "get_battery",
            "get_power",
            "get_position",
            "get_air",
        ),
        "names": table(
            "get_state|read_state|query_device|status|check_state|device_info|sensor_read|get_status|read_sensor|query_home|inspect"
        ),
        "descs": table(
            "Tell the state of a device, room or sensor.|Reads a device: on, open, locked, temperature, humidity, battery.|Answers what state something is in.|Queries a device or sensor.|Checks how things are in the home."
        ),
        "slots": ["T?", "property?"],
        "single": {
            "get_temperature": (
                table(
                    "get_temperature|read_temperature|room_temperature|current_temperature|thermometer|check_temperature"
                ),
                table(
                    "Tell the temperature indoors.|Reads the temperature of a room.|Gets how warm it is.|Measured temperature."
                ),
            ),
            "get_humidity": (
                table("get_humidity|read_humidity|room_humidity|check_humidity|hygrometer"),
                table("Tell the humidity.|Reads how humid a room is.|Measured relative humidity."),
            ),
            "get_battery": (
                table("get_battery|battery_level|check_battery|read_battery|battery_status"),
                table("Tell the battery level of a device.|How full a battery is.|Reads battery charge."),
            ),
            "get_locked": (
                table("get_lock_state|lock_status|is_locked|check_lock|lock_state"),
                table("Tell whether a door is locked.|State of a lock.|Checks a lock."),
            ),
            "get_open": (
                table("get_cover_state|cover_status|is_open|check_cover|opening_state"),
                table("Tell whether something is open or closed.|State of a cover, window or door.|Checks an opening."),
            ),
            "get_onoff": (
                table("get_power_state|is_on|check_device|power_status|device_on_off_state"),
                table("Tell whether a device is on or off.|State of a device.|Checks if something is on."),
            ),
            "get_power": (
                table("get_power_usage|power_consumption|energy_use|watt_meter|read_power"),
                table("Tell how much power a device uses.|Power consumption.|Reads watts."),
            ),
            "get_air": (
                table("get_air_quality|air_quality|read_co2|check_air|air_monitor"),
                table("Tell the air quality.|How good the air is.|Reads the air sensor."),
            ),
        },
    },
}
# domain: (words for names, words for descriptions, domains it covers)
DOMAIN_WORDS = {
    "light": (table("light|lights|lamp|lighting"), table("lights|a light|lamps|the lights")),
    "fan": (table("fan|fans|ventilator"), table("fans|a fan|the fan|ventilation")),
    "plug": (
        table("switch|plug|outlet|socket"),
        table("plugs and switches|an outlet|a smart plug|sockets and switches"),
    ),
    "media": (
        table("media_player|tv|player|speaker"),
        table("a media player|TVs and speakers|speakers, radios and TVs|players"),
    ),
    "climate": (
        table("climate|heating|hvac|heater"),
        table("heating and air conditioning|heaters and air conditioners|climate devices|the heating"),
    ),
    "appliance": (
        table("appliance|machine|household_device|gadget"),
        table("household appliances|an appliance|machines in the house|kitchen and other appliances"),
    ),
    "cover": (
        table("cover|blinds|shutter|covers"),
        table(
            "blinds, curtains, shutters, doors and gates|covers such as blinds, windows or a garage door|window covers, doors and gates|a cover"
        ),
    ),
}
ANY_WORDS = (
    table("device|entity|item|thing|appliance|it|equipment"),
    table(
        "a device|devices|any device|lights, plugs, fans or other devices|things in the home|a light, plug or other device"
    ),
)
TARGET_KEYS = table(
    "device|target|entity|name|device_name|entity_name|which|object|what|item|id|where|location|room|zone|place|who|unit|thing|entity_id|target_device|room_or_device|label_name|node"
)
TARGET_DESCS = table(
    "device, group or room, as said|which one|name of the device|device or room|what to act on|the device or group meant|as the user said it|target of the command|spoken name of device or room|which device or area|"
)
# operation prefix or device domain: what an owner who wrote the tool by hand would call its target
KIND_KEYS: dict[str, list[str]] = {
    "light": table("light|lamp|light_name|lights|bulb|which_light|fixture|lamp_id|light_id"),
    "fan": table("fan|fan_name|ventilator|which_fan|fan_id"),
    "plug": table("plug|switch|outlet|socket|plug_name|switch_name|relay"),
    "media": table("player|speaker|tv|media_player|speaker_name|screen|which_speaker|player_id"),
    "climate": table("thermostat|heater|climate|radiator|heating|thermostat_name|ac|room"),
    "appliance": table("appliance|machine|appliance_name|gadget"),
    "cover": table("cover|blind|blinds|shade|shutter|curtain|shade_name|window|cover_id|which_blind"),
    "lock": table("door|lock|lock_name|door_name|which_door|entrance|lock_id"),
    "vac": table("robot|vacuum|cleaner|robot_name|vacuum_name"),
    "mower": table("mower|robot|mower_name"),
    "get": table("sensor|subject|thing|place|sensor_name|source|what"),
}
KIND_OF_OP = {
    "bright_": "light", "color_": "light", "ctemp": "light", "temp_": "climate", "climate_": "climate", "fan_": "fan", "vol_": "media", "media_": "media", "mute": "media",
    "unmute": "media", "play": "media", "lock": "lock", "unlock": "lock", "open": "cover", "close": "cover", "position": "cover", "stop_moving": "cover", "vac_": "vac", "mower_": "mower", "get_": "get",
}  # fmt: skip
KIND_DESCS = table("which {}, as said|which {}|name of the {}|the {} meant|{}|{} name or room|")
ROOM_KEYS = table("room|area|location|zone|place|where|room_name")
FLOOR_KEYS = table("floor|level|storey|floor_name")
DEVICE_KEYS = table("device|name|entity|target|device_name|which")
# slot: (keys, descriptions, schema)
SLOTS: dict[str, tuple[list[str], list[str], dict]] = {
    "level": (
        table("level|brightness|percent|value|amount|volume|intensity|pct|percentage|setting|number"),
        table("percent|0 to 100|level in percent|how much|desired level|"),
        {"type": "integer", "minimum": 0, "maximum": 100},
    ),
    "percent": (
        table("percent|position|level|pct|percentage|amount|opening|value"),
        table("percent|0 to 100|in percent|how much|"),
        {"type": "integer", "minimum": 0, "maximum": 100},
    ),
    "humidity": (
        table("humidity|percent|target_humidity|level|value"),
        table("percent|relative humidity|0 to 100|"),
        {"type": "integer", "minimum": 0, "maximum": 100},
    ),
    "by": (
        table("by|step|amount|delta|change_by|percent|how_much|offset"),
        table("percent|how much|size of the step|difference in percent|"),
        {"type": "integer"},
    ),
    "steps": (
        table("by|degrees|step|amount|delta|difference|how_much|offset"),
        table("degrees|how many degrees|size of the step|difference|"),
        {"type": "number"},
    ),
    "degrees": (
        table("degrees|temperature|temp|target|value|setpoint|target_temp|celsius_or_fahrenheit"),
        table("degrees|desired temperature|temperature in degrees|setpoint|"),
        {"type": "number"},
    ),
    "kelvin": (
        table("kelvin|color_temp|temperature_k|k|ct"),
        table("kelvin|in kelvin|color temperature|"),
        {"type": "integer"},
    ),
    "color": (
        table("color|colour|hue|shade|rgb_name|color_name|value|paint"),
        table("color, as said|name of the color|which color|color name|"),
        {"type": "string"},
    ),
    "duration": (
        table("duration|time|length|how_long|period|for|amount|span"),
        table("how long|how long, as said|length of time|amount of time|duration in words|"),
        {"type": "string"},
    ),
    "label": (
        table("label|name|title|timer_name|which|tag|what_for"),
        table("name of the timer|which one|what for|label|"),
        {"type": "string"},
    ),
    "when": (
        table("when|time|at|schedule|moment|start_time|delay"),
        table("when or after how long, as said|when to do it|time or delay|moment|"),
        {"type": "string"},
    ),
    "text": (
        table("text|task|what|content|reminder|note|subject|about"),
        table("what to be reminded of|the thing to remember|reminder text|task|"),
        {"type": "string"},
    ),
    "item": (
        table("item|what|entry|product|thing|text|name|task"),
        table("what to add|the item|entry|thing on the list|"),
        {"type": "string"},
    ),
    "list": (
        table("list|list_name|which_list|target_list|to|notebook"),
        table("name of the list|which list|list|"),
        {"type": "string"},
    ),
    "message": (
        table("message|text|words|content|what|body|announcement"),
        table("the words|what to say|message text|words to say|"),
        {"type": "string"},
    ),
    "to": (
        table("to|recipient|person|where|target|who|receiver|destination"),
        table("person, room or speaker, as said|who gets it|where or to whom|recipient|"),
        {"type": "string"},
    ),
    "what": (
        table("what|query|media|title|search|content|media_name|song|search_query"),
        table("title, artist, genre or station, as said|what to play|search words|name of the media|"),
        {"type": "string"},
    ),
    "scene": (
        table("scene|name|scene_name|mood|routine|which|preset"),
        table("scene, as said|name of the scene|which scene|mood or routine|"),
        {"type": "string"},
    ),
    "place": (
        table("place|location|city|where|name|town"),
        table("place, as said|city or place|where|"),
        {"type": "string"},
    ),
    "person": (
        table("person|name|who|member|user|someone"),
        table("name of the person|who|person, as said|"),
        {"type": "string"},
    ),
    "input": (
        table("input|source|channel|app|input_name|to"),
        table("input or app, as said|which source|name of the input|"),
        {"type": "string"},
    ),
    "clock": (
        table("time|when|at|wake_time|clock|alarm_time"),
        table("time, as said|when it rings|time of the alarm|"),
        {"type": "string"},
    ),
}
# optional parameters that nothing said in a home fills: keys, descriptions, schema
UNSAID: list[tuple[list[str], list[str], dict]] = [
    (table("transition|fade_ms|transition_ms|ramp"), table("milliseconds of the change|transition in ms|"), {"type": "integer", "minimum": 0}),
    (table("priority|urgency|importance"), table("how urgent|priority of the request|"), {"type": "string", "enum": ["low", "normal", "high"]}),
    (table("priority|prio|rank"), table("1 is highest|priority|"), {"type": "integer", "minimum": 1, "maximum": 9}),
    (table("user_id|requested_by|user|account|profile_id"), table("who is logged in|id of the account|user id|"), {"type": "string"}),
    (table("request_id|correlation_id|trace_id|ref"), table("id for the log|reference of the request|"), {"type": "string"}),
    (table("language|locale|lang"), table("language of the answer|locale such as en_GB|"), {"type": "string"}),
    (table("comment|note|remark|memo"), table("free text for the log|a remark|"), {"type": "string"}),
    (table("force|override|ignore_limits"), table("do it even if locked out|override limits|"), {"type": "boolean"}),
    (table("silent|quiet_mode|no_beep"), table("without a confirmation beep|no sound from the device|"), {"type": "boolean"}),
    (table("confirm|ask_first|needs_ok"), table("ask before doing it|"), {"type": "boolean"}),
    (table("timeout|timeout_s|wait_s"), table("seconds to wait for the device|give up after|"), {"type": "number", "minimum": 0}),
    (table("retries|attempts|max_tries"), table("how often to try|"), {"type": "integer", "minimum": 0, "maximum": 10}),
    (table("channel|endpoint|circuit|port"), table("channel of a multi-channel device|endpoint number|"), {"type": "integer"}),
    (table("tag|label_id|category"), table("tag for statistics|"), {"type": "string"}),
    (table("bridge|gateway|hub|controller"), table("which bridge to use|address of the gateway|"), {"type": "string"}),
    (table("protocol|transport|via"), table("how to reach it|radio to use|"), {"type": "string", "enum": ["zigbee", "zwave", "wifi", "matter"]}),
    (table("effect|effect_id|animation"), table("number of the light effect|"), {"type": "integer"}),
    (table("curve|easing|profile"), table("shape of the change|"), {"type": "string", "enum": ["linear", "ease", "step"]}),
    (table("tariff|energy_plan|rate_plan"), table("energy tariff that applies|"), {"type": "string"}),
    (table("version|api_version|schema"), table("version of the interface|"), {"type": "integer"}),
    (table("format|output|reply_format"), table("form of the answer|"), {"type": "string", "enum": ["text", "json", "speech"]}),
    (table("hysteresis|deadband|tolerance"), table("allowed deviation|"), {"type": "number"}),
    (table("firmware|model|vendor"), table("model of the device|"), {"type": "string"}),
    (table("house|home_id|site_id|apartment_id"), table("id of the home|"), {"type": "string"}),
    (table("expires|valid_s|ttl"), table("seconds for which the command is valid|"), {"type": "integer"}),
]
# a duration as a number and a unit: keys of both, descriptions of both, members for hours, minutes and seconds
UNITS = (
    (table("amount|number|value|length|time|count|n|how_many"), table("unit|units|time_unit|in|measure|unit_of_time")),
    (table("how many units|number|amount of time|how many|"), table("unit|seconds, minutes or hours|unit of time|")),
    (("hours", "minutes", "seconds"), ("h", "min", "s"), ("hour", "minute", "second"), ("HOURS", "MINUTES", "SECONDS"), ("hours", "minutes", "seconds")),
)
# enum slots: (keys, descriptions, members, spellings per style)
ENUMS: dict[str, tuple[list[str], list[str], list[str], list[list[str]]]] = {
    "mode": (
        table("mode|hvac_mode|program|operation|setting|climate"), table("mode|what to do|operating mode|"), ["heat", "cool", "auto", "dry", "fan_only", "eco"],
        [["heat", "cool", "auto", "dry", "fan_only", "eco"], ["HEAT", "COOL", "AUTO", "DRY", "FAN", "ECO"], ["heating", "cooling", "automatic", "drying", "ventilation", "economy"], ["hot", "cold", "auto", "dehumidify", "fan", "saver"]],
    ),
    "tone": (
        table("tone|white|shade|warmth|kind|temperature"), table("shade of white|how warm|white tone|"), ["candle", "warm", "neutral", "cool", "daylight"],
        [["candle", "warm", "neutral", "cool", "daylight"], ["CANDLE", "WARM", "NEUTRAL", "COOL", "DAYLIGHT"], ["candlelight", "warm_white", "neutral_white", "cool_white", "daylight"], ["very_warm", "warm", "medium", "cold", "day"]],
    ),
    "speed": (
        table("speed|level|fan_speed|setting|strength|power"), table("level|how fast|speed of the fan|"), ["low", "medium", "high", "auto"],
        [["low", "medium", "high", "auto"], ["LOW", "MEDIUM", "HIGH", "AUTO"], ["slow", "mid", "fast", "automatic"], ["weak", "normal", "strong", "auto"], ["min", "middle", "max", "auto"]],
    ),
    "armmode": (
        table("mode|arm_mode|kind|state|type"), table("mode|which mode|how to arm|"), ["away", "home", "night"],
        [["away", "home", "night"], ["AWAY", "HOME", "NIGHT"], ["armed_away", "armed_home", "armed_night"], ["full", "stay", "sleep"]],
    ),
    "property": (
        table("property|what|attribute|quantity|measure|field|info"), table("what is asked|which value|property to read|"),
        ["state", "temperature", "humidity", "brightness", "battery", "power", "position", "air_quality"],
        [["state", "temperature", "humidity", "brightness", "battery", "power", "position", "air_quality"], ["STATE", "TEMPERATURE", "HUMIDITY", "BRIGHTNESS", "BATTERY", "POWER", "POSITION", "AIR_QUALITY"],
         ["status", "temp", "humidity", "light_level", "battery_level", "power_usage", "opening", "air"]],
    ),
}  # fmt: skip
SYLLABLES = table("zor|ka|mel|tri|vex|nu|lo|pim|sha|dra|qui|bel|fo|gri|ta|ny|wob|ser|ux|il|ran|po|jib|cle|mo")
