"""Which sets a report is about: the public ones of --data, held-out synthesis made here, the tiers sets, and views of them that another system can be held against."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LAB = Path(__file__).resolve().parents[2]
OWN = ("tiers-50", "tiers-b")  # folders of the lab
HELDOUT = ("catalogue", "home", "tools", "corpus-home", "corpus-tools", "corpus-context", "corpus-rich", "corpus-hass", "corpus-refuse", "corpus-intents", "corpus-voice", "corpus-wishes")
# SLURP's tools that a home assistant without a cloud is asked for: lights, plugs, coffee, vacuum, volume, alarms, lists, media, weather, time (545 questions)
SLURP_HOME = frozenset(
    ["lights_on", "lights_off", "set_light_color", "dim_lights", "brighten_lights", "plug_on", "plug_off", "make_coffee", "start_vacuum", "mute", "volume_up", "volume_down", "set_alarm", "list_alarms", "cancel_alarm", "show_list", "delete_list", "create_list", "add_to_list", "remove_from_list", "play_music", "play_radio", "play_podcast", "play_audiobook", "get_weather", "get_datetime"]
)


@dataclass(frozen=True)
class Set:
    """A file of records; `family`: heldout, own, public or offered (out-of-scope questions with Home Assistant's tools)."""

    name: str
    path: Path
    family: str


@dataclass(frozen=True)
class View:
    """The records of a set that satisfy `keep`."""

    name: str
    base: str
    keep: Callable[[dict], bool]
    what: str


def names_of(record: dict) -> set[str]:
    return {c["name"] for c in record["answers"]}


VIEWS = (
    View("home-assistant-commands", "home-assistant-tests-en", lambda r: bool(r["answers"]), "records of home-assistant-tests-en with an answer"),
    View("thingpedia-commands", "thingpedia-iot-dev", lambda r: bool(r["answers"]), "records of thingpedia-iot-dev with an answer"),
    View("slurp-home", "slurp-test", lambda r: bool(r["answers"]) and names_of(r) <= SLURP_HOME, "records of slurp-test about lights, plugs, coffee, vacuum, volume, alarms, lists, media, weather, time"),
)


def read_lines(path: Path) -> list[dict]:
    """Records of a .jsonl or .jsonl.gz file; a broken line is an error that names its place."""
    opener = gzip.open if path.suffix == ".gz" else open
    out = []
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    out.append(json.loads(line))
                except ValueError as error:
                    raise SystemExit(f"{path}:{number}: not JSON ({error}): mend or drop the line") from error
    return out


def stem_of(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".jsonl")


def file_hash(*paths: Path) -> str:
    """SHA-256 of a file; of several, over their hashes in the order given."""
    if len(paths) == 1:
        return hashlib.sha256(paths[0].read_bytes()).hexdigest()
    total = hashlib.sha256()
    for path in paths:
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def public_sets(data: Path) -> list[Set]:
    """Every set in DIR/eval-public (or in DIR itself)."""
    folder = data / "eval-public" if (data / "eval-public").is_dir() else data
    found = sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")])
    if not found:
        raise SystemExit(f"{folder}: no *.jsonl or *.jsonl.gz here: give --data a folder with eval-public in it")
    return [Set(stem_of(p), p, "public") for p in found]


def heldout_key(n: int) -> str:
    """What the held-out sets hang on: the corpus, the synthesis and how many."""
    files = sorted([*(LAB / "corpus").rglob("*.json*"), *(LAB / "needlelab").rglob("*.py"), LAB / "stages/heldout.py", LAB.parent / "devices/catalogue.json"])
    files = [f for f in files if LAB / "needlelab/report" not in f.parents]
    return hashlib.sha256(f"{n} {file_hash(*files)}".encode()).hexdigest()[:12]


def heldout_sets(folder: Path, n: int) -> list[Set]:
    """The test half of held-out patterns, `n` records a source; made once for each state of the corpus and the synthesis."""
    place = folder / f"heldout-{heldout_key(n)}"
    done = place / "done"
    if not done.exists():
        print(f"held-out sets: writing {n} records of each of {len(HELDOUT)} sources to {place}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "stages.heldout", "--half", "test", "--n", str(n), "--out", str(place.resolve())]
        subprocess.run(command, cwd=LAB, check=True, stdout=sys.stderr)
        done.touch()
    return [Set(f"{s}-heldout", place / f"{s}-heldout.jsonl", "heldout") for s in HELDOUT]


def given_sets(folder: Path) -> list[Set]:
    """Held-out sets that were made before."""
    found = sorted(folder.glob("*.jsonl"))
    if not found:
        raise SystemExit(f"{folder}: no *.jsonl here: give --heldout a folder that stages.heldout wrote")
    return [Set(stem_of(p), p, "heldout") for p in found]


def own_sets() -> list[Set]:
    return [Set(name, LAB / f"{name}/{name}.jsonl", "own") for name in OWN]


def offered_sets(public: list[Set], folder: Path) -> list[Set]:
    """Out-of-scope questions (CLINC's, and SLURP's that are not about a home) with the tools of the Home Assistant tests: what the matcher is asked, the model is asked."""
    by_name = {s.name: s for s in public}
    if not {"home-assistant-tests-en", "clinc-oos-test", "slurp-test"} <= by_name.keys():
        return []
    tools = {t["name"]: t for r in read_lines(by_name["home-assistant-tests-en"].path) for t in r["tools"]}
    offered = [tools[name] for name in sorted(tools)]
    strangers = {
        "clinc-out-of-scope": [r for r in read_lines(by_name["clinc-oos-test"].path) if not r["answers"]],
        "slurp-not-home": [r for r in read_lines(by_name["slurp-test"].path) if r["answers"] and not names_of(r) & SLURP_HOME],
    }
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for name, records in strangers.items():
        path = folder / f"{name}.jsonl"
        lines = [json.dumps({"id": r["id"], "source": name, "query": r["query"], "tools": offered, "answers": []}, ensure_ascii=False) for r in records]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        out.append(Set(name, path, "offered"))
    return out
