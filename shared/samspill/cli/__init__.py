"""The `samspill` command line: it asks and prints, and leaves the rest to the use cases."""

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
