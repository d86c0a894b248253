"""Train the vocabulary: `python -m stages.tokenizer --data DIR --out work/tokenizer --vocab 4096`.

The corpus is the text the model sees: queries, block segments and answer segments of the public train files, of the hand-written corpus and of the synthesis.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

import sentencepiece as spm

from needlelab.public import read_records
from needlelab.render import scalar_text, tool_parts
from needlelab.sources import SYNTH, synth_group
from needlelab.tokens import CONTROL


def segments(tool: dict) -> Iterator[str]:
    """Texts of a tool's block."""
    name, description, params = tool_parts(tool)
    yield name
    yield description
    for key, kind, meaning in params:
        yield key
        yield f"{kind} = {meaning}" if meaning else kind


def corpus(data: Path | None, groups: int, seed: int) -> Iterator[str]:
    """Lines for SentencePiece; a tool counts once per ten questions, as in a batch."""
    rng = random.Random(seed)
    for path in sorted(data.glob("*.jsonl.gz")) if data else []:
        for record in read_records(path):
            yield record["query"]
            for call in record["answers"]:
                yield from (scalar_text(v) for v in call["arguments"].values() if not isinstance(v, (list, dict)))
            yield from segments(rng.choice(record["tools"]))
    for i in range(groups):
        group = synth_group(rng, "train", SYNTH[i % len(SYNTH)], 12, 8)
        for item in group["items"]:
            yield item["query"]
        for tool in group["tools"]:
            yield from segments(tool)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of public train files (*.jsonl.gz)")
    parser.add_argument("--groups", type=int, default=4000, help="synthesised groups to add")
    parser.add_argument("--text", type=Path, action="append", default=[], help="more lines of text")
    parser.add_argument("--out", type=Path, default=Path("work/tokenizer"))
    parser.add_argument("--vocab", type=int, default=4096)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    lines = [line for line in corpus(args.data, args.groups, args.seed) if line.strip()]
    for path in args.text:
        lines += [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    print(f"{len(lines):,} lines, {sum(map(len, lines)):,} characters")
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_prefix=str(args.out), vocab_size=args.vocab, model_type="bpe", byte_fallback=True,
        normalization_rule_name="identity", split_digits=True, character_coverage=0.9995, pad_id=0, eos_id=1, bos_id=2, unk_id=3,
        control_symbols=CONTROL, num_threads=2, minloglevel=2,
    )  # fmt: skip
    model = spm.SentencePieceProcessor(model_file=f"{args.out}.model")
    assert model.id_to_piece(16) == "<0x00>", "byte pieces must start at 16"
    print(f"{args.out}.model: {model.vocab_size()} pieces, {sum(len(model.encode(x)) for x in lines) / sum(map(len, lines)):.3f} ids per character")


if __name__ == "__main__":
    main()
