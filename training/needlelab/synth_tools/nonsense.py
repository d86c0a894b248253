"""Tools that nobody has: invented objects, random keys, random members. Only their words can tell what they are for."""

from __future__ import annotations

import random

from .fills import kinds, pseudo
from .grammar import Cap, Param, held
from .schema import Style, Tool, ToolParam, join, member_name

# verb: words that may stand for it in a question when no other tool has the same object
VERBS = {
    "calibrate": ["tune"], "reset": ["set back"], "start": ["begin", "kick off"], "stop": ["halt", "end"], "lock": ["secure"], "unlock": ["release"],
    "create": ["make", "set up"], "delete": ["remove", "get rid of"], "rename": ["give a new name to"], "export": ["save out"], "import": ["bring in"],
    "inspect": ["take a look at", "examine"], "archive": ["put away"], "restore": ["bring back"], "rotate": ["turn", "spin"], "tilt": ["lean"],
    "merge": ["combine"], "split": ["divide", "break up"], "schedule": ["plan"], "cancel": ["call off"], "approve": ["sign off on", "ok"],
    "reject": ["turn down"], "list": ["show", "give me"], "count": ["tally"], "sort": ["put in order"], "encrypt": [], "decrypt": [],
    "upload": ["send up"], "download": ["fetch", "get"], "polish": ["shine"], "drain": ["empty"], "refill": ["fill up", "top up"], "heat": ["warm up"],
    "cool": ["chill"], "attach": ["hook up"], "detach": ["unhook"], "mute": ["silence"], "unmute": [], "publish": ["put out"], "hide": [],
    "reveal": ["uncover"], "assign": ["hand out"], "reserve": ["book"], "renew": ["extend"], "audit": ["check"], "simulate": ["model"], "measure": ["gauge"],
    "paint": [], "wrap": [], "launch": ["fire up"], "dock": ["park"], "deploy": ["roll out"], "revoke": ["take back"], "grant": ["give"],
    "compress": ["shrink"], "expand": ["enlarge"], "balance": ["even out"], "align": ["line up"], "dispatch": ["send off"], "recall": ["call back"],
    "enable": ["turn on", "switch on"], "disable": ["turn off", "switch off"], "pause": ["hold"], "resume": ["continue", "carry on with"],
    "duplicate": ["copy", "clone"], "freeze": [], "thaw": ["defrost"], "seal": ["close up"], "vent": ["air out"], "sample": ["take a sample of"],
    "index": [], "purge": ["wipe", "clear out"], "sync": ["synchronize"], "translate": [], "prime": ["ready"], "bless": [], "water": [], "shuffle": ["mix up"],
}  # fmt: skip
STRS = {
    "label": "name", "zone": "zone", "operator": "person", "owner": "person", "source": "name", "target": "name", "batch": "orderid", "site": "cityx",
    "code": "code", "tag": "tagx", "channel": "name", "date": "dayx", "start": "time", "name": "name", "reason": "name", "contact": "contact",
    "file": "file", "reference": "orderid", "color": "color", "city": "city", "recipient": "person", "material": "wordx", "deadline": "dayx", "route": "name",
    "title": "title", "unit name": "wordx", "sector": "zone", "supplier": "company", "flavor": "item", "key": "password", "address": "address", "day": "day",
}  # fmt: skip
DOCS = [
    "{V} the {o}", "{V} a {o}", "{V} the {o} {t}", "Use this to {v} the {o}", "{V} one {o}", "{V} the {o} right away", "Lets an operator {v} the {o}",
    "{V} {o}", "{v} the {o}", "{V} the {o}.", "Tool that can {v} the {o} {t}", "{V} the {o} with the given settings", "{o}: {v}",
]  # fmt: skip
CUES = {"true": ["on", "yes", "enabled", "on", "true"], "false": ["off", "no", "disabled", "off", "false"]}


def _word(rng: random.Random, split: str, words: list[str]) -> str:
    while True:
        word = rng.choice(words)
        if held("word:" + word) == (split != "train") or (split != "train" and rng.random() < 0.2):
            return word


def _pseudo(rng: random.Random, split: str) -> str:
    while True:
        word = pseudo(rng)
        if held(word) == (split != "train"):
            return word


def objects(rng: random.Random, split: str, n: int) -> list[str]:
    """Distinct things, some sharing their noun."""
    out: dict[str, None] = {}
    noun = ""
    while len(out) < n:
        r = rng.random()
        if not noun or rng.random() < 0.7:
            noun = _pseudo(rng, split) if r < 0.45 else _word(rng, split, kinds()["~noun"])
        out[noun if rng.random() < 0.5 else f"{_word(rng, split, kinds()['~adj'])} {noun}"] = None
    # "the valve" would be said of "the copper valve" too
    heads = [o for o in out if " " not in o]
    return [o for o in out if " " not in o or o.split()[-1] not in heads]


def _param(rng: random.Random, split: str, used: set[str], style: Style) -> ToolParam:
    kind = rng.choices(["str", "int", "enum", "bool", "num", "list"], [38, 24, 16, 12, 6, 4])[0]
    while True:
        if kind == "str" or kind == "list":
            noun = rng.choice(list(STRS))
        else:
            noun = _word(
                rng,
                split,
                {"int": kinds()["~int"], "num": kinds()["~num"], "enum": kinds()["~enum"], "bool": kinds()["~bool"]}[
                    kind
                ],
            )
        words = noun if rng.random() < 0.55 else f"{rng.choice(kinds()['~qualifier'])} {noun}"
        if rng.random() < 0.12:
            words = f"{_pseudo(rng, split)} {noun}" if rng.random() < 0.6 else _pseudo(rng, split)
        if not used & set(words.split()):
            break
    used |= set(words.split())
    p = Param(words, [words], False, kind)
    members: dict[str, object] = {}
    if kind == "int":
        p.lo, p.hi, p.step = rng.choice(
            [(1, 10, 1), (0, 100, 1), (1, 60, 1), (1, 500, 1), (0, 9, 1), (10, 5000, 10), (1, 24, 1), (-20, 40, 1)]
        )
    elif kind == "num":
        p.lo, p.hi = rng.choice([(0, 1), (0, 10), (1, 100)])
    elif kind in ("str", "list"):
        p.of = STRS[noun]
    elif kind == "bool":
        p.cues = CUES
        members = {"true": True, "false": False}
    else:
        names: dict[str, None] = {}
        while len(names) < rng.randint(2, 5):
            names[_pseudo(rng, split) if rng.random() < 0.2 else rng.choice(kinds()["~member"])] = None
        names = dict.fromkeys(f"{m} {_word(rng, split, kinds()['~noun'])}" if rng.random() < 0.08 else m for m in names)
        p.cues = {m: [m] for m in names}
        members = {m: member_name(m.replace(" ", "_"), style.members) for m in names}
    if kind == "list":
        p.kind, words = "list", words if words.endswith("s") else words + "s"
    opaque = rng.random() < 0.07
    key_words = words.split()
    key = join(
        [rng.choice("pxkqv") + str(rng.randint(1, 9))] if opaque else key_words,
        "camel" if style.keys == "camel" else "snake",
    )
    if rng.random() < 0.1 and not opaque and len(key_words) > 1:
        key = "".join(w[0] for w in key_words) + "_" + key_words[-1]
    shown = ToolParam(p, key, kind, members=members, words=words, bounds=rng.random() < 0.4)
    if opaque or rng.random() < style.key_docs:
        noun_phrase = rng.choice(["{}", "The {}", "{} to use", "Which {}", "{} of the job", "Sets the {}"]).format(
            words
        )
        shown.description = noun_phrase if rng.random() < 0.5 else noun_phrase[:1].upper() + noun_phrase[1:]
    return shown


def make(
    rng: random.Random,
    split: str,
    style: Style,
    verb: str,
    obj: str,
    taken: set[str],
    params: list[ToolParam] | None = None,
) -> Tool:
    """One invented tool."""
    if params is None:
        used = set(obj.split()) | {verb}
        params = [_param(rng, split, used, style) for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 3, 4, 5]))]
        keys: set[str] = set()
        for p in params:
            while p.key in keys:
                p.key += "x"
            keys.add(p.key)
    words = [verb, obj.replace(" ", "_")]
    r = rng.random()
    words = words[::-1] if r < 0.25 else [obj.split()[-1], verb] if r < 0.35 else words
    cap = Cap(f"~{verb}.{obj}", rng.choice(["ops", "svc", "lab", "core"]), [[w] for w in words])
    description = rng.choice(DOCS).format(V=verb.capitalize(), v=verb, o=obj, t=rng.choice(kinds()["~tail"]))
    if rng.random() < 0.08 and r >= 0.35:
        description = ""
    elif rng.random() < 0.15:
        words = [_pseudo(rng, split)] if rng.random() < 0.5 else [obj.split()[-1], str(rng.randint(1, 99))]
    name = join(words, style.names)
    while name in taken:
        name += rng.choice(["_", ""]) + pseudo(rng)
    taken.add(name)
    required = {p.param.key for p in params if rng.random() < 0.45} if style.strict else set()
    phrases = [f"{verb} the {obj}", f"{verb} the {obj}", f"{verb} {obj}", f"{verb} our {obj}", f"{verb} my {obj}"]
    shown = {p.param.key: p for p in params}
    return Tool(cap, name, description, shown, {}, required, phrases)


def tools(rng: random.Random, split: str, style: Style, n: int, taken: set[str]) -> list[Tool]:
    """n invented tools: few objects, so that the verb decides, and shared parameters, so that the keys do not."""
    pairs: dict[tuple[str, str], None] = {}
    things: list[str] = []
    while len(things) < 2:
        things = objects(rng, split, max(3, rng.randint(n // 2, n) + 1))
    verbs = list({_word(rng, split, list(VERBS)): None for _ in range(max(4, n))})
    while len(pairs) < n + 2:
        pairs[(rng.choice(verbs) if rng.random() < 0.8 else _word(rng, split, list(VERBS)), rng.choice(things))] = None
    out: list[Tool] = []
    counts: dict[str, int] = {}
    for verb, obj in pairs:
        share = out[-1] if out and rng.random() < 0.3 else None
        params = None
        if share and not any(w in " ".join(share.params).split() for w in [*obj.split(), verb]):
            params = [_again(p) for p in share.params.values()]
        out.append(make(rng, split, style, verb, obj, taken, params))
        counts[obj] = counts.get(obj, 0) + 1
    for tool, (verb, obj) in zip(out, pairs, strict=True):
        if counts[obj] == 1:
            tool.phrases += [f"{v} the {obj}" for v in VERBS[verb] if tool.description]
    return out


def _again(p: ToolParam) -> ToolParam:
    return ToolParam(p.param, p.key, p.mode, p.description, p.unit, p.members, p.words, p.bounds)
