"""Quantise and export: `python -m stages.export --state work/run/state.pt --name needle-small --kind Q8_0 --models ../models`.

Writes MODELS/NAME.gguf and its line in MODELS/manifest.json (size, SHA-256), which the daemon checks before the engine reads a byte.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from needlelab.export import update_manifest, write_gguf
from needlelab.model import Config, Needle


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--tokenizer", default="work/tokenizer.model")
    parser.add_argument("--name", default="needle-small")
    parser.add_argument("--kind", choices=["F16", "Q8_0", "Q4_0"], default="Q8_0")
    parser.add_argument("--models", type=Path, default=Path("../models"))
    parser.add_argument("--default", action="store_true", help="make it the default of the manifest")
    parser.add_argument("--copy-bias", type=float, default=4.0, help="logit bonus of ids that continue a span of the question")
    parser.add_argument("--calibration", type=float, nargs=2, default=(1.0, 0.0), metavar=("SCALE", "BIAS"))
    parser.add_argument("--facts", default="", help="kinds of context block that the model was trained with: speaker,last,device,time")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--beam", type=int, default=3, help="answers decoded side by side; 1: the likeliest id at each step")
    args = parser.parse_args()
    state = torch.load(args.state, map_location="cpu", weights_only=True)
    model = Needle(Config(**state["config"]))
    model.load_state_dict(state["model"])
    extra = {"copy_bias": args.copy_bias, "threshold": args.threshold}
    extra |= {"calibration.scale": args.calibration[0], "calibration.bias": args.calibration[1]}
    args.models.mkdir(parents=True, exist_ok=True)
    file = f"{args.name}.gguf"
    temporary = args.models / f"{file}.tmp"
    write_gguf(temporary, model, args.tokenizer, args.name, args.kind, extra, args.facts, args.beam)
    temporary.replace(args.models / file)
    update_manifest(args.models, args.name, file, args.default)
    print(f"{args.models / file}: {(args.models / file).stat().st_size:,} bytes, {args.kind}, {state['items']:,} examples seen")


if __name__ == "__main__":
    main()
