"""Results that `stages.rival` left in a folder, as systems of the report."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from .engine import rows_of
from .sets import Set, file_hash, read_lines
from .table import System


def load_rivals(folders: list[Path], sets: list[Set], limit: int) -> list[System]:
    """One system a folder: the sets whose file is the one that was asked (by hash), as far as they were asked."""
    out = []
    for folder in folders:
        about = folder / "rival.json"
        if not about.exists():
            raise SystemExit(f"{about}: is not there: give --rival a folder that stages.rival wrote")
        known = json.loads(about.read_text(encoding="utf-8"))
        system = System(known["name"], f"`{known['command']}`; {known['about']}", has_confidence=False)
        for one in sets:
            place = folder / f"{one.name}-{file_hash(one.path)[:16]}.jsonl"
            if place.exists():
                lines = read_lines(place)[: limit or None]
                records = {json.dumps(r["id"]): r for r in read_lines(one.path)}
                system.rows[one.name] = rows_of([records[json.dumps(p["id"])] for p in lines], lines, str(place))
        print(f"{folder}: {known['name']} on {len(system.rows)} of {len(sets)} sets", file=sys.stderr)
        out.append(system)
    return out
