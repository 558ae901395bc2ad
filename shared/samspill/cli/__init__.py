"""The `samspill` command line: a door to the same use cases that the functions and the console have."""

from __future__ import annotations

import sys

INTERRUPTED = 130
"""The exit code of what Ctrl-C ended, as shells have it."""


def main() -> None:
    """Run a command. Ctrl-C while its code is still being loaded leaves as quietly as later on."""
    try:
        from samspill.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
