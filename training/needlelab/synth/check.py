"""Validation of a generated group: every gold call must be sayable and derivable from its question."""

from __future__ import annotations


def problems(group: dict) -> list[str]:
    """What is wrong with a group; empty when all is well."""
    found: list[str] = []
    specs = {t["name"]: t["parameters"] for t in group["tools"]}
    if len(specs) != len(group["tools"]):
        found.append("two tools have one name")
    for spec in specs.values():
        found += [f"required key {k} is missing" for k in spec.get("required", ()) if k not in spec["properties"]]
    for item in group["items"]:
        for call in item["answers"]:
            where = f"{item['query']!r} {call}"
            schema = specs.get(call["name"])
            if schema is None:
                found.append(f"unknown tool: {where}")
                continue
            args = call["arguments"]
            found += [f"missing {k}: {where}" for k in schema.get("required", ()) if k not in args]
            if list(args) != [k for k in schema["properties"] if k in args]:
                found.append(f"order or unknown key: {where}")
                continue
            for key, value in args.items():
                wrong = value_problem(value, schema["properties"][key], item["query"])
                if wrong:
                    found.append(f"{wrong} {key}: {where}")
    return found


NUMBER_WORDS = (
    "half",
    "quarter",
    "third",
    "max",
    "min",
    "full",
    "zero one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety hundred thousand teen point way a degree an hour a minute",
)


def value_problem(value: object, prop: dict, query: str) -> str:
    """Why a value cannot stand, or ""."""
    if "enum" in prop:
        return "" if value in prop["enum"] else "no member"
    kind = prop.get("type")
    if kind == "boolean":
        return "" if isinstance(value, bool) else "no boolean"
    if kind == "string":
        if not isinstance(value, str) or not value or value != value.strip():
            return "no string"
        at = query.find(value)
        if at < 0:
            return "not in the query"
        return "" if whole_words(value, query) else "cut inside a word"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "no number"
    if kind == "integer" and value != int(value):
        return "no integer"
    if value < prop.get("minimum", value) or value > prop.get("maximum", value):
        return "out of range"
    return "" if number_is_said(value, query) else "number not said"


def whole_words(value: str, query: str) -> bool:
    """Whether the value occurs with word borders on both sides."""
    at = query.find(value)
    while at >= 0:
        end = at + len(value)
        if not (at and _word(query[at - 1]) and _word(query[at])) and not (
            end < len(query) and _word(query[end - 1]) and _word(query[end])
        ):
            return True
        at = query.find(value, at + 1)
    return False


def _word(char: str) -> bool:
    return char == "_" or ord(char) >= 0x80 or (char.isascii() and char.isalnum())


def number_is_said(value: float, query: str) -> bool:
    """Digits of the number, or some number word, occur in the query."""
    digits = str(abs(int(value)))
    low = query.lower()
    return digits in query or any(
        word in low for part in NUMBER_WORDS for word in (part.split() if part.startswith("zero") else [part])
    )
