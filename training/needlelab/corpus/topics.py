"""What a tool or a question is about: its words without endings and without those that say nothing."""

from __future__ import annotations

import functools
import re

from .load import home_tools

_STOP = frozenset(
    ["a", "an", "the", "of", "to", "in", "on", "for", "and", "or", "with", "by", "from", "at", "as", "is", "are", "be", "it", "its", "this", "that", "one", "all", "any", "what", "how", "when", "where", "which", "who", "get", "set", "add", "new", "make", "do", "show", "find", "list", "check", "send", "start", "stop", "create", "delete", "remove", "update", "change", "say", "tell", "give", "put", "use", "has", "have", "not", "string", "name", "text", "value", "number", "said", "user", "current", "now", "next", "last"]
)

# what home tools do beyond the words of their own descriptions, and words of those that say nothing
_MORE_HOME = ("list", "groceries", "grocery", "todo", "note", "task", "call", "text", "song", "track", "playlist", "video", "tv", "television", "lamp", "dim", "heating", "cooling", "bolt", "clean", "mow", "speaker", "forecast", "temp", "warn", "wake", "broadcast", "announcement", "power", "sprinkler", "appliance", "mop", "floor", "hot", "cold", "warm", "dark", "bright", "minute", "hour")
_EMPTY = ("like", "take", "much", "left", "than", "they", "does", "done", "thing", "another", "later", "someone", "something", "choose", "back", "was", "way", "side", "let", "complete", "part", "item")


@functools.cache
def snake(name: str) -> str:
    """A name in any style as snake_case."""
    return re.sub(r"_+", "_", re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name))).strip("_").lower() or name


def stem(word: str) -> str:
    """A word without the commonest endings."""
    for ending in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def topic_words(tool: dict) -> frozenset[str]:
    """The words that say what a tool is about."""
    text = f"{snake(tool['name']).replace('_', ' ')} {tool.get('description') or ''}".lower()
    return frozenset(stem(w) for w in re.findall(r"[a-zà-ÿ]{3,}", text) if w not in _STOP)


@functools.cache
def home_words() -> frozenset[str]:
    """What the home's tools are about: a tool that shares one of these words may do the same as one of them."""
    return frozenset(w for t in home_tools().values() for w in topic_words(t)) | {stem(w) for w in _MORE_HOME} - {stem(w) for w in _EMPTY}


def query_words(query: str) -> frozenset[str]:
    """The words of a question as `topic_words` writes them."""
    return frozenset(stem(w) for w in re.findall(r"[a-zà-ÿ]{3,}", query.lower()))
