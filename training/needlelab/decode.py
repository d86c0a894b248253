"""Decoding in Python: the lab's measure while it trains. The shipped answer is the engine's (kernels/); this follows the same states
(docs/protocol.md section 2) with open values checked loosely: any text for strings, digits for numbers, no JSON inside."""

from __future__ import annotations

import copy
import math
import re
from dataclasses import dataclass, field

import torch

from .model import Needle
from .public import surface
from .render import BlockTooLong, clean, type_text
from .spans import Spans
from .tokens import ARG_ID, CALL, EOS, TOOLS, VAL_ID, Tokens

_NUMBER = re.compile(r"^ ?-?\d{0,15}(\.\d{0,9})?$")
COPY_BIAS = 4.0
MARGIN, LONGEST = 3.0, 200  # ln p that an answer may lie below the best; ids


@dataclass
class Prop:
    """One property as the decoder sees it."""

    key: str
    kind: str  # string, number, choice
    required: bool
    many: bool
    members: dict[tuple[int, ...], object] = field(default_factory=dict)


def props_of(tool: dict, tokens: Tokens) -> list[Prop]:
    """Properties of a tool in schema order."""
    schema = tool.get("parameters") or {}
    out = []
    for key, prop in (schema.get("properties") or {}).items():
        many = prop.get("type") == "array"
        inner = prop.get("items", {}) if many else prop
        members = inner.get("enum") or ([True, False] if inner.get("type") == "boolean" else [])
        kind = "choice" if members else "number" if inner.get("type") in ("integer", "number") else "string"
        known = {tokens.enc(type_text({"const": m}, {})): m for m in members}
        out.append(Prop(key, kind, key in (schema.get("required") or []), many, known))
    return out


class Answer:
    """The state of one answer; `legal()` gives the ids that may follow (None: any text id), `push` takes one."""

    def __init__(self, tools: list[dict], tokens: Tokens) -> None:
        self.tokens = tokens
        self.names = {tokens.enc(clean(t["name"])): i for i, t in enumerate(tools)}
        self.tools, self.props = tools, [props_of(t, tokens) for t in tools]
        self.calls: list[dict] = []
        self.state, self.run = "start", ()
        self.tool, self.prop = -1, -1

    def text(self) -> str:
        return self.tokens.sp.decode(list(self.run))

    def after(self) -> set[int]:
        """What may follow a finished value or name."""
        rest = self.props[self.tool][self.prop + 1 :]
        out = {ARG_ID} if rest else set()
        return out if any(p.required for p in rest) else out | {CALL, EOS}

    def keys(self) -> dict[tuple[int, ...], int]:
        out = {}
        for i in range(self.prop + 1, len(self.props[self.tool])):
            p = self.props[self.tool][i]
            out[self.tokens.enc(clean(p.key))] = i
            if p.required:
                break
        return out

    def legal(self) -> tuple[set[int], bool]:
        """(ids, whether open text ids are legal too)."""
        n = len(self.run)
        if self.state == "start":
            return {CALL, EOS}, False
        if self.state in ("name", "key"):
            table = self.names if self.state == "name" else self.keys()
            out = {k[n] for k in table if k[:n] == self.run and len(k) > n}
            if self.run in table and self.state == "key":
                out.add(VAL_ID)
            elif self.run in table:
                self.tool, self.prop = table[self.run], -1
                out |= self.after()
            return out, False
        p = self.props[self.tool][self.prop]
        ends = self.after() | ({VAL_ID} if p.many else set())
        if p.kind == "choice":
            out = {k[n] for k in p.members if k[:n] == self.run and len(k) > n}
            return (out | ends if self.run in p.members else out), False
        if p.kind == "number":
            fits = {i for i in DIGITS(self.tokens) if _NUMBER.match(self.tokens.sp.decode([*self.run, i]))}
            return (fits | ends if any(c.isdigit() for c in self.text()) else fits), False
        return (ends if n else set()), True

    def push(self, i: int) -> None:
        """Take a legal id."""
        if i in (CALL, EOS, ARG_ID, VAL_ID):
            self.close(i)
            self.run = ()
            self.state = {CALL: "name", EOS: "end", ARG_ID: "key", VAL_ID: "value"}[i]
        else:
            self.run += (i,)

    def close(self, i: int) -> None:
        if self.state == "name":
            self.tool, self.prop = self.names[self.run], -1
            self.calls.append({"name": self.tools[self.tool]["name"], "arguments": {}})
        elif self.state == "key":
            self.prop = self.keys()[self.run]
        elif self.state == "value":
            p = self.props[self.tool][self.prop]
            value = p.members[self.run] if p.kind == "choice" else self.text()
            if p.kind == "number":
                value = float(value) if "." in value else int(value)
            arguments = self.calls[-1]["arguments"]
            if p.many:
                arguments.setdefault(p.key, []).append(value)
            else:
                arguments[p.key] = value


def DIGITS(tokens: Tokens) -> list[int]:
    """Ids that can stand in a number."""
    if not hasattr(tokens, "digits"):
        tokens.digits = [i for i in range(16, tokens.size) if re.fullmatch(r"▁?-?[\d.]*", tokens.sp.id_to_piece(i))]
    return tokens.digits


class Reading:
    """A question and its tools, encoded: `scores` are the logits after the ids of an answer."""

    def __init__(self, model: Needle, tokens: Tokens, tools: list[dict], query: str) -> None:
        self.model, self.tools, rows = model, [], []
        for tool in tools:
            try:
                rows.append(tokens.tool(tool, model.c.block_tokens)[1])
                self.tools.append(tool)
            except BlockTooLong:
                continue
        asked = list(tokens.enc(query))[: model.c.query_tokens]
        self.is_empty = not self.tools or not asked
        if self.is_empty:
            return
        width = max(map(len, rows))
        ids = torch.tensor([r + [0] * (width - len(r)) for r in rows])
        segments = (ids == 0).long() * -1
        segments[torch.arange(len(rows)), 0] = 0
        upper, memory, _ = model.blocks(ids, segments, torch.arange(width).expand(len(rows), -1), torch.float32)
        real = (ids != 0).flatten()
        pick = lambda x: x.flatten(0, 1)[real].unsqueeze(0)  # noqa: E731
        self.open_mask, question = torch.zeros(1, 1, int(real.sum())), torch.tensor([asked])
        self.keep, self.memory = torch.ones_like(question, dtype=torch.bool), pick(memory)
        self.own, _ = model.question(question, self.keep, [(pick(k), pick(v)) for k, v in upper], self.open_mask, torch.float32)

    def scores(self, ids: list[int]) -> torch.Tensor:
        """(V,)"""
        return self.model.logits(self.model.decode(torch.tensor([ids]), self.own, self.keep, self.memory, self.open_mask)[0, -1])


@dataclass
class Path:
    """An answer that grows: ln p, its state, the ids so far."""

    score: float
    answer: Answer
    ids: list[int]

    def taking(self, i: int, score: float) -> Path:
        """The answer with one id more; this one stays as it is."""
        answer = copy.copy(self.answer)
        answer.calls = copy.deepcopy(self.answer.calls)
        answer.push(i)
        return Path(score, answer, [*self.ids, i])


def forced(path: Path) -> Path:
    """The answer after its forced ids."""
    while path.answer.state != "end" and len(path.ids) < LONGEST:
        legal, free = path.answer.legal()
        if free or len(legal) != 1:
            break
        path = path.taking(next(iter(legal)), path.score)
    return path


def spread(reading: Reading, spans: Spans, path: Path, width: int) -> list[tuple[float, Path, int]]:
    """The likeliest ways to go on: (ln p, answer, id)."""
    legal, free = path.answer.legal()
    scores = reading.scores(path.ids)
    mask = torch.full_like(scores, -1e9)
    if free:
        mask[16:] = 0
        mask[spans.after(path.answer.run)] = COPY_BIAS
    mask[list(legal)] = 0
    top = (scores + mask).log_softmax(-1).sort(descending=True, stable=True)  # topk has no order among equals
    n = min(width, int((mask > -1e8).sum()))
    return [(path.score + p, path, i) for p, i in zip(top.values[:n].tolist(), top.indices[:n].tolist(), strict=True)]


@torch.no_grad()
def ask(model: Needle, tokens: Tokens, tools: list[dict], query: str, beam: int = 1) -> tuple[list[dict], float]:
    """Calls and the product of the probabilities of unforced steps; `beam` answers side by side (docs/model-format.md section 5)."""
    reading = Reading(model, tokens, tools, query)
    if reading.is_empty:
        return [], 0.0
    spans, best, paths = Spans(tokens, query), None, [Path(0.0, Answer(reading.tools, tokens), [EOS])]
    while paths:
        paths = [forced(p) for p in paths]
        for path in paths:
            if path.answer.state == "end" and (best is None or path.score > best.score):
                best = path
        live = [p for p in paths if p.answer.state != "end" and len(p.ids) < LONGEST and (best is None or p.score > best.score)]
        ways = sorted((w for p in live for w in spread(reading, spans, p, beam)), key=lambda w: -w[0])[:beam]
        top = max([w[0] for w in ways[:1]] + ([best.score] if best else []), default=0.0)
        ways = [w for w in ways if w[0] >= top - MARGIN and (best is None or w[0] > best.score)]
        paths = [path.taking(i, score) for score, path, i in ways]
    return (best.answer.calls, math.exp(best.score)) if best else ([], 0.0)


def same(a: list[dict], b: list[dict]) -> bool:
    """Equal as multisets of calls; strings compared case-insensitively, numbers numerically."""

    def plain(v: object) -> object:
        if isinstance(v, str):
            return v.strip().casefold()
        if isinstance(v, bool) or v is None:
            return str(v)
        if isinstance(v, (int, float)):
            return float(v)
        return tuple(map(plain, v)) if isinstance(v, list) else repr(v)

    def key(calls: list[dict]) -> list[str]:
        return sorted(repr((c["name"], sorted((k, plain(v)) for k, v in c["arguments"].items()))) for c in calls)

    return key(a) == key(b)


__all__ = ["ask", "same", "surface", "TOOLS"]
