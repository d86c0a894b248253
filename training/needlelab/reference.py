"""The plain f32 reference of one request: teacher-forced logits over blocks, question and decoder ids (the oracle of kernels/)."""

from __future__ import annotations

import torch

from .model import Needle, bias
from .quant import dequantise
from .tokens import TOOLS, Tokens


def dequantised(model: Needle, kind: str) -> Needle:
    """A copy whose matrices are what a GGUF of `kind` holds."""
    copy = Needle(model.c)
    copy.load_state_dict(model.state_dict())
    with torch.no_grad():
        for p in copy.parameters():
            if p.ndim == 2:
                p.copy_(torch.from_numpy(dequantise(p.float().numpy(), kind)))
    return copy.eval()


@torch.no_grad()
def logits(model: Needle, tokens: Tokens, blocks: list[tuple[int, str]], query: str, ids: list[int]) -> torch.Tensor:
    """blocks (kind id, text), question, decoder ids starting with </s> -> (n, V) f32."""
    asked = list(tokens.enc(query))
    packed = [tokens.block(text, kind) for kind, text in blocks]
    inputs = torch.tensor([ids])
    if model.c.layout == "joint":
        tools = [i for b in packed for i in b] or [TOOLS]
        source = torch.tensor([asked + tools])
        keep = torch.ones_like(source, dtype=torch.bool)
        memory, _ = model.question(source, keep, [], bias(keep, torch.float32), torch.float32)
        return model.logits(model.decode(inputs, memory, keep, None, None))[0]
    question = torch.tensor([asked])
    keep = torch.ones_like(question, dtype=torch.bool)
    if not packed:
        memory, _ = model.question(question, keep, [], bias(keep, torch.float32), torch.float32)
        return model.logits(model.decode(inputs, memory, keep, None, None))[0]
    upper: list = [([], []) for _ in range(model.c.enc_layers - model.c.from_layer)]
    memories = []
    for ids_of_block in packed:
        row = torch.tensor([ids_of_block])
        pairs, memory, _ = model.blocks(row, torch.zeros_like(row), torch.arange(row.shape[1]).unsqueeze(0), torch.float32)
        memories.append(memory)
        for (ks, vs), (k, v) in zip(upper, pairs, strict=True):
            ks.append(k)
            vs.append(v)
    everything = torch.cat(memories, 1)
    open_mask = torch.zeros(1, 1, everything.shape[1])
    joined = [(torch.cat(ks, 1), torch.cat(vs, 1)) for ks, vs in upper]
    memory, _ = model.question(question, keep, joined, open_mask, torch.float32)
    return model.logits(model.decode(inputs, memory, keep, everything, open_mask))[0]
