"""The grouped training pass and the plain reference compute the same thing."""

import random

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from needlelab.batches import SHAPES, assemble  # noqa: E402
from needlelab.buckets import USUAL, flat, into_rows  # noqa: E402
from needlelab.loss import encode_blocks, forward, loss_of  # noqa: E402
from needlelab.model import Config, Needle  # noqa: E402
from needlelab.norm import RmsNorm  # noqa: E402
from needlelab.pack import Group, Item, load_shard, save_shard  # noqa: E402
from needlelab.quant import dequantise, quantise, shadow  # noqa: E402
from needlelab.reference import dequantised, logits  # noqa: E402


class Words:
    """Stands for a tokenizer: ids are written as text."""

    def enc(self, text: str) -> tuple[int, ...]:
        return tuple(int(w) for w in text.split())

    def block(self, text: str, kind: int = 5) -> list[int]:
        return [kind, *self.enc(text)]


def small_model(from_layer: int) -> Needle:
    torch.manual_seed(from_layer)
    model = Needle(Config(d=64, enc_layers=2, dec_layers=2, heads=4, kv_heads=2, head_dim=32, vocab=300, from_layer=from_layer))
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim < 2:
                p.normal_(0, 0.3)
    return model


def random_groups(count: int) -> list[Group]:
    rng = random.Random(3)

    def ids(n: int) -> list[int]:
        return [rng.randrange(16, 300) for _ in range(n)]

    groups = []
    for _ in range(count):
        blocks = [[5, *ids(rng.randint(3, 40))] for _ in range(rng.randint(2, 6))]
        items = [Item(ids(rng.randint(1, 16)), [*ids(rng.randint(1, 20)), 1], [], [1], [0]) for _ in range(5)]
        for item in items:
            item.cls = [0] * len(item.answer)
        groups.append(Group(blocks, items, "test"))
    return groups


@pytest.mark.parametrize("from_layer", [0, 1, 2])
def test_group_pass_equals_reference(from_layer: int) -> None:
    model, groups = small_model(from_layer), random_groups(3)
    batch = assemble(SHAPES["tiny"], groups)
    with torch.no_grad():
        hidden, _ = forward(model, batch, encode_blocks(model, batch, torch.float32), torch.float32)
        got = model.logits(hidden)
    for g, group in enumerate(groups):
        for i, item in enumerate(group.items[:2]):
            seen = [b for j, b in enumerate(group.blocks) if j not in item.hidden]
            blocks = [(5, " ".join(map(str, b[1:]))) for b in seen]
            want = logits(model, Words(), blocks, " ".join(map(str, item.query)), [1, *item.answer[:-1]])
            row = got[g * SHAPES["tiny"].items + i, : len(item.answer)]
            assert torch.allclose(row, want, atol=2e-4), (row - want).abs().max()


def test_packed_rows_have_the_loss_of_the_fixed_shapes() -> None:
    model, groups = small_model(1), random_groups(4)
    loss, fixed = loss_of(model, assemble(SHAPES["tiny"], groups), torch.float32)
    packed, got = loss_of(model, flat(groups, [into_rows(g.items, USUAL) for g in groups]), torch.float32)
    assert torch.allclose(fixed, got, atol=1e-5), (fixed, got)
    assert torch.allclose(loss, packed, atol=1e-5), "the selection's part too"


@pytest.mark.parametrize("kind", ["Q8_0", "Q4_0"])
def test_quantised_training_sees_the_weights_of_the_file(kind: str) -> None:
    model, batch = small_model(1), assemble(SHAPES["tiny"], random_groups(3))
    want, _ = loss_of(dequantised(model, kind), batch, torch.float32)
    plain, _ = loss_of(model, batch, torch.float32)
    shadow(model, kind)
    loss, _ = loss_of(model, batch, torch.float32)
    loss.backward()
    assert torch.allclose(loss, want, atol=1e-5)
    assert not torch.allclose(loss, plain, atol=1e-5), "it makes a difference"
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for n, p in model.named_parameters() if n.startswith(("dec.0.cross.q", "embed")))


def test_rms_norm_gradients_match_autograd() -> None:
    torch.manual_seed(0)
    x, g, w = torch.randn(3, 5, 16, requires_grad=True), torch.randn(16, requires_grad=True), torch.randn(3, 5, 16)
    (x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * (1 + g) * w).sum().backward()
    want = x.grad.clone(), g.grad.clone()
    x.grad = g.grad = None
    (RmsNorm.apply(x, g) * w).sum().backward()
    assert torch.allclose(want[0], x.grad, atol=1e-5) and torch.allclose(want[1], g.grad, atol=1e-4)


def test_shards_read_back_what_was_written(tmp_path) -> None:  # noqa: ANN001
    groups = random_groups(4)
    save_shard(tmp_path / "a.npz", groups)
    assert load_shard(tmp_path / "a.npz") == groups


@pytest.mark.parametrize("kind", ["Q8_0", "Q4_0"])
def test_quantised_bytes_have_the_ggml_layout(kind: str) -> None:
    w = np.random.default_rng(1).normal(size=(6, 64)).astype(np.float32)
    raw = quantise(w, kind)
    assert raw.shape == (6, 2 * (34 if kind == "Q8_0" else 18))
    assert np.abs(dequantise(w, kind) - w).max() < (0.05 if kind == "Q8_0" else 0.6)
