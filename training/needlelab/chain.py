"""Two or three questions of a group said in one breath, so that any tool may be the second thing that somebody wants."""

from __future__ import annotations

import random
import re

from .corpus.similar import strings

SHARE, THREE = 0.09, 0.2  # shares: of the questions of a group that become longer, of these that become three
LONGEST, CALLS = 150, 4  # characters and calls of the whole
# Kinds that lean on what was said before them, or whose end is open.
ALONE = frozenset(("correction", "ellipsis", "quote", "negation", "chatter", "except"))
JOINTS = (" and ", " and ", " and ", ", and ", " and then ", ", then ", ", ", ". ", "; ", " and also ", ", also ", " plus ", ", oh and ", " then ", ", and please ", " & ", " after that ")
_OPENS = re.compile(r"(?:and|also|then|but|or|no|nope|oh|hey|hi|hello|ok|okay|good|so|well|because|please|plus|actually|wait|same|again|one more)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_ENDS = re.compile(r"[\s.,;:!…-]+$")


def values_of(item: dict) -> list[str]:
    """The texts in the arguments of a question's calls."""
    return [text for call in item["answers"] for text in strings(call["arguments"])]


def is_joinable(item: dict) -> bool:
    """Whether a question stands for itself and something is done for it."""
    return bool(item["answers"]) and not item.get("facts") and not item.get("hidden") and item.get("kind", "") not in ALONE and "\n" not in item["query"]


def is_open(item: dict) -> bool:
    """Whether the question ends in words of its own choice, so that what comes next could belong to them."""
    end = _ENDS.sub("", item["query"]).lower()
    return any(len(v.split()) > 2 and end.endswith(v.lower()) for v in values_of(item))


def continued(item: dict) -> str:
    """A question as the rest of a sentence: without the capital that only its place gave it."""
    query = item["query"]
    first = query.split(maxsplit=1)[0]
    bare = _WORD.match(first)  # "Marta" of "Marta's" and of "Marta,"
    is_name = first == "I" or first.startswith(("I'", "I’")) or not first[1:].islower() or any(v.startswith(bare[0]) for v in values_of(item) if bare)
    return query if is_name else query[0].lower() + query[1:]


def chained(rng: random.Random, group: dict, share: float = SHARE) -> dict:
    """The group, in which a share of the questions were made longer by others of it; calls in the order said."""
    able = [one for one in group["items"] if is_joinable(one)]
    for n, one in enumerate(group["items"]):
        if len(able) < 3 or not is_joinable(one) or rng.random() >= share:
            continue
        made = one
        for _ in range(2 if rng.random() < THREE else 1):
            made = joined(rng, made, rng.choice(able)) or made
        group["items"][n] = made
    return group


def joined(rng: random.Random, one: dict, other: dict) -> dict | None:
    """Both questions as one; None when they do not go together."""
    calls = one["answers"] + other["answers"]
    length = len(one["query"]) + len(other["query"])
    if length > LONGEST or len(calls) > CALLS or is_open(one) or _OPENS.match(other["query"]) or len({str(c) for c in calls}) < len(calls):
        return None
    start = _ENDS.sub("", one["query"])
    joint = rng.choice(JOINTS)
    if start.endswith("?"):
        start, joint = (start, " ") if rng.random() < 0.3 else (start.rstrip("?"), joint)
    rest = other["query"] if joint in (" ", ". ") else continued(other)
    query = f"{start}{joint}{rest}"
    if any(v.lower() not in query.lower() for v in (*values_of(one), *values_of(other)) if v.lower() in one["query"].lower() or v.lower() in other["query"].lower()):
        return None
    return {**one, "query": query, "answers": calls, "kind": "multi"}
