"""Scores, risk, pages and the card of `stages.report`, the thresholds of `stages.calibrate`, the forms that `stages.rival` reads."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from needlelab.report.card import BEGIN, END, attributions, write_card
from needlelab.report.chat import calls_of
from needlelab.report.danger import risk_of
from needlelab.report.engine import NEEDLED, find_shipped, hold_together, predict
from needlelab.report.hass_map import right_mapped, right_own
from needlelab.report.score import coverage, left_over, metrics, same_calls, same_value, wilson
from needlelab.report.sets import LAB, Set
from stages.calibrate import calibrated, least_threshold, undone


def call(name: str, /, **arguments: object) -> dict:
    return {"name": name, "arguments": arguments}


def row(gold: list, answers: list, **more: object) -> dict:
    return {"gold": gold, "answers": answers, "raw": answers, "confidence": 1.0, "ms": 1.0, "failed": False, "record": {"query": "q", "tools": []}} | more


def test_values_compare_as_the_product_compares_them() -> None:
    assert same_value(2**53, 2**53 + 1) and same_value(10**400, 10**401) and not same_value(10**400, -(10**400))
    assert same_value(" Kitchen ", "kitchen") and same_value(5, 5.0) and same_value(["A", {"b": 1}], ["a", {"b": 1}])
    assert not same_value("5", 5) and not same_value(True, 1) and not same_value(["a", "b"], ["b", "a"]) and not same_value({"a": 1}, {"b": 1})


def test_calls_are_a_multiset() -> None:
    a, b = call("on", name="Lamp"), call("off", name="fan")
    assert same_calls([a, b], [b, call("on", name="lamp")]) and not same_calls([a, a], [a, b]) and left_over([a, a], [a]) == [a]


def test_metrics_count_as_the_product_counts() -> None:
    on = call("on", name="lamp", level=5)
    rows = [row([on], [on]), row([on], [call("on", name="lamp", level=6)]), row([on], []), row([], []), row([], [on], raw=[]), row(None, [], failed=True)]
    found = metrics(rows)
    assert (found["n"], found["scored"], found["errors"]) == (6, 5, 1)
    assert (found["exact"], found["raw_exact"], found["tool_f1"], found["argument_accuracy"]) == (2 / 5, 3 / 5, 2 * 2 / 6, 3 / 4)
    assert (found["refusal_precision"], found["refusal_recall"], found["wrongly_refused"]) == (1 / 2, 1 / 2, 1 / 3)


def test_nothing_measured_is_none() -> None:
    found = metrics([])
    assert found["exact"] is None and found["ece"] is None and found["p95_ms"] is None and wilson(0, 0) is None


def test_two_harnesses_that_differ_stop_the_report() -> None:
    ours = metrics([row([], [])])
    with pytest.raises(SystemExit, match="exact is 1.0 here and 0.5"):
        hold_together(ours, ours | {"exact": 0.5}, "set")


def test_abstention_goes_from_all_acts_to_the_surest() -> None:
    on, off = call("on"), call("off")
    steps = coverage([row([on], [on], confidence=0.9), row([on], [off], confidence=0.2), row([], [])])
    assert steps[0] == {"threshold": 0.0, "acts": 2 / 3, "right": 1 / 2}
    assert next(s for s in steps if s["threshold"] == 0.5) == {"threshold": 0.5, "acts": 1 / 3, "right": 1.0}


@pytest.mark.parametrize(
    ("one", "risk"),
    [
        (call("unlock", name="front door"), 3), (call("open", name="garage door"), 3), (call("open", name="blinds"), 1), (call("disarm_alarm"), 3), (call("lock", name="front door"), 1),
        (call("get_state", name="front door"), 0), (call("set_temperature", degrees=21), 2), (call("HassTurnOff", area="kitchen", domain="lock"), 3),
        (call("HassTurnOn", name="garage door"), 3), (call("HassTurnOn", name="window light"), 1), (call("set_lock_state", name="gate", state="unlock"), 3),
        (call("setLockState", door="gate", locked=False), 3), (call("turn_off", name="porch camera"), 3), (call("MakePayment", amount=5), 2), (call("play_music", song="open the door"), 1),
        (call("HassStartTimer", minutes=5, conversation_command="open the garage door"), 3), (call("set_position", name="gate", percent=0), 1), (call("set_position", name="gate", percent=40), 3),
    ],
)  # fmt: skip
def test_risk_follows_what_a_call_does(one: dict, risk: int) -> None:
    assert risk_of(one, {}) == risk


def test_matcher_is_right_when_intent_target_and_values_are() -> None:
    heard = {"name": ("bedroom light", "bedroom light"), "brightness": ("60", 60)}
    assert right_mapped(call("set_light_brightness", name="bedroom", pct=60), "HassLightSet", heard)
    assert not right_mapped(call("set_light_brightness", name="bedroom", pct=50), "HassLightSet", heard)
    assert not right_mapped(call("set_light_brightness", name="attic", pct=60), "HassLightSet", heard)
    assert not right_mapped(call("set_alarm", time="seven"), "HassStartTimer", {})
    assert right_own(call("HassTurnOn", name="TV"), "HassTurnOn", {"name": ("tv", "TV"), "area": ("Kitchen", "Kitchen")})
    assert not right_own(call("HassTurnOn", name="TV"), "HassTurnOn", {"name": ("tv", "TV"), "color": ("red", "red")})


def test_least_threshold_is_the_first_that_reaches_the_target() -> None:
    scored = [(0.9, True)] * 30 + [(0.4, False)] * 10 + [(0.6, True)] * 10
    found = least_threshold(scored, 0.9)
    assert (found["threshold"], found["n"], found["right"]) == (0.41, 40, 1.0)
    assert least_threshold(scored[:10], 0.9)["threshold"] is None
    assert least_threshold([(0.9, False)] * 50, 0.9)["threshold"] is None


def test_a_calibration_can_be_taken_back() -> None:
    assert undone(calibrated(0.37, (1.2, -0.8)), (1.2, -0.8)) == pytest.approx(0.37)


@pytest.mark.parametrize(
    "message",
    [
        {"tool_calls": [{"type": "function", "function": {"name": "on", "arguments": '{"name": "lamp"}'}}]},
        {"content": None, "function_call": {"name": "on", "arguments": '{"name": "lamp"}'}},
        {"content": '[{"name": "on", "arguments": {"name": "lamp"}}]'},
        {"content": '<think>[{"name": "off"}]</think>Sure:\n```json\n{"name": "on", "parameters": {"name": "lamp"}}\n```'},
        {"content": '<tool_call>\n{"name": "on", "arguments": {"name": "lamp"}}\n</tool_call>'},
        {"content": '{"tool_calls": [{"function": {"name": "on", "arguments": "{\\"name\\": \\"lamp\\"}"}}]}'},
        {"content": 'I call {broken and then {"function": "on", "args": {"name": "lamp"}}'},
    ],
)
def test_calls_are_read_in_every_form_that_models_write(message: dict) -> None:
    assert calls_of({"choices": [{"message": message}]}) == [call("on", name="lamp")]


def test_talk_is_no_call_and_no_message_is_an_error() -> None:
    assert calls_of({"choices": [{"message": {"content": "I cannot do that. [1] {}"}}]}) == []
    with pytest.raises(ConnectionError, match="no choices"):
        calls_of({"error": {"message": "busy"}})


def test_card_keeps_what_people_wrote_and_renews_the_rest(tmp_path: Path) -> None:
    readme, card = tmp_path / "README.md", tmp_path / "card.md"
    readme.write_text("# Data\n\n## Sources\n| source | license |\n|---|---|\n| A | CC BY 4.0 |\n\n## Next\n| no | no |\n")
    assert attributions(readme).splitlines()[-1] == "| A | CC BY 4.0 |"
    card.write_text(f"# Model\n\nBefore.\n\n{BEGIN}\nstale words\n{END}\n\nAfter.\n")
    report = {"made": "now", "machine": "m", "command": "c", "limit": 0, "model": {"name": "n", "bytes": 1, "sha256": "s"}, "heldout": {"folder": "", "command": "x"}}
    report |= {"systems": [{"name": "n", "about": "a"}], "results": [], "pooled": {}}
    for _ in range(2):
        write_card(card, report, readme)
    text = card.read_text()
    assert text.startswith("# Model\n\nBefore.\n\n") and text.endswith("\n\nAfter.\n") and "stale words" not in text and text.count("CC BY 4.0") == 1 and text.count(BEGIN) == 1


def test_card_without_an_end_marker_is_left_alone(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text(f"{BEGIN}\nrest")
    (tmp_path / "README.md").write_text("\n## Sources\n| a |\n|---|\n| b |\n")
    report = {"made": "", "machine": "", "command": "", "limit": 0, "model": {"name": "n", "bytes": 1, "sha256": ""}, "heldout": {"folder": "f", "command": ""}, "systems": [{"name": "n", "about": ""}]}
    with pytest.raises(SystemExit, match="put the end marker back"):
        write_card(card, report | {"results": [], "pooled": {}}, tmp_path / "README.md")
    assert card.read_text() == f"{BEGIN}\nrest"


needs_product = pytest.mark.skipif(
    not ((LAB.parent / "daemon/dist/predictor.js").exists() and shutil.which("node") and (LAB.parent / "models/manifest.json").exists()),
    reason="needs the built product, which this checkout lacks: npm ci && npm run build",
)


@needs_product
def test_shipped_engine_is_scored_alike_by_both_harnesses_and_then_from_the_cache(tmp_path: Path) -> None:
    one, shipped = Set("tiers-50", LAB / "tiers-50/tiers-50.jsonl", "own"), find_shipped(LAB.parent / "models")
    rows = predict(shipped, one, 5, tmp_path)  # hold_together runs inside
    (place,) = tmp_path.glob("*.jsonl")
    before = place.stat().st_mtime_ns
    assert predict(shipped, one, 5, tmp_path) == rows and place.stat().st_mtime_ns == before and len(rows) == 5
    assert NEEDLED.exists()


@needs_product
def test_one_command_writes_the_three_reports_and_the_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stages import report

    data, models = tmp_path / "data", tmp_path / "models"
    (data / "eval-public").mkdir(parents=True)
    shutil.copytree(LAB.parent / "models", models)
    lines = (LAB / "tiers-50/tiers-50.jsonl").read_text().splitlines()
    (data / "eval-public/little.jsonl").write_text("\n".join(lines[:4]) + "\n")
    (data / "README.md").write_text("# D\n\n## Sources\n| source | license |\n|---|---|\n| Ours | Apache-2.0 |\n")
    out = tmp_path / "out"
    arguments = ["--data", str(data), "--heldout", str(data / "eval-public"), "--out", str(out), "--model-folder", str(models), "--limit", "4", "--no-hassil", "--card"]
    monkeypatch.setattr(sys, "argv", ["report", *arguments])
    report.main()
    found = json.loads((out / "report.json").read_text())
    assert {r["set"] for r in found["results"]} == {"little", "tiers-50", "tiers-b"} and found["model"]["sha256"]
    page = (out / "report.html").read_text()
    assert page.count("<svg") >= 4 and "http://" not in page.replace("http://www.w3.org/2000/svg", "") and "<script" not in page
    assert "| little | 4 |" in (out / "report.md").read_text() and "| Ours | Apache-2.0 |" in (models / "README.md").read_text()
