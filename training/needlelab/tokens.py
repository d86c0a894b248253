"""Token ids of segments, blocks and answers (docs/model-format.md sections 1-3)."""

from __future__ import annotations

import functools

import sentencepiece as spm

from .render import ARG, VAL, render_fact, render_tool, scalar_text

PAD, EOS, BOS, UNK, CALL, TOOLS, ARG_ID, VAL_ID, FACT = range(9)
CONTROL = ["<tool_call>", "<tools>", "<arg>", "<val>", "<fact>"] + [f"<r{i}>" for i in range(9, 16)]
STRUCTURE, NAME, VALUE, KEY = range(4)


class Tokens:
    """A SentencePiece model with caches for the segments that come again and again."""

    def __init__(self, path: str) -> None:
        self.sp = spm.SentencePieceProcessor(model_file=path)
        self.size = self.sp.vocab_size()
        self.enc = functools.lru_cache(maxsize=200_000)(self._enc)
        self._rendered: dict[tuple[str, int], list[int]] = {}

    def _enc(self, text: str) -> tuple[int, ...]:
        return tuple(self.sp.encode(text))

    def block(self, text: str, kind: int = TOOLS) -> list[int]:
        """Ids of a block text."""
        ids = [kind]
        for i, part in enumerate(text.split(ARG)):
            if i:
                ids.append(ARG_ID)
            head, _, tail = part.partition(VAL)
            ids += self.enc(head)
            ids.append(VAL_ID)
            ids += self.enc(tail)
        return ids

    def tool(self, tool: dict, limit: int) -> tuple[str, list[int]]:
        """Block text and ids of a tool within the limit."""
        text, _ = render_tool(tool, limit, lambda t: len(self.block(t)))
        return text, self.block(text)

    def fact(self, fact: dict, limit: int) -> list[int]:
        """Ids of a context block within the limit."""
        return self.block(render_fact(fact, limit, lambda t: len(self.block(t)))[0], FACT)

    def answer(self, calls: list[dict], tools: dict[str, dict]) -> tuple[list[int], list[int]]:
        """Target ids (ending with </s>) and the class of each."""
        ids: list[int] = []
        cls: list[int] = []

        def put(part: tuple[int, ...], kind: int) -> None:
            ids.extend(part)
            cls.extend([kind] * len(part))

        for call in calls:
            put((CALL,), STRUCTURE)
            put(self.enc(call["name"]), NAME)
            for key in (tools[call["name"]].get("parameters") or {}).get("properties") or {}:
                if key not in call["arguments"] or call["arguments"][key] is None:
                    continue
                value = call["arguments"][key]
                values = value if isinstance(value, list) else [value]
                if not values:
                    continue
                put((ARG_ID,), STRUCTURE)
                put(self.enc(key), KEY)
                for one in values:
                    put((VAL_ID,), STRUCTURE)
                    put(self.enc(scalar_text(one)), VALUE)
        put((EOS,), STRUCTURE)
        return ids, cls
