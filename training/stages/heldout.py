"""Held-out synthesis as sets in the data format: `python -m stages.heldout --out work/heldout --n 1000`.

Patterns and device names of the heldout split; tools are renamed from held-out words in part of the groups, else the shipped catalogue, which training knows. The shipped engine is scored on them: `needled eval work/heldout/home.jsonl --json`.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from needlelab.corpus.synth import corpus_group
from needlelab.sources import synth_group
from needlelab.synth.text import stable


HALVES = {"all": (0, 1), "dev": (0,), "test": (1,)}


def belongs(item: dict, half: str) -> bool:
    """Whether a question's pattern is in a half: thresholds and calibration are chosen on `dev`, scores told on `test`."""
    return stable(f"half/{item.get('pattern', item['query'])}") % 2 in HALVES[half]


# parts of the other tools that are told apart: owners' homes, Home Assistant's intents, near misses, assistants with many intents, voice assistants
SHORT = {"tools:rich": "rich", "tools:hass": "hass", "tools:y-": "refuse", "tools:z-": "intents", "tools:v-": "voice", "tools:w-": "wishes"}


def records(source: str, split: str, n: int, seed: int, half: str = "all") -> list[dict]:
    """`n` records of one source, each question with the tools of its group."""
    rng = random.Random(seed)
    out: list[dict] = []
    while len(out) < n:
        group = synth_group(rng, split, source, 4, rng.randint(4, 12))
        for item in group["items"]:
            if not belongs(item, half):
                continue
            record = {"id": f"{source}-{split}-{len(out):05d}", "source": f"synth-{source}-{split}", "query": item["query"]}
            out.append(record | {"tools": group["tools"], "answers": item["answers"]})
    return out[:n]


def corpus_records(part: str, split: str, n: int, seed: int, half: str = "all") -> list[dict]:
    """`n` records of a part of the hand-written corpus: held-out patterns, each with the tools and the context that it may see."""
    rng = random.Random(seed)
    out: list[dict] = []
    while len(out) < n:
        group = corpus_group(rng, split, 4, rng.randint(4, 12), part)
        for item in group["items"]:
            if not belongs(item, half):
                continue
            hidden = set(item.get("hidden", ()))
            tools = [t for t in group["tools"] if t["name"] not in hidden]
            facts = [group["facts"][i] for i in item.get("facts", ())]
            name = SHORT.get(part, part)
            record = {"id": f"corpus-{name}-{split}-{len(out):05d}", "source": f"corpus-{name}-{split}", "query": item["query"]}
            out.append(record | {"tools": tools, "facts": facts, "answers": item["answers"]})
    return out[:n]


def whole_catalogue(split: str, n: int, seed: int, catalogue: list[dict], half: str = "all") -> list[dict]:
    """Requests that a tool of the shipped catalogue fits, each with the whole catalogue: selection has to find it."""
    rng = random.Random(seed)
    tools = [{k: t[k] for k in ("name", "description", "parameters")} for t in catalogue]
    out: list[dict] = []
    while len(out) < n:
        group = synth_group(rng, split, "home", 4, rng.randint(4, 12))
        if group.get("skin") != "catalogue":
            continue
        for item in group["items"]:
            if item["answers"] and belongs(item, half):
                record = {"id": f"catalogue-{split}-{len(out):05d}", "source": f"synth-catalogue-{split}", "query": item["query"]}
                out.append(record | {"tools": tools, "answers": item["answers"]})
    return out[:n]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("work/heldout"))
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--split", choices=["train", "heldout"], default="heldout")
    parser.add_argument("--half", choices=HALVES, default="all", help="by pattern: dev for choosing, test for telling")
    parser.add_argument("--seed", type=int, default=99)
    parser.add_argument("--catalogue", type=Path, default=Path("../devices/catalogue.json"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    catalogue = json.loads(args.catalogue.read_text(encoding="utf-8"))
    for source in ("home", "tools", "catalogue", "corpus-home", "corpus-context", "corpus-tools", *(f"corpus-{part}" for part in SHORT)):
        part = source.removeprefix("corpus-")
        path = args.out / f"{f'corpus-{SHORT[part]}' if part in SHORT else source}-{args.split}.jsonl"
        if source == "catalogue":
            found = whole_catalogue(args.split, args.n, args.seed, catalogue, args.half)
        elif source.startswith("corpus-"):
            found = corpus_records(part, args.split, args.n, args.seed, args.half)
        else:
            found = records(source, args.split, args.n, args.seed, args.half)
        with path.open("w", encoding="utf-8") as lines:
            for record in found:
                lines.write(json.dumps(record, ensure_ascii=False) + "\n")
        print(path)


if __name__ == "__main__":
    main()
