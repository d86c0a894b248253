"""Device, room and floor names of each split, made once at import."""

from __future__ import annotations

import random

from . import names
from .text import divide

SPLITS = ("train", "heldout")
ROOMS = divide("room", names.ROOMS, 28)
FLOORS = divide("floor", names.FLOORS, 5)
_ADJ = divide("adjective", names.ADJECTIVES, 8)
_BRANDS = divide("brand", names.BRANDS)
_OWNERS = divide("owner", names.OWNERS)


def _is_plural(noun: str) -> bool:
    last = noun.split()[-1]
    return (
        last.endswith("s")
        and not last.endswith("ss")
        and last not in {"Sonos", "Chromecast", "gas"}
        and "'" not in last
    )


def _device_table(domain: str, kinds: dict[str, list[str]], split: str, count: int) -> list[tuple[str, bool, bool]]:
    """(name, proper, plural): heads and modifiers both come from this split."""
    rng = random.Random(f"{domain}/{split}")
    rooms = [r for r in ROOMS[split] if "'" not in r]
    found: dict[str, tuple[bool, bool]] = {}
    heads = kinds[split]
    for head in heads:
        found[head] = (False, _is_plural(head))
    for _ in range(count * 3):
        if len(found) >= count:
            break
        head = rng.choice(heads)
        kind = rng.random()
        if kind < 0.38:
            name, proper = f"{rng.choice(rooms)} {head}", False
        elif kind < 0.58:
            name, proper = f"{rng.choice(_ADJ[split])} {head}", False
        elif kind < 0.70:
            name, proper = f"{rng.choice(_BRANDS[split])} {head}", False
        elif kind < 0.82:
            name, proper = f"{rng.choice(_OWNERS[split])} {head}", True
        elif kind < 0.88:
            name, proper = f"{rng.choice(rooms)} {rng.choice(_ADJ[split])} {head}", False
        elif kind < 0.92:
            name, proper = (
                f"{head} {rng.choice(['1', '2', '3', '4', 'two', 'left', 'right', 'A', 'B', 'mini', 'pro'])}",
                False,
            )
        elif kind < 0.96:
            name, proper = f"{rng.choice(_ADJ[split])} {rng.choice(rooms)} {head}", False
        else:
            name, proper = f"{rng.choice(_BRANDS[split])} {rng.choice(rooms)} {head}", False
        words = name.split()
        if len(set(words)) == len(words):
            found.setdefault(name, (proper, _is_plural(head)))
    return [(name, *flags) for name, flags in found.items()]


def _tables() -> tuple[dict, dict]:
    devices: dict[tuple[str, str], list] = {}
    covers: dict[tuple[str, str], list] = {}
    for domain, kinds in names.KINDS.items():
        parts = divide(f"kind/{domain}", kinds, min(6, len(kinds) // 2))
        whole = divide(f"whole/{domain}", names.WHOLE.get(domain, []))
        for split in SPLITS:
            devices[domain, split] = _device_table(domain, parts, split, 900 if split == "train" else 80)
            devices[domain, split] += [(n, True, False) for n in whole[split]] * 3
    for cover, kinds in names.COVERS.items():
        parts = divide(f"cover/{cover}", kinds, 2)
        for split in SPLITS:
            covers[cover, split] = _device_table(f"cover/{cover}", parts, split, 220 if split == "train" else 16)
    whole = divide("whole/cover", names.WHOLE["cover"])
    for split in SPLITS:
        covers["shutter", split] += [(n, True, False) for n in whole[split]]
    for table in (devices, covers):
        for kind in {k for k, _ in table}:
            seen = {row[0] for row in table[kind, "train"]}
            table[kind, "heldout"] = [row for row in table[kind, "heldout"] if row[0] not in seen]
    return devices, covers


DEVICES, COVER_DEVICES = _tables()
