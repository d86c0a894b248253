"""The same sets against any server that speaks OpenAI's chat completions: `python -m stages.rival --url http://localhost:8080/v1 --model NAME --data FILE …`.

Every record is one conversation: a system line, the question, the record's tools. Calls are read from `tool_calls`, else from JSON in the text (fences, <tool_call> tags, a list or
objects). One line a record goes to OUT/SET-HASH.jsonl in the form of `needled eval --out`; a second run asks only what is missing. `stages.report --rival OUT` puts it into the table.
A key, where the server wants one, comes from the environment variable that --key-from names.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from needlelab.report.chat import Server, ask
from needlelab.report.engine import rows_of
from needlelab.report.score import metrics
from needlelab.report.sets import file_hash, read_lines, stem_of


def read_done(path: Path) -> dict[str, dict]:
    """Predictions of an earlier run by id; a last line that broke off is dropped, and so is what failed, which is asked again."""
    out: dict[str, dict] = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            found = json.loads(line)
        except ValueError:
            if number < len(lines):
                raise SystemExit(f"{path}:{number}: not JSON: delete the line and run again") from None
            continue
        if "error" not in found:
            out[json.dumps(found["id"])] = found
    return out


def check_ids(path: Path, records: list[dict]) -> None:
    """Resuming goes by id."""
    if len({json.dumps(r["id"]) for r in records}) != len(records):
        raise SystemExit(f"{path}: two records share an id: give each its own")


def run_set(server: Server, path: Path, place: Path, options: tuple[int, int]) -> list[dict]:
    """Rows of one set; options (limit, concurrency). Lines are appended as they come and put in order at the end."""
    limit, concurrency = options
    records = read_lines(path)[: limit or None]
    check_ids(path, records)
    done, lock = read_done(place), threading.Lock()
    place.write_text("".join(json.dumps(p, ensure_ascii=False) + "\n" for p in done.values()), encoding="utf-8")
    left = [r for r in records if json.dumps(r["id"]) not in done]
    start, failed = time.monotonic(), 0

    def one(record: dict) -> None:
        nonlocal failed
        found = ask(server, record)
        with lock:
            done[json.dumps(record["id"])] = found
            failed += "error" in found
            with place.open("a", encoding="utf-8") as out:
                out.write(json.dumps(found, ensure_ascii=False) + "\n")
            rate = (len(done) - (len(records) - len(left))) / max(1e-9, time.monotonic() - start)
            print(f"\r{stem_of(path)}: {len(done)}/{len(records)}, {rate:.1f}/s, {failed} errors", end="", file=sys.stderr, flush=True)

    with ThreadPoolExecutor(concurrency) as pool:
        list(pool.map(one, left))
    print(file=sys.stderr)
    ordered = [done[json.dumps(r["id"])] for r in records]
    part = place.with_suffix(".part")
    part.write_text("".join(json.dumps(p, ensure_ascii=False) + "\n" for p in ordered), encoding="utf-8")
    part.rename(place)
    return rows_of(records, ordered, str(place))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="where the server's /chat/completions is, e.g. http://localhost:8080/v1")
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="FILE", help="sets in the data format")
    parser.add_argument("--out", type=Path, help="work/rival/MODEL")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--max-tokens", type=int, default=256)
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds a question")
    parser.add_argument("--tools", choices=["native", "text"], default="native", help="text: tools written into the system line, for servers without tool calls")
    parser.add_argument("--tool-choice", choices=["auto", "required"], default="auto", help="required: the server must call, so nothing can be refused")
    parser.add_argument("--key-from", metavar="VARIABLE", help="environment variable with the key")
    return parser.parse_args()


def main() -> None:
    args = options()
    if args.key_from and args.key_from not in os.environ:
        raise SystemExit(f"--key-from {args.key_from}: no such environment variable: set it, or leave the option out")
    name = args.model.replace("/", "-")
    out = args.out or Path("work/rival") / name
    out.mkdir(parents=True, exist_ok=True)
    key = os.environ[args.key_from] if args.key_from else ""
    server = Server(args.url.rstrip("/"), args.model, key, args.timeout, args.max_tokens, args.tools == "native", args.tool_choice)
    about = {"name": name, "command": shlex.join(["python", "-m", "stages.rival", *sys.argv[1:]]), "about": f"tools {args.tools}, tool choice {args.tool_choice}, temperature 0, at most {args.max_tokens} tokens"}
    (out / "rival.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    for path in args.data:
        rows = run_set(server, path, out / f"{stem_of(path)}-{file_hash(path)[:16]}.jsonl", (args.limit, args.concurrency))
        print(json.dumps({"set": stem_of(path), "model": args.model} | {k: v for k, v in metrics(rows).items() if k != "ece"}))


if __name__ == "__main__":
    main()
