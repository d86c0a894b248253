"""Numbers, durations, times, media and other values inside a query; each writer returns the argument value."""

from __future__ import annotations

import random
from dataclasses import dataclass

from . import names
from .text import Buffer, divide, number_phrase


@dataclass(slots=True)
class Duration:
    """A length of time: its span in the query and its parts."""

    span: tuple[int, int]
    hours: int = 0
    minutes: int = 0
    seconds: int = 0


_PERCENT_SAID = (" percent", " percent", " per cent", "")
_PERCENT = ("%", "%", " percent", " %", "", "", "")


def _unit(text: str, units: tuple[str, ...], rng: random.Random) -> str:
    """A number with a unit; signs stand after digits only."""
    unit = rng.choice(units)
    return text + (
        unit
        if text[-1].isdigit() or unit.strip(" ").isalpha() or not unit
        else rng.choice((" percent", " per cent", ""))
    )


def write_percent(rng: random.Random, out: Buffer, low: int = 1, words: bool = True, unit: bool = True) -> int:
    """ "40 percent", "40%", "half", "max"."""
    chance = rng.random()
    if words and chance < 0.14:
        value, text = rng.choice(
            ((50, "half"), (50, "half"), (100, "max"), (100, "maximum"), (100, "the maximum"), (100, "full"), (33, "a third"), (25, "a quarter"),
             (75, "three quarters"), (67, "two thirds"), (1, "minimum"), (1, "the minimum"))
        )  # fmt: skip
        if value >= low:
            out.add(text)
            return value
    value = rng.randrange(5, 101, 5) if chance < 0.7 else rng.randint(max(low, 1), 100)
    if chance > 0.97:
        value = low
    text = number_phrase(value, rng, out.spoken)
    out.add(_unit(text, _PERCENT_SAID if out.spoken else _PERCENT, rng) if unit else text)
    return value


def write_degrees(rng: random.Random, out: Buffer, unit: bool = True) -> float:
    """A room temperature in Celsius or Fahrenheit."""
    chance = rng.random()
    value: float = rng.randint(15, 27) if chance < 0.5 else rng.randint(58, 82) if chance < 0.72 else rng.randint(5, 35)
    if chance > 0.72 and rng.random() < 0.75 or rng.random() < 0.12:
        value = rng.randint(15, 26) + rng.choice((0.5, 0.5, 0.5, 0.5, 0.1, 0.2, 0.3, 0.7, 0.8, 0.25 * 2))
    text = number_phrase(value, rng, out.spoken)
    out.add(text)
    if unit:
        plain = (" degrees", " degrees", "")
        scale = (" degrees celsius", " celsius") if value < 40 else (" degrees fahrenheit", " fahrenheit")
        typed = ("°", " °C", "°C", "C") if value < 40 else ("°", "°F", " °F", "F")
        out.add(rng.choice(plain * 3 + scale + (typed if text[-1].isdigit() else ())))
    return value


_STEPS = ((1, "a degree"), (1, "one degree"), (0.5, "half a degree"), (2, "two degrees"), (3, ""), (1.5, ""), (2, ""), (5, ""), (4, ""), (2.5, ""), (10, ""))  # fmt: skip


def write_steps(rng: random.Random, out: Buffer) -> float:
    """A difference in degrees."""
    value, text = rng.choice(_STEPS)
    if text:
        out.add(text)
    else:
        out.add(number_phrase(value, rng, out.spoken) + rng.choice((" degrees", " degrees", "")))
    return value


def write_by(rng: random.Random, out: Buffer) -> int:
    """A difference in percent."""
    value = rng.choice((5, 10, 10, 15, 20, 20, 25, 30, 40, 50, 2, 3, 8, 12))
    units = (" percent", " percent", "") if out.spoken else ("%", "%", " percent", "", " points")
    out.add(_unit(number_phrase(value, rng, out.spoken), units, rng))
    return value


def write_kelvin(rng: random.Random, out: Buffer) -> int:
    """A colour temperature in kelvin."""
    value = rng.choice((2200, 2700, 3000, 3500, 4000, 4500, 5000, 5500, 6000, 6500, 2000, 1800))
    text = number_phrase(value, rng, out.spoken)
    out.add(text + rng.choice((" kelvin", "K", " K", " Kelvin") if text[-1].isdigit() else (" kelvin",)))
    return value


def write_duration(rng: random.Random, out: Buffer) -> Duration:
    """ "ten minutes", "an hour and a half", "1 hour 20 min"."""
    start = out.size
    chance = rng.random()
    hours = minutes = seconds = 0
    if chance < 0.12:
        text, hours, minutes, seconds = rng.choice(
            (("half an hour", 0, 30, 0), ("an hour", 1, 0, 0), ("a minute", 0, 1, 0), ("an hour and a half", 1, 30, 0), ("half a minute", 0, 0, 30),
             ("one hour", 1, 0, 0), ("a quarter of an hour", 0, 15, 0), ("two and a half hours", 2, 30, 0), ("three quarters of an hour", 0, 45, 0))
        )  # fmt: skip
        out.add(text)
    else:
        short = not out.spoken and rng.random() < 0.12
        if chance < 0.62:
            minutes = rng.choice(
                (
                    1,
                    2,
                    3,
                    4,
                    5,
                    5,
                    6,
                    7,
                    8,
                    9,
                    10,
                    10,
                    12,
                    15,
                    15,
                    20,
                    20,
                    25,
                    30,
                    35,
                    40,
                    45,
                    50,
                    55,
                    90,
                    rng.randint(1, 59),
                )
            )
        elif chance < 0.72:
            seconds = rng.choice((10, 15, 20, 30, 40, 45, 50, 60, 90, rng.randint(2, 59)))
        elif chance < 0.83:
            hours = rng.choice((1, 2, 2, 3, 4, 5, 6, 8, 10, 12, 24))
        elif chance < 0.92:
            hours, minutes = rng.randint(1, 5), rng.choice((5, 10, 15, 20, 30, 45, rng.randint(1, 59)))
        else:
            minutes, seconds = rng.randint(1, 20), rng.choice((10, 15, 20, 30, 45, rng.randint(1, 59)))
        pieces = []
        for count, word, brief in ((hours, "hour", "h"), (minutes, "minute", "min"), (seconds, "second", "sec")):
            if count:
                unit = " " + brief if short else " " + word + ("s" if count > 1 else "")
                pieces.append(number_phrase(count, rng, out.spoken) + unit)
        out.add(rng.choice((" ", " and ")).join(pieces))
    return Duration((start, out.size), hours, minutes, seconds)


def write_clock(rng: random.Random, out: Buffer) -> None:
    """A time of day."""
    hour = rng.randint(1, 12)
    chance = rng.random()
    if chance < 0.35:
        text = number_phrase(hour, rng, out.spoken) + rng.choice(
            ("", "", " am", " pm", " o'clock", " in the morning", " in the evening")
        )
    elif chance < 0.6 and not out.spoken:
        text = (
            f"{rng.randint(0, 23)}:{rng.choice(('00', '15', '30', '45', '10', '20', '50', '05'))}"
            if rng.random() < 0.6
            else f"{hour}:{rng.choice(('15', '30', '45'))} {rng.choice(('pm', 'am', 'p.m.'))}"
        )
    elif chance < 0.8:
        text = rng.choice(("half past ", "quarter past ", "quarter to ", "ten past ", "twenty to ")) + number_phrase(
            hour, rng, True
        )
    else:
        text = (
            number_phrase(hour, rng, True)
            + " "
            + number_phrase(rng.choice((10, 15, 20, 30, 45, 50)), rng, True)
            + rng.choice(("", " pm", " am"))
        )
    out.add(text)


_EVENTS = divide("event", names.table("""
at sunset|at sunrise|at noon|at midnight|tonight|tomorrow morning|tomorrow|this evening|after dinner|later|when I leave|when I get home|when it gets dark|after the movie
when the movie ends|before bed|at bedtime|every morning|on weekdays|on Friday|next Monday|this afternoon|tomorrow night|on Saturday morning|in the evening|every day at noon
at dawn|after lunch|once everyone is asleep|when the timer is done|as soon as the sun is up|in a bit|in a moment|next week|in the morning|before I wake up|at dusk|on Sunday
"""))  # fmt: skip


def write_when(rng: random.Random, out: Buffer, split: str) -> tuple[int, int]:
    """A moment or delay, preposition included."""
    start = out.size
    chance = rng.random()
    if chance < 0.35:
        out.add(rng.choice(("in ", "in ", "in ", "after ")))
        write_duration(rng, out)
    elif chance < 0.7:
        out.add(rng.choice(("at ", "at ", "at ", "tomorrow at ", "on Monday at ", "tonight at ")))
        write_clock(rng, out)
    else:
        out.add(rng.choice(_EVENTS[split]))
    return start, out.size
