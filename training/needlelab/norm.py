"""Zero-centred RMS norm with a backward pass of its own (docs/model-format.md section 4)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RmsNorm(torch.autograd.Function):
    """x (1 + g) / sqrt(mean(x^2) + 1e-6) over the last axis, f32 inside; by hand because autograd keeps five copies of x."""

    @staticmethod
    def forward(ctx, x: Tensor, g: Tensor) -> Tensor:  # noqa: ANN001
        unit = x.float()
        r = torch.rsqrt(torch.linalg.vecdot(unit, unit).div_(unit.shape[-1]).add_(1e-6)).unsqueeze(-1)
        unit = (unit * r).to(x.dtype)
        ctx.save_for_backward(unit, r, g)
        return unit * (1 + g).to(x.dtype)

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor, Tensor]:  # noqa: ANN001
        unit, r, g = ctx.saved_tensors
        along = (grad * unit).float()
        dg = along.flatten(0, -2).sum(0)
        scaled = grad * (1 + g).to(grad.dtype)
        mean = torch.mv(along.reshape(-1, along.shape[-1]), (1 + g) / along.shape[-1]).view(*along.shape[:-1], 1)
        return (scaled - unit * mean.to(grad.dtype)) * r.to(grad.dtype), dg


class Norm(nn.Module):
    """Zero-centred RMS norm over the last axis."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.g = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return RmsNorm.apply(x, self.g)
