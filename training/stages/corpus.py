"""The hand-written corpus: `python -m stages.corpus check [PATHS] | stats | similar --data DIR | sample --n 200 --seed 1 | count --n 200000 | count --distinct 5000000`."""

from __future__ import annotations

import argparse
import functools
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from needlelab.corpus.bank import bank, house
from needlelab.corpus.check import Checker
from needlelab.corpus.distinct import collisions, digest, distinct, megabytes
from needlelab.corpus.load import CORPUS, home_tools, load
from needlelab.corpus.need import Draw
from needlelab.corpus.similar import SHORT, matches
from needlelab.corpus.stats import near, report
from needlelab.corpus.synth import corpus_group
from needlelab.corpus.write import spoken, write

PARTS = {"home": 0.45, "context": 0.18, "tools": 0.37}


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


def stats(args: argparse.Namespace) -> int:
    """Counts; with --near also the pairs that are nearly the same."""
    corpus = load(args.root)
    print(report(corpus))
    every = corpus.patterns + [e for b in corpus.boxes.values() for e in b.examples]
    for one, other in near(every)[: args.near]:
        print(f"{one.path.parent.name}/{one.path.name}:{one.line}: {one.q!r} ~ {other.path.parent.name}/{other.path.name}:{other.line}: {other.q!r}")
    return 0


def similar(args: argparse.Namespace) -> int:
    """Questions of the evaluation sets that are in the corpus; 1 when one of more than SHORT words is."""
    found = matches(load(args.root), args.data)
    for generic in (False, True):
        part = [m for m in found if m.generic == generic]
        print(f"{len(part)} " + (f"of at most {SHORT} words, which anybody says:" if generic else "that look copied:"))
        for m in part:
            print(f"  {m.kind}: {m.pattern.path.parent.name}/{m.pattern.path.name}:{m.pattern.line}: {m.pattern.q!r} = {m.source}: {m.query!r}")
    return 1 if any(not m.generic for m in found) else 0


def drawn(rng: random.Random, split: str, parts: list[str], n_queries: int) -> tuple[str, dict]:
    """A group of one of the parts, by their usual shares."""
    part = rng.choices(parts, weights=[PARTS[p] for p in parts])[0]
    return part, corpus_group(rng, split, n_queries, min(rng.randint(4, 14), rng.randint(6, 14)), part)


def sample(args: argparse.Namespace) -> int:
    """Filled examples for a reader."""
    rng, left = random.Random(args.seed), args.n
    while left > 0:
        part, group = drawn(rng, args.split, args.parts, 5)
        print(f"--- {part}: {', '.join(t['name'] for t in group['tools'])}")
        for item in group["items"][:left]:
            calls = " ; ".join(c["name"] + json.dumps(c["arguments"], ensure_ascii=False) for c in item["answers"]) or "[]"
            hidden = f"  without {', '.join(item['hidden'])}" if item["hidden"] else ""
            print(f"{item['query']!r} -> {calls}{hidden}   <{item['pattern']}>")
            for i in item.get("facts", ()):
                fact = group["facts"][i]
                print("      " + " | ".join([fact["name"], fact["text"], *(f"{k}={v}" for k, v in fact["fields"].items())]))
        left -= len(group["items"])
    return 0


WANTED = 5_000_000


def count(args: argparse.Namespace) -> int:
    """Questions a second, and how many different ones a longer stream would hold.

    Three things are counted: the words alone; words, answers and context; and these with the tools on view. What is beyond the sample is extrapolated: from each
    doubling to the next the growth falls, and it is taken to go on falling as it did in the last two doublings of the sample. That is a guess, not a bound.
    """
    if args.distinct:
        return counted(args)
    rng, total, seconds = random.Random(args.seed), 0, 0.0
    silent = removed = 0
    marks = [args.n // 4, args.n // 2, args.n]
    seen: dict[str, set[int]] = {"questions": set(), "with answers and context": set(), "with the tools on view": set()}
    sizes: dict[str, list[int]] = {k: [] for k in seen}
    while total < args.n:
        start = time.process_time()
        _, group = drawn(rng, args.split, args.parts, 24)
        seconds += time.process_time() - start
        tools = {t["name"]: hash(json.dumps(t)) for t in group["tools"]}
        for item in group["items"]:
            if total >= marks[len(sizes["questions"])]:
                break
            total += 1
            silent, removed = silent + (not item["answers"]), removed + item.get("removed", False)
            told = (item["query"], str(item["answers"]), str([group["facts"][i] for i in sorted(item.get("facts", ()))]))
            view = frozenset(h for n, h in tools.items() if n not in item["hidden"])
            for name, key in zip(seen, (item["query"], told, (told, view)), strict=True):
                seen[name].add(hash(key))
            if total == marks[len(sizes["questions"])]:
                for name, found in seen.items():
                    sizes[name].append(len(found))
                if total == args.n:
                    break
    print(f"{total:,} questions, {total / seconds:,.0f} a second of one core")
    print(f"the right tool is removed in {removed / total:.1%}; nothing may happen in {silent / total:.1%}, these among them")
    for name, grown in sizes.items():
        print(f"different {name}: {grown[-1]:,} ({grown[-1] / total:.1%}); {expected(total, grown)}")
    return 0


def hashes(split: str, parts: list[str], seed: int) -> Iterator[tuple[int, int]]:
    """Endless hashes of questions: of their words, and of these with their calls."""
    rng = random.Random(seed)
    while True:
        for item in drawn(rng, split, parts, 24)[1]["items"]:
            yield digest(item["query"]), digest(f"{item['query']}\0{item['answers']}")


def fillings(split: str, seed: int) -> Iterator[tuple[int]]:
    """Endless hashes of the words of questions: every line of the corpus in turn with fresh fillings, without tools."""
    rng, made = random.Random(seed), bank(split)
    lines = made.plans()
    while True:
        for plan in lines:
            one = write(plan, Draw(rng, split, spoken(rng, plan), house(rng, made, 0.3)))
            if one is not None:
                yield (digest(one.query),)


def counted(args: argparse.Namespace) -> int:
    """Draws until `--distinct` are different with their calls, or `--n` are drawn: a count, no extrapolation. 1 when they are not reached."""
    seeds = [args.seed + i for i in range(args.seeds)]
    if args.filled:
        total, (wordings,) = distinct(functools.partial(fillings, args.split), seeds, args.n, args.distinct)
        print(f"{total:,} times a line was filled (seeds {seeds[0]} to {seeds[-1]}): {wordings:,} different wordings ({wordings / total:.1%}), {megabytes():,.0f} MB")
        return 0 if wordings >= args.distinct else 1
    total, (wordings, asked) = distinct(functools.partial(hashes, args.split, args.parts), seeds, args.n, args.distinct)
    print(f"{total:,} questions drawn from seeds {seeds[0]} to {seeds[-1]}: {asked:,} different with their calls ({asked / total:.1%}), {wordings:,} different wordings, {megabytes():,.0f} MB")
    print(f"64-bit hashes: by them {collisions(total):.1g} questions are expected to be missing in the count")
    return 0 if asked >= args.distinct else 1


def expected(total: int, grown: list[int]) -> str:
    """How long a stream holds WANTED different ones, if growth falls on as it did."""
    first, last = grown[1] / grown[0], grown[2] / grown[1]
    size, length, ratio, fall = float(grown[2]), float(total), last, min(1.0, (last - 1) / max(1e-9, first - 1))
    while size < WANTED and length < 1e12 and ratio > 1.001:
        ratio = 1 + (ratio - 1) * fall
        size, length = size * ratio, length * 2
    return f"a stream of about {length / 1e6:,.1f} million is expected to hold {size / 1e6:,.1f} million" if size >= WANTED else f"expected to end at about {size / 1e6:,.1f} million"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=CORPUS, help="folder of patterns, tools and homes")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("check", help="validate patterns and tools files")
    one.add_argument("paths", type=Path, nargs="*", help="files or folders; all when none is given")
    one.add_argument("--limit", type=int, default=200, help="faults shown at most")
    one.set_defaults(run=check)
    two = commands.add_parser("stats", help="counts")
    two.add_argument("--near", type=int, default=0, help="show so many pairs that are nearly the same")
    two.set_defaults(run=stats)
    three = commands.add_parser("similar", help="questions of evaluation sets that stand in the corpus")
    three.add_argument("--data", type=Path, required=True, help="folder of the evaluation sets")
    three.set_defaults(run=similar)
    for name, run, n, text in (("sample", sample, 200, "filled examples for a reader"), ("count", count, 200_000, "how many different questions there are")):
        some = commands.add_parser(name, help=text)
        some.add_argument("--n", type=int, default=n)
        some.add_argument("--seed", type=int, default=1)
        some.add_argument("--split", choices=("train", "heldout"), default="train")
        some.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
        some.set_defaults(run=run)
        if name == "count":
            some.add_argument("--distinct", type=int, default=0, metavar="N", help="count exactly until N are different with their calls, or --n are drawn")
            some.add_argument("--filled", action="store_true", help="with --distinct: only fill the lines of the corpus in turn and count wordings; quicker, since no tools are made up")
            some.add_argument("--seeds", type=int, default=2, help="with --distinct: so many processes, each with a seed of its own")
    args = parser.parse_args()
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
