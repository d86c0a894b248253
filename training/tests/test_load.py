"""A GGUF read back is the model that was written; PyTorch and the engine then say the same; spans are those of the format."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("sentencepiece")

from needlelab.export import write_gguf
from needlelab.load import load_any, load_gguf
from needlelab.model import Config, Needle
from needlelab.reference import dequantised
from needlelab.report.sets import LAB
from needlelab.spans import Spans
from needlelab.tokens import Tokens
from stages.recall import ranks

MODELS = LAB.parent / "models"
TOKENIZER = next(MODELS.glob("*.tokenizer.model"), None)
needs_models = pytest.mark.skipif(TOKENIZER is None, reason="needs models/, which this checkout lacks: git lfs or a full clone")


@needs_models
@pytest.mark.parametrize("kind", ["F32", "F16", "Q8_0", "Q4_0"])
def test_a_file_read_back_is_the_dequantised_model(tmp_path: Path, kind: str) -> None:
    torch.manual_seed(3)
    config = Config(d=64, enc_layers=2, dec_layers=2, heads=4, kv_heads=2, head_dim=32, vocab=Tokens(str(TOKENIZER)).size, from_layer=1, select_len=32)
    model, path = Needle(config), tmp_path / "m.gguf"
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim < 2:
                p.normal_(0, 0.3)
    write_gguf(path, model, str(TOKENIZER), "m", kind, {"copy_bias": 1.5})
    (tmp_path / "m.tokenizer.model").write_bytes(TOKENIZER.read_bytes())
    back, _, about = load_gguf(path)
    assert back.c == config and about["copy_bias"] == 1.5
    want = dequantised(model, kind).state_dict()
    for name, value in back.state_dict().items():
        assert torch.allclose(value, want[name], atol=1e-5), name


@needs_models
def test_spans_begin_at_words_and_go_on_as_the_question_does() -> None:
    tokens = Tokens(str(TOKENIZER))
    spans = Spans(tokens, "is anyone at  home")
    pieces = {tokens.sp.id_to_piece(i) for i in spans.after(())}
    assert {"▁at", "▁home"} & pieces and not any(p.startswith("▁one") for p in pieces)
    run = tokens.enc("at")
    assert {tokens.sp.id_to_piece(i) for i in spans.after(run)} & {"▁home", "▁h", "▁ho"}
    assert spans.after(tokens.enc("garage")) == []


@needs_models
def test_the_tool_that_a_question_names_is_placed_first() -> None:
    model, tokens = load_any(MODELS)
    tools = [{"name": n, "description": d, "parameters": {"type": "object", "properties": {}}} for n, d in (("water_plants", "Water the plants."), ("feed_cat", "Feed the cat."))]
    items = [{"query": "water the plants", "right": [0]}, {"query": "feed the cat", "right": [1]}, {"query": "water the plants and feed the cat", "right": [0, 1]}]
    assert ranks(model, tokens, {"tools": tools, "items": items}) == [0, 0, 1]


@pytest.mark.skipif(not (LAB.parent / "daemon/dist/predictor.js").exists(), reason="needs the built product, which this checkout lacks: npm ci && npm run build")
def test_python_and_the_engine_agree_on_real_records(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-m", "stages.agree", "--n", "20", "--out", str(tmp_path)], check=False, cwd=LAB, capture_output=True, text=True, timeout=900)
    assert ran.returncode == 0, ran.stderr[-2000:]
    found = json.loads(ran.stdout)
    assert found["asked"] == 20 and found["share"] >= 0.9, ran.stderr
