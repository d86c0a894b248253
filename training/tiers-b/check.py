"""Checks that the records of tiers-b.jsonl are well formed: `python tiers-b/check.py`. Standard library only; it knows no model."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).with_name("tiers-b.jsonl")
CATALOGUE = Path(__file__).parents[2] / "devices" / "catalogue.json"
TIERS = ("explicit", "indirect", "arguments", "several", "refuse")
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool}


def value_faults(value: object, schema: dict, query: str) -> Iterator[str]:
    """Type, enum and bounds; a free string must stand in the query letter for letter."""
    if not isinstance(value, TYPES[schema["type"]]) or (isinstance(value, bool) and schema["type"] != "boolean"):
        yield f"{value!r} is no {schema['type']}"
    elif "enum" in schema:
        if value not in schema["enum"]:
            yield f"{value!r} is not one of {schema['enum']}"
    elif isinstance(value, str):
        if value not in query:
            yield f"{value!r} does not stand in the query"
    elif not isinstance(value, bool) and not schema["minimum"] <= value <= schema["maximum"]:
        yield f"{value} is outside {schema['minimum']}-{schema['maximum']}"


def call_faults(call: dict, tools: dict[str, dict], query: str) -> Iterator[str]:
    if call["name"] not in tools:
        yield f"there is no tool {call['name']}"
        return
    schema = tools[call["name"]]["parameters"]
    for key in schema["required"]:
        if key not in call["arguments"]:
            yield f"{call['name']} lacks {key}"
    for key, value in call["arguments"].items():
        if key not in schema["properties"]:
            yield f"{call['name']} has no {key}"
        else:
            yield from (f"{call['name']}.{key}: {what}" for what in value_faults(value, schema["properties"][key], query))


def record_faults(record: dict, shipped: set[str]) -> Iterator[str]:
    tools = {t["name"]: t for t in record["tools"]}
    if len(tools) != len(record["tools"]) or not 10 <= len(tools) <= 14:
        yield "the list has not 10 to 14 tools of different names"
    yield from (f"{name} is the shipped catalogue's" for name in tools if name in shipped)
    fits = {"refuse": (0, 0), "several": (2, 3)}.get(record["tier"], (1, 1))
    if not fits[0] <= len(record["answers"]) <= fits[1]:
        yield f"{len(record['answers'])} calls do not fit the tier {record['tier']}"
    for answer in (record["answers"], *record["accept"]):
        for call in answer:
            yield from call_faults(call, tools, record["query"])


def main() -> int:
    records = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    shipped = {t["name"] for t in json.loads(CATALOGUE.read_text(encoding="utf-8"))}
    faults = [f"{r['id']}: {what}" for r in records for what in record_faults(r, shipped)]
    per_tier, per_list = Counter(r["tier"] for r in records), Counter(json.dumps(r["tools"]) for r in records)
    if per_tier != Counter(dict.fromkeys(TIERS, 20)) or sorted(per_list.values()) != [25] * 4:
        faults.append(f"{FILE.name}: not 20 records a tier and 25 a list")
    faults += [f"{FILE.name}: {field} twice" for field in ("id", "query") if len({r[field] for r in records}) != len(records)]
    print("\n".join([*faults, f"{len(records)} records, {len(per_list)} lists: {len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
