"""The `samspill` command line: a door to the same use cases that the functions and the console have."""

from __future__ import annotations

from samspill.cli.main import main

__all__ = ["main"]
