"""A GGUF file back as a PyTorch model: what the engine computes with, dequantised (docs/model-format.md section 6)."""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import numpy as np
import torch

from .export import ATTENTION
from .model import Config, Needle
from .tokens import Tokens

SIZES = {
    "d": "embedding_length", "enc_layers": "encoder.block_count", "dec_layers": "decoder.block_count", "heads": "attention.head_count", "kv_heads": "attention.head_count_kv",
    "head_dim": "attention.key_length", "from_layer": "catalogue.from_layer", "query_base": "catalogue.query_base", "block_tokens": "catalogue.block_tokens",
    "max_blocks": "catalogue.max_blocks", "query_tokens": "query_tokens", "answer_tokens": "answer_tokens", "select_len": "select.length",
}  # fmt: skip


def value(reader: gguf.GGUFReader, key: str) -> float | int | str | None:
    """A scalar or a string of the header."""
    field = reader.fields.get(key)
    return None if field is None else field.contents()


def config_of(reader: gguf.GGUFReader) -> Config:
    """Sizes from the header."""
    sizes = {name: int(value(reader, f"needle.{key}")) for name, key in SIZES.items()}
    vocab = len(reader.fields["tokenizer.ggml.tokens"].data)
    return Config(**sizes, vocab=vocab, rope_base=float(value(reader, "needle.rope.freq_base")), layout=str(value(reader, "needle.layout")))


def state_names(c: Config) -> dict[str, str]:
    """Name in the file -> name in the state of `Needle`."""
    out = {"token_embd.weight": "embed.weight", "enc.output_norm.weight": "enc_norm.g", "dec.output_norm.weight": "dec_norm.g"}

    def attention(prefix: str, part: str) -> None:
        out.update({f"{prefix}_{letter}.weight": f"{part}.{letter}.weight" for letter in ATTENTION})
        out.update({f"{prefix}_q_norm.weight": f"{part}.q_norm.g", f"{prefix}_k_norm.weight": f"{part}.k_norm.g", f"{prefix}_gate": f"{part}.gate"})

    for i in range(c.enc_layers):
        out[f"enc.{i}.attn_norm.weight"] = f"enc.{i}.norm.g"
        attention(f"enc.{i}.attn", f"enc.{i}.attn")
    for i in range(c.dec_layers):
        out |= {f"dec.{i}.attn_norm.weight": f"dec.{i}.norm.g", f"dec.{i}.cross_norm.weight": f"dec.{i}.cross_norm.g"}
        attention(f"dec.{i}.attn", f"dec.{i}.attn")
        attention(f"dec.{i}.cross", f"dec.{i}.cross")
    if c.select_len:
        out |= {"select.norm.weight": "select_norm.g", "select_q.weight": "select_q.weight", "select_b.weight": "select_b.weight"}
    return out


def as_trained(name: str, tensor: gguf.gguf_reader.ReaderTensor) -> torch.Tensor:
    """Dequantised values as training holds them: norms less 1, gates before the sigmoid."""
    data = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
    values = torch.from_numpy(np.array(data, np.float32))
    if name.endswith("_gate"):
        return torch.logit(values.double()).float().reshape(())
    return values - 1 if name.endswith("norm.weight") else values


def load_gguf(path: Path) -> tuple[Needle, Tokens, dict[str, float]]:
    """(model, tokens, {copy_bias, threshold, calibration.scale, calibration.bias, beam}); the vocabulary lies beside the file as NAME.tokenizer.model."""
    reader = gguf.GGUFReader(str(path))
    model = Needle(config_of(reader))
    names, held = state_names(model.c), {t.name: t for t in reader.tensors}
    missing = sorted(names.keys() - held.keys())
    if missing:
        raise SystemExit(f"{path}: no tensor {missing[0]} (and {len(missing) - 1} more): not a file of stages.export")
    own = model.state_dict()
    model.load_state_dict({there: as_trained(name, held[name]).reshape(own[there].shape) for name, there in names.items()})
    about = {k: value(reader, f"needle.{k}") for k in ("copy_bias", "threshold", "calibration.scale", "calibration.bias")}
    about["beam"] = value(reader, "needle.beam") or 1
    return model.eval(), Tokens(str(path.with_suffix(".tokenizer.model"))), about


def load_any(path: Path, tokenizer: str = "work/tokenizer.model") -> tuple[Needle, Tokens]:
    """A GGUF file, a folder with a manifest (its default model), or a torch state."""
    if path.is_dir():
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        path = path / manifest["models"][manifest["default"]]["file"]
    if path.suffix == ".gguf":
        return load_gguf(path)[:2]
    state = torch.load(path, map_location="cpu", weights_only=True)
    model = Needle(Config(**state["config"]))
    model.load_state_dict(state["model"])
    return model.eval(), Tokens(tokenizer)
