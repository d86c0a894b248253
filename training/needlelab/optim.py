"""Muon for matrices, AdamW for the rest."""

from __future__ import annotations

from collections import defaultdict

import torch
from torch import Tensor

from .precision import working_dtype


def orthogonalise(g: Tensor, steps: int = 5) -> Tensor:
    """Newton-Schulz on a stack (N, rows, cols) of matrices; coefficients of specs/needle-model.md 5.2."""
    a, b, c = 3.4445, -4.7750, 2.0315
    dtype = working_dtype(g.device)
    x = g.to(dtype) / (g.norm(dim=(-2, -1), keepdim=True) + 1e-7).to(dtype)
    tall = x.shape[-2] > x.shape[-1]
    x = x.transpose(-2, -1) if tall else x
    for _ in range(steps):
        gram = x @ x.transpose(-2, -1)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.transpose(-2, -1) if tall else x).float()


class Optimiser:
    """Muon (stacked by shape) on 2-D layer weights, Adam on embedding, norms and gates."""

    def __init__(self, model: torch.nn.Module, lr: float = 0.02, adam_lr: float = 3e-3, decay: float = 0.01) -> None:
        self.lr, self.adam_lr, self.decay = lr, adam_lr, decay
        self.stacks: dict[tuple, list[Tensor]] = defaultdict(list)
        self.rest: list[Tensor] = []
        for name, p in model.named_parameters():
            if p.ndim == 2 and "embed" not in name and "select" not in name:
                self.stacks[tuple(p.shape)].append(p)
            else:
                self.rest.append(p)
        self.momentum = {shape: torch.zeros(len(ps), *shape, device=ps[0].device) for shape, ps in self.stacks.items()}
        self.first = [torch.zeros_like(p) for p in self.rest]
        self.second = [torch.zeros_like(p) for p in self.rest]
        self.step_count = 0

    @torch.no_grad()
    def step(self, scale: float) -> None:
        """One update with learning rates times `scale`; clears the gradients."""
        self.step_count += 1
        for shape, params in self.stacks.items():
            grad = torch.stack([p.grad for p in params])
            m = self.momentum[shape].mul_(0.95).add_(grad)
            update = orthogonalise(grad.add(m, alpha=0.95)) * max(1.0, shape[0] / shape[1]) ** 0.5
            for p, u in zip(params, update, strict=True):
                p.mul_(1 - self.lr * scale * self.decay).add_(u, alpha=-self.lr * scale)
                p.grad = None
        fix1, fix2 = 1 - 0.9**self.step_count, 1 - 0.98**self.step_count
        for p, m1, m2 in zip(self.rest, self.first, self.second, strict=True):
            if p.grad is None:
                continue
            m1.mul_(0.9).add_(p.grad, alpha=0.1)
            m2.mul_(0.98).addcmul_(p.grad, p.grad, value=0.02)
            p.addcdiv_(m1 / fix1, (m2 / fix2).sqrt_().add_(1e-8), value=-self.adam_lr * scale)
            p.grad = None

    def state(self) -> dict:
        """Everything needed to go on."""
        return {"momentum": self.momentum, "first": self.first, "second": self.second, "steps": self.step_count}

    def load(self, state: dict) -> None:
        """Take a state back."""
        for shape, value in state["momentum"].items():
            self.momentum[shape].copy_(value)
        for mine, saved in ((self.first, state["first"]), (self.second, state["second"])):
            for m, s in zip(mine, saved, strict=True):
                m.copy_(s)
        self.step_count = state["steps"]
