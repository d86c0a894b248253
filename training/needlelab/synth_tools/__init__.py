"""Training data that teaches to read a tool's schema: hand-written capabilities in many guises, and tools invented on the spot."""

from .group import tools_group

__all__ = ["tools_group"]
