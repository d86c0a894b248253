"""A real llama.cpp server (PyPI: xllamacpp) on a model that is made here: `python llama_server.py FOLDER PORT`.

A llama of one layer whose attention and feed-forward add nothing: embeddings are one-hot, and the output matrix says which piece follows which. So it answers every question with one
call, written as Hermes models write theirs; tokenizer, sampling, chat template and reading of calls are the server's own.
"""

import sys
import threading
from pathlib import Path

import gguf
import numpy as np

WIDTH, HEADS, INNER = 384, 4, 32
ANSWER = ("<tool_call>", '\n{"name":▁"lamp",▁', '"arguments":▁{"power":▁"on"}}\n', "</tool_call>")
END = 2
# As Hermes and Qwen write calls: from this the server learns how to read them.
TEMPLATE = """{%- if tools %}<|im_start|>system
{% if messages[0].role == 'system' %}{{ messages[0].content + '\n' }}{% endif %}# Tools
<tools>{% for tool in tools %}
{{ tool | tojson }}{% endfor %}
</tools>
For each call return a json object within <tool_call></tool_call> tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call><|im_end|>
{% endif %}{% for message in messages %}{% if message.role == 'assistant' %}<|im_start|>assistant{% if message.content %}{{ '\n' + message.content }}{% endif %}{% for tool_call in message.tool_calls %}
<tool_call>
{"name": "{{ tool_call.function.name }}", "arguments": {{ tool_call.function.arguments | tojson }}}
</tool_call>{% endfor %}<|im_end|>
{% elif message.role != 'system' or not tools %}<|im_start|>{{ message.role + '\n' + message.content }}<|im_end|>
{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


def vocabulary() -> list[tuple[str, float, int]]:
    """SentencePiece pieces: three of control, the bytes, printable letters, the pieces of the answer."""
    pieces = [("<unk>", 0.0, 2), ("<s>", 0.0, 3), ("</s>", 0.0, 3)]
    pieces += [(f"<0x{b:02X}>", 0.0, 6) for b in range(256)]
    pieces += [(c, -float(i), 1) for i, c in enumerate(["▁", *map(chr, range(33, 127))])]
    return pieces + [(text, -1000.0, 1) for text in ANSWER]


def transitions(count: int) -> np.ndarray:
    """Output matrix (V, d): after any piece the answer begins, then goes on, then ends."""
    out, first = np.zeros((count, WIDTH), np.float32), count - len(ANSWER)
    out[first, :first] = 1
    for i in range(len(ANSWER)):
        out[first + i + 1 if i + 1 < len(ANSWER) else END, first + i] = 1
    return out


def write_model(path: Path) -> None:
    """The model as GGUF."""
    pieces = vocabulary()
    w = gguf.GGUFWriter(str(path), "llama")
    for name, value in (("context_length", 8192), ("embedding_length", WIDTH), ("block_count", 1), ("feed_forward_length", INNER), ("head_count", HEADS), ("head_count_kv", HEADS)):
        getattr(w, f"add_{name}")(value)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_rope_dimension_count(WIDTH // HEADS)
    w.add_vocab_size(len(pieces))
    w.add_tokenizer_model("llama")
    w.add_token_list([p for p, _, _ in pieces])
    w.add_token_scores([s for _, s, _ in pieces])
    w.add_token_types([t for _, _, t in pieces])
    w.add_bos_token_id(1)
    w.add_eos_token_id(END)
    w.add_unk_token_id(0)
    w.add_chat_template(TEMPLATE)
    zeros, ones = (lambda *shape: np.zeros(shape, np.float32)), np.ones(WIDTH, np.float32)
    tensors = {"token_embd.weight": np.eye(len(pieces), WIDTH, dtype=np.float32), "output.weight": transitions(len(pieces)), "output_norm.weight": ones}
    tensors |= {f"blk.0.attn_{x}.weight": zeros(WIDTH, WIDTH) for x in ("q", "k", "v", "output")}
    tensors |= {"blk.0.attn_norm.weight": ones, "blk.0.ffn_norm.weight": ones}
    tensors |= {"blk.0.ffn_gate.weight": zeros(INNER, WIDTH), "blk.0.ffn_up.weight": zeros(INNER, WIDTH), "blk.0.ffn_down.weight": zeros(WIDTH, INNER)}
    for name, data in tensors.items():
        w.add_tensor(name, data)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def main() -> None:
    import xllamacpp

    path = Path(sys.argv[1]) / "lamp.gguf"
    write_model(path)
    params = xllamacpp.CommonParams()
    params.model.path, params.hostnames, params.port = str(path), ["127.0.0.1"], int(sys.argv[2])
    params.n_ctx, params.n_parallel, params.use_jinja, params.n_threads_http = 8192, 1, True, 2
    # one thread: two that wait for each other crawl where another program has the second core
    for threads in (params.cpuparams, params.cpuparams_batch):
        threads.n_threads = 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
