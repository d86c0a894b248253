"""Counts over the corpus: areas, voices, kinds, near-duplicates, homes and tools."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

from .load import Corpus, Pattern, home_tools
from .template import masked


def bigrams(mask: str) -> frozenset[tuple[str, str]]:
    """Neighbouring words, ends included."""
    words = ["^", *mask.split(), "$"]
    return frozenset(itertools.pairwise(words))


def near(patterns: list[Pattern], share: float = 0.8) -> list[tuple[Pattern, Pattern]]:
    """Each pattern that shares at least `share` of its bigrams (of the larger set) with an earlier one; those of fewer than three words of their own are left out."""
    patterns = [p for p in patterns if sum(w != "{}" for w in p.mask.split()) >= 3]
    sets = [bigrams(p.mask) for p in patterns]
    counts = Counter(b for s in sets for b in s)
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    found = []
    for i, own in enumerate(sets):
        # two sets that share 80 % of the larger one share one of the rarest 20 % + 1 bigrams of each
        prefix = sorted(own, key=lambda b: (counts[b], b))[: len(own) - int(share * len(own)) + 1]
        candidates = {j for b in prefix for j in index[b]}
        twin = next((j for j in candidates if len(own & sets[j]) >= share * max(len(own), len(sets[j]))), None)
        if twin is not None:
            found.append((patterns[i], patterns[twin]))
        for b in prefix:
            index[b].append(i)
    return found


def table(title: str, counts: Counter) -> str:
    """One line of counts, largest first."""
    return f"{title}: " + ", ".join(f"{k or '-'} {n:,}" for k, n in counts.most_common())


def report(corpus: Corpus) -> str:
    """All counts as text."""
    patterns, examples = corpus.patterns, [e for b in corpus.boxes.values() for e in b.examples]
    every = patterns + examples
    home, total = home_tools(), max(1, len(every))
    masks, strict = {masked(p.parts, True) for p in every}, {p.mask for p in every}
    alike = near(every)
    areas = Counter(p.area.split("/")[0] for p in patterns)
    acting = [p for p in every if p.calls]
    custom = [n for t, b in corpus.boxes.items() if t.startswith("custom/") for n in b.tools]
    tools = {(t, n) for t, b in corpus.boxes.items() if t != "home-extra" for n in b.tools}
    devices = [d for h in corpus.homes for d in h["devices"]]
    lines = [
        f"patterns {len(patterns):,} + examples in tools {len(examples):,} = {len(every):,}; faults in reading {len(corpus.faults)}",
        table("areas", areas),
        table("voices", Counter(p.voice for p in every)),
        table("kinds", Counter(p.kind for p in every)),
        f"one call {sum(len(p.calls) == 1 for p in every):,}, several {sum(len(p.calls) > 1 for p in every):,}, none {total - len(acting):,} ({(total - len(acting)) / total:.1%})",
        f"with context {sum(bool(p.blocks) for p in every):,}, of them silent {sum(bool(p.blocks) and not p.calls for p in every):,}",
        f"distinct once masked {len(masks):,} (slots by name), {len(strict):,} (slots alike)",
        f"near-duplicates (80 % of bigrams) {len(alike):,} ({len(alike) / total:.1%})",
        f"held out {sum(p.heldout for p in every):,} ({sum(p.heldout for p in every) / total:.1%})",
        f"homes {len(corpus.homes):,}, devices {len(devices):,}, distinct device names {len({d['name'].lower() for d in devices}):,}",
        f"tools: home {len(home)}, others {len(tools):,} in {len(corpus.boxes) - 1} files, of them owners' {len(custom):,} ({len(set(custom)):,} names)",
        f"tools that a question calls {len({(p.tools, c.tool) for p in acting for c in p.calls}):,}",
    ]
    return "\n".join(lines)
