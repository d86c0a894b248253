"""Politeness and fillers around a command, joining words, case and punctuation at the end."""

from __future__ import annotations

from .compose import Composer

_ASK = ("please ", "please ", "can you ", "can you ", "could you ", "could you please ", "can you please ", "would you ", "will you ", "would you please ", "could you maybe ",
        "I want you to ", "I'd like you to ", "I need you to ", "you should ", "go and ", "just ", "kindly ", "be so kind and ", "quickly ", "can you just ", "do me a favor and ",
        "I would like you to ", "could you quickly ", "if you could ", "you can ", "I was hoping you could ", "are you able to ", "try to ", "now ", "please just ",
        "do me a favour and ", "be a dear and ", "you may ")  # fmt: skip
_SOFT = ("hey, ", "ok, ", "okay, ", "um, ", "uh ", "well, ", "alright, ", "hi, ", "hello, ", "so, ", "hmm, ", "oh, ", "right, ", "hey there, ", "computer, ", "house, ", "hey house, ",
         "yo, ", "now then, ", "listen, ", "good evening, ", "ah, ", "er, ", "oh and ", "hey needle, ", "excuse me, ", "quick one: ", "sorry, ", "actually, ")  # fmt: skip
_TAIL = (" please", " please", " please", ", please", " for me", " thanks", ", thanks", ", thank you", " for me please", " now", " right now", ", will you", ", would you", " if you can",
         " if you don't mind", " real quick", " ok", " immediately", " asap", ", cheers", " already", " when you can", ", could you", " right away")  # fmt: skip
_JOIN = (" and ", " and ", " and ", " and then ", ", then ", ", ", " then ", " and also ", ", also ", " as well as ", ", and ", " plus ", ". ", ". Also ", ". Then ", ", after that ", "; ")  # fmt: skip


_CONTEXT = (
    "I'm going to bed, ", "it's getting late, ", "before I forget, ", "we have guests, so ", "the baby is asleep, so ", "nobody is home, ", "I'm in the bath, ", "my hands are dirty, ", "I just got home, ",
    "since it's so late, ", "I'm leaving for work, ", "grandma is visiting, ", "I have a headache, ", "we're about to eat, ", "it's movie time, ", "I'm working from home today, ", "the dog wants to sleep, ",
    "I can't reach it, ", "one more thing, ", "while you're at it, ", "for the party, ", "it's Sunday, ", "I forgot something, ", "if it's not too much trouble, ", "I'm on the couch already, ",
)  # fmt: skip
_WHY = (" because it's late", ", I can't find the remote", ", my phone is charging", " so the baby can sleep", ", I'm too tired to get up", " because I asked nicely", ", the guests are here", ", it's bothering me",
        " so I can relax", ", I'm busy cooking", " because my hands are full", ", that's better for everyone")  # fmt: skip


def prefix(c: Composer, pattern: tuple) -> None:
    """Words before the command."""
    rng, flag = c.rng, pattern[3]
    if rng.random() < 0.16:
        c.out.literal(rng.choice(_SOFT))
        if rng.random() < 0.08:
            c.out.literal(rng.choice(_SOFT))
    if flag == "" and rng.random() < 0.05:
        c.out.literal(rng.choice(_CONTEXT))
    if flag == "" and rng.random() < 0.34:
        c.out.literal(rng.choice(_ASK))


def suffix(c: Composer, pattern: tuple) -> None:
    """Words after the command."""
    if (
        pattern[3] in ("", "=")
        and c.rng.random() < 0.2
        and not any(k in c.call.slots for k in ("message", "text", "what", "item", "when"))
        and not pattern[0].endswith("please")
    ):
        c.out.literal(c.rng.choice(_TAIL if c.rng.random() < 0.88 else _WHY))


def joiner(c: Composer) -> None:
    """Between two commands."""
    word = c.rng.choice(_JOIN)
    if c.out.spoken and not any(ch.isalpha() for ch in word):
        word = " and "
    if c.out.spoken:
        word = word.replace(", ", " ").replace(". ", " ").replace("; ", " ").lower()
    c.out.add(word)


_QUESTION = ("can you", "could you", "would you", "will you", "are you", "is ", "are ", "what", "how", "where", "did ", "do you", "does ", "has ", "can ", "could ", "when ", "which ", "have ", "mind ")  # fmt: skip


_ASKED = (" can you ", " could you ", " would you ", " will you ")


def finish(c: Composer) -> str:
    """The query in its final case and punctuation; offsets stay valid."""
    rng = c.rng
    text = c.out.text()
    if c.out.spoken:
        return text.lower()
    chance = rng.random()
    if chance < 0.06:
        return text.lower()
    if chance < 0.075:
        return text.upper()
    low = text.lower()
    if chance < 0.55:
        text = text[:1].upper() + text[1:]
    end = rng.random()
    if text[-1] not in ".?!":
        if low.startswith(_QUESTION) or any(ask in low for ask in _ASKED):
            text += "?" if end < 0.6 else "." if end < 0.65 else ""
        else:
            text += "." if end < 0.3 else "!" if end < 0.35 else ""
    return text
