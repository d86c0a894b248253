"""Measure a training state on sets in the data format: `python -m stages.eval --state work/run/state.pt SET.jsonl.gz … [--limit 100]`.

A quick look while training (Python, f32). Scores that count come from the shipped engine: `needled eval SET --json`.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import torch

from needlelab.decode import ask, same
from needlelab.model import Config, Needle
from needlelab.public import read_records
from needlelab.tokens import Tokens


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--tokenizer", default="work/tokenizer.model")
    parser.add_argument("--limit", type=int, default=0, help="a random sample of this size")
    parser.add_argument("--wrong", type=int, default=0, help="print this many wrong answers")
    args = parser.parse_args()
    torch.set_num_threads(1)
    state = torch.load(args.state, map_location="cpu", weights_only=True)
    model, tokens = Needle(Config(**state["config"])), Tokens(args.tokenizer)
    model.load_state_dict(state["model"])
    model.eval()
    for path in args.sets:
        records = read_records(path)
        if args.limit:
            records = random.Random(1).sample(records, min(args.limit, len(records)))
        exact = tools = refused = refusals = 0
        for n, record in enumerate(records, 1):
            calls, sure = ask(model, tokens, record["tools"], record["query"])
            right = same(calls, record["answers"])
            exact += right
            tools += sorted(c["name"] for c in calls) == sorted(c["name"] for c in record["answers"])
            refusals += not record["answers"]
            refused += not record["answers"] and not calls
            if not right and args.wrong > 0:
                args.wrong -= 1
                print(f"  {record['query']!r} p={sure:.2f}\n    want {json.dumps(record['answers'])}\n    got  {json.dumps(calls)}")
            if n % 50 == 0:
                print(f"\r{path.name} {n}/{len(records)} exact {exact / n:.3f}", end="", flush=True)
        n = len(records)
        print(f"\r{path.name}: n {n} exact {exact / n:.3f} tools {tools / n:.3f} refused {refused}/{refusals}")


if __name__ == "__main__":
    main()
