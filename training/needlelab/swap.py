"""Public records with other values in the same places, so that a sentence teaches where a value stands and not which values there are.

A public file has few values (12 floors, 28 lists, 250 device names in thousands of questions); a home has its own.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable

from .corpus.words import word
from .synth import names
from .synth.devices import FLOORS, ROOMS
from .synth.text import divide

SHARE = {"ha_intents_templates": 0.6, "home_llm": 0.5, "thingpedia_iot": 0.6, "slurp_nlueval": 0.3, "snips": 0.3, "sgd": 0.2, "seal_tools": 0.2}  # of the values
DEVICES = frozenset(("name", "device", "target", "player", "valve", "cover", "fan", "lock", "light", "switch", "vacuum", "blind", "curtain", "door", "speaker", "appliance"))
HOMES = frozenset(("ha_intents_templates", "home_llm", "thingpedia_iot"))
MEASURES = names.table("temperature|humidity|pressure|power|voltage|current|energy|consumption|battery|level|signal|speed|weight|distance|frequency|price|usage|sensor|meter|monitor|gauge|flow|brightness|moisture|noise|output")
_ADJECTIVES, _BRANDS, _OWNERS = (divide(k, n, c)["train"] for k, n, c in (("adjective", names.ADJECTIVES, 8), ("brand", names.BRANDS, 0), ("owner", names.OWNERS, 0)))
_THINGS = names.table("phone|laptop|tablet|watch|car|van|bike|boat|boiler|furnace|oven|stove|kettle|fridge|freezer|washer|dryer|dishwasher|pump|well|tank|pool|spa|sauna|pond|roof|cellar|attic|shed|barn|gate|drive|street|path|lawn|mailbox|letterbox|bed|cot|chair|sofa|desk|safe|printer|router|modem|server|charger|battery|inverter|meter|heater|radiator|drain|sink|bath|toilet|hamster|cat|dog|baby|grandma|nanny|courier|aquarium|chicken coop|backup|downloads|database|disk|website")
_NUMBERS = ("1", "2", "3", "one", "two", "A", "B")
Pools = dict[tuple[str, str], list[str]]


def pools_of(records: Iterable[dict]) -> Pools:
    """(tool or "", key) -> the values that answers hold there, each once."""
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for record in records:
        for _, key, value, tool in places(record):
            found[tool, key][value] = found["", key][value] = None
    return {k: list(v) for k, v in found.items()}


def places(record: dict) -> list[tuple[int, str, str, str]]:
    """(call, key, value, tool) of the string arguments that are no member of a list."""
    schemas = {t["name"]: t["parameters"].get("properties", {}) for t in record["tools"]}
    return [
        (n, key, value, call["name"])
        for n, call in enumerate(record["answers"])
        for key, value in call["arguments"].items()
        if isinstance(value, str) and value and "enum" not in schemas[call["name"]].get(key, {})
    ]


def renamed(rng: random.Random, value: str, measured: bool) -> str:
    """Another device of the same sort: the last words stay, what is before them changes."""
    words = value.split()
    if measured and rng.random() < 0.2:
        one = rng.choice(_THINGS)
        return one if rng.random() < 0.7 else f"{one} {rng.choice(MEASURES)}"
    keep = 2 if len(words) > 2 and rng.random() < 0.5 else 1
    head = " ".join(words[-keep:])
    if measured and rng.random() < 0.3:
        head = f"{words[0] if rng.random() < 0.3 else head} {rng.choice(MEASURES)}"
    before = rng.choice((ROOMS["train"], _ADJECTIVES, _ADJECTIVES, _BRANDS, _OWNERS, None))
    name = f"{rng.choice(before)} {head}" if before else f"{head} {rng.choice(_NUMBERS)}"
    if before and rng.random() < 0.15:
        name = f"{rng.choice(ROOMS['train'])} {name}"
    return name if rng.random() < 0.5 else name.lower()


def fresh(rng: random.Random, source: str, place: tuple[int, str, str, str], pools: Pools, is_told: bool = False) -> str | None:
    """A value for the same place; None to leave it. `is_told`: the state that is asked for is another argument, so it is a thing that has such a state."""
    _, key, value, tool = place
    if source in HOMES:
        is_list = bool(re.search(r"list|todo|shopping", tool, re.IGNORECASE))
        if key == "list" or (key == "name" and is_list):
            other = rng.choice(names.LISTS)
            return other if value.endswith("list") else other.removesuffix(" list")
        if key in DEVICES and not re.search(r"timer", tool, re.IGNORECASE):
            if source == "thingpedia_iot" and (len(value.split()) == 1 or rng.random() < 0.3):
                return rng.choice(ROOMS["train"])
            return renamed(rng, value, not is_told and bool(re.search(r"state|query|get|read|status", tool, re.IGNORECASE)))
        if key in ("area", "room"):
            return rng.choice(ROOMS["train"])
        if key == "floor":
            return rng.choice(FLOORS["train"])
        if key in ("label", "timer"):
            return rng.choice(names.LABELS)
        if key == "item":
            return made_item(rng)
        if key in ("query", "search_query") and rng.random() < 0.5:
            return word(rng, "train", rng.choice(("movie", "title", "podcast"))) if rng.random() < 0.5 else rng.choice((*names.ARTISTS, *names.TITLES))
        if key in ("color", "conversation_command", "message"):
            return None
    own = pools.get((tool, key), [])
    known = own if len(own) >= 6 else pools.get(("", key), [])
    return rng.choice(known) if len(known) >= 6 else None


def made_item(rng: random.Random) -> str:
    """Something for a list."""
    if rng.random() < 0.3:
        verb = rng.choice(names.TASKS_VERB)
        return f"{verb} {rng.choice(names.TASKS[verb])}"
    head = rng.choice(names.ITEM_HEADS)
    return f"{rng.choice(names.ITEM_PREFIX)} {head}" if rng.random() < 0.2 else head


def standing(value: str, query: str) -> re.Match | None:
    """Where a value stands as whole words; None unless exactly once."""
    found = list(re.finditer(rf"(?<![\w']){re.escape(value)}(?!\w)", query, re.IGNORECASE))
    return found[0] if len(found) == 1 else None


def swapped(rng: random.Random, record: dict, source: str, pools: Pools) -> dict:
    """The record with a share of its values exchanged; each stands once in the question, apart from the others."""
    share = SHARE.get(source, 0.0)
    if not record["answers"] or rng.random() < 0.3:
        return record
    query, answers = record["query"], [{**c, "arguments": dict(c["arguments"])} for c in record["answers"]]
    found = places(record)
    for place in found:
        n, key, value, _ = place
        at = standing(value, query)
        others = [v for p in found if p is not place for v in (answers[p[0]]["arguments"][p[1]],)]
        if rng.random() >= share or at is None or any(v.lower() in value.lower() or value.lower() in v.lower() for v in others):
            continue
        new = fresh(rng, source, place, pools, "state" in answers[n]["arguments"])
        text = query[: at.start()] + new + query[at.end() :] if new else ""
        if not new or new.lower() == value.lower() or standing(new, text) is None or any(standing(v, text) is None for v in others):
            continue
        if re.search(r"\b(?:my|our|your|the|a|an|all)\s+$", query[: at.start()], re.IGNORECASE) and re.match(r"(?:the|my|a|an)\b|[A-Z][\w]*'s\b", new):
            continue  # "the Emma's lamp"
        query, answers[n]["arguments"][key] = text, new
    return {**record, "query": query, "answers": answers}
