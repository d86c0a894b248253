"""Fit the confidence: `python -m stages.calibrate PRED.jsonl … --gold SET.jsonl …` (predictions of `needled eval --out`, in the order of the sets).

calibrated = sigmoid(a * logit(raw) + b), a and b by Newton's method on whether the answer was exact; then a table of coverage against error by threshold.
The predictions must come from a model exported with a = 1, b = 0, threshold 0.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from needlelab.decode import same
from needlelab.public import read_records


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("predictions", type=Path, nargs="+")
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    args = parser.parse_args()
    acted: list[tuple[float, bool]] = []
    for prediction, gold in zip(args.predictions, args.gold, strict=True):
        for got, want in zip(read_records(prediction), read_records(gold), strict=True):
            if got["raw"]:
                acted.append((got["confidence"], same(got["raw"], want["answers"])))
    a, b = fit(acted)
    print(f"{len(acted)} answers with calls, {sum(r for _, r in acted) / len(acted):.3f} exact; --calibration {a:.3f} {b:.3f}")
    scored = sorted(((1 / (1 + math.exp(-(a * logit(c) + b))), r) for c, r in acted), reverse=True)
    bins = [[p_r for p_r in scored if k / 10 <= p_r[0] < (k + 1) / 10 + (k == 9)] for k in range(10)]
    ece = sum(abs(sum(p for p, _ in x) - sum(r for _, r in x)) for x in bins) / len(scored)
    print(f"ECE {ece:.3f} (on the data it was fitted on)")
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        kept = [r for p, r in scored if p >= threshold]
        if kept:
            print(f"threshold {threshold:.1f}: acts on {len(kept) / len(scored):.3f} of them, right {sum(kept) / len(kept):.3f}")


if __name__ == "__main__":
    main()
