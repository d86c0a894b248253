"""A real llama.cpp server (PyPI: xllamacpp) on a random model that is made here: `python llama_server.py FOLDER PORT`. It answers nonsense in the right protocol."""

import sys
import threading
from pathlib import Path

import gguf
import numpy as np

WIDTH, LAYERS, HEADS, INNER = 64, 2, 4, 128
TEMPLATE = (
    "{%- if tools %}{{ '<s>tools\\n' }}{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}Calls go between <tool_call> and </tool_call> as "
    '{"name": ..., "arguments": {...}}.\n{% endif %}'
    "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
)


def vocabulary() -> list[tuple[str, float, int]]:
    """SentencePiece pieces: four of control, the bytes, printable letters."""
    pieces = [("<unk>", 0.0, 2), ("<s>", 0.0, 3), ("</s>", 0.0, 3)]
    pieces += [(f"<0x{b:02X}>", 0.0, 6) for b in range(256)]
    return pieces + [(c, -float(i), 1) for i, c in enumerate(["▁", *map(chr, range(33, 127))])]


def write_model(path: Path) -> None:
    """A llama of two layers with random weights."""
    rng, pieces = np.random.default_rng(5), vocabulary()
    w = gguf.GGUFWriter(str(path), "llama")
    for name, value in (("context_length", 8192), ("embedding_length", WIDTH), ("block_count", LAYERS), ("feed_forward_length", INNER), ("head_count", HEADS), ("head_count_kv", HEADS)):
        getattr(w, f"add_{name}")(value)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_rope_dimension_count(WIDTH // HEADS)
    w.add_vocab_size(len(pieces))
    w.add_tokenizer_model("llama")
    w.add_token_list([p for p, _, _ in pieces])
    w.add_token_scores([s for _, s, _ in pieces])
    w.add_token_types([t for _, _, t in pieces])
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    w.add_unk_token_id(0)
    w.add_chat_template(TEMPLATE)
    random = lambda *shape: (rng.standard_normal(shape) * 0.2).astype(np.float32)  # noqa: E731
    tensors = {"token_embd.weight": random(len(pieces), WIDTH), "output.weight": random(len(pieces), WIDTH), "output_norm.weight": np.ones(WIDTH, np.float32)}
    for i in range(LAYERS):
        tensors |= {f"blk.{i}.attn_{x}.weight": random(WIDTH, WIDTH) for x in ("q", "k", "v", "output")}
        tensors |= {f"blk.{i}.{x}.weight": np.ones(WIDTH, np.float32) for x in ("attn_norm", "ffn_norm")}
        tensors |= {f"blk.{i}.ffn_gate.weight": random(INNER, WIDTH), f"blk.{i}.ffn_up.weight": random(INNER, WIDTH), f"blk.{i}.ffn_down.weight": random(WIDTH, INNER)}
    for name, data in tensors.items():
        w.add_tensor(name, data)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def main() -> None:
    import xllamacpp

    path = Path(sys.argv[1]) / "random.gguf"
    write_model(path)
    params = xllamacpp.CommonParams()
    params.model.path, params.hostnames, params.port = str(path), ["127.0.0.1"], int(sys.argv[2])
    params.n_ctx, params.n_parallel, params.use_jinja, params.n_threads_http = 8192, 1, True, 2
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
