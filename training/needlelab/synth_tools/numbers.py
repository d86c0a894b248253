"""Numbers as they are spoken, durations and amounts."""

from __future__ import annotations

import random

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spoken(n: int) -> str:
    """The words of 0 … 999999, negative too."""
    if n < 0:
        return "minus " + spoken(-n)
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + (" " + ONES[n % 10] if n % 10 else "")
    if n < 1000:
        rest = n % 100
        return ONES[n // 100] + " hundred" + (" and " + spoken(rest) if rest else "")
    rest = n % 1000
    return spoken(n // 1000) + " thousand" + (" " + spoken(rest) if rest else "")


def forms(value: float) -> list[str]:
    """Every way in which this package writes a number in a question; the test reads it backwards."""
    n = int(value)
    if value == n:
        return [str(n), f"{n:,}", spoken(n), spoken(n).replace(" and ", " "), f"{n}.00"]
    out = [f"{value:g}", f"{value:.2f}", f"{value:.1f}"]
    if value - n == 0.5 and n:
        out += [spoken(n) + " and a half", f"{n} and a half"]
    if value - n == 0.5 and not n:
        out.append("half")
    return out


def say_int(rng: random.Random, n: int) -> str:
    """Digits mostly, words at times."""
    r = rng.random()
    if r < 0.75 or n > 1000 and n % 500:
        return f"{n:,}" if n >= 10000 and r < 0.2 else str(n)
    return spoken(n) if r < 0.95 or n < 100 else spoken(n).replace(" and ", " ")


def pick_int(rng: random.Random, lo: float, hi: float, step: float) -> int:
    """A whole number of a range, round ones more often."""
    n = rng.randrange(int(lo), int(hi) + 1, int(step)) if step > 1 else rng.randint(int(lo), int(hi))
    if step == 1 and hi - lo > 40 and rng.random() < 0.5:
        n = min(max(n // 5 * 5, int(lo)), int(hi))
    return n


def pick_num(rng: random.Random, lo: float, hi: float, step: float) -> tuple[str, float]:
    """A number with or without decimals: (text, value)."""
    r = rng.random()
    if r < 0.5:
        n = pick_int(rng, max(1, lo) if hi > 1 else lo, hi, step)
        return say_int(rng, n), n
    if r < 0.6 and hi - lo > 3:
        n = rng.randint(int(lo), int(hi) - 1)
        if 0 < n < 20:
            return (f"{n} and a half" if rng.random() < 0.3 else spoken(n) + " and a half"), n + 0.5
    value = round(rng.uniform(lo, hi), 1 if rng.random() < 0.6 else 2)
    return f"{value:g}", int(value) if value == int(value) else value


UNITS = {
    "seconds": (["seconds", "secs", "seconds"], [5, 10, 15, 20, 30, 40, 45, 60, 90]),
    "minutes": (
        ["minutes", "mins", "minutes", "min"],
        [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 45, 50, 60, 75, 90],
    ),
    "hours": (["hours", "hours", "hrs"], [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 24]),
    "days": (["days"], [1, 2, 3, 4, 5, 7, 10, 14, 21, 30]),
}


def duration(rng: random.Random, unit: str) -> tuple[str, int]:
    """A length in one unit, as text and as that unit's number."""
    names, values = UNITS[unit]
    n = rng.choice(values) if rng.random() < 0.7 else rng.randint(2, max(values))
    if n == 1:
        return f"{rng.choice(['1', 'one'])} {unit[:-1]}", 1
    return f"{say_int(rng, n)} {rng.choice(names)}", n


def loose_duration(rng: random.Random) -> str:
    """A length as people say it."""
    r = rng.random()
    if r < 0.72:
        return duration(rng, rng.choice(["minutes", "minutes", "minutes", "hours", "seconds"]))[0]
    if r < 0.84:
        return rng.choice(
            [
                "half an hour",
                "an hour",
                "an hour and a half",
                "a quarter of an hour",
                "a minute",
                "two and a half hours",
            ]
        )
    h, m = rng.randint(1, 4), rng.choice([5, 10, 15, 20, 30, 40, 45])
    word = "hour" if h == 1 else "hours"
    return (
        f"{h} {word} and {m} minutes"
        if r < 0.93
        else f"{spoken(h)} {word} {spoken(m)} minutes"
        if r < 0.96
        else f"{h}h{m:02d}"
    )


def money(rng: random.Random) -> tuple[str, float]:
    """An amount: (text, value)."""
    r = rng.random()
    if r < 0.3:
        cents = rng.choice([0.5, 0.99, 0.75, 0.25, 0.49, 0.95, round(rng.randint(1, 99) / 100, 2)])
        value: float = rng.randint(1, 400) + cents
        text = f"{value:.2f}"
    else:
        value = rng.choice([rng.randint(1, 60), rng.randint(1, 40) * 5, rng.randint(1, 30) * 50, rng.randint(2, 2500)])
        text = say_int(rng, int(value))
    if text[0].isdigit() and rng.random() < 0.5:
        return rng.choice(["$", "$", "€", "£"]) + text, value
    return f"{text} {rng.choice(['dollars', 'dollars', 'euros', 'bucks', 'pounds', 'quid', 'euro'])}", value
