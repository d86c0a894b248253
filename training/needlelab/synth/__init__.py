"""Invented smart-home requests with their calls."""

from .home import home_group

__all__ = ["home_group"]
