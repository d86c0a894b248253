"""Soft evidence: which ids go on with a span of the question (docs/model-format.md section 5, "Spans")."""

from __future__ import annotations

import re

from .tokens import Tokens


def is_word(byte: int) -> bool:
    """ASCII letter or digit, underscore, or any byte of another script."""
    return byte >= 0x80 or byte == 0x5F or chr(byte).isalnum()


def piece_bytes(tokens: Tokens) -> dict[bytes, list[int]]:
    """The bytes of every text id -> the ids that write them; kept on the tokenizer."""
    if not hasattr(tokens, "by_bytes"):
        table: dict[bytes, list[int]] = {}
        for i in range(16, tokens.size):
            piece = tokens.sp.id_to_piece(i)
            raw = bytes([int(piece[1:-1], 16)]) if tokens.sp.is_byte(i) else piece.replace("▁", " ").encode()
            table.setdefault(raw, []).append(i)
        tokens.by_bytes, tokens.longest = table, max(map(len, table))
    return tokens.by_bytes


class Spans:
    """Spans of one question, as the values that copy them begin: one space, then the bytes from a place that is no space and not inside a word."""

    def __init__(self, tokens: Tokens, query: str) -> None:
        self.table = piece_bytes(tokens)
        self.longest, self.sp = tokens.longest, tokens.sp
        text = re.sub(" +", " ", query.strip(" ")).encode()
        inside = [p > 0 and is_word(text[p - 1]) and is_word(text[p]) for p in range(len(text))]
        self.values = [b" " + text[s:] for s in range(len(text)) if text[s] != 0x20 and not inside[s]]

    def after(self, run: tuple[int, ...]) -> list[int]:
        """Ids that continue `run`, the ids of a value so far, as a span."""
        said = b"".join(bytes([int(p[1:-1], 16)]) if self.sp.is_byte(i) else p.replace("▁", " ").encode() for i in run for p in [self.sp.id_to_piece(i)])
        rests = {v[len(said) : len(said) + self.longest] for v in self.values if v.startswith(said)}
        return sorted({i for rest in rests for n in range(1, len(rest) + 1) for i in self.table.get(rest[:n], ())})
