"""The generated part of models/README.md, between two markers: every score, its command, and whose work the data is."""

from __future__ import annotations

from pathlib import Path

from .page import LEGEND, beside_rows, facts_line, markdown_table, risk_rows, score_rows, threshold_rows, tier_line
from .sets import VIEWS

BEGIN = "<!-- begin: written by `python -m stages.report --card`; change nothing by hand -->"
END = "<!-- end of the written part -->"


def attributions(readme: Path) -> str:
    """The table under "## Sources" of the data's own README, as it stands there."""
    if not readme.exists():
        raise SystemExit(f"{readme}: is not there, so the card cannot say whose work the data is: give --data the folder with its README.md")
    after = readme.read_text(encoding="utf-8").partition("\n## Sources\n")[2]
    table = [line for line in after.partition("\n## ")[0].splitlines() if line.startswith("|")]
    if len(table) < 3:
        raise SystemExit(f"{readme}: no table under '## Sources': the card needs source, commit and licence of every file")
    return "\n".join(table)


def commands(report: dict) -> str:
    """Each row's command, as a person would type it."""
    held = report["heldout"]
    how = held["command"] if held["command"] else f"the files in {held['folder']}"
    rows = [
        ["everything in this part", f"`{report['command']}` (from training/)"],
        ["public sets", "`node daemon/bin/needled.js eval DIR/eval-public/NAME.jsonl.gz --json`"],
        ["`…-heldout`", f"`{how}` (from training/), then `node daemon/bin/needled.js eval FILE --json`"],
        ["tiers-50, tiers-b", "`node daemon/bin/needled.js eval training/NAME/NAME.jsonl --json`; their `accept` alternatives are counted by `stages.report`"],
        *([v.name, f"{v.what}, by `stages.report`"] for v in VIEWS),
        ["clinc-out-of-scope, slurp-not-home", "written and asked by `stages.report`"],
        *([s["name"], s["about"]] for s in report["systems"][1:]),
    ]
    return markdown_table(["what", "command"], rows)


def written(report: dict, readme: Path) -> str:
    """The text between the markers."""
    shipped = report["systems"][0]["name"]
    parts = [
        f"## Scores\n\n{facts_line(report)}",
        markdown_table(*score_rows(report, shipped)),
        LEGEND,
        tier_line(report),
        f"### Side by side\n\n{markdown_table(*beside_rows(report))}",
        f"### Abstention\n\n{markdown_table(*threshold_rows(report))}",
        f"### Calls by risk class\n\n{markdown_table(*risk_rows(report))}",
        f"### Commands\n\n{commands(report)}",
        f"### Whose work the data is\n\nWeights and scores derive from these public sources, converted and partly re-sampled; the BY licences ask for this table.\n\n{attributions(readme)}",
    ]
    return "\n\n".join(p for p in parts if p)


def write_card(card: Path, report: dict, readme: Path) -> None:
    """Replace what stands between the markers; add both at the end where there are none."""
    text = card.read_text(encoding="utf-8")
    body = f"{BEGIN}\n\n{written(report, readme)}\n\n{END}"
    before, begin, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    if begin and END not in rest:
        raise SystemExit(f"{card}: has {BEGIN!r} but not {END!r} after it: put the end marker back")
    card.write_text(f"{before}{body}{after}" if begin else f"{text.rstrip()}\n\n{body}\n", encoding="utf-8")
