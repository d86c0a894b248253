"""What a slot is filled with, and the value that a call gets for it."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..synth import names, phrases, values
from ..synth.devices import _is_plural
from ..synth.text import Buffer
from . import words
from .need import ARTICLE, LEADING, Draw, Filling, Need, unarticled
from .numbers import number
from .things import MAKERS, device, noun, place
from .vocabulary import NUMBERS

SEVERAL = frozenset(("the kids", "the neighbours", "everyone", "everybody"))
ADDRESSED = re.compile(r"\b(tell|to|ask|let|remind|text|message|ping|warn|thank) $", re.IGNORECASE)  # elsewhere "is everybody in", "the kids wants"
AGAIN = re.compile(r"\b(another|every|each) $", re.IGNORECASE)


def duration(draw: Draw, need: Need) -> Filling:
    """ "ten minutes"; before "timer" or after an article "ten minute"; after "another" or "every" nothing with an article of its own."""
    out, again = Buffer(draw.rng, draw.spoken, False), AGAIN.search(need.before)
    for _ in range(12):
        out = Buffer(draw.rng, draw.spoken, False)
        made = values.write_duration(draw.rng, out)
        if made.hours > (0 if need.short else 8):
            continue
        if again:
            if not re.match(r"(an?|one|1|half|three quarters) ", out.text()):
                return Filling(out.text(), plural=True, length=(made.hours, made.minutes, made.seconds))
            continue
        if not ARTICLE.search(need.before) and not re.match(r"[ -](timer|nap|countdown|break|alarm|reminder|delay)", need.after):
            break
        text = out.text()
        if re.fullmatch(r"[\w-]+ (minute|hour|second)s?", text) and not text.startswith(("a ", "an ", "half")):
            return Filling(text.removesuffix("s"), length=(made.hours, made.minutes, made.seconds))
    return Filling(unarticled(out.text(), need), plural=True, length=(made.hours, made.minutes, made.seconds))

SECONDS = re.compile(r"\bsec(ond)?s?\b", re.IGNORECASE)  # nobody plans by them


def person(draw: Draw, need: Need) -> Filling:
    """A person; "my" before it is no part of the name."""
    text = draw.rng.choice(draw.home.people) if draw.home and draw.home.people and draw.rng.random() < 0.6 else ""
    if text and not (need.avoid and need.avoid.search(text)):
        return Filling(text, proper=True)
    text = phrases.person(draw.rng, draw.split)
    while (text in SEVERAL and not ADDRESSED.search(need.before)) or (need.avoid and need.avoid.search(text)):
        text = phrases.person(draw.rng, draw.split)
    found = LEADING.match(text)
    return Filling(text[found.end() :], lead="" if ARTICLE.search(need.before) else found[0]) if found else Filling(text, proper=True)


def media(draw: Draw, need: Need) -> Filling:
    """Something to play."""
    rng, split, base = draw.rng, draw.split, need.base
    if base in words.WORDS:
        text = words.word(rng, split, base)
    elif base == "song":
        text = f"{phrases.pool(rng, split, 'song_a')} {phrases.pool(rng, split, 'song_b')}" if rng.random() < 0.6 else phrases.pool(rng, split, "title")
        text = text.title() if rng.random() < 0.6 and "'" not in text else text
    else:
        text = phrases.pool(rng, split, "artist") if base == "artist" else phrases.media_title(rng, split)[0]
    found = re.match(r"(the|my) ", text)
    return Filling(text[found.end() :], lead="" if ARTICLE.search(need.before) else found[0]) if found else Filling(text)


def told(draw: Draw, need: Need) -> Filling:
    """Everything else that is words."""
    rng, split, base = draw.rng, draw.split, need.base
    if base in words.MADE:
        return Filling(words.MADE[base](rng, split))
    if base in ("when", "clock"):
        out = Buffer(rng, draw.spoken, False)
        values.write_when(rng, out, split) if base == "when" else values.write_clock(rng, out)
        return told(draw, need) if SECONDS.search(out.text()) else Filling(out.text())
    if base == "task":
        return Filling(phrases.task(rng, split))
    if base == "item":
        return Filling(unarticled(phrases.list_item(rng, split, False), need))
    if base == "message":
        return Filling(phrases.message(rng, split))
    if base == "list":
        text = phrases.pool(rng, split, "list")
        while need.avoid and need.avoid.search(text):
            text = phrases.pool(rng, split, "list")
        return Filling(text.removesuffix(" list") if need.after.startswith(" list") else text)
    if base == "color":
        return Filling(phrases.pool(rng, split, "color"))
    if base == "day" and need.before.endswith(("on ", "every ", "next ", "this ", "On ")):
        return Filling(rng.choice(words.LISTS["day"][:7]))
    return Filling(unarticled(words.word(rng, split, base), need))


SPOKEN = {"tone": names.TONES, "speed": names.SPEEDS, "mode": names.MODES, "armmode": {"away": ["away"], "home": ["home"], "night": ["night"]}}


def member(draw: Draw, need: Need) -> Filling:
    """A word for a member of an enum."""
    members = need.members or {m: m for m in SPOKEN[need.base]}
    canonical = draw.rng.choice(list(members))
    words = draw.rng.choice(SPOKEN[need.base][canonical])
    words = words.removesuffix(" mode") if need.before.endswith("mode ") else words
    return Filling(unarticled(words, need), members[canonical] if need.members else None)


def filling(draw: Draw, need: Need) -> Filling:
    """One filling."""
    if need.options is not None:
        text = draw.rng.choice(list(need.options))
        value = need.options[text]
        return Filling(unarticled(text, need), None if value == text else value, plural=_is_plural(text))
    base = need.base
    if base in MAKERS or base in ("lamp", "scene"):
        return device(draw, need)
    if base in ("room", "floor", "area"):
        return place(draw, need)
    if base in NUMBERS:
        return number(draw, need)
    if base in SPOKEN:
        return member(draw, need)
    return SPECIAL.get(base, told)(draw, need)


SPECIAL: dict[str, Callable[[Draw, Need], Filling]] = {
    "lights": noun, "covers": noun, "fans": noun, "switches": noun, "duration": duration, "person": person,
    "song": media, "artist": media, "station": media, "playlist": media, "podcast": media, "movie": media, "what": media,
}  # fmt: skip
