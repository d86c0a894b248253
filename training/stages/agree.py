"""The same answers from Python and from the shipped engine: `python -m stages.agree --data DIR --n 200`.

Greedy decodes of needlelab/decode.py (PyTorch, f32, on the weights of the shipped GGUF, dequantised) against the calls that the engine says before the threshold
(`needled eval --out`), on records drawn from the public sets and tiers-50. Left out, and counted: records that Python's simple grammar does not speak (nested objects, lists of objects,
alternatives, patterns), more tools than the model looks at (the engine selects), context blocks. What remains to differ: int8 activations of the engine
against f32, and strings, which Python lets run on as any text.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

import torch

from needlelab import decode
from needlelab.load import load_gguf
from needlelab.report.engine import find_shipped, predict
from needlelab.report.score import same_calls
from needlelab.report.sets import LAB, Set, own_sets, public_sets, read_lines

MOST_CALLS = 8  # the engine ends an answer there (docs/model-format.md section 5)
PLAIN = {"string", "integer", "number", "boolean"}


def is_plain(prop: object) -> bool:
    """Whether Python's grammar writes this parameter as the engine does."""
    if not isinstance(prop, dict) or prop.keys() & {"anyOf", "oneOf", "allOf", "$ref", "const", "pattern", "format", "x-needled-entity"}:
        return False
    if prop.get("type") == "array":
        return isinstance(prop.get("items"), dict) and prop["items"].get("type") in PLAIN and is_plain(prop["items"])
    return prop.get("type") in PLAIN and all(isinstance(m, (str, int, float)) for m in prop.get("enum", ()))


def is_fit(record: dict, most: int) -> bool:
    """Whether both can be asked the same."""
    tools = record["tools"]
    props = [p for t in tools for p in ((t.get("parameters") or {}).get("properties") or {}).values()]
    return 0 < len(tools) <= most and not record.get("facts") and bool(record["query"].strip()) and all(map(is_plain, props))


def draw(sets: list[Set], n: int, seed: int, most: int) -> tuple[list[dict], int]:
    """(n records in equal parts of the sets, how many of all do not fit)."""
    rng, chosen, unfit = random.Random(seed), [], 0
    pools = []
    for one in sets:
        records = read_lines(one.path)
        fit = [r for r in records if is_fit(r, most)]
        unfit += len(records) - len(fit)
        pools.append(rng.sample(fit, len(fit)))
    while len(chosen) < n and any(pools):
        chosen += [pool.pop() for pool in pools if pool][: n - len(chosen)]
    return chosen, unfit


def kind_of(ours: list[dict], theirs: list[dict]) -> str:
    """How two answers differ."""
    if len(ours) != len(theirs):
        return "number of calls"
    return "tool" if sorted(c["name"] for c in ours) != sorted(c["name"] for c in theirs) else "arguments"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder with eval-public; without it tiers-50 only")
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--model-folder", type=Path, default=LAB.parent / "models")
    parser.add_argument("--out", type=Path, default=Path("work/agree"))
    parser.add_argument("--show", type=int, default=10, help="print this many differences")
    args = parser.parse_args()
    torch.set_num_threads(1)
    shipped = find_shipped(args.model_folder)
    model, tokens, about = load_gguf(shipped.file)
    decode.COPY_BIAS = float(about["copy_bias"])
    records, unfit = draw([*(public_sets(args.data) if args.data else []), *own_sets()], args.n, args.seed, model.c.max_blocks)
    args.out.mkdir(parents=True, exist_ok=True)
    drawn = args.out / "agree.jsonl"
    drawn.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    rows, differ = predict(shipped, Set("agree", drawn, "own"), 0, args.out), {}
    for n, (record, row) in enumerate(zip(records, rows, strict=True), 1):
        calls, _ = decode.ask(model, tokens, record["tools"], record["query"], int(about["beam"]))
        calls = calls[:MOST_CALLS]
        if not same_calls(calls, row["raw"]):
            kind = kind_of(calls, row["raw"])
            differ[kind] = differ.get(kind, 0) + 1
            if sum(differ.values()) <= args.show:
                print(f"\r{record['id']}: {record['query']!r}\n  python {json.dumps(calls, ensure_ascii=False)}\n  engine {json.dumps(row['raw'], ensure_ascii=False)}", file=sys.stderr)
        print(f"\r{n}/{len(records)} asked, {n - sum(differ.values())} agree", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    same = len(records) - sum(differ.values())
    print(json.dumps({"model": shipped.sha256, "asked": len(records), "agree": same, "share": round(same / max(1, len(records)), 4), "differ": differ, "do_not_fit": unfit}))


if __name__ == "__main__":
    main()
