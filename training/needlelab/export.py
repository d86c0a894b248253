"""A trained model as GGUF (docs/model-format.md section 6)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import gguf
import numpy as np
import sentencepiece as spm
import torch

from .model import Needle
from .quant import quantise

TYPES = {"F32": gguf.GGMLQuantizationType.F32, "F16": gguf.GGMLQuantizationType.F16, "Q8_0": gguf.GGMLQuantizationType.Q8_0, "Q4_0": gguf.GGMLQuantizationType.Q4_0}
ATTENTION = {"q": "q.weight", "k": "k.weight", "v": "v.weight", "o": "o.weight"}


def tensors(model: Needle) -> dict[str, np.ndarray]:
    """File name -> f32 array (out, in) or (n); norms as 1 + g, gates after the sigmoid."""
    out: dict[str, np.ndarray] = {}

    def attention(prefix: str, part: torch.nn.Module) -> None:
        for letter in "qkvo":
            out[f"{prefix}_{letter}.weight"] = getattr(part, letter).weight
        out[f"{prefix}_q_norm.weight"] = 1 + part.q_norm.g
        out[f"{prefix}_k_norm.weight"] = 1 + part.k_norm.g
        out[f"{prefix}_gate"] = torch.sigmoid(part.gate).reshape(1)

    out["token_embd.weight"] = model.embed.weight
    for i, layer in enumerate(model.enc):
        out[f"enc.{i}.attn_norm.weight"] = 1 + layer.norm.g
        attention(f"enc.{i}.attn", layer.attn)
    for i, layer in enumerate(model.dec):
        out[f"dec.{i}.attn_norm.weight"] = 1 + layer.norm.g
        attention(f"dec.{i}.attn", layer.attn)
        out[f"dec.{i}.cross_norm.weight"] = 1 + layer.cross_norm.g
        attention(f"dec.{i}.cross", layer.cross)
    out["enc.output_norm.weight"] = 1 + model.enc_norm.g
    out["dec.output_norm.weight"] = 1 + model.dec_norm.g
    if model.c.select_len:
        out["select.norm.weight"] = 1 + model.select_norm.g
        out["select_q.weight"] = model.select_q.weight
        out["select_b.weight"] = model.select_b.weight
    return {k: v.detach().float().cpu().numpy() for k, v in out.items()}


def write_gguf(path: Path, model: Needle, tokenizer: str, name: str, kind: str = "Q8_0", extra: dict[str, float] | None = None, facts: str = "", beam: int = 1) -> None:
    """Write weights (2-D as `kind`), sizes and vocabulary; `extra` holds copy_bias, calibration.scale, calibration.bias, threshold;
    `beam`: answers decoded side by side."""
    c, sp = model.c, spm.SentencePieceProcessor(model_file=tokenizer)
    w = gguf.GGUFWriter(str(path), "needle")
    w.add_name(name)
    w.add_version("0.1")
    w.add_license("Apache-2.0")
    w.add_quantization_version(2)
    w.add_string("needle.layout", c.layout)
    w.add_string("needle.output", "calls")
    if facts:
        w.add_string("needle.facts", facts)
    sizes = {
        "context_length": 1024, "embedding_length": c.d, "encoder.block_count": c.enc_layers, "decoder.block_count": c.dec_layers,
        "attention.head_count": c.heads, "attention.head_count_kv": c.kv_heads, "attention.key_length": c.head_dim,
        "catalogue.query_base": c.query_base, "catalogue.from_layer": c.from_layer, "catalogue.block_tokens": c.block_tokens,
        "catalogue.max_blocks": c.max_blocks, "query_tokens": c.query_tokens, "answer_tokens": c.answer_tokens, "select.length": c.select_len, "beam": beam,
    }  # fmt: skip
    for key, value in sizes.items():
        w.add_uint32(f"needle.{key}", value)
    floats = {"attention.layer_norm_rms_epsilon": 1e-6, "rope.freq_base": c.rope_base}
    floats |= {"copy_bias": 4.0, "calibration.scale": 1.0, "calibration.bias": 0.0, "threshold": 0.5} | (extra or {})
    for key, value in floats.items():
        w.add_float32(f"needle.{key}", value)
    add_vocabulary(w, sp)
    for key, value in tensors(model).items():
        matrix = value.ndim == 2
        data = quantise(value, kind) if matrix else value.astype(np.float32)
        w.add_tensor(key, data, raw_dtype=TYPES[kind] if matrix else None)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def add_vocabulary(w: gguf.GGUFWriter, sp: spm.SentencePieceProcessor) -> None:
    """tokenizer.ggml.* keys of a SentencePiece model."""
    n = sp.vocab_size()
    kinds = [2 if sp.is_unknown(i) else 3 if sp.is_control(i) else 6 if sp.is_byte(i) else 1 for i in range(n)]
    w.add_tokenizer_model("llama")
    w.add_token_list([sp.id_to_piece(i) for i in range(n)])
    w.add_token_scores([sp.get_score(i) for i in range(n)])
    w.add_token_types(kinds)
    w.add_bos_token_id(2)
    w.add_eos_token_id(1)
    w.add_unk_token_id(3)
    w.add_pad_token_id(0)
    w.add_add_space_prefix(True)
    w.add_bool("tokenizer.ggml.remove_extra_whitespaces", True)


def update_manifest(folder: Path, name: str, file: str, default: bool) -> None:
    """Record a file's size and hash in folder/manifest.json."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text()) if path.exists() else {"default": name, "models": {}}
    data = (folder / file).read_bytes()
    manifest["models"][name] = {"file": file, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    if default:
        manifest["default"] = name
    path.write_text(json.dumps(manifest, indent=2) + "\n")
