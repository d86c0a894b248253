import pytest
import torch
from stages.average import average


def state(value: float, d: int = 2) -> dict:
    return {"config": {"d": d}, "model": {"w": torch.full((2,), value).half()}, "items": 3, "elapsed": 1.0, "optimiser": {}}


def test_the_mean_by_shares_without_optimiser() -> None:
    made = average([state(0.0), state(1.0)], [1, 3])
    assert made["model"]["w"].tolist() == [0.75, 0.75]
    assert "optimiser" not in made and made["items"] == 3


def test_different_models_are_refused() -> None:
    with pytest.raises(ValueError, match="different"):
        average([state(0.0), state(1.0, 4)], [1, 1])
