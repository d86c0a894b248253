"""A pattern and a tool become words and arguments; the words then get manners, haste and slips."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from .grammar import Alt, Opt, Put, Slot, feasible, held, keys_of
from .schema import FREE, Tool

POLITE = [
    "please ", "can you ", "could you ", "hey, ", "would you ", "can you please ", "could you please ", "go ahead and ", "i need you to ",
    "i'd like you to ", "ok, ", "hi, ", "would you mind, ", "i want you to ", "quickly ", "please go and ", "now ", "alright, ", "yo ", "kindly ",
]  # fmt: skip
RAMBLE = [
    "ok so before i forget, ", "my hands are full right now, ", "quick thing: ", "so i've been thinking, ", "sorry to bother you again but ",
    "one more thing, ", "i'm in a hurry, ", "when you have a second, ", "right, next: ", "hey assistant, ", "listen, ", "if it's not too much trouble, ",
    "it's been a long day, ", "i totally forgot earlier, ", "so here is what i need: ", "while i'm thinking of it, ", "no rush but ",
    "i can't reach my phone, ", "as we discussed, ", "new request. ",
]  # fmt: skip
TAILS = [
    " please",
    ", please",
    ", thanks",
    " thanks",
    ", thank you",
    " right away",
    ", would you",
    ", ok?",
    " now",
    ", if you can",
    " if possible",
]
UM = ["um", "uh", "er", "like", "you know", "erm", "hmm"]
FIX = [
    ", no wait, ",
    ", sorry, ",
    " no sorry ",
    ", i mean ",
    " i mean ",
    " no make that ",
    ", actually ",
    ", scratch that, ",
    " wait no ",
    ", or rather ",
]
WH = {
    "what", "what's", "how", "how's", "who", "when", "where", "where's", "which", "is", "are", "do", "does", "did", "can", "could", "will",
    "would", "has", "have", "am", "was", "any", "should", "why", "whats", "may", "anything", "whose", "who's",
}  # fmt: skip

PIECES = [
    "{} ",
    "{} ",
    "{} ",
    "{} = ",
    "{} to ",
    "{}: ",
    "the {} ",
    "{} set to ",
    "a {} of ",
    "{} is ",
    "V as {}",
    "V as the {}",
    "V for {}",
]
SET_PIECES = ["{} to ", "{} to ", "the {} to ", "{} = ", "{} "]

# Ways to say any tool by its words and its parameters' words. V: verb phrase, S: the "key value" segments, A: the first value as its key.
FRAMES = [
    ("V with S", True), ("V: S", True), ("V, S", True), ("V and set S", True), ("V. S", True), ("i want to V with S", False),
    ("with S, V", False), ("S. V", False), ("V using S", True), ("i need to V, S", False), ("for S, V", False), ("V (S)", True),
    ("time to V, S", False), ("let's V with S", False), ("we should V, S please", False), ("run: V, S", True), ("V - S", True),
    ("V where S", True), ("S; V", False), ("help me V with S", True), ("V at once, S", True), ("it would be great to V, with S", False),
    ("V, i'd like S", True), ("someone has to V, use S", False), ("do it: V with S", True), ("V, make it S", True),
]  # fmt: skip


@dataclass(slots=True)
class Said:
    """Parts of a sentence: (text, slot kind or None for literal words), and the arguments by canonical key."""

    parts: list[tuple[str, str | None]] = field(default_factory=list)
    args: dict[str, object] = field(default_factory=dict)
    fix: bool = False


def render(rng: random.Random, seq: tuple, tool: Tool, split: str, out: Said) -> None:
    params = tool.params
    for node in seq:
        if isinstance(node, str):
            out.parts.append((node, None))
        elif isinstance(node, Slot):
            shown = params.get(node.key)
            p = shown or tool.hidden[node.key]
            text, value = p.draw(rng, split)
            if out.fix and p.param.kind in ("str", "int", "dur", "money") and p.param.of not in FREE:
                other, _ = p.draw(rng, split)
                if other.lower() != text.lower() and len(other.split()) < 4:
                    out.parts += [(other, "wrong"), (rng.choice(FIX), None)]
                    out.fix = False
            out.parts.append((text, p.param.of or p.param.kind))
            if shown:
                out.args[node.key] = value
        elif isinstance(node, Put):
            if node.key in params:
                out.args[node.key] = params[node.key].put(node.value)
        elif isinstance(node, Opt):
            if feasible(node.seq, params.keys()):
                if rng.random() < 0.5 or keys_of(node.seq) & tool.required:
                    render(rng, node.seq, tool, split, out)
            elif rng.random() < 0.06 and feasible(node.seq, params.keys() | tool.hidden.keys()):
                render(rng, node.seq, tool, split, out)
        elif isinstance(node, Alt):
            options = [o for o in node.options if feasible(o, params.keys())] or node.options
            render(rng, options[int(rng.random() * len(options))], tool, split, out)


def segment(rng: random.Random, words: str, key: str, kind: str, frame: str) -> tuple:
    """One "key value" piece for any parameter."""
    slot = Slot(key)
    if kind == "bool":
        r = rng.random()
        if r < 0.25 and "with" not in frame and "set" not in frame:
            return (f"with {words} ", slot)
        if r < 0.4 and "set" not in frame and "with" not in frame:
            word, value = rng.choice([("without", "false"), ("no", "false"), ("with", "true")])
            return (f"{word} {words}", Put(key, value))
        return (f"{words} ", slot)
    how = rng.choice(SET_PIECES if "set S" in frame else PIECES)
    if how.startswith("V"):
        return (slot, how[1:].format(words))
    return (how.format(words), slot)


def generic(rng: random.Random, tool: Tool, split: str) -> tuple[str, tuple, bool] | None:
    """A question about any tool by words of its description and keys: (frame id, sequence, imperative)."""
    said = [k for k in tool.params if k in tool.required or rng.random() < 0.6]
    if any(tool.params[k].param.kind == "bool" and not tool.cap.id.startswith("~") for k in said):
        said = [k for k in said if tool.params[k].param.kind != "bool"]
        if tool.required - set(said):
            return None
    said = said[:5] if len(said) <= 5 or not tool.required else [k for k in said if k in tool.required]
    rng.shuffle(said)
    phrase = rng.choice(tool.phrases)
    if not said:
        lead, imperative = rng.choice(
            [
                ("", True),
                ("", True),
                ("i want to ", False),
                ("time to ", False),
                ("i need to ", False),
                ("let's ", False),
            ]
        )
        return "bare", (lead + phrase,), imperative
    while True:
        frame, imperative = rng.choice(FRAMES)
        if held("frame:" + frame) == (split != "train") or (split != "train" and rng.random() < 0.3):
            break
    seq: list = []
    for i, k in enumerate(said):
        if i:
            seq.append(" and " if i == len(said) - 1 and rng.random() < 0.7 else ", ")
        p = tool.params[k]
        seq += segment(rng, p.words, k, p.param.kind, frame)
    before, _, after = frame.partition("S")
    before, after = before.replace("V", phrase), after.replace("V", phrase)
    return "frame:" + frame, (before, *seq, after), imperative


def _typo(rng: random.Random, text: str) -> str:
    words = text.split(" ")
    places = [i for i, w in enumerate(words) if len(w) > 4 and w.isalpha()]
    if not places:
        return text
    i = rng.choice(places)
    w = words[i]
    j = rng.randrange(1, len(w) - 1)
    words[i] = rng.choice([w[:j] + w[j + 1 :], w[:j] + w[j + 1] + w[j] + w[j + 2 :], w[:j] + w[j] + w[j:]])
    return " ".join(words)


def manner(rng: random.Random, said: Said, imperative: bool) -> None:
    """Politeness, rambling, fillers; in place."""
    parts = said.parts
    first = parts[0]
    if imperative and first[1] is None:
        r = rng.random()
        if r < 0.24:
            parts.insert(0, (rng.choice(POLITE), None))
        elif r < 0.31:
            parts.insert(0, (rng.choice(RAMBLE), None))
    elif rng.random() < 0.05:
        parts.insert(0, (rng.choice(RAMBLE[:10] + ["hey, ", "hi, ", "ok, "]), None))
    if rng.random() < 0.1 and imperative and parts[-1][1] not in FREE and parts[-1][1] != "str":
        parts.append((rng.choice(TAILS), None))
    if rng.random() < 0.06:
        places = [
            i for i in range(1, len(parts)) if parts[i][1] and parts[i - 1][1] is None and parts[i - 1][0].endswith(" ")
        ]
        if places and rng.random() < 0.7:
            parts.insert(rng.choice(places), (rng.choice(UM) + " ", None))
        else:
            parts.insert(0, (rng.choice(UM) + rng.choice([" ", ", "]), None))
    if rng.random() < 0.02:
        i = rng.randrange(len(parts))
        if parts[i][1] is None:
            parts[i] = (_typo(rng, parts[i][0]), None)


_ONE = re.compile(
    r"(?<![\w.,:-])(?<!ty )(?<!hundred )(?<!and )(1|one) (minute|hour|second|day|month|degree|kilometer|star|cup|gram|liter|mile|point)s\b"
)


def sentence(parts: list[tuple[str, str | None]]) -> str:
    """Parts joined; "a" before a vowel becomes "an"."""
    out = ""
    for text, kind in parts:
        if (
            kind
            and text[:1].lower() in "aeiou"
            and (out.endswith(" a ") or out in ("a ", "A "))
            and not text.lower().startswith(("eu", "one", "u"))
        ):
            out = out[:-1] + "n "
        out += text
    out = (
        " ".join(out.split())
        .replace(" with with ", " with ")
        .replace(" ,", ",")
        .replace(" .", ".")
        .replace(",,", ",")
        .strip()
    )
    return _ONE.sub(r"\1 \2", out).rstrip(",").strip()


def finish(rng: random.Random, query: str, literal_start: bool) -> str:
    """Capital letters and the mark at the end."""
    if literal_start and rng.random() < 0.55:
        query = query[:1].upper() + query[1:]
        query = query.replace(" i ", " I ").replace(" i'", " I'")
    if query[-1].isalnum() and rng.random() < 0.5:
        asks = query.split(" ", 1)[0].lower().strip(",") in WH
        query += "?" if asks else "." if rng.random() < 0.7 else "!" if rng.random() < 0.15 else ""
    return query
