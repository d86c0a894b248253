"""Home Assistant's matcher (PyPI: hassil) with its own English sentences (PyPI: home-assistant-intents) on the home sets; optional.

What is fed: the question as it stands; the home of the Home Assistant tests (home_fixture.json); for a set with other names, every name of its gold calls too, as devices of the
kind that the call is about, alone and with the kind's word before or after it, and as rooms; where a call names nothing, the kind's word as a device; the kitchen as the room of the
speaker. So names are given in the gold wording: an upper bound.
The release of the sentences matters: 2026.5.5 is of the time of the tests; later ones leave out most questions about sensors.
Strict templates only, `recognize_best` as Home Assistant calls it; its n-gram matcher and its cloud fallback are not part of these packages. Not recognised, HassNevermind and
HassRespond count as refused.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path

from .hass_map import RULES, right_mapped, right_own, targets
from .score import read_gold
from .sets import VIEWS, Set, file_hash, read_lines
from .table import System

WORDS = {
    "light": ("light", "lights", "lamp"), "switch": ("switch", "plug"), "fan": ("fan",), "lock": ("lock", "door"), "cover": ("cover", "curtains", "blinds"),
    "media_player": ("tv", "speaker"), "climate": ("thermostat", "hvac"), "vacuum": ("vacuum",), "sensor": ("sensor",), "binary_sensor": ("door", "sensor"),
}  # fmt: skip
SENSED = {"get_temperature": "temperature", "get_humidity": "humidity", "get_door_state": "door", "get_motion": "motion", "get_battery_state": "battery", "get_illuminance": "illuminance", "get_flood": "moisture"}
SILENT = ("HassNevermind", "HassRespond")


def names_for(records: list[dict]) -> tuple[list[tuple[str, str, str | None]], list[str]]:
    """(device name, domain, device class) and room names that the gold calls of a set speak of."""
    devices, rooms = {}, {}
    for record in records:
        for call in record["answers"]:
            rule = RULES.get(call["name"])
            for name in targets(call) or [""]:
                if name:
                    rooms[name] = None
                for kind in rule.kinds if rule else ():
                    for text in sorted({name, *(form.strip() for w in WORDS.get(kind, ()) for form in (f"{name} {w}", f"{w} {name}"))} - {""}):
                        devices[text, kind, SENSED.get(call["name"])] = None
    return list(devices), list(rooms)


class Matcher:
    """Compiled sentences with the names of one home."""

    def __init__(self, home: dict, records: list[dict]) -> None:
        from hassil.intents import Intents, TextSlotList
        from home_assistant_intents import get_intents

        devices, rooms = names_for(records)
        known = [(e["name"], e["domain"], e.get("device_class")) for e in home["entities"]] + devices
        context = lambda domain, kind: {"domain": domain} | ({"device_class": kind} if kind else {})
        areas = [a["name"] for a in home["areas"]] + rooms
        self.lists = {
            "name": TextSlotList.from_tuples(((n, n, context(d, k)) for n, d, k in known), allow_template=False),
            "area": TextSlotList.from_tuples(((a, a) for a in dict.fromkeys(areas)), allow_template=False),
            "floor": TextSlotList.from_tuples(((f["name"], f["name"]) for f in home["floors"]), allow_template=False),
        }
        self.intents = Intents.from_dict(get_intents("en"))

    def ask(self, query: str) -> tuple[str, dict[str, tuple[str, object]]] | None:
        """(intent, slot -> (text, value)), or None."""
        from hassil.recognize import recognize_best

        here = {"area": {"value": "Kitchen", "text": "Kitchen"}}
        found = recognize_best(query, self.intents, slot_lists=self.lists, intent_context=here, language="en", best_slot_name="name")
        if found is None or found.intent.name in SILENT:
            return None
        return found.intent.name, {k: (e.text, e.value) for k, e in found.entities.items()}


def judge(record: dict, found: tuple[str, dict] | None, own: bool) -> list[dict]:
    """The gold calls when the matcher did what they say, else the intent as a call, else nothing."""
    gold = read_gold(record["answers"]) or []
    if found is None:
        return []
    intent, heard = found
    right = right_own if own else right_mapped
    if len(gold) == 1 and right(gold[0], intent, heard):
        return gold
    return [{"name": intent, "arguments": {k: v if isinstance(v, (int, float, str)) else str(v) for k, (_, v) in heard.items()}}]


def answer(records: list[dict], home: dict, own: bool, name: str) -> list[dict]:
    """Prediction lines in the form of `needled eval`."""
    matcher = Matcher(home, [] if own else records)
    matcher.ask("turn on the kitchen lights")  # sentences are compiled at their first use
    out = []
    for record in records:
        start = time.perf_counter()
        found = matcher.ask(record["query"])
        ms = (time.perf_counter() - start) * 1000
        calls = judge(record, found, own)
        out.append({"id": record["id"], "query": record["query"], "answers": calls, "raw": calls, "confidence": 1, "ms": round(ms, 3)})
        if len(out) % 100 == 0:
            print(f"  hassil, {name}: {len(out)}/{len(records)}", file=sys.stderr, flush=True)
    return out


def systems(sets: list[Set], data: Path, limit: int, cache: Path) -> list[System]:
    """The matcher on the views and the out-of-scope questions, from the cache where it can; nothing where the packages are not installed."""
    try:
        from importlib.metadata import version

        versions = f"hassil {version('hassil')}, home-assistant-intents {version('home-assistant-intents')}"
    except ImportError:
        print("hassil: left out: `pip install hassil home-assistant-intents==2026.5.5` adds Home Assistant's matcher", file=sys.stderr)
        return []
    fixture = next((p for p in (data / "eval-public/home_fixture.json", data / "home_fixture.json") if p.exists()), None)
    if fixture is None:
        print(f"hassil: left out: {data}/eval-public/home_fixture.json is not there, and the matcher needs a home", file=sys.stderr)
        return []
    home, out = json.loads(fixture.read_text(encoding="utf-8")), System("hassil", f"Home Assistant's matcher, strict templates ({versions}); names in the gold wording, an upper bound.", has_confidence=False)
    bases = {s.name: s for s in sets}
    wanted = [(v.name, bases[v.base], v.keep) for v in VIEWS if v.base in bases] + [(s.name, s, lambda r: True) for s in sets if s.family == "offered"]
    for name, one, keep in wanted:
        records = [r for r in read_lines(one.path)[: limit or None] if keep(r)]
        sources = file_hash(one.path, fixture, Path(__file__), Path(__file__).with_name("hass_map.py"))
        place = cache / f"hassil-{name}-{hashlib.sha256(f'{versions} {sources} {limit}'.encode()).hexdigest()[:16]}.jsonl"
        if not place.exists():
            lines = [json.dumps(p, ensure_ascii=False) for p in answer(records, home, one.name == "home-assistant-tests-en", name)]
            place.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        pairs = zip(records, read_lines(place), strict=True)
        out.rows[name] = [{"gold": read_gold(r["answers"]), "failed": False, "record": r} | {k: p[k] for k in ("answers", "raw", "confidence", "ms")} for r, p in pairs]
    return [out]
