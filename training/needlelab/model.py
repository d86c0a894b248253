"""The Simple Attention Network in PyTorch (docs/model-format.md section 4), for training in groups.

A group is a pool of blocks that several questions share. Shapes: G groups, n questions a group, L tokens, B block tokens a group,
R packed rows of block tokens, H heads, K key/value heads, e head width, d model width.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .norm import Norm


@dataclass
class Config:
    """Sizes; the defaults are the small model."""

    d: int = 256
    enc_layers: int = 6
    dec_layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 64
    vocab: int = 4096
    from_layer: int = 3
    query_base: int = 512
    block_tokens: int = 128
    max_blocks: int = 12
    query_tokens: int = 256
    answer_tokens: int = 256
    select_len: int = 64
    rope_base: float = 10000.0
    layout: str = "catalogue"

    def dict(self) -> dict:
        """Plain values, for checkpoints."""
        return asdict(self)


class Attention(nn.Module):
    """Projections of one attention block; the scores are computed by the callers' layouts."""

    def __init__(self, c: Config) -> None:
        super().__init__()
        self.c = c
        self.q = nn.Linear(c.d, c.heads * c.head_dim, bias=False)
        self.k = nn.Linear(c.d, c.kv_heads * c.head_dim, bias=False)
        self.v = nn.Linear(c.d, c.kv_heads * c.head_dim, bias=False)
        self.o = nn.Linear(c.heads * c.head_dim, c.d, bias=False)
        self.q_norm = Norm(c.head_dim)
        self.k_norm = Norm(c.head_dim)
        self.gate = nn.Parameter(torch.zeros(()))

    def queries(self, x: Tensor, rope: tuple[Tensor, Tensor] | None) -> Tensor:
        """(…, L, d) -> (…, L, H, e), normed, rotated, scaled by 1/sqrt(e)."""
        q = self.q_norm(linear(self.q, x).unflatten(-1, (self.c.heads, self.c.head_dim)))
        return (rotate(q, rope) if rope else q) * (1 / math.sqrt(self.c.head_dim))

    def keys_values(self, x: Tensor, rope: tuple[Tensor, Tensor] | None) -> tuple[Tensor, Tensor]:
        """(…, L, d) -> keys and values (…, L, K, e)."""
        k = self.k_norm(linear(self.k, x).unflatten(-1, (self.c.kv_heads, self.c.head_dim)))
        v = linear(self.v, x).unflatten(-1, (self.c.kv_heads, self.c.head_dim))
        return (rotate(k, rope) if rope else k), v

    def close(self, out: Tensor) -> Tensor:
        """(…, L, H, e) -> the gated residual (…, L, d)."""
        return linear(self.o, out.flatten(-2)) * torch.sigmoid(self.gate).to(out.dtype)


def linear(layer: nn.Linear, x: Tensor) -> Tensor:
    """Linear map in the dtype of x; weights stay f32 masters (or their quantised shadow)."""
    weight = getattr(layer, "shadow", None)
    return F.linear(x, (layer.weight if weight is None else weight).to(x.dtype))


def rope_table(positions: Tensor, c: Config, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """cos, sin for positions (…, L) -> (…, L, 1, e/2)."""
    half = c.head_dim // 2
    freq = c.rope_base ** (-torch.arange(half, device=positions.device, dtype=torch.float32) / half)
    angle = (positions.float().unsqueeze(-1) * freq).unsqueeze(-2)
    return angle.cos().to(dtype), angle.sin().to(dtype)


def rotate(x: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
    """Split-half rotation of (…, L, heads, e)."""
    cos, sin = rope
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


def heads_first(x: Tensor, groups: int) -> Tensor:
    """(N, L, H, e) -> (N, K, H/K * L, e): query heads of one key/value head become rows."""
    n, length, heads, e = x.shape
    return x.view(n, length, groups, heads // groups, e).permute(0, 2, 3, 1, 4).reshape(n, groups, -1, e)


def heads_last(x: Tensor, length: int) -> Tensor:
    """(N, K, r * L, e) -> (N, L, K * r, e)."""
    n, groups, rows, e = x.shape
    r = rows // length
    return x.view(n, groups, r, length, e).permute(0, 3, 1, 2, 4).reshape(n, length, groups * r, e)


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """q (N, L, H, e), k and v (N, M, K, e), additive mask (N, L or 1, M) -> (N, L, H, e)."""
    groups, length = k.shape[2], q.shape[1]
    scores = heads_first(q, groups) @ k.permute(0, 2, 3, 1)
    n, g, rows, m = scores.shape
    scores = scores.view(n, g, rows // length, length, m) + mask[:, None, None]
    out = scores.softmax(-1).view(n, g, rows, m) @ v.permute(0, 2, 1, 3)
    return heads_last(out, length)


def attend_group(q: Tensor, own: tuple[Tensor, Tensor], own_mask: Tensor, blocks: tuple[Tensor, Tensor], block_mask: Tensor) -> Tensor:
    """Own keys and the group's blocks under one softmax.

    q (G*n, L, H, e); own k, v (G*n, M, K, e), own_mask (G*n, L or 1, M); blocks k, v (G, B, K, e); block_mask (G, n, B) or, where the tokens
    of a row differ, (G, n, L, B), additive.
    """
    (k, v), (bk, bv) = own, blocks
    n_all, length, heads, e = q.shape
    g, b, groups, _ = bk.shape
    n, r, m = n_all // g, heads // groups, k.shape[1]
    rows = heads_first(q, groups)
    own_scores = (rows @ k.permute(0, 2, 3, 1)).view(g, n, groups, r, length, m)
    own_scores = own_scores + own_mask.view(g, n, 1, 1, own_mask.shape[1], m)
    wide = rows.view(g, n, groups, r * length, e).transpose(1, 2).reshape(g, groups, n * r * length, e)
    block_scores = (wide @ bk.permute(0, 2, 3, 1)).view(g, groups, n, r, length, b).transpose(1, 2)
    block_scores = block_scores + (block_mask.unsqueeze(2) if block_mask.dim() == 3 else block_mask)[:, :, None, None]
    p = torch.cat((block_scores, own_scores), -1).softmax(-1)
    p_block, p_own = p.split((b, m), -1)  # a split's gradient is one copy, two slices' are four
    p_block = p_block.transpose(1, 2).reshape(g, groups, n * r * length, b)
    out = (p_block @ bv.permute(0, 2, 1, 3)).view(g, groups, n, r * length, e).transpose(1, 2).reshape(n_all, groups, r * length, e)
    out = out + p_own.reshape(n_all, groups, r * length, m) @ v.permute(0, 2, 1, 3)
    return heads_last(out, length)


def bias(keep: Tensor, dtype: torch.dtype) -> Tensor:
    """Boolean keep -> additive mask."""
    return torch.zeros(keep.shape, dtype=dtype, device=keep.device).masked_fill_(~keep, -30000.0 if dtype == torch.bfloat16 else -1e9)


def bias_of(mine: Tensor, theirs: Tensor, dtype: torch.dtype) -> Tensor:
    """Additive mask of keys: `theirs` (N, M) boolean: those that exist, (N, 1, M); segments: those of the same segment as `mine` (N, L), (N, L, M)."""
    return bias(theirs.unsqueeze(1) if theirs.dtype == torch.bool else mine.unsqueeze(2) == theirs.unsqueeze(1), dtype)


class EncoderLayer(nn.Module):
    def __init__(self, c: Config) -> None:
        super().__init__()
        self.norm = Norm(c.d)
        self.attn = Attention(c)


class DecoderLayer(nn.Module):
    def __init__(self, c: Config) -> None:
        super().__init__()
        self.norm = Norm(c.d)
        self.attn = Attention(c)
        self.cross_norm = Norm(c.d)
        self.cross = Attention(c)


class Needle(nn.Module):
    """Both layouts; `catalogue` is trained, `joint` is the same weights under another mask."""

    def __init__(self, c: Config) -> None:
        super().__init__()
        self.c = c
        self.embed = nn.Embedding(c.vocab, c.d)
        self.enc = nn.ModuleList(EncoderLayer(c) for _ in range(c.enc_layers))
        self.dec = nn.ModuleList(DecoderLayer(c) for _ in range(c.dec_layers))
        self.enc_norm = Norm(c.d)
        self.dec_norm = Norm(c.d)
        self.select_norm = Norm(c.d)
        self.select_q = nn.Linear(c.d, c.select_len, bias=False)
        self.select_b = nn.Linear(c.d, c.select_len, bias=False)
        self.apply(self._init)
        shrink = 0.5 / math.sqrt(c.enc_layers + 2 * c.dec_layers)
        for layer in self.modules():
            if isinstance(layer, Attention):
                layer.o.weight.data.mul_(shrink)

    def _init(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=1 / math.sqrt(module.in_features))
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)

    def embedded(self, ids: Tensor, dtype: torch.dtype) -> Tensor:
        """(…, L) -> (…, L, d)."""
        weight = getattr(self.embed, "shadow", None)
        return F.embedding(ids, self.embed.weight if weight is None else weight).to(dtype) * math.sqrt(self.c.d)

    def blocks(self, ids: Tensor, segments: Tensor, positions: Tensor, dtype: torch.dtype) -> tuple[list, Tensor, Tensor]:
        """Packed rows (R, L) -> per upper layer (k, v) each (R, L, K, e), memory (R, L, d), lower state (R, L, d)."""
        rope = rope_table(positions, self.c, dtype)
        mask = bias((segments.unsqueeze(-1) == segments.unsqueeze(-2)), dtype)
        x = self.embedded(ids, dtype)
        upper, lower = [], x
        for i, layer in enumerate(self.enc):
            if i == self.c.from_layer:
                lower = x
            n = layer.norm(x)
            k, v = layer.attn.keys_values(n, rope)
            if i >= self.c.from_layer:
                upper.append((k, v))
            x = x + layer.attn.close(attend(layer.attn.queries(n, rope), k, v, mask))
        if self.c.from_layer >= self.c.enc_layers:
            lower = x
        return upper, self.enc_norm(x), lower

    def question(self, ids: Tensor, keep: Tensor, upper: list, block_mask: Tensor, dtype: torch.dtype, positions: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """(N, L) questions, group keys and values in `upper` -> memory (N, L, d), lower state (N, L, d).

        `keep` (N, L): which ids are real, or, with `positions` (N, L), the question in the row that an id belongs to.
        """
        base = self.c.query_base if self.c.layout == "catalogue" else 0
        rope = rope_table(base + (torch.arange(ids.shape[1], device=ids.device) if positions is None else positions), self.c, dtype)
        own_mask = bias_of(keep, keep, dtype)
        x = self.embedded(ids, dtype)
        lower = x
        for i, layer in enumerate(self.enc):
            if i == self.c.from_layer:
                lower = x
            n = layer.norm(x)
            q, own = layer.attn.queries(n, rope), layer.attn.keys_values(n, rope)
            if i < self.c.from_layer or not upper:
                out = attend(q, *own, own_mask)
            else:
                out = attend_group(q, own, own_mask, upper[i - self.c.from_layer], block_mask)
            x = x + layer.attn.close(out)
        if self.c.from_layer >= self.c.enc_layers:
            lower = x
        return self.enc_norm(x), lower

    def decode(
        self, ids: Tensor, question: Tensor, keep: Tensor, blocks: Tensor | None, block_mask: Tensor | None, places: tuple[Tensor, Tensor] | None = None
    ) -> Tensor:
        """Teacher forcing: ids (N, A), question memory (N, L, d), block memory (G, B, d) -> hidden (N, A, d) before the output matrix.

        `keep` as in `question`; with segments, `places` has segments and positions (N, A) of the ids.
        """
        dtype = question.dtype
        length = ids.shape[1]
        segments, positions = places or (None, torch.arange(length, device=ids.device))
        rope = rope_table(positions, self.c, dtype)
        past = torch.ones(length, length, dtype=torch.bool, device=ids.device).tril().unsqueeze(0)
        causal = bias(past if segments is None else past & (segments.unsqueeze(2) == segments.unsqueeze(1)), dtype)
        own_mask = bias_of(segments, keep, dtype)
        x = self.embedded(ids, dtype)
        for layer in self.dec:
            n = layer.norm(x)
            x = x + layer.attn.close(attend(layer.attn.queries(n, rope), *layer.attn.keys_values(n, rope), causal))
            q = layer.cross.queries(layer.cross_norm(x), None)
            own = layer.cross.keys_values(question, None)
            if blocks is None:
                out = attend(q, *own, own_mask)
            else:
                out = attend_group(q, own, own_mask, layer.cross.keys_values(blocks, None), block_mask)
            x = x + layer.cross.close(out)
        return self.dec_norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        """(…, d) -> (…, V)."""
        weight = getattr(self.embed, "shadow", None)
        return F.linear(hidden, (self.embed.weight if weight is None else weight).to(hidden.dtype))

    def pooled(self, lower: Tensor, weights: Tensor, head: nn.Linear) -> Tensor:
        """Lower state (N, L, d), weights (N, P, L) that sum to 1 over a sequence's tokens -> unit vectors (N, P, s)."""
        mean = weights.to(lower.dtype) @ self.select_norm(lower)
        return F.normalize(linear(head, mean).float(), dim=-1)
