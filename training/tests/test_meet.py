"""Two runs that share what they learn."""

from __future__ import annotations

import os
import time
from pathlib import Path

import torch

from needlelab.meet import FILE, Meeting


def net(value: float) -> torch.nn.Module:
    layer = torch.nn.Linear(2, 2)
    for p in layer.parameters():
        torch.nn.init.constant_(p, value)
    return layer


def test_both_take_the_mean_and_each_state_counts_once(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    a.mkdir()
    b.mkdir()
    one, two, first, second = net(1.0), net(3.0), Meeting(a, b, 0), Meeting(b, a, 0)
    assert not first.meet(one)  # the other has shown nothing yet
    os.utime(a / FILE, (time.time() + 1, time.time() + 1))
    assert second.meet(two)
    assert torch.all(two.weight == 2.0)
    assert not second.meet(two)


def test_a_damaged_state_is_passed_over(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    a.mkdir()
    b.mkdir()
    meeting = Meeting(a, b, 0)
    (b / FILE).write_bytes(b"half")
    os.utime(b / FILE, (time.time() + 1, time.time() + 1))
    layer = net(1.0)
    assert not meeting.meet(layer)
    assert torch.all(layer.weight == 1.0)


def test_a_run_alone_never_meets(tmp_path: Path) -> None:
    assert not Meeting(tmp_path, None, 0).due()
