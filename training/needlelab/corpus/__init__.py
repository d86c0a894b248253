"""The hand-written corpus of training/corpus: reading, checking and multiplying it."""

from .load import is_heldout, load

__all__ = ["is_heldout", "load"]
