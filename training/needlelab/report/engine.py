"""The shipped engine on a set: `needled eval` as a child process, its predictions kept by the hash of everything that they hang on."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .score import metrics, read_gold
from .sets import LAB, Set, file_hash, read_lines

ROOT = LAB.parent
NEEDLED = ROOT / "daemon/bin/needled.js"
HELD = ("n", "scored", "exact", "raw_exact", "tool_f1", "argument_accuracy", "refusal_precision", "refusal_recall", "errors", "p50_ms", "p95_ms", "ece")


@dataclass(frozen=True)
class Shipped:
    """A model of a manifest and the program that runs it; `key` changes when either does."""

    folder: Path
    name: str
    file: Path
    sha256: str
    key: str


def find_shipped(folder: Path, name: str | None = None) -> Shipped:
    """The default model of FOLDER/manifest.json, or the named one."""
    manifest = folder / "manifest.json"
    if not manifest.exists():
        raise SystemExit(f"{manifest}: is not there: give --model-folder a folder that stages.export wrote")
    known = json.loads(manifest.read_text(encoding="utf-8"))
    chosen = name or known["default"]
    if chosen not in known["models"]:
        raise SystemExit(f"{manifest}: no model {chosen!r}: give one of {', '.join(known['models'])}")
    file = folder / known["models"][chosen]["file"]
    sha = file_hash(file)
    programs = sorted([*(ROOT / "kernels/dist").glob("*.js"), *(ROOT / "daemon/dist/eval").glob("*.js"), ROOT / "daemon/dist/predictor.js"])
    programs = [p for p in programs if not p.name.endswith(".test.js")]
    if not programs or not programs[-1].exists():
        raise SystemExit(f"{ROOT / 'daemon/dist'}: is not built: run `npm ci && npm run build` in {ROOT}")
    engine = next((p for p in engine_places() if p.exists()), None)
    parts = [sha, file_hash(*programs), file_hash(engine) if engine else "", known["models"][chosen]["sha256"]]
    return Shipped(folder, chosen, file, sha, hashlib.sha256(" ".join(parts).encode()).hexdigest())


def engine_places() -> list[Path]:
    """Where the engine program of this machine lies, in the client's order."""
    named = os.environ.get("NEEDLED_ENGINE")
    kind = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), "arm")
    return [*([Path(named)] if named else []), ROOT / "kernels/build/needle-engine", ROOT / f"kernels/prebuilt/linux-{kind}/needle-engine"]


def prediction_place(shipped: Shipped, one: Set, limit: int, cache: Path) -> Path:
    text = f"{shipped.key} {file_hash(one.path)} {limit}"
    return cache / f"{one.name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.jsonl"


def run_eval(shipped: Shipped, one: Set, limit: int, out: Path) -> dict:
    """One `needled eval`; its predictions go to `out`, its metrics come back. Progress goes to stderr, each line with the set's name."""
    part = out.with_suffix(f".{threading.get_ident()}.part")  # the same file may be asked twice at a time, as two sets
    command = ["node", str(NEEDLED), "eval", str(one.path.resolve()), "--json", "--model", shipped.name, "--out", str(part.resolve())]
    command += ["--limit", str(limit)] if limit else []
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"NEEDLED_MODELS": str(shipped.folder.resolve())})
    said: list[str] = []

    def tell() -> None:
        for line in child.stderr:
            said.append(line.rstrip())
            print(f"  {one.name}: {line.rstrip()}", file=sys.stderr, flush=True)

    teller = threading.Thread(target=tell)
    teller.start()
    text = child.stdout.read()
    teller.join()
    if child.wait() != 0:
        raise SystemExit(f"{one.path}: `needled eval` ended with {child.returncode}: {' '.join(said[-3:]) or 'it said nothing'}")
    part.rename(out)
    return json.loads(text)


def rows_of(records: list[dict], predictions: list[dict], place: str) -> list[dict]:
    """Predictions with their gold, in the order of the set."""
    if len(records) != len(predictions):
        raise SystemExit(f"{place}: {len(predictions)} predictions for {len(records)} records: delete the file and run again")
    return [
        {"gold": read_gold(r.get("answers")), "failed": "error" in p, "record": r} | {k: p[k] for k in ("answers", "raw", "confidence", "ms")}
        for r, p in zip(records, predictions, strict=True)
    ]


def hold_together(ours: dict, theirs: dict, place: str) -> None:
    """One harness: what this lab counts is what the product counts, or nothing is reported."""
    for key in HELD:
        a, b = ours[key], theirs[key]
        if (a is None) != (b is None) or (a is not None and abs(a - b) > 1e-9):
            raise SystemExit(f"{place}: {key} is {a} here and {b} from `needled eval`: needlelab/report/score.py and daemon/src/eval/metrics.ts differ, make them one")


def predict(shipped: Shipped, one: Set, limit: int, cache: Path) -> list[dict]:
    """Rows of the shipped engine on a set, from the cache when nothing has changed."""
    out = prediction_place(shipped, one, limit, cache)
    told = out.with_suffix(".metrics.json")
    if not (out.exists() and told.exists()):
        told.write_text(json.dumps(run_eval(shipped, one, limit, out)), encoding="utf-8")
    rows = rows_of(read_lines(one.path)[: limit or None], read_lines(out), str(out))
    hold_together(metrics(rows), json.loads(told.read_text(encoding="utf-8")), one.name)
    return rows


def predict_all(shipped: Shipped, sets: list[Set], options: tuple[int, int], cache: Path) -> dict[str, list[dict]]:
    """Set name -> rows; options (limit, jobs). The longest files start first."""
    limit, jobs = options
    cache.mkdir(parents=True, exist_ok=True)
    out, done = {}, 0
    with ThreadPoolExecutor(jobs) as pool:
        order = sorted(sets, key=lambda s: -s.path.stat().st_size * (6 if s.path.suffix == ".gz" else 1))
        for one, rows in zip(order, pool.map(lambda s: predict(shipped, s, limit, cache), order), strict=True):
            done += 1
            out[one.name] = rows
            print(f"[{done}/{len(sets)}] {one.name}: {len(rows)} records", file=sys.stderr, flush=True)
    return {s.name: out[s.name] for s in sets}
