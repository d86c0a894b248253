"""The table of scores that anybody can repeat: `python -m stages.report --data DIR --out DIR [--limit N] [--card]`.

Runs the shipped engine (`needled eval`) on the public sets of DIR, on the test half of held-out synthesis, on tiers-50 and on what Home Assistant's matcher can be asked too; adds that
matcher (hassil, where it is installed) and the folders that `stages.rival` wrote; writes report.json, report.md and report.html. Predictions are kept in OUT/cache by the hash of weights,
program and set, so a second run only does what is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import sys
import time
from pathlib import Path

from needlelab.report import hass
from needlelab.report.card import write_card
from needlelab.report.engine import Shipped, find_shipped, predict_all
from needlelab.report.page import html, markdown
from needlelab.report.rivals import load_rivals
from needlelab.report.sets import LAB, Set, given_sets, heldout_sets, offered_sets, own_sets, public_sets
from needlelab.report.table import System, pooled, results


def machine() -> str:
    """Processor and cores."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{name}, {os.cpu_count()} cores"


def all_sets(args: argparse.Namespace) -> list[Set]:
    public = public_sets(args.data)
    heldout = given_sets(args.heldout) if args.heldout else heldout_sets(args.out / "sets", args.n)
    sets = [*heldout, *own_sets(), *public, *offered_sets(public, args.out / "sets")]
    wanted = [s for s in sets if not args.only or s.name in args.only]
    if not wanted:
        raise SystemExit(f"--only {' '.join(args.only)}: no such set: give some of {', '.join(s.name for s in sets)}")
    return wanted


def all_systems(args: argparse.Namespace, shipped: Shipped, sets: list[Set]) -> list[System]:
    """The shipped model first; then hassil and the rivals."""
    rows = predict_all(shipped, sets, (args.limit, args.jobs), args.out / "cache")
    systems = [System(shipped.name, "The shipped file and engine, `needled eval`.", rows)]
    if not args.no_hassil:
        systems += hass.systems(sets, args.data, args.limit, args.out / "cache")
    return systems + load_rivals(args.rival, sets, args.limit)


def build(args: argparse.Namespace) -> dict:
    """The report as data."""
    shipped, sets = find_shipped(args.model_folder, args.model), all_sets(args)
    systems = all_systems(args, shipped, sets)
    heldout = {"folder": str(args.heldout or ""), "command": "" if args.heldout else f"python -m stages.heldout --half test --n {args.n} --out FOLDER"}
    model = {"name": shipped.name, "file": shipped.file.name, "sha256": shipped.sha256, "bytes": shipped.file.stat().st_size}
    return {
        "made": time.strftime("%Y-%m-%d %H:%M", time.gmtime()) + " UTC",
        "machine": machine(),
        "command": shlex.join(["python", "-m", "stages.report", *("DIR" if a == str(args.data) else a for a in sys.argv[1:])]),
        "limit": args.limit,
        "model": model,
        "heldout": heldout,
        "sets": [{"name": s.name, "family": s.family, "file": s.path.name} for s in sets],
        "systems": [{"name": s.name, "about": s.about} for s in systems],
        "results": results(systems, sets),
        "pooled": pooled(systems[0], sets),
    }


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a folder with eval-public/*.jsonl.gz and README.md")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model-folder", type=Path, default=LAB.parent / "models", help="a folder with manifest.json")
    parser.add_argument("--model", help="a name of the manifest (its default)")
    parser.add_argument("--limit", type=int, default=0, help="only the first N records of each set: a quick look")
    parser.add_argument("--only", nargs="*", default=[], metavar="SET", help="these sets only")
    parser.add_argument("--n", type=int, default=800, help="records of each held-out set")
    parser.add_argument("--heldout", type=Path, help="held-out sets that exist, instead of making them")
    parser.add_argument("--jobs", type=int, default=2, help="sets at a time; 1 for times that count")
    parser.add_argument("--no-hassil", action="store_true")
    parser.add_argument("--rival", type=Path, nargs="*", default=[], metavar="DIR", help="folders that stages.rival wrote")
    parser.add_argument("--card", action="store_true", help="write the scores into the model folder's README.md")
    return parser.parse_args()


def main() -> None:
    args, start = options(), time.monotonic()
    args.out.mkdir(parents=True, exist_ok=True)
    report = build(args)
    (args.out / "report.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (args.out / "report.md").write_text(markdown(report), encoding="utf-8")
    (args.out / "report.html").write_text(html(report), encoding="utf-8")
    if args.card:
        write_card(args.model_folder / "README.md", report, args.data / "README.md")
    print(f"{args.out}/report.json, report.md, report.html{' and the card' if args.card else ''} in {time.monotonic() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
