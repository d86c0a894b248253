"""The hand-written corpus: `python -m stages.corpus check [PATHS]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from needlelab.corpus.check import Checker
from needlelab.corpus.load import CORPUS, home_tools, load


def check(args: argparse.Namespace) -> int:
    """Every fault as file:line: field: what; 1 when there is one."""
    paths = [p.resolve() for p in args.paths]
    corpus = load(args.root)
    faults = Checker(corpus, home_tools(args.root)).run()
    if paths:
        faults = [f for f in faults if any(f.path == p or p in f.path.parents for p in paths)]
    here = Path.cwd()
    for fault in faults[: args.limit]:
        path = fault.path.relative_to(here) if fault.path.is_relative_to(here) else fault.path
        print(f"{path}:{fault.line}: {fault.field}: {fault.what}")
    examples = sum(len(b.examples) for b in corpus.boxes.values())
    print(f"{len(corpus.patterns)} patterns in all, {len(corpus.boxes)} tools files, {examples} examples: {len(faults)} faults", file=sys.stderr)
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=CORPUS, help="folder of patterns, tools and homes")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("check", help="validate patterns and tools files")
    one.add_argument("paths", type=Path, nargs="*", help="files or folders; all when none is given")
    one.add_argument("--limit", type=int, default=200, help="faults shown at most")
    one.set_defaults(run=check)
    args = parser.parse_args()
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
