"""Fit the confidence: `python -m stages.calibrate PRED.jsonl … --gold SET.jsonl …` (predictions of `needled eval --out`, in the order of the sets).

calibrated = sigmoid(a * logit(raw) + b), a and b by Newton's method on whether the answer was exact; then a table of coverage against error by threshold, and for each risk class
(0-1, 2, 3; needlelab/report/danger.py) the smallest threshold whose precision reaches its target. Predictions of a file with a calibration of its own: `--undo A B` takes it back first.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

from needlelab.decode import same
from needlelab.public import read_records
from needlelab.report.danger import risk_of
from needlelab.report.score import calibration_error, wilson
from needlelab.report.table import CLASSES

LEAST = 20  # answers that must be left for a share to be told


def fit(pairs: list[tuple[float, bool]]) -> tuple[float, float]:
    """(a, b) of the logistic map; pairs of raw confidence and whether it was right. Lightly tied to a = 1, b = 0."""
    a, b = 1.0, 0.0
    for _ in range(50):
        ga, gb, haa, hab, hbb = a - 1.0, b, 1.0, 0.0, 1.0
        for raw, right in pairs:
            x = logit(raw)
            p = 1 / (1 + math.exp(-(a * x + b)))
            ga, gb = ga + (p - right) * x, gb + (p - right)
            w = p * (1 - p)
            haa, hab, hbb = haa + w * x * x, hab + w * x, hbb + w
        det = haa * hbb - hab * hab
        da, db = (hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det
        a, b = a - da, b - db
        if abs(da) + abs(db) < 1e-9:
            break
    return a, b


def logit(p: float) -> float:
    """Clipped log odds."""
    p = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


def undone(confidence: float, fitted: tuple[float, float]) -> float:
    """The raw confidence under a calibrated one."""
    a, b = fitted
    return 1 / (1 + math.exp(-(logit(confidence) - b) / a))


def class_of(calls: list[dict], tools: list[dict]) -> str:
    """Risk class of an answer: that of its gravest call."""
    by_name = {t["name"]: t for t in tools}
    most = max(min(3, risk_of(c, by_name)) for c in calls)
    return next(name for name, levels in CLASSES.items() if most in levels)


def read_acts(pairs: list[tuple[Path, Path]], fitted: tuple[float, float]) -> list[tuple[float, bool, str]]:
    """(raw confidence, right, risk class) of every answer with calls, before the threshold."""
    out = []
    for prediction, gold in pairs:
        got, want = read_records(prediction), read_records(gold)
        if len(got) > len(want):
            raise SystemExit(f"{prediction}: {len(got)} predictions for the {len(want)} records of {gold}: give both lists in one order")
        for p, r in zip(got, want[: len(got)], strict=True):
            if p["raw"] and "error" not in p:
                out.append((undone(p["confidence"], fitted), same(p["raw"], r["answers"]), class_of(p["raw"], r["tools"])))
    return out


def least_threshold(scored: list[tuple[float, bool]], target: float) -> dict:
    """The smallest threshold, in hundredths, at which at least `LEAST` answers stay and the share of right ones reaches the target; without one, the best share there is."""
    best = {"threshold": None, "right": 0.0, "n": 0, "acts": 0.0}
    for step in range(100):
        kept = [r for p, r in scored if p >= step / 100]
        if len(kept) < LEAST:
            break
        share = sum(kept) / len(kept)
        now = {"threshold": step / 100, "right": round(share, 4), "n": len(kept), "acts": round(len(kept) / len(scored), 4)}
        if share >= target:
            return now | {"lower": round(wilson(sum(kept), len(kept))[0], 4)}
        best = max(best, now | {"threshold": None}, key=lambda b: b["right"])
    return best


def propose(acted: list[tuple[float, bool, str]], ab: tuple[float, float], targets: list[float]) -> None:
    """Thresholds by risk class, as text and as one JSON line."""
    chosen = {}
    for (name, _), target in zip(CLASSES.items(), targets, strict=True):
        scored = [(calibrated(c, ab), r) for c, r, k in acted if k == name]
        found = least_threshold(scored, target)
        chosen[name] = found["threshold"]
        if found["threshold"] is None:
            why = f"fewer than {LEAST} answers" if len(scored) < LEAST else f"the best is {found['right']:.3f} of {found['n']}"
            print(f"risk {name}: no threshold is right in {target:g} of the cases: {why}; of {len(scored)} answers")
        else:
            print(f"risk {name}: threshold {found['threshold']:.2f} acts on {found['acts']:.3f} of {len(scored)}, right {found['right']:.3f} (95 % interval from {found['lower']:.3f}; target {target:g})")
    print(json.dumps({"calibration": [round(v, 4) for v in ab], "targets": targets, "thresholds": chosen}))


def calibrated(raw: float, ab: tuple[float, float]) -> float:
    return 1 / (1 + math.exp(-(ab[0] * logit(raw) + ab[1])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("predictions", type=Path, nargs="+")
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--undo", type=float, nargs=2, default=(1.0, 0.0), metavar=("A", "B"), help="the calibration of the file that made the predictions")
    parser.add_argument("--targets", type=float, nargs=3, default=[0.75, 0.9, 0.98], help="share that must be right, of risk 0-1, 2 and 3")
    args = parser.parse_args()
    if len(args.predictions) != len(args.gold):
        parser.error("as many --gold as predictions, in the same order")
    acted = read_acts(list(zip(args.predictions, args.gold, strict=True)), tuple(args.undo))
    if not acted:
        parser.error("no prediction has a call: nothing to fit")
    ab = fit([(c, r) for c, r, _ in acted])
    print(f"{len(acted)} answers with calls, {sum(r for _, r, _ in acted) / len(acted):.3f} exact; --calibration {ab[0]:.3f} {ab[1]:.3f}")
    scored = sorted(((calibrated(c, ab), r) for c, r, _ in acted), reverse=True)
    print(f"ECE {calibration_error(scored):.3f} (on the data it was fitted on)")
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        kept = [r for p, r in scored if p >= threshold]
        if kept:
            print(f"threshold {threshold:.1f}: acts on {len(kept) / len(scored):.3f} of them, right {sum(kept) / len(kept):.3f}")
    propose(acted, ab, args.targets)


if __name__ == "__main__":
    main()
