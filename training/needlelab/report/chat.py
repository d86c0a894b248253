"""One question to a server that speaks OpenAI's chat completions, and the calls in what comes back."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

SYSTEM = "You control a home and its services. Answer the request with calls of the given tools. Copy names and texts from the request as they stand. If no tool fits, call none and say so."
IN_TEXT = 'Write nothing but a JSON list of calls: [{"name": …, "arguments": {…}}]; [] if no tool fits. The tools:\n'
RETRIES = 2


@dataclass(frozen=True)
class Server:
    """Where and how to ask."""

    url: str
    model: str
    key: str = ""
    timeout_s: float = 120.0
    max_tokens: int = 256
    native: bool = True
    choice: str = "auto"


def request_of(server: Server, record: dict) -> dict:
    """The body of a request; temperature 0."""
    tools = [{"type": "function", "function": {k: t[k] for k in ("name", "description", "parameters") if k in t}} for t in record["tools"]]
    system = SYSTEM if server.native else SYSTEM + "\n" + IN_TEXT + json.dumps([t["function"] for t in tools], ensure_ascii=False)
    facts = "".join(f"\n{f['name']}: {f.get('text', '')} {json.dumps(f.get('fields', {}), ensure_ascii=False)}" for f in record.get("facts") or [])
    messages = [{"role": "system", "content": system + (f"\nKnown:{facts}" if facts else "")}, {"role": "user", "content": record["query"]}]
    body = {"model": server.model, "messages": messages, "temperature": 0, "max_tokens": server.max_tokens, "stream": False}
    return body | ({"tools": tools, "tool_choice": server.choice} if server.native and tools else {})


def post(server: Server, body: dict) -> dict:
    """One request over HTTP; a server's own words come with the error."""
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {server.key}"} if server.key else {})
    request = urllib.request.Request(f"{server.url}/chat/completions", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=server.timeout_s) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise ConnectionError(f"{error.code}: {error.read(400).decode(errors='replace')}") from error


def loads(text: object) -> object:
    """JSON of a text; None when it is none."""
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return None


def as_call(item: object) -> dict | None:
    """A call in one of the forms that models write: name or function or tool, arguments or parameters, as an object or as JSON text."""
    if not isinstance(item, dict):
        return None
    inner = item["function"] if isinstance(item.get("function"), dict) else item
    name = inner.get("name") or inner.get("function") or inner.get("tool")
    given = loads(next((inner[k] for k in ("arguments", "parameters", "args", "input") if k in inner), {}))
    if not isinstance(name, str):
        return None
    return {"name": name, "arguments": given} if isinstance(given, dict) else None if given is not None else {"name": name, "arguments": {}}


def json_in(text: str) -> list[object]:
    """Every JSON value that starts with [ or { in a text, outermost ones, in order."""
    out, at, decoder = [], 0, json.JSONDecoder()
    while match := re.compile(r"[\[{]").search(text, at):
        try:
            value, at = decoder.raw_decode(text, match.start())
            out.append(value)
        except ValueError:
            at = match.end()
    return out


def calls_in_text(text: str) -> list[dict]:
    """Calls that a model wrote as text: JSON, also between fences, tags and words; thinking is skipped."""
    spoken = re.sub(r"<think>.*?(</think>|$)", "", text, flags=re.DOTALL)
    items = [i for v in json_in(spoken) for i in (v if isinstance(v, list) else v.get("tool_calls", [v]) if isinstance(v, dict) and isinstance(v.get("tool_calls", []), list) else [])]
    return [c for i in items if (c := as_call(i))]


def calls_of(answer: dict) -> list[dict]:
    """Calls of a completion."""
    choices = answer.get("choices")
    message = choices[0].get("message") if isinstance(choices, list) and choices and isinstance(choices[0], dict) else None
    if not isinstance(message, dict):
        raise ConnectionError(f"no choices[0].message in {json.dumps(answer)[:200]}")
    native = message.get("tool_calls") or ([{"function": message["function_call"]}] if message.get("function_call") else [])
    if native:
        return [c for i in native if (c := as_call(i))]
    return calls_in_text(message.get("content") or "")


def known_only(calls: list[dict], record: dict) -> list[dict]:
    """JSON in a text that names no tool of the record is talk, not a call; arguments given as null are left out."""
    names = {t["name"] for t in record["tools"]}
    return [{"name": c["name"], "arguments": {k: v for k, v in c["arguments"].items() if v is not None}} for c in calls if c["name"] in names]


def ask(server: Server, record: dict) -> dict:
    """A prediction line; it never raises, except on Ctrl-C. A server that is busy or gone is asked again twice."""
    start, fault = time.perf_counter(), ""
    for attempt in range(RETRIES + 1):
        try:
            begun = time.perf_counter()
            calls = known_only(calls_of(post(server, request_of(server, record))), record)
            ms = round((time.perf_counter() - begun) * 1000, 3)
            return {"id": record["id"], "query": record["query"], "answers": calls, "raw": calls, "confidence": 1, "ms": ms}
        except (OSError, ValueError) as error:
            fault = f"{server.url}: {error}"
            if "400" in str(error)[:4] or "404" in str(error)[:4]:
                break
            time.sleep(0.5 * 2**attempt if attempt < RETRIES else 0)
    ms = round((time.perf_counter() - start) * 1000, 3)
    return {"id": record["id"], "query": record["query"], "answers": [], "raw": [], "confidence": 0, "ms": ms, "error": fault}
