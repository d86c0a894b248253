"""`stages.rival` against a real llama.cpp server; its model always switches a lamp on (llama_server.py)."""

import importlib.util
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from needlelab.report.rivals import load_rivals
from needlelab.report.sets import LAB, Set
from needlelab.report.table import results

pytestmark = pytest.mark.skipif(importlib.util.find_spec("xllamacpp") is None, reason="needs xllamacpp, which this machine lacks: pip install -r requirements-peers.txt")
WAIT_S = 240


def record(number: int) -> dict:
    tool = {"name": "lamp", "description": "", "parameters": {"type": "object", "properties": {"power": {"type": "string", "enum": ["on", "off"]}}, "required": ["power"]}}
    return {"id": f"r{number}", "source": "test", "query": f"lamp {number}", "tools": [tool], "answers": [{"name": "lamp", "arguments": {"power": "on"}}]}


def write_set(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps(record(n)) + "\n" for n in range(count)))
    return path


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("w") as out:
        child = subprocess.Popen([sys.executable, Path(__file__).with_name("llama_server.py"), str(log.parent), str(port)], stdout=out, stderr=out)
    end = time.monotonic() + WAIT_S
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=5).close()
            break
        except OSError:
            assert child.poll() is None and time.monotonic() < end, log.read_text()[-2000:]
            time.sleep(0.5)
    yield f"http://127.0.0.1:{port}/v1"
    child.terminate()
    child.wait(30)


def run(*more: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "stages.rival", "--model", "lamp", *more], check=False, cwd=LAB, capture_output=True, text=True, timeout=WAIT_S)


@pytest.mark.parametrize("tools", ["native", "text"])
def test_calls_of_a_real_server_are_scored_and_go_into_the_report(url: str, tmp_path: Path, tools: str) -> None:
    data, out = write_set(tmp_path / "little.jsonl", 3), tmp_path / "out"
    ran = run("--url", url, "--data", str(data), "--out", str(out), "--tools", tools, "--concurrency", "2")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["exact"] == 1.0
    lines = [json.loads(line) for line in next(out.glob("little-*.jsonl")).read_text().splitlines()]
    assert [p["id"] for p in lines] == ["r0", "r1", "r2"] and all(p["answers"] == record(0)["answers"] for p in lines)
    one = Set("little", data, "public")
    (system,) = load_rivals([out], [one], 0)
    (found,) = results([system], [one])
    assert (found["system"], found["n"], found["answered"], found["exact"]) == ("lamp", 3, 1.0, 1.0)


def test_a_second_run_asks_only_what_is_missing(url: str, tmp_path: Path) -> None:
    data, out = write_set(tmp_path / "little.jsonl", 3), tmp_path / "out"
    options = ("--url", url, "--data", str(data), "--out", str(out), "--max-tokens", "64")
    assert run(*options).returncode == 0
    (place,) = out.glob("little-*.jsonl")
    first, second, third = place.read_text().splitlines()
    failed = json.dumps(json.loads(third) | {"error": "gone"})
    place.write_text(f"{first}\n{failed}\n{second[:20]}")
    ran = run(*options)
    assert ran.returncode == 0, ran.stderr
    lines = place.read_text().splitlines()
    assert lines[0] == first and len(lines) == 3 and not any("error" in json.loads(line) for line in lines)


def test_a_server_that_is_not_there_is_told_with_every_record(tmp_path: Path) -> None:
    data, out = write_set(tmp_path / "little.jsonl", 1), tmp_path / "out"
    ran = run("--url", "http://127.0.0.1:9/v1", "--data", str(data), "--out", str(out), "--timeout", "5")
    assert ran.returncode == 0 and json.loads(ran.stdout)["errors"] == 1
    assert "127.0.0.1:9" in json.loads(next(out.glob("little-*.jsonl")).read_text())["error"]
