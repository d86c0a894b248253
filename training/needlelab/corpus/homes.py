"""Written homes (training/corpus/homes): rooms, people and devices that belong together."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..synth.devices import COVER_DEVICES, DEVICES, ROOMS, _is_plural

Row = tuple[str, bool, bool, str, str | None]  # name, proper, plural, domain of the synthesis, kind of cover
_DOMAIN = {"light": "light", "switch": "plug", "fan": "fan", "cover": "cover", "lock": "lock", "climate": "climate", "media": "media", "vacuum": "vac", "scene": "scene", "sensor": "sensor", "camera": "appliance", "appliance": "appliance"}
_COVERS = ("garage", "gate", "blind", "curtain", "drape", "shutter", "shade", "awning", "window", "skylight", "valve", "door")
_ALIKE = {"drape": "curtain", "skylight": "window"}
HIDDEN = {row[0].lower() for (_, split), rows in {**DEVICES, **COVER_DEVICES}.items() if split == "heldout" for row in rows} | {r.lower() for r in ROOMS["heldout"]}


@dataclass
class Device:
    """A device of a home: its row of the name tables, its room and how else it is called."""

    row: Row
    room: str
    also: list[str]


@dataclass
class House:
    """One home; `devices` by the slot that may be filled with them."""

    rooms: list[str]
    people: list[str] = field(default_factory=list)
    devices: dict[str, list[Device]] = field(default_factory=dict)


def cover_of(name: str) -> str:
    """The kind of a cover by its name."""
    found = next((c for c in _COVERS if c in name.lower()), "blind")
    return _ALIKE.get(found, found)


def slots_for(kind: str, name: str, cover: str | None) -> list[str]:
    """The slots that a device of a home may fill."""
    low = name.lower()
    if kind == "vacuum":
        return ["mower"] if "mow" in low else ["vacuum"]
    if kind == "cover":
        extra = ["blind"] if cover in ("blind", "curtain", "shutter", "shade") else ["garage"] if cover == "garage" else ["door"] if "door" in low else []
        return ["cover", *extra]
    if kind == "lock":
        return ["lock", "door"] if "door" in low else ["lock"]
    return [kind]


def written_house(data: dict, split: str) -> House:
    """A home of the corpus; what is held out stays out of training."""
    hidden = HIDDEN if split == "train" else frozenset()
    house = House([r["name"] for r in data["rooms"] if r["name"].lower() not in hidden], list(data.get("people", [])))
    every = [one["name"].lower() for one in data["devices"]]
    for one in data["devices"]:
        name, kind, room = one["name"], one["kind"], one.get("room") or ""
        if kind not in _DOMAIN or every.count(name.lower()) > 1 or name.lower() in hidden or (room and room not in house.rooms):
            continue
        cover = cover_of(name) if kind == "cover" else None
        proper = owned(name) or name.startswith(("his ", "her ", "their ", "our ", "my ")) or (kind == "vacuum" and name[:1].isupper() and " " not in name)
        device = Device((name, proper, _is_plural(name), _DOMAIN[kind], cover), room, list(one.get("also") or []))
        for slot in slots_for(kind, name, cover):
            house.devices.setdefault(slot, []).append(device)
    return house


def owned(room: str) -> bool:
    """Whether a room's name stands without an article: "Emma's room"."""
    return "'" in room and not room.startswith(("kids'", "children's"))


