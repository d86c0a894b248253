"""Forward pass of one batch, loss and teacher-forced exactness."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .batches import POOL
from .model import Needle, bias
from .tokens import FACT

CLASS_WEIGHT = (1.0, 2.0, 2.0, 1.5)  # structure, name, value, key


def encode_blocks(model: Needle, batch: dict[str, Tensor], dtype: torch.dtype) -> dict[str, Tensor | list]:
    """What the questions of a batch need of its blocks (G groups, B block tokens): keys and values, memory, pooled vectors, owners."""
    upper, memory, lower = model.blocks(batch["rows"], batch["segments"], batch["positions"], dtype)
    gather, owner = batch["gather"], batch["owner"]
    g, b = gather.shape

    def pick(x: Tensor) -> Tensor:
        return x.flatten(0, 1)[gather.flatten()].view(g, b, *x.shape[2:])

    member = F.one_hot(owner + 1, POOL + 1)[..., 1:].transpose(1, 2).float()
    fact = (member * (pick(batch["rows"].unsqueeze(-1)).squeeze(-1) == FACT).unsqueeze(1)).sum(-1) > 0
    vectors = model.pooled(pick(lower), member / member.sum(-1, keepdim=True).clamp(min=1), model.select_b)
    silent = (member.sum(-1) == 0) | fact  # a fact is always in play, so never selected
    return {"upper": [(pick(k), pick(v)) for k, v in upper], "memory": pick(memory), "owner": owner, "vectors": vectors, "silent": silent}


def forward(model: Needle, part: dict[str, Tensor], blocks: dict, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Questions of a batch (needlelab.batches, or needlelab.buckets: several in a row) and its encoded blocks -> hidden (N, A, d) before the
    output matrix, selection scores (G, n, P), n questions a group."""
    owner, hidden, keep, places = blocks["owner"], part["hidden"], part["query"] != 0, None
    groups, count = len(owner), hidden.shape[1]
    visible = (owner >= 0).unsqueeze(1) & ~torch.gather(hidden, 2, owner.clamp(min=0).unsqueeze(1).expand(-1, count, -1))
    asking = answering = bias(visible, dtype)
    if "segment" in part:
        keep, places = part["segment"], (part["answer_segment"], part["answer_position"])
        asking, answering = (bias(by_token(visible, s), dtype) for s in (keep, places[0]))
    question, own_lower = model.question(part["query"], keep, blocks["upper"], asking, dtype, part.get("position"))
    hidden_out = model.decode(part["inputs"], question, keep, blocks["memory"], answering, places)
    a_row = count * groups // len(keep)
    member = keep.unsqueeze(1) if keep.dtype == torch.bool else keep.unsqueeze(1) == torch.arange(a_row, device=keep.device).unsqueeze(-1)
    weights = member.float() / member.sum(-1, keepdim=True).clamp(min=1)
    asked = model.pooled(own_lower, weights, model.select_q).view(groups, count, -1)
    scores = (asked @ blocks["vectors"].transpose(1, 2)).masked_fill(hidden | blocks["silent"].unsqueeze(1), -1.0)
    return hidden_out, scores


def by_token(visible: Tensor, segment: Tensor) -> Tensor:
    """What the questions of a group see (G, n, B) and the question of each token (N, L), -1 for padding -> what the tokens see (G, N/G, L, B)."""
    groups, count, width = visible.shape
    rows, length = len(segment) // groups, segment.shape[1]
    first = torch.arange(rows, device=segment.device).view(1, rows, 1) * (count // rows)
    which = (first + segment.view(groups, rows, length).clamp(min=0)).view(groups, rows * length, 1)
    return torch.gather(visible, 1, which.expand(-1, -1, width)).view(groups, rows, length, width)


class WeightedNll(torch.autograd.Function):
    """Sum of w * (nll + zeta * log_z^2) over rows of logits (T, V); the gradient is made in the forward pass, in place."""

    @staticmethod
    def forward(ctx, logits: Tensor, targets: Tensor, weight: Tensor, zeta: float) -> tuple[Tensor, Tensor]:  # noqa: ANN001
        f = logits.float()
        log_z = f.logsumexp(-1)
        picked = f.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
        best = f.argmax(-1)
        grad = f.sub_(log_z.unsqueeze(-1)).exp_().mul_((weight * (1 + 2 * zeta * log_z)).unsqueeze(-1))
        grad.scatter_add_(-1, targets.unsqueeze(-1), -weight.unsqueeze(-1))
        ctx.save_for_backward(grad.to(logits.dtype))
        ctx.mark_non_differentiable(best)
        return (weight * (log_z - picked + zeta * log_z.square())).sum(), best

    @staticmethod
    def backward(ctx, scale: Tensor, _: Tensor) -> tuple:  # noqa: ANN001
        return ctx.saved_tensors[0] * scale.to(ctx.saved_tensors[0].dtype), None, None, None


def loss_of(model: Needle, batch: dict[str, Tensor], dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Weighted cross entropy + z-loss + selection; also (loss, exact items, items) for the log."""
    hidden, scores = forward(model, batch, encode_blocks(model, batch, dtype), dtype)
    targets = batch["targets"]
    real = targets >= 0
    where = real.flatten().nonzero().squeeze(-1)
    spare = -len(where) % 256  # few row counts, so that few matmul kernels are made
    rows = F.pad(where, (0, spare))
    flat = targets.flatten()[rows].clamp(min=0)
    weight = torch.tensor(CLASS_WEIGHT, device=targets.device)[batch["cls"].flatten()[rows]]
    weight = torch.cat((weight[: len(where)], weight.new_zeros(spare)))
    weight = weight / weight.sum()
    loss, best = WeightedNll.apply(model.logits(hidden.flatten(0, 1)[rows]), flat, weight, 1e-4)
    right = batch["right"]
    chosen = right.sum(-1) > 0
    select = -(right * F.log_softmax(scores * 20, -1)).sum(-1)
    total = loss + 0.1 * (select * chosen).sum() / chosen.sum().clamp(min=1)
    wrong = (best != flat)[: len(where)]
    return total, counts(loss, wrong, where, batch)


@torch.no_grad()
def counts(loss: Tensor, wrong: Tensor, where: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """(loss, items whose every id is right, items); an item is a row or, with segments, a segment of a row."""
    targets, items = batch["targets"], batch["hidden"].shape[0] * batch["hidden"].shape[1]
    row = torch.arange(len(targets), device=targets.device).unsqueeze(1) * (items // len(targets))
    of = (row + batch["answer_segment"] if "answer_segment" in batch else row.expand_as(targets)).flatten()[where]
    tokens, misses = (torch.zeros(items, device=of.device).index_add(0, of, v.float()) for v in (torch.ones_like(of), wrong))
    good = ((tokens > 0) & (misses == 0)).sum()
    return torch.stack((loss.detach(), good.float(), (tokens > 0).sum().float()))
