"""The context blocks of a group: each question's own ones, and others beside them that leave its answer as it is."""

from __future__ import annotations

import random

POOL = 16  # most blocks of a group (needlelab.batches)
ANYWHERE = frozenset(("chatter", "quote", "negation"))  # nothing may happen whatever the tools can do
IDLE = ANYWHERE | {"question"}
_TIMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class FactPool:
    """The context blocks of a group; equal ones are kept once."""

    def __init__(self, room: int, rng: random.Random) -> None:
        self.room, self.rng = room, rng
        self.facts: list[dict] = []
        if room > 0 and rng.random() < 0.6:
            self.facts.append({"name": "time", "text": f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d} {rng.choice(_TIMES)}", "fields": {}})

    def take(self, own: list[dict]) -> list[int] | None:
        """The places of blocks in the pool, added when there is room."""
        places: list[int] = []
        for fact in own:
            twin = next((i for i, f in enumerate(self.facts) if f["name"] == fact["name"] and f["text"] == fact["text"] and self.agree(f, fact)), None)
            if twin is None and fact["name"].startswith("device ") and any(f["name"] == fact["name"] for f in self.facts):
                return None
            places.append(-1 if twin is None else twin)
        if len(self.facts) + places.count(-1) > self.room:
            return None
        for n, fact in enumerate(own):
            if places[n] < 0:
                self.facts.append(fact)
                places[n] = len(self.facts) - 1
            elif fact["name"].startswith("device "):
                self.facts[places[n]]["fields"] |= fact["fields"]
        return places

    @staticmethod
    def agree(old: dict, new: dict) -> bool:
        """Whether two blocks say the same; of a device one may say more."""
        if old["name"].startswith("device "):
            return all(new["fields"].get(k, v) == v for k, v in old["fields"].items())
        return old["fields"] == new["fields"]

    def beside(self, items: list[dict]) -> None:
        """Shows each question some blocks that cannot change its answer."""
        for one in items:
            own = [self.facts[i] for i in one["facts"]]
            for i in self.rng.sample(range(len(self.facts)), len(self.facts)):
                fact = self.facts[i]
                doubled = any(self.facts[k]["name"] == fact["name"] for k in one["facts"])
                if i not in one["facts"] and self.rng.random() < 0.5 and not doubled and harmless(fact, own, one):
                    one["facts"].append(i)


def harmless(fact: dict, own: list[dict], one: dict) -> bool:
    """Whether a block beside a question's own ones leaves the answer as it is."""
    kind = fact["name"].split(" ")[0]
    if kind == "last" or (kind in ("time", "speaker") and any(f["name"] == kind for f in own)):
        return False
    if kind == "time" or not one["answers"]:
        return kind == "time" or (kind == "device" and one["kind"] in IDLE)
    spoken_names = [str(v) for a in one["answers"] for v in a["arguments"].values()]
    heard = one["query"].lower()
    explicit = not own and any(v.lower() in heard for v in spoken_names if len(v) > 3)
    if kind == "speaker":
        return explicit
    name = f"{fact['name'].removeprefix('device ')} {fact['fields'].get('also', '')}".lower()
    if any(word in heard for word in name.split() if len(word) > 3):
        return False
    if explicit:
        return True
    rooms = {f["fields"].get("room") for f in own}
    kinds = {f["text"] for f in own if f["name"].startswith("device ")}
    if any(f["name"] == "last" for f in own) and not kinds:
        return True
    return fact["fields"].get("room") not in rooms and None not in rooms and (fact["text"] not in kinds or len(kinds) == len(own) - 1 == 1)
