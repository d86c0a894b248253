"""Scores of every system on every set, as one table (`python -m stages.report`)."""
