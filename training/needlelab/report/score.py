"""Scores predictions against gold calls: the same definitions as daemon/src/eval/metrics.ts, to which `engine.py` holds them, and what only a report needs.

A row is one question: {gold, answers, raw, confidence, ms, failed}; gold None: the record has no usable gold and counts for time and errors only.
"""

from __future__ import annotations

import math

Row = dict
BINS = 10


def same_value(a: object, b: object) -> bool:
    """Strings without case and outer blanks; numbers by value, apart from booleans; lists in order; objects by key."""
    if isinstance(a, str) and isinstance(b, str):
        return a.strip().lower() == b.strip().lower()
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same_value, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_value(v, b[k]) for k, v in a.items())
    if is_number(a) and is_number(b):
        return as_double(a) == as_double(b)
    return isinstance(a, bool) == isinstance(b, bool) and a == b


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def as_double(value: float) -> float:
    """As JavaScript reads a number: a whole one too large for 53 bits loses its tail, one too large for a double is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def same_call(a: dict, b: dict) -> bool:
    """One tool, the same arguments."""
    return a["name"] == b["name"] and same_value(a["arguments"], b["arguments"])


def left_over(calls: list[dict], gold: list[dict]) -> list[dict]:
    """Calls that no gold call answers for; each gold call answers for one."""
    rest, out = list(gold), []
    for call in calls:
        at = next((i for i, other in enumerate(rest) if same_call(call, other)), None)
        if at is None:
            out.append(call)
        else:
            rest.pop(at)
    return out


def same_calls(a: list[dict], b: list[dict]) -> bool:
    """Equal as multisets."""
    return len(a) == len(b) and not left_over(a, b)


def read_gold(answers: object) -> list[dict] | None:
    """Gold calls of a record, or None when it has none that can be read."""
    if not isinstance(answers, list):
        return None
    out = []
    for item in answers:
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            return None
        given = {} if item.get("arguments") is None else item["arguments"]
        if not isinstance(given, dict):
            return None
        out.append({"name": item["name"], "arguments": given})
    return out


def count_arguments(gold: dict, got: dict) -> tuple[int, int]:
    """(equal, all) over the keys of both."""
    a, b = gold["arguments"], got["arguments"]
    keys = a.keys() | b.keys()
    return sum(k in a and k in b and same_value(a[k], b[k]) for k in keys), len(keys)


def pair_calls(gold: list[dict], got: list[dict]) -> tuple[int, int, int]:
    """(pairs, equal arguments, all arguments): each gold call takes the call of its tool that shares most arguments."""
    rest, pairs, equal, total = list(got), 0, 0, 0
    for want in gold:
        found = [(-count_arguments(want, c)[0], count_arguments(want, c)[1], i) for i, c in enumerate(rest) if c["name"] == want["name"]]
        if not found:
            continue
        good, count, at = min(found)
        rest.pop(at)
        pairs, equal, total = pairs + 1, equal - good, total + count
    return pairs, equal, total


def ratio(part: float, whole: float) -> float | None:
    """None of nothing."""
    return part / whole if whole else None


def percentile(values: list[float], share: float) -> float | None:
    """Nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def wilson(good: int, n: int, z: float = 1.96) -> tuple[float, float] | None:
    """95 % interval of a share."""
    if not n:
        return None
    p, d = good / n, 1 + z * z / n
    middle, half = (p + z * z / (2 * n)) / d, z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / d
    return max(0.0, middle - half), min(1.0, middle + half)


def bins_of(points: list[tuple[float, bool]]) -> list[dict]:
    """Ten equal bins of confidence: {n, confidence (mean), right (share)}; empty ones have n 0."""
    boxes: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in points:
        boxes[min(BINS - 1, max(0, int(confidence * BINS)))].append((confidence, right))
    return [{"n": len(b), "confidence": ratio(sum(c for c, _ in b), len(b)), "right": ratio(sum(r for _, r in b), len(b))} for b in boxes]


def calibration_error(points: list[tuple[float, bool]]) -> float | None:
    """ECE over ten bins."""
    return ratio(sum(abs(b["confidence"] - b["right"]) * b["n"] for b in bins_of(points) if b["n"]), len(points))


def points_of(rows: list[Row]) -> list[tuple[float, bool]]:
    """(confidence, whether what the model said before the threshold is right) of every scored row."""
    return [(r["confidence"], same_calls(r["raw"], r["gold"])) for r in rows if r["gold"] is not None and not r["failed"]]


def coverage(rows: list[Row], steps: int = 50) -> list[dict]:
    """Abstention: at each threshold the share of all questions on which the model would act, and the share of those acts that are right."""
    known = [r for r in rows if r["gold"] is not None]
    acts = [(r["confidence"], same_calls(r["raw"], r["gold"])) for r in known if r["raw"]]
    out = []
    for step in range(steps + 1):
        kept = [right for confidence, right in acts if confidence >= step / steps]
        out.append({"threshold": step / steps, "acts": ratio(len(kept), len(known)), "right": ratio(sum(kept), len(kept))})
    return out


def metrics(rows: list[Row]) -> dict:
    """The keys and values of `needled eval --json`, and the 95 % interval of `exact`."""
    known = [r for r in rows if r["gold"] is not None]
    refused = [r for r in known if not r["answers"]]
    hits = sum(not r["gold"] for r in refused)
    sums = [pair_calls(r["gold"], r["answers"]) for r in known]
    pairs, equal, total = (sum(s[i] for s in sums) for i in range(3))
    exact = sum(same_calls(r["answers"], r["gold"]) for r in known)
    times = [r["ms"] for r in rows if not r["failed"]]
    return {
        "n": len(rows),
        "scored": len(known),
        "exact": ratio(exact, len(known)),
        "exact_interval": wilson(exact, len(known)),
        "raw_exact": ratio(sum(same_calls(r["raw"], r["gold"]) for r in known), len(known)),
        "tool_f1": ratio(2 * pairs, sum(len(r["gold"]) + len(r["answers"]) for r in known)),
        "argument_accuracy": ratio(equal, total),
        "refusal_precision": ratio(hits, len(refused)),
        "refusal_recall": ratio(hits, sum(not r["gold"] for r in known)),
        "wrongly_refused": ratio(len(refused) - hits, sum(bool(r["gold"]) for r in known)),
        "errors": sum(r["failed"] for r in rows),
        "p50_ms": percentile(times, 0.5),
        "p95_ms": percentile(times, 0.95),
        "ece": calibration_error(points_of(rows)),
    }
