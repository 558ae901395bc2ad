"""Shows how far a long look has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress, TextColumn, TimeElapsedColumn

from samspill.cli.terminal import Terminal


@contextmanager
def counting(terminal: Terminal, text: str) -> Iterator[Callable[[int], None]]:
    """Yield what to call with how much was done; the screen shows the text of that name with `{count}`."""
    shown = terminal.columns is not None and not terminal.as_json
    columns = (TextColumn("  {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=terminal.console, disable=not shown, transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda count: bars.update(task, description=terminal.text(text, count=count))
