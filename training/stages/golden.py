"""Golden vectors for the engine: `python -m stages.golden --tokenizer work/tokenizer.model --out ../test/vectors/golden`.

Small random models (both layouts, from_layer 0 / half / n, F32-exact and quantised) and, with --state, the trained one. Each NAME.gguf has NAME.bin: u32 cases;
per case u16 blocks, per block {u8 kind, u32 length, text}, u32 length, query, u32 n, n ids, u32 V, n * V f32 logits. Little-endian.
"""

from __future__ import annotations

import argparse
import json
import random
import struct
from pathlib import Path

import torch

from needlelab.export import write_gguf
from needlelab.model import Config, Needle
from needlelab.reference import dequantised, logits
from needlelab.render import render_tool
from needlelab.tokens import FACT, TOOLS, Tokens

QUERIES = ["turn off the kitchen lights", "set the bedroom to 21.5 degrees and lock the front door", "Ünïcode — 漢字 😀 don't", "x"]


def case_bytes(model: Needle, tokens: Tokens, blocks: list[tuple[int, str]], query: str, ids: list[int]) -> bytes:
    """One case of NAME.bin."""
    out = struct.pack("<H", len(blocks))
    for kind, text in blocks:
        raw = text.encode()
        out += struct.pack("<BI", int(kind == FACT), len(raw)) + raw
    raw = query.encode()
    out += struct.pack("<I", len(raw)) + raw + struct.pack(f"<I{len(ids)}I", len(ids), *ids)
    values = logits(model, tokens, blocks, query, ids)
    return out + struct.pack("<I", values.shape[1]) + values.contiguous().numpy().astype("<f4").tobytes()


def write_cases(path: Path, model: Needle, tokens: Tokens, tools: list[dict], seed: int) -> None:
    """Four requests with different pools and decoder ids."""
    rng = random.Random(seed)
    out = b""
    for query in QUERIES:
        chosen = rng.sample(tools, 1 if model.c.layout == "joint" else rng.randint(1, 5))
        blocks = [(TOOLS, tokens.tool(t, model.c.block_tokens)[0]) for t in chosen]
        if model.c.layout == "catalogue" and rng.random() < 0.5:
            blocks.append((FACT, "room\x1fkitchen\x1elamp\x1fby the couch"))
        answer, _ = tokens.answer([{"name": chosen[0]["name"], "arguments": {}}], {t["name"]: t for t in chosen})
        ids = [1, *answer[:-1], *[rng.randrange(3, tokens.size) for _ in range(2)]]
        out += case_bytes(model, tokens, blocks, query, ids)
    path.write_bytes(struct.pack("<I", len(QUERIES)) + out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizer", default="work/tokenizer.model")
    parser.add_argument("--catalogue", type=Path, default=Path("../devices/catalogue.json"))
    parser.add_argument("--out", type=Path, default=Path("../test/vectors/golden"))
    parser.add_argument("--state", type=Path, help="a trained state.pt to add, as --kind")
    parser.add_argument("--kind", default="Q8_0")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tokens, tools = Tokens(args.tokenizer), json.loads(args.catalogue.read_text())
    if args.state:
        state = torch.load(args.state, map_location="cpu", weights_only=True)
        trained = Needle(Config(**state["config"]))
        trained.load_state_dict(state["model"])
        write_cases(args.out / "trained.bin", dequantised(trained, args.kind), tokens, tools, 5)
        return
    for name, layout, from_layer, kind in (
        ("joint-f16", "joint", 0, "F16"), ("catalogue-0-q8", "catalogue", 0, "Q8_0"),
        ("catalogue-half-q4", "catalogue", 1, "Q4_0"), ("catalogue-n-f16", "catalogue", 2, "F16"),
    ):  # fmt: skip
        torch.manual_seed(from_layer + 1)
        config = Config(
            d=64, enc_layers=2, dec_layers=2, heads=4, kv_heads=2, head_dim=32, vocab=tokens.size, from_layer=from_layer, layout=layout,
            select_len=32 if layout == "catalogue" else 0,
        )  # fmt: skip
        model = Needle(config)
        with torch.no_grad():
            for p in model.parameters():
                if p.ndim < 2:
                    p.normal_(0, 0.3)
        write_gguf(args.out / f"{name}.gguf", model, args.tokenizer, name, kind)
        write_cases(args.out / f"{name}.bin", dequantised(model, kind), tokens, tools, from_layer)
        print(name, (args.out / f"{name}.gguf").stat().st_size)
    with (args.out.parent / "render.jsonl").open("w", encoding="utf-8") as lines:
        for limit in (256, 128, 60, 40):
            for tool in tools:
                try:
                    text, cuts = render_tool(tool, limit, lambda t: len(tokens.block(t)))
                except ValueError:
                    continue
                lines.write(json.dumps({"kind": "tool", "tool": tool, "limit": limit, "text": text, "cuts": cuts}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
