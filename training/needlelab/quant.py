"""Q8_0, Q4_0 and F16 codes (docs/model-format.md section 6)."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

LEVELS = {"Q8_0": 127, "Q4_0": 7}


def codes(w: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """(rows, in) f32 -> integer codes (rows, in/32, 32) and f16 scales (rows, in/32)."""
    top = LEVELS[kind]
    blocks = w.astype(np.float32).reshape(w.shape[0], -1, 32)
    scale = (np.abs(blocks).max(-1) / top).astype(np.float16)
    wide = scale.astype(np.float32)[..., None]
    q = np.divide(blocks, wide, out=np.zeros_like(blocks), where=wide > 0)
    return np.clip(np.rint(q), -top, top).astype(np.int8), scale


def quantise(w: np.ndarray, kind: str) -> np.ndarray:
    """(rows, in) f32 -> the bytes of the tensor, (rows, bytes a row) u8 (or the values themselves for F32 and F16)."""
    if kind == "F32":
        return w.astype(np.float32)
    if kind == "F16":
        return w.astype(np.float16)
    q, scale = codes(w, kind)
    head = scale[..., None].view(np.uint8)
    body = q.view(np.uint8) if kind == "Q8_0" else nibbles(q)
    return np.concatenate((head, body), -1).reshape(w.shape[0], -1)


def nibbles(q: np.ndarray) -> np.ndarray:
    """Codes -7..7 (…, 32) -> 16 bytes: low nibbles are elements 0-15, high nibbles 16-31, both plus 8."""
    u = (q + 8).astype(np.uint8)
    return u[..., :16] | (u[..., 16:] << 4)


def dequantise(w: np.ndarray, kind: str) -> np.ndarray:
    """What the engine sees of w: (rows, in) f32."""
    if kind in ("F32", "F16"):
        return quantise(w, kind).astype(np.float32)
    q, scale = codes(w, kind)
    return (q.astype(np.float32) * scale.astype(np.float32)[..., None]).reshape(w.shape)


def fake_quantise(w: torch.Tensor, kind: str) -> torch.Tensor:
    """Straight-through shadow of a weight (rows, in) for quantisation-aware training."""
    top = LEVELS[kind]
    blocks = w.detach().reshape(w.shape[0], -1, 32)
    scale = (blocks.abs().amax(-1, keepdim=True) / top).half().float()
    q = torch.where(scale > 0, blocks / scale, torch.zeros_like(blocks)).round().clamp(-top, top) * scale
    return w + (q.reshape(w.shape) - w.detach())


def shadow(model: nn.Module, kind: str) -> None:
    """Gives every matrix of the model its shadow, which its forward pass then uses: the weights that a GGUF of `kind` will hold. Once a step."""
    for module in model.modules():
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.shadow = fake_quantise(module.weight, kind)
