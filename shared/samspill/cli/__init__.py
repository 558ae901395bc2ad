"""The `samspill` command line: it asks and prints, and leaves the rest to the use cases."""

from __future__ import annotations

from samspill.cli.main import main

__all__ = ["main"]
