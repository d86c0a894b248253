"""Forward pass of one batch, loss and teacher-forced exactness."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .model import Needle, bias
from .tokens import FACT

CLASS_WEIGHT = (1.0, 2.0, 2.0, 1.5)  # structure, name, value, key


def forward(model: Needle, batch: dict[str, Tensor], dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Batch of needlelab.batches -> hidden (N, A, d) before the output matrix, selection scores (G, n, P)."""
    upper, memory, lower = model.blocks(batch["rows"], batch["segments"], batch["positions"], dtype)
    gather, owner, hidden = batch["gather"], batch["owner"], batch["hidden"]
    g, b = gather.shape

    def pick(x: Tensor) -> Tensor:
        return x.flatten(0, 1)[gather.flatten()].view(g, b, *x.shape[2:])

    blind = torch.gather(hidden, 2, owner.clamp(min=0).unsqueeze(1).expand(-1, hidden.shape[1], -1))
    block_mask = bias((owner >= 0).unsqueeze(1) & ~blind, dtype)
    keep = batch["query"] != 0
    question, own_lower = model.question(batch["query"], keep, [(pick(k), pick(v)) for k, v in upper], block_mask, dtype)
    hidden_out = model.decode(batch["inputs"], question, keep, pick(memory), block_mask)
    member = F.one_hot(owner + 1, hidden.shape[2] + 1)[..., 1:].transpose(1, 2).float()
    blocks = model.pooled(pick(lower), member / member.sum(-1, keepdim=True).clamp(min=1), model.select_b)
    weights = keep.float() / keep.sum(-1, keepdim=True).clamp(min=1)
    asked = model.pooled(own_lower, weights.unsqueeze(1), model.select_q).view(g, -1, blocks.shape[-1])
    fact = (member * (pick(batch["rows"].unsqueeze(-1)).squeeze(-1) == FACT).unsqueeze(1)).sum(-1) > 0  # always in play, so never selected
    scores = (asked @ blocks.transpose(1, 2)).masked_fill(hidden | ((member.sum(-1) == 0) | fact).unsqueeze(1), -1.0)
    return hidden_out, scores


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
    hidden, scores = forward(model, batch, dtype)
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
    with torch.no_grad():
        wrong = torch.zeros_like(real).flatten()
        wrong[where] = (best != flat)[: len(where)]
        good = real.any(-1) & ~wrong.view_as(real).any(-1)
        stats = torch.stack((loss.detach(), good.sum().float(), real.any(-1).sum().float()))
    return total, stats
