"""The probe of word vectors."""

import pytest

torch = pytest.importorskip("torch")

from stages.meaning import corpus_words, told  # noqa: E402


def test_a_linear_relation_is_found_and_noise_is_not():
    torch.manual_seed(0)
    x = torch.randn(600, 20)
    y = torch.nn.functional.normalize(x @ torch.randn(20, 10), dim=1)
    fit = torch.arange(600) < 400
    assert told(x, y, fit, ~fit)["cosine"] > 0.9
    assert told(x, torch.nn.functional.normalize(torch.randn(600, 10), dim=1), fit, ~fit)["cosine"] < 0.2


def test_words_of_the_corpus_are_counted_without_slots():
    words = corpus_words()
    assert words["lights"] > 100 and words["room"] < words["the"] and "{room}" not in words
