"""Different questions are counted exactly, over processes, and a broken process is told; the right tool is missing as often as it should."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import numpy as np
import pytest

from needlelab.corpus.distinct import Seen, digest, distinct
from needlelab.corpus.synth import corpus_group
from stages.corpus import hashes


def numbered(seed: int) -> Iterator[tuple[int, int]]:
    """Two processes count the same numbers; the second thing is the same three times."""
    for i in itertools.count():
        yield digest(f"{i}"), digest(f"{i // 3}")


def broken(seed: int) -> Iterator[tuple[int, int]]:
    raise ValueError("no questions")
    yield 0, 0


def test_a_set_of_hashes_counts_as_a_set_does() -> None:
    rng, seen, plain = random.Random(1), Seen(), set()
    for _ in range(40):
        some = [rng.randrange(3000) for _ in range(rng.randrange(1, 200))]
        seen.add(np.array(some, np.uint64))
        plain |= set(some)
        assert len(seen) == len(plain)


def test_what_two_processes_draw_alike_counts_once() -> None:
    assert distinct(numbered, [1, 2], 30_000, 0) == (30_000, [15_000, 5_000])


def test_it_ends_when_enough_are_different() -> None:
    drawn, (_, found) = distinct(numbered, [1, 2], 10**9, 4_000)
    assert 4_000 <= found and drawn < 200_000


def test_a_process_that_breaks_ends_the_count() -> None:
    with pytest.raises(RuntimeError, match="ended with 1"):
        distinct(broken, [1], 100, 0)
    with pytest.raises(ValueError, match="at least one"):
        distinct(numbered, [], 100, 0)


def test_the_stream_of_a_seed_is_the_same_in_every_process() -> None:
    first = list(itertools.islice(hashes("heldout", ["tools"], 3), 60))
    assert first == list(itertools.islice(hashes("heldout", ["tools"], 3), 60)) and len({h for _, h in first}) > 50


@pytest.mark.parametrize("part", ["home", "context", "tools"])
def test_the_right_tool_is_missing_in_a_tenth(part: str) -> None:
    rng, items = random.Random(21), []
    while len(items) < 6000:
        group = corpus_group(rng, "train", 24, min(rng.randint(4, 14), rng.randint(6, 14)), part)
        assert all(not i["answers"] and i["hidden"] for i in group["items"] if i["removed"])
        items += group["items"]
    assert 0.085 < sum(i["removed"] for i in items) / len(items) < 0.12
