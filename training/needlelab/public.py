"""Public records as groups: questions of one source share a pool of tools (data format: one JSON record a line)."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


Change = Callable[[random.Random, dict], dict]


@dataclass
class Catalogue:
    """Tools that occur together in one source, each in its fullest form, and the records over them."""

    tools: dict[str, dict] = field(default_factory=dict)
    records: list[dict] = field(default_factory=list)
    by_tool: dict[str, list[dict]] = field(default_factory=lambda: defaultdict(list))
    together: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    refusals: list[dict] = field(default_factory=list)


def read_records(path: Path) -> list[dict]:
    """All records of a .jsonl or .jsonl.gz file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def surface(value: object, query: str) -> object:
    """A string value as it stands in the query (case and inner punctuation of the query); else unchanged."""
    if not isinstance(value, str) or value in query:
        return value
    words = re.findall(r"\w+", value)
    if not words:
        return value
    found = re.search(r"\W+".join(map(re.escape, words)), query, re.IGNORECASE)
    return found.group(0) if found else value


def with_surface(record: dict) -> dict:
    """The record with plain string values in the query's own spelling."""
    schemas = {t["name"]: t["parameters"].get("properties", {}) for t in record["tools"]}
    for call in record["answers"]:
        for key, value in call["arguments"].items():
            prop = schemas[call["name"]].get(key, {})
            if "enum" not in prop:
                if isinstance(value, list):
                    call["arguments"][key] = [surface(v, record["query"]) for v in value]
                else:
                    call["arguments"][key] = surface(value, record["query"])
    return record


def merge_tool(into: dict[str, dict], tool: dict) -> None:
    """Keep the union of the properties seen for one tool name; hidden ones were unused, so answers stay right."""
    old = into.get(tool["name"])
    if old is None:
        into[tool["name"]] = json.loads(json.dumps(tool))
        return
    properties = old["parameters"].setdefault("properties", {})
    for key, prop in tool["parameters"].get("properties", {}).items():
        properties.setdefault(key, prop)
    needed = set(old["parameters"].get("required", [])) & set(tool["parameters"].get("required", []))
    old["parameters"]["required"] = [k for k in properties if k in needed]


def catalogues(records: list[dict]) -> list[Catalogue]:
    """Connected components of tool names that share a record."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for record in records:
        names = [t["name"] for t in record["tools"]]
        for name in names[1:]:
            parent[root(name)] = root(names[0])
    found: dict[str, Catalogue] = defaultdict(Catalogue)
    for record in records:
        if not record["tools"]:
            continue
        catalogue = found[root(record["tools"][0]["name"])]
        names = {t["name"] for t in record["tools"]}
        for tool in record["tools"]:
            merge_tool(catalogue.tools, tool)
            catalogue.together[tool["name"]] |= names
        if not record["answers"]:
            catalogue.refusals.append(record)
        catalogue.records.append(with_surface(record))
        for name in {c["name"] for c in record["answers"]}:
            catalogue.by_tool[name].append(record)
    return list(found.values())


def same(rng: random.Random, record: dict) -> dict:
    """The record itself."""
    return record


def shared_group(rng: random.Random, catalogue: Catalogue, n_queries: int, n_tools: int, removed: float = 0.0, change: Change | None = None) -> dict:
    """A pool seeded by one record's own tools; other questions are those whose right tools are in the pool.

    `removed`: share of the questions whose right tool is hidden, for catalogues in which no other tool could do the same.

    `change`: what turns a record that acts into another of the same kind.

    Only tools that some record shows together with every other tool of the pool join it: rival wordings of one tool never do.
    """
    seed = rng.choice(catalogue.records)
    pool = [t["name"] for t in seed["tools"]]
    others = [n for n in catalogue.tools if n not in pool]
    rng.shuffle(others)
    for name in others:
        if len(pool) >= n_tools:
            break
        if all(name in catalogue.together[p] for p in pool):
            pool.append(name)
    names = set(pool)
    change = change or same
    items = [refusal_item(seed, pool) if not seed["answers"] else item_of(change(rng, seed), [])]
    usable = [n for n in pool if catalogue.by_tool[n]]
    for _ in range(n_queries * 4):
        if len(items) >= n_queries or not usable:
            break
        if catalogue.refusals and rng.random() < 0.16:
            sample = [rng.choice(catalogue.refusals) for _ in range(20)]
            best = max(sample, key=lambda r: len(names & {t["name"] for t in r["tools"]}))
            if len(names & {t["name"] for t in best["tools"]}) >= 3:
                items.append(refusal_item(best, pool))
            continue
        record = change(rng, rng.choice(catalogue.by_tool[rng.choice(usable)]))
        right = {c["name"] for c in record["answers"]}
        if right <= names:
            is_removed = rng.random() < removed and len(right) < len(pool)
            items.append(item_of(record | {"answers": []}, sorted(right)) if is_removed else item_of(record, []))
    return {"tools": [hide_unused(rng, catalogue.tools[n], n, items) for n in pool], "items": items}


def refusal_item(record: dict, pool: list[str]) -> dict:
    """A question that sees only those tools of the pool that are known not to fit it."""
    own = {t["name"] for t in record["tools"]}
    return item_of(record, [n for n in pool if n not in own])


def hide_unused(rng: random.Random, tool: dict, name: str, items: list[dict]) -> dict:
    """Sometimes a tool without the optional parameters that no answer of the group uses."""
    if rng.random() < 0.5:
        return tool
    used = {k for item in items for c in item["answers"] if c["name"] == name for k in c["arguments"]}
    schema = tool["parameters"]
    keep = {k: p for k, p in schema.get("properties", {}).items() if k in used or k in schema.get("required", []) or rng.random() < 0.5}
    return {**tool, "parameters": {**schema, "properties": keep}}


def item_of(record: dict, hidden: list[str]) -> dict:
    """One question; `hidden` names tools of the pool that it must not see."""
    return {"query": record["query"], "answers": record["answers"], "hidden": hidden}
