"""Titles, list items, tasks and messages from the word lists of a split."""

from __future__ import annotations

import random

from . import goods, names
from .text import divide

_NAMED = {
    "person": names.PEOPLE, "color": names.COLORS, "scene": names.SCENES, "label": names.LABELS, "list": names.LISTS, "place": names.PLACES,
    "message": names.MESSAGES, "item": names.ITEM_HEADS, "artist": names.ARTISTS, "song_a": names.SONG_A, "song_b": names.SONG_B,
    "title": names.TITLES, "genre": names.GENRES, "station": names.STATIONS, "playlist": names.PLAYLISTS, "input": names.INPUTS,
    "msg_who": names.MSG_WHO, "msg_do": names.MSG_DO, "prefix": names.ITEM_PREFIX, "thing": names.THINGS, "matter": names.MATTERS, "surname": names.SURNAMES, "mood": names.MOODS, "occasion": names.OCCASIONS,
}  # fmt: skip
CORE = {"color": 12, "list": 5, "item": 12, "scene": 8, "genre": 4, "label": 4}
POOLS = {key: divide(key, items, CORE.get(key, 0)) for key, items in _NAMED.items()}
TASKS = divide("task", [f"{verb} {thing}" for verb, things in names.TASKS.items() for thing in things])


def pool(rng: random.Random, split: str, key: str) -> str:
    """A member of a named word list."""
    return rng.choice(POOLS[key][split])


_CALLS = ("call", "text", "email", "visit", "thank", "write to", "phone", "pay back", "ask", "meet")


def task(rng: random.Random, split: str) -> str:
    """Something to be reminded of."""
    chance = rng.random()
    if chance < 0.5:
        return rng.choice(TASKS[split])
    if chance < 0.68:
        text = f"{rng.choice(_CALLS)} {person(rng, split)}"
        return text + (f" about the {pool(rng, split, 'label')}" if rng.random() < 0.25 else "")
    if chance < 0.85:
        return f"{rng.choice(('buy', 'get', 'pick up', 'order', 'bring'))} {list_item(rng, split, False)}"
    thing = pool(rng, split, "thing")
    return f"{rng.choice([verb for verb, things in goods.CHORES.items() if thing in things])} the {thing}"


def person(rng: random.Random, split: str) -> str:
    """A name, a full name or a relation."""
    first = pool(rng, split, "person")
    if first[0].isupper() and " " not in first and first not in ("Mum", "Mom", "Dad", "Grandma", "Grandpa", "Nana"):
        chance = rng.random()
        if chance < 0.12:
            return f"{first} {pool(rng, split, 'surname')}"
        if chance < 0.2:
            return f"{rng.choice(('Cousin', 'Coach', 'Dr'))} {first}"
        if chance < 0.26:
            return f"{first}'s {rng.choice(('mom', 'brother', 'sister', 'teacher', 'dad', 'boss'))}"
    return first


def scene(rng: random.Random, split: str) -> str:
    """The name of a scene or routine."""
    if rng.random() < 0.6:
        return pool(rng, split, "scene")
    text = f"{pool(rng, split, 'mood')} {pool(rng, split, 'occasion')}"
    return text.title() if rng.random() < 0.3 else text


def media_title(rng: random.Random, split: str) -> tuple[str, str]:
    """(text, kind): something to play."""
    chance = rng.random()
    if chance < 0.25:
        return pool(rng, split, "artist"), "artist"
    if chance < 0.45:
        return pool(rng, split, "genre"), "genre"
    if chance < 0.6:
        return pool(rng, split, "title"), "title"
    if chance < 0.75:
        first, second = pool(rng, split, "song_a"), pool(rng, split, "song_b")
        text = f"{first} {second}"
        return (text.title() if rng.random() < 0.6 else text), "song"
    if chance < 0.87:
        if rng.random() < 0.35:
            return f"Radio {pool(rng, split, 'place')}", "station"
        return pool(rng, split, "station"), "station"
    if rng.random() < 0.5:
        return f"my {pool(rng, split, 'mood')} {pool(rng, split, 'occasion')} playlist", "playlist"
    return pool(rng, split, "playlist"), "playlist"


def list_item(rng: random.Random, split: str, tasks: bool = True) -> str:
    """Something to put on a list."""
    chance = rng.random()
    if chance < 0.62:
        return pool(rng, split, "item")
    if chance < 0.88:
        item = pool(rng, split, "item")
        fitting = [prefix for prefix in POOLS["prefix"][split] if item in goods.QUANTITIES.get(prefix, ())]
        return f"{rng.choice(fitting)} {item}" if fitting else item
    return rng.choice(TASKS[split]) if tasks else pool(rng, split, "item")


_SAYINGS = ("the {label} is ready", "we need {item}", "{person} is coming at {hour}", "be home by {hour}", "we are out of {item}", "please buy {item}", "{person} called", "the {label} is burning",
            "{person} is waiting outside", "don't touch the {label}", "I'll pick up {person} at {hour}", "someone ate my {item}", "practice starts at {hour}", "bring {item}")  # fmt: skip


def message(rng: random.Random, split: str) -> str:
    """The words of an announcement."""
    chance = rng.random()
    if chance < 0.4:
        return pool(rng, split, "message")
    if chance < 0.6:
        text = rng.choice(_SAYINGS)
        return text.format(
            label=pool(rng, split, "label"),
            item=pool(rng, split, "item"),
            person=pool(rng, split, "person"),
            hour=rng.randint(2, 12),
        )
    who = pool(rng, split, "msg_who")
    what = pool(rng, split, "msg_do")
    return f"{who} {what}".replace("I left", "I have left")
