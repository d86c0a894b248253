"""Tools and facts as block text (docs/model-format.md section 2); the TypeScript twin is kernels/client/render.ts."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

ARG, VAL = "\x1e", "\x1f"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SPACES = re.compile(r" +")


class BlockTooLong(ValueError):
    """Names, keys and types alone pass the limit."""


def clean(text: object) -> str:
    """Text from outside, without control bytes, spaces collapsed, ends stripped."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", str(text))).strip(" ")


def scalar_text(value: object) -> str:
    """A JSON scalar as written in blocks and answers: no quotes, shortest decimal."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    if isinstance(value, (int, float)):
        return number_text(value)
    return clean(value)


def number_text(value: int | float) -> str:
    """Shortest decimal that reads back the same; no exponent below 1e15."""
    if isinstance(value, int):
        return str(value)
    if math.isfinite(value) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    if "e" in text and abs(value) < 1e15:
        text = f"{value:.20f}".rstrip("0").rstrip(".")
    return text


def _resolve(schema: object, root: dict, seen: frozenset[str]) -> tuple[dict | None, frozenset[str]]:
    while isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        ref = schema["$ref"]
        if ref in seen or not ref.startswith("#"):
            return None, seen
        seen = seen | {ref}
        target: object = root
        for part in [p.replace("~1", "/").replace("~0", "~") for p in ref[1:].split("/") if p]:
            target = target.get(part) if isinstance(target, dict) else None
        schema = target
    return (schema if isinstance(schema, dict) else None), seen


def _is_null(schema: object) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"


def _literals(node: dict, root: dict, seen: frozenset[str]) -> list | None:
    """The members of a const, an enum, or an anyOf of nothing else; None when the schema is open."""
    if "const" in node and not isinstance(node["const"], (dict, list)):
        return [node["const"]]
    members = node.get("enum")
    if isinstance(members, list) and members and not any(isinstance(m, (dict, list)) for m in members):
        return members
    options = next((node[word] for word in ("anyOf", "oneOf") if isinstance(node.get(word), list)), [])
    out: list = []
    for option in options:
        if _is_null(option):
            continue
        inner, inner_seen = _resolve(option, root, seen)
        part = None if inner is None else _literals(inner, root, inner_seen)
        if part is None:
            return None
        out += [m for m in part if not any(m is o or (type(m) is type(o) and m == o) for o in out)]
    return out or None


def type_text(schema: object, root: dict, seen: frozenset[str] = frozenset()) -> str:
    """TYPE of a parameter schema."""
    node, seen = _resolve(schema, root, seen)
    if node is None:
        return "any"
    members = _literals(node, root, seen)
    if members:
        return " | ".join(scalar_text(m) for m in members)
    kind = node.get("type")
    if isinstance(kind, list):
        kinds = [k for k in kind if k != "null"]
        return type_text({**node, "type": kinds[0]}, root, seen) if kinds else "any"
    if kind == "array":
        return "list of " + type_text(node["items"], root, seen) if "items" in node else "list"
    if kind == "boolean":
        return "true | false"
    if kind == "string":
        if node.get("x-needled-entity"):
            return "entity"
        return f"string ({clean(node['format'])})" if isinstance(node.get("format"), str) else "string"
    if kind in ("integer", "number"):
        word = "int" if kind == "integer" else "num"
        low, high = node.get("minimum"), node.get("maximum")
        if _is_number(low) and _is_number(high):
            return f"{word} {number_text(low)}-{number_text(high)}"
        return word
    properties = node.get("properties")
    if kind == "object" and isinstance(properties, dict) and properties:
        return "{" + ", ".join(f"{clean(k)}: {type_text(v, root, seen)}" for k, v in properties.items()) + "}"
    for word in ("anyOf", "oneOf"):
        if isinstance(node.get(word), list):
            for member in node[word]:
                if not _is_null(member):
                    return type_text(member, root, seen)
    return "any"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def tool_parts(tool: dict) -> tuple[str, str, list[tuple[str, str, str]]]:
    """(name, description, [(key, "* "-prefixed type, description)])."""
    schema = tool.get("parameters") or {}
    required = schema.get("required") or []
    params: list[tuple[str, str, str]] = []
    taken: set[str] = set()
    for key, prop in (schema.get("properties") or {}).items():
        described = isinstance(prop, dict) and isinstance(prop.get("description"), str)
        mark = "* " if key in required else ""
        shown, count = clean(key) or "_", 2
        while shown in taken:
            shown, count = f"{clean(key) or '_'}_{count}", count + 1
        taken.add(shown)
        params.append((shown, mark + type_text(prop, schema), clean(prop["description"]) if described else ""))
    return clean(tool["name"]), clean(tool.get("description") or ""), params


def assemble(name: str, description: str, params: list[tuple[str, str, str]]) -> str:
    """The block text of already cleaned parts."""
    text = name + VAL + description
    for key, kind, meaning in params:
        text += ARG + key + VAL + kind + (f" = {meaning}" if meaning else "")
    return text


def render_tool(tool: dict, limit: int, count: Callable[[str], int]) -> tuple[str, list[str]]:
    """Block text of a tool within `limit` ids, and what was cut ("parameter KEY", "description")."""
    name, description, params = tool_parts(tool)
    cuts: list[str] = []
    text = assemble(name, description, params)
    for i in range(len(params) - 1, -1, -1):
        if count(text) <= limit:
            return text, cuts
        key, kind, meaning = params[i]
        if meaning:
            params[i] = (key, kind, "")
            cuts.append(f"parameter {key}")
            text = assemble(name, description, params)
    while count(text) > limit:
        if not description:
            raise BlockTooLong(f"tool {name}: names and types alone pass {limit} tokens")
        description = description.rpartition(" ")[0]
        if "description" not in cuts:
            cuts.append("description")
        text = assemble(name, description, params)
    return text, cuts


def render_fact(fact: dict, limit: int, count: Callable[[str], int]) -> tuple[str, list[str]]:
    """Block text of a context block {"name", "text", "fields"} within `limit` ids; only its main text can be cut."""
    fields = [(clean(k), clean(v), "") for k, v in (fact.get("fields") or {}).items()]
    name, text = clean(fact["name"]), clean(fact.get("text") or "")
    cuts: list[str] = []
    block = assemble(name, text, fields)
    while count(block) > limit:
        if not text:
            raise BlockTooLong(f"context block {name}: its name and fields alone pass {limit} tokens")
        text = text.rpartition(" ")[0]
        cuts = ["text"]
        block = assemble(name, text, fields)
    return block, cuts
