"""The shipped engine against sentencepiece, over its own frames (docs/protocol.md section 1)."""

import json
import os
import random
import struct
import subprocess
from pathlib import Path

import pytest

spm = pytest.importorskip("sentencepiece")

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "kernels/build/needle-engine"
MANIFEST = ROOT / "models/manifest.json"
pytestmark = pytest.mark.skipif(not (ENGINE.exists() and MANIFEST.exists()), reason="build the engine first: npm run build:engine")

RANGES = [(0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x4E00, 0x4FFF), (0x1F600, 0x1F64F), (0x0, 0x1F), (0x2580, 0x2585), (0x300, 0x36F)]
WORDS = "turn off the kitchen lights set_brightness HassTurnOn 21.5 <tool_call> <tools> </s> ▁ l'été 漢字 don't 100% {\"a\": [1]}".split(" ")


def random_text(rng: random.Random) -> str:
    """Words, stray code points of many scripts, runs of spaces."""
    parts = []
    for _ in range(rng.randint(0, 12)):
        low, high = rng.choice(RANGES)
        word = rng.choice(WORDS) if rng.random() < 0.6 else "".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 6)))
        parts.append(word + " " * rng.choice([0, 1, 1, 1, 2, 3]))
    return "".join(parts)


class Engine:
    """needle-engine over pipes."""

    def __init__(self, weights: Path) -> None:
        fd = os.open(weights, os.O_RDONLY)
        if fd != 3:
            os.dup2(fd, 3)
        self.child = subprocess.Popen([ENGINE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(3,))
        assert self.read()[1] == 128

    def read(self) -> tuple[int, int, bytes]:
        (length,) = struct.unpack("<I", self.child.stdout.read(4))
        number, kind = struct.unpack("<IB", self.child.stdout.read(5))
        return number, kind, self.child.stdout.read(length - 5)

    def tokenize(self, text: str) -> list[int]:
        raw = text.encode()
        body = struct.pack("<IBI", 1, 6, len(raw)) + raw
        self.child.stdin.write(struct.pack("<I", len(body)) + body)
        self.child.stdin.flush()
        _, kind, answer = self.read()
        assert kind == 134, answer
        return list(struct.unpack(f"<{len(answer) // 4}I", answer))[1:]


def test_token_ids_equal_sentencepiece_on_10000_strings() -> None:
    manifest = json.loads(MANIFEST.read_text())
    file = MANIFEST.parent / manifest["models"][manifest["default"]]["file"]
    tokenizer = spm.SentencePieceProcessor(model_file=str(file.with_suffix(".tokenizer.model")))
    engine, rng = Engine(file), random.Random(11)
    texts = ["", " ", "  a  b ", "x" * 65536, "漢" * 21845, *(random_text(rng) for _ in range(10_000))]
    wrong = [t for t in texts if engine.tokenize(t) != tokenizer.encode(t)]
    engine.child.stdin.close()
    assert engine.child.wait(5) == 0
    assert not wrong, wrong[:3]


def test_public_gguf_reader_reads_the_shipped_weights() -> None:
    gguf = pytest.importorskip("gguf")
    manifest = json.loads(MANIFEST.read_text())
    entry = manifest["models"][manifest["default"]]
    reader = gguf.GGUFReader(str(MANIFEST.parent / entry["file"]))
    assert bytes(reader.fields["general.architecture"].parts[-1]).decode() == "needle"
    layers = int(reader.fields["needle.encoder.block_count"].parts[-1][0])
    names = {t.name for t in reader.tensors}
    assert {"token_embd.weight", f"enc.{layers - 1}.attn_q.weight", "dec.output_norm.weight"} <= names
