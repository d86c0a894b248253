"""Questions that no tool of the list may answer."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from . import phrases, values
from .compose import COMPILED, OPS, Composer
from .names import table
from .text import compile_pattern, divide
from .wrap import finish, prefix, suffix

if TYPE_CHECKING:
    from .home import Group

# an operation is no near-miss while one of these is in the list
CONFLICTS: dict[str, tuple[str, ...]] = {
    "on": ("toggle", "bright_set", "scene", "fan_speed", "climate_mode", "play", "media_resume", "temp_up", "bright_up", "vac_start", "input"),
    "off": ("toggle", "media_stop", "media_pause", "climate_mode", "vac_stop", "mute", "scene"),
    "toggle": ("on", "off"), "bright_set": ("bright_up", "bright_down"), "bright_up": ("bright_set", "on"), "bright_down": ("bright_set",),
    "color_set": ("ctemp",), "ctemp": ("color_set",), "temp_set": ("temp_up", "temp_down"), "temp_up": ("temp_set", "on", "climate_mode", "ctemp"), "temp_down": ("temp_set", "climate_mode", "off", "ctemp", "fan_speed"),
    "climate_mode": ("temp_set", "on", "off"), "open": ("position", "on"), "close": ("position", "off"), "position": ("open", "close"), "stop_moving": ("off", "media_stop"),
    "fan_speed": ("on", "off"), "fan_osc": ("on",), "humidity_set": (), "play": ("on", "input", "media_resume"), "media_pause": ("media_stop", "vac_pause", "timer_pause"), "media_resume": ("play", "on", "timer_resume", "vac_start"),
    "media_stop": ("media_pause", "off"), "media_next": ("play",), "media_prev": ("play",), "vol_set": ("vol_up", "vol_down", "bright_set"), "vol_up": ("vol_set", "bright_up", "temp_up"),
    "vol_down": ("vol_set", "mute", "bright_down", "temp_down"), "mute": ("vol_set", "vol_down", "media_pause", "off"), "unmute": ("vol_set", "vol_up", "on"), "vac_start": ("on", "mower_start"),
    "vac_pause": ("vac_stop", "media_pause", "off"), "vac_stop": ("vac_pause", "vac_dock", "off", "media_stop", "stop_moving"), "vac_dock": ("vac_stop", "mower_dock"), "vac_locate": ("get_onoff", "person_where"),
    "mower_start": ("on", "vac_start"), "mower_dock": ("vac_dock",), "scene": ("on",), "timer_cancel": ("timer_cancel_all", "off"), "timer_cancel_all": ("timer_cancel", "off"),
    "timer_set": ("reminder", "alarm_set"), "reminder": ("timer_set", "list_add", "message", "alarm_set"), "list_add": ("list_done",), "message": ("reminder",), "alarm_set": ("timer_set", "reminder", "arm"),
    "arm": ("on", "scene", "alarm_set"), "disarm": ("off",), "undo": ("media_prev",), "camera": ("on", "get_onoff", "play", "input", "open"), "input": ("play", "on", "open"), "weather": ("get_temperature", "get_humidity"),
    "time": ("date",), "date": ("time",), "person_where": ("vac_locate",), "timer_status": ("time", "get_onoff"), "timer_pause": ("timer_cancel",), "timer_resume": ("timer_set",),
}  # fmt: skip
for _op in (
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
):
    CONFLICTS[_op] = ("get_onoff",) if _op != "get_onoff" else ()
IT_WORDS = {
    "bright_set": ("bright", "dim"), "bright_up": ("bright", "light"), "bright_down": ("bright", "dim", "dark", "light"), "position": ("open", "close", "position"),
    "climate_mode": ("mode",), "fan_speed": ("speed",), "fan_osc": ("oscill",), "stop_moving": ("moving",),
}  # fmt: skip
SIBLINGS = {"on": "off", "off": "on", "lock": "unlock", "unlock": "lock", "open": "close", "close": "open", "arm": "disarm", "disarm": "arm", "mute": "unmute", "unmute": "mute",
            "timer_cancel": "timer_set", "timer_set": "timer_cancel", "play": "media_next", "vol_set": "play", "list_done": "list_add", "vac_start": "vac_dock"}  # fmt: skip
CHATTER = divide("chatter", table("""
how are you|tell me a joke|who are you|what's your name|good morning|good night|thanks|thank you so much|you're the best|I love you|I'm bored|that was funny|hello there|hey|never mind
what can you do|are you listening|can you hear me|sing me a song about cats|do you dream|how old are you|are you a robot|what do you think of Mondays|I had a long day|I am so tired today
my back hurts|the kids are at school|we had pasta for lunch|I bought a new lamp yesterday|our neighbours have a new car|my favorite color is blue|I think it's a nice evening|nobody likes Mondays
who won the game last night|what is the capital of Australia|how tall is Mount Everest|who wrote Hamlet|how many grams are in an ounce|what's seventeen times four|what is the meaning of life
how do you spell necessary|who is the president of France|when did the war end|why is the sky blue|how far is the moon|what does photosynthesis mean|translate hello into Spanish|who invented the light bulb
how does a heat pump work|what is the best smart lock to buy|how much does a new thermostat cost|which light bulbs last the longest|why do curtains fade|who painted the Mona Lisa|how do I clean a fan
book a flight to Rome|order me a pizza|call me a taxi|buy two tickets for the opera|reserve a table for four at eight|transfer fifty euros to Anna|rent a car for the weekend|find me a hotel in Lisbon
sell my old bike|pay my phone bill|renew my passport|order a new vacuum from the shop|how is the stock market doing|what's in the news|check my email|read my last message|what's on my calendar tomorrow
schedule a meeting with Tom|cancel my gym membership|post a photo of the dog|what's the score of the match|how many calories are in a banana|define serendipity|give me a recipe for pancakes|who sings this song
turn the page|turn left at the next corner|open your mind|close to you|lock and load|light as a feather|stop being silly|play fair|set a good example|dim sum for dinner|the light at the end of the tunnel
I read a book about doors|she sells curtains for a living|the show was about a locked room|he has the volume of a trumpet|the garage called about my car|my fan club is growing|open source is great
where did I put my glasses|what should I wear today|should I get a dog|do you like music|I need a holiday|remember when we went to Spain|let's talk later|give me a second|hold on|wait a minute|okay cool|nothing|forget it
oh never mind|that's all|no thanks|no|yes|maybe|stop talking|be quiet|what did you say|say that again|I don't know|hmm let me think|uh|test|testing one two three|blah blah blah|asdf|la la la
drive me to work|make me a sandwich|do my homework|walk the dog for me|fold the laundry|paint the house green|cook dinner|build a wall around the garden|clone me|teleport me to the office|make it rain
turn back time|make the moon brighter|unlock my potential|open a bank account|close my savings account|set the table|turn over a new leaf|pause my subscription|mute the neighbours' dog
what's the difference between a lamp and a light|how do I change the battery in the smoke detector|who installed our blinds|did the electrician call|is Friday a holiday|how long do I boil an egg
when does the supermarket close|is the museum open on Sunday|how do I get wine out of the carpet|what's the best temperature for wine|why is my electricity bill so high|what year is it in the Chinese calendar
"""))  # fmt: skip
INCOMPLETE = divide("incomplete", table("""
turn the|set the|could you please|can you|switch|set it to the|turn on the uh|I want the|please|make the|put the thing on the other|the kitchen|change the|and then the|in the bedroom|lights
to fifty percent|at seven|the the the|set a|remind me to|add to the|play|tell|from the to the|a bit more|less|percent|degrees|the lamp in the|if you could just|turn turn|open sesame the
what if|when the|so the thing is|I was going to|about the|because of the fan|on off on off|half the|could it|would be nice if|twenty one|blue|the one over there|you know the thing|do the thing with the
"""))  # fmt: skip
NEGATED = ("don't {}", "do not {}", "please don't {}", "don't {} yet", "you don't have to {}", "no need to {}", "never {}", "you shouldn't {}", "I don't want you to {}", "don't you dare {}",
           "there is no need to {}", "whatever you do, don't {}", "you need not {}", "it's not necessary to {}", "please do not {} today")  # fmt: skip
REPORTED = ("{p} told me to {}", "{p} said I should {}", "I was about to {}", "I already asked you to {}", "why did you {}", "how do I {}", "what happens if I {}", "I forgot how to {}", "should I {}",
            "{p} always wants to {}", "yesterday I asked you to {}", "the manual says to {}", "he said \"{}\" and laughed", "I remember when we had to {} by hand", "is it safe to {}", "I used to {}",
            "who told you to {}", "I wonder why people {}", "do you know how to {}", "it costs a lot to {}", "{p} did not {}", "the song goes \"{}\"", "did {p} ask you to {}")  # fmt: skip
_STATEMENTS = {
    "on": ("{T} {be} already on", "I already turned on {T}", "I just switched {T} on myself", "why {be} {T} on", "who turned on {T}", "thanks for turning on {T}", "{person} turned on {T}"),
    "off": ("{T} {be} already off", "I already turned {T} off", "I turned off {T} myself", "why {be} {T} off", "who switched off {T}", "thanks for turning {T} off", "{person} switched off {T}"),
    "lock": ("{T} {be} already locked", "I already locked {T}", "I just locked {T}", "who locked {T}", "{person} locked {T}", "why {be} {T} locked"),
    "unlock": ("{T} {be} already unlocked", "I unlocked {T} myself", "who unlocked {T}", "{person} unlocked {T} this morning", "why {be} {T} unlocked"),
    "open": ("{T} {be} already open", "I just opened {T}", "who opened {T}", "{person} opened {T}", "why {be} {T} open", "I like it when {T} {be} open"),
    "close": ("{T} {be} already closed", "I closed {T} myself", "who closed {T}", "{person} closed {T} already", "why {be} {T} closed"),
    "bright_set": ("{T} {be} just right", "I love how bright {T} {be}", "{T} {be} bright enough"),
    "color_set": ("{color} is my favorite color", "I like {T} in {color}", "why {be} {T} {color}"),
    "temp_set": ("the temperature is fine", "it was {deg} yesterday", "I like it at {deg}"),
    "play": ("I saw {artist} live", "{person} loves {artist}", "who sings with {artist}"),
    "timer_set": ("it took {dur}", "I waited for {dur}", "the bus comes in {dur}"),
    "vac_start": ("{T} {be} already clean", "I bought {T} last year"),
    "message": ("{person} told me that {msg}", "I heard that {msg}"),
    "list_add": ("I already bought {item}", "we have enough {item}", "I ate {item}"),
    "disarm": ("the alarm is already off", "the alarm went off last night", "who disarmed the alarm"),
    "arm": ("the alarm is already armed", "I armed the alarm myself", "the alarm woke me up"),
    "scene": ("it was a {scene} kind of evening", "I don't like the {scene} scene"),
}  # fmt: skip

STATEMENTS = {
    op: {s: [compile_pattern("!" + x) for x in part] for s, part in divide(f"statement/{op}", list(lines)).items()}
    for op, lines in _STATEMENTS.items()
}
TEMPLATES = {
    kind: {
        s: [compile_pattern("!" + x.replace("{}", "{CMD}").replace("{p}", "{person}")) for x in part]
        for s, part in divide(kind, list(lines)).items()
    }
    for kind, lines in (("negated", NEGATED), ("reported", REPORTED))
}


def new(rng: random.Random, split: str) -> Composer:
    """An empty query."""
    return Composer(rng, split, rng.random() < 0.22, rng.random() < 0.02)


def refusal(rng: random.Random, group: Group, split: str, near: bool) -> dict | None:
    """One item without a call: a near-miss or something that is no request."""
    if near:
        return near_miss(rng, group, split)
    chance = rng.random()
    if chance < 0.34:
        return about(rng, group, split, "negated")
    if chance < 0.48:
        return about(rng, group, split, "reported")
    if chance < 0.60:
        return statement(rng, group, split)
    if chance < 0.70:
        return unfinished(rng, group, split)
    if chance < 0.72:
        return impossible(rng, group, split)
    composer = new(rng, split)
    if chance < 0.95:
        kind, bank = "chatter", CHATTER
        if rng.random() < 0.2:
            prefix(composer, ("", [], {}, "!"))
    else:
        kind, bank = "incomplete", INCOMPLETE
    text = rng.choice(bank[split])
    composer.out.literal(text)
    if kind == "incomplete" and text == "play" and ("media_resume" in group.by_op or "play" in group.by_op):
        return None
    return {"query": finish(composer), "answers": [], "pattern": f"refuse/{kind}"}


def near_miss(rng: random.Random, group: Group, split: str) -> dict | None:
    """A proper request whose tool is not in the list."""
    op = rng.choice(OPS)
    sibling = rng.choice(group.ops)
    if rng.random() < 0.6 and sibling in SIBLINGS:
        op = SIBLINGS[sibling]
    composer = new(rng, split)
    pattern = rng.choice(COMPILED[op][split])
    if pattern[3] == "~":
        return None
    prefix(composer, pattern)
    call = composer.write(op, pattern)
    target = call.slots.get("T")
    if group.touches(op, target) or (target is not None and target.form == "it" and op in IT_WORDS):
        return None
    if op in group.by_op and (
        target is None or target.form in ("area", "it") or target.domain in ("any", "plug", "appliance")
    ):
        return None
    if any(group.touches(other, target) for other in CONFLICTS.get(op, ())):
        return None
    suffix(composer, pattern)
    return {"query": finish(composer), "answers": [], "pattern": f"refuse/near/{op}"}


def about(rng: random.Random, group: Group, split: str, kind: str) -> dict | None:
    """A command that is negated, told or asked about."""
    op = rng.choice(group.ops) if rng.random() < 0.85 else rng.choice(OPS)
    if op.startswith("get_") or op in (
        "undo",
        "timer_status",
        "weather",
        "time",
        "date",
        "person_where",
        "camera",
        "reminder",
        "vac_locate",
    ):
        return None
    patterns = COMPILED[op][split]
    pattern = rng.choice(patterns)
    if (
        pattern[3]
        or pattern[0]
        .split("/", 1)[1]
        .startswith(("don't", "make sure", "check", "double", "keep", "leave", "see", "let me"))
        or "don't" in pattern[0]
        or "I " in pattern[0]
        or "please" in pattern[0]
    ):
        return None
    composer = new(rng, split)
    nodes, _, _ = rng.choice(TEMPLATES[kind][split])
    for node in nodes:
        if isinstance(node, str):
            composer.out.literal(node)
        elif node[1] == "CMD":
            composer.write(op, pattern)
        else:
            composer.out.add(phrases.pool(rng, split, "person"))
    return {"query": finish(composer), "answers": [], "pattern": f"refuse/{kind}/{op}"}


def statement(rng: random.Random, group: Group, split: str) -> dict | None:
    """Something said about devices that asks for nothing."""
    op = rng.choice(group.ops) if rng.random() < 0.7 else rng.choice(list(STATEMENTS))
    if op not in STATEMENTS:
        return None
    composer = new(rng, split)
    nodes, consts, flag = rng.choice(STATEMENTS[op][split])
    composer.write(op, ("", nodes, consts, flag))
    return {"query": finish(composer), "answers": [], "pattern": f"refuse/statement/{op}"}


def unfinished(rng: random.Random, group: Group, split: str) -> dict | None:
    """A command that lacks what its tool requires (a level, a color, a device)."""
    able = [op for op in UNFINISHED if op in group.by_op]
    if not able:
        return None
    op = rng.choice(able)
    need = NEEDED.get(op, "T")
    for tool in group.by_op[op]:
        key = tool.keys.get("full") if need == "T" else tool.slots.get(need)
        if key is None or key not in tool.spec["parameters"]["required"]:
            return None
    if any(other in group.by_op for other in NOT_WITH.get(op, ())):
        return None
    composer = new(rng, split)
    nodes, consts, flag = rng.choice(UNFINISHED[op][split])
    prefix(composer, ("", [], {}, ""))
    composer.write(op, ("", nodes, consts, flag))
    target = composer.goal
    if target is not None and not group.touches(op, target):
        return None
    return {"query": finish(composer), "answers": [], "pattern": f"refuse/unfinished/{op}"}


def impossible(rng: random.Random, group: Group, split: str) -> dict | None:
    """A level that the tool's bounds forbid."""
    able = [op for op in ("bright_set", "vol_set", "position", "temp_set") if op in group.by_op]
    if not able:
        return None
    op = rng.choice(able)
    for tool in group.by_op[op]:
        key = tool.slots.get({"position": "percent", "temp_set": "degrees"}.get(op, "level"))
        if key is None or "maximum" not in tool.spec["parameters"]["properties"][key]:
            return None
    composer = new(rng, split)
    nodes, _, _ = rng.choice(IMPOSSIBLE[op])
    for node in nodes:
        if node == ("slot", "N"):
            composer.out.add(
                values.number_phrase(
                    rng.choice((150, 200, 250, 300, 400, 500, 999, 1000, 120, 180)), rng, composer.out.spoken
                )
            )
        elif isinstance(node, str):
            composer.out.literal(node)
        else:
            composer.goal = composer.goal or composer.plan(op)
            composer.call.op = op
            composer.render([node])
    return {"query": finish(composer), "answers": [], "pattern": f"refuse/impossible/{op}"}


_UNFINISHED = {
    "bright_set": ("set the brightness of {T}", "set the brightness", "set {T} to", "change the brightness of {T} to", "set the brightness of {T} to some other level"),
    "color_set": ("change the color of {T}", "set the color", "give {T} a different color", "change the color", "make {T} another color"),
    "temp_set": ("set the temperature", "set the temperature to", "set {C}", "change the temperature {L}", "set the temperature {L} to"),
    "vol_set": ("set the volume", "set the volume of {T}", "set the volume to", "change the volume of {T} to"),
    "position": ("set the position of {T}", "move {T} to", "set {T} to"),
    "timer_set": ("set a timer", "start a timer", "set a timer for {thelabel}", "I need a timer", "start a new timer please"),
    "reminder": ("remind me", "set a reminder", "remind me {when}", "set a reminder {when}", "create a reminder please"),
    "list_add": ("add something to {list}", "add to {list}"),
    "play": ("play something on {T} called", "play the song", "play the album by", "put on the"),
    "message": ("send a message to {person}", "text {person}", "make an announcement", "send {person} a message"),
    "on": ("turn on", "switch on", "turn on the"), "off": ("turn off", "switch off", "turn off the"), "lock": ("lock", "lock the", "lock up"),
    "unlock": ("unlock", "unlock the", ), "open": ("open", "open the", "open up"), "close": ("close", "close the", "shut the"),
    "scene": ("activate the scene", "set a scene", "start the routine", "set the mood"),
}  # fmt: skip
NEEDED = {"bright_set": "level", "color_set": "color", "temp_set": "degrees", "vol_set": "level", "position": "percent", "timer_set": "duration", "reminder": "text", "list_add": "item",
          "play": "what", "message": "message", "scene": "scene"}  # fmt: skip
NOT_WITH = {"bright_set": ("bright_up", "bright_down", "position", "color_set"), "color_set": ("ctemp",), "temp_set": ("temp_up", "temp_down", "on"), "vol_set": ("vol_up", "vol_down"),
            "position": ("open", "close", "bright_set"), "play": ("media_resume",), "timer_set": ("alarm_set", "timer_resume"), "reminder": ("alarm_set",), "unlock": ("disarm",), "lock": ("arm",)}  # fmt: skip
UNFINISHED = {
    op: {s: [compile_pattern("!" + x) for x in part] for s, part in divide(f"unfinished/{op}", list(lines)).items()}
    for op, lines in _UNFINISHED.items()
}
IMPOSSIBLE = {op: [compile_pattern("!" + x) for x in lines] for op, lines in {
    "bright_set": ("set {T} to {N} percent", "dim {T} to {N} percent", "set the brightness of {T} to {N}"), "vol_set": ("set the volume to {N}", "set the volume of {T} to {N} percent"),
    "position": ("set {T} to {N} percent", "open {T} {N} percent"), "temp_set": ("set the temperature to {N} degrees", "set {T} to {N} degrees"),
}.items()}  # fmt: skip
