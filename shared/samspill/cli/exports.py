"""`exports run`, `exports list`, `exports link`: files, and links under which people fetch them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from samspill.cli import INTERRUPTED
from samspill.cli.completion import flow_names
from samspill.cli.follow import POLL_S, exit_code
from samspill.cli.terminal import OK, Terminal, json_option, pass_terminal
from samspill.usecases import exports as use_cases
from samspill.usecases.exports import ExportProgress
from samspill.usecases.views.exports import ExportRun, FileView, LinkMade
from samspill.usecases.views.runs import RunView

if TYPE_CHECKING:
    from samspill.state import Run

DAYS = 7


@click.group()
def exports() -> None:
    """Write new and changed records to files, and share them by link.

    \b
    Examples:
      samspill exports run tripletex-customers-csv
      samspill exports list
    """


@exports.command("run")
@click.argument("flow", shell_complete=flow_names)
@click.option("--no-wait", is_flag=True, help="Start the run and return at once.")
@json_option
@pass_terminal
def run_(terminal: Terminal, *, flow: str, no_wait: bool) -> int:
    """Write what is new or has changed since the last file.

    If nothing has changed, no file is written. Exit code 1 if records could not be exported.

    \b
    Example: samspill exports run tripletex-customers-csv
    """
    started = use_cases.run_export(terminal.world, terminal.actor, terminal.flow(flow))
    if no_wait:
        terminal.answer(ExportRun(run=started.id, read=0, written=0))
        return OK
    done = _follow(terminal, started)
    files = tuple(use_cases.view(terminal.world, file) for file in done.files)
    for file in files:
        terminal.tell(terminal.text("export.done", read=done.read, written=file.rows, file=file.name, size=file.size))
        terminal.tell(terminal.text("export.next", id=file.file))
    if not done.files:
        terminal.tell(terminal.text("export.nothing", read=done.read))
    terminal.answer(ExportRun(run=done.run.id, read=done.read, written=done.written, files=files))
    return exit_code(RunView.of(done.run))


def _follow(terminal: Terminal, run: Run) -> ExportProgress:
    """Show how far the export has come until it is over; Ctrl-C leaves it going and says so."""
    columns = (TextColumn("  {task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=terminal.console, disable=terminal.columns is None or terminal.as_json) as bars:
            reads = bars.add_task(terminal.text("export.reading"), total=None)
            writes = bars.add_task(terminal.text("export.writing"), total=None)
            while True:
                now = use_cases.progress(terminal.world, terminal.actor, run)
                bars.update(reads, completed=now.read, total=now.read if now.run.status.is_over else None)
                bars.update(writes, completed=now.written, total=now.listed or None)
                if now.is_over:
                    return now
                time.sleep(POLL_S)
    except KeyboardInterrupt:
        terminal.tell(terminal.text("export.left", flow=run.flow))
        raise click.exceptions.Exit(INTERRUPTED) from None


@exports.command("list")
@click.argument("flow", shell_complete=flow_names, required=False)
@json_option
@pass_terminal
def list_(terminal: Terminal, *, flow: str | None) -> None:
    """List the files, newest first, and the links to them.

    \b
    Example: samspill exports list tripletex-customers-csv
    """
    found = use_cases.listed(
        terminal.world, terminal.actor, terminal.tenant, terminal.flow(flow).flow if flow else None
    )
    if not found.files:
        terminal.tell(terminal.text("export.none"))
    else:
        rows = [
            [it.file, it.flow, it.name, str(it.rows), terminal.moment(it.written_at), _links(terminal, it)]
            for it in found.files
        ]
        terminal.table(terminal.text("export.head").split("|"), rows)
    terminal.answer(found)


@exports.command()
@click.argument("file", metavar="RUN|FILE")
@click.option(
    "--days", type=click.IntRange(1, 90), default=DAYS, show_default=True, help="Number of days the link is valid."
)
@click.option("--revoke", is_flag=True, help="Revoke all links to the file instead.")
@json_option
@pass_terminal
def link(terminal: Terminal, *, file: str, days: int, revoke: bool) -> None:
    """Create a link to a file, or revoke all links to it. Anyone who has the link can fetch the file.

    The link opens a page with a button, so mail filters that follow links do not fetch the file.

    \b
    Examples:
      samspill exports link 0v3k9m2pq --days 3
      samspill exports link 0v3k9m2pq --revoke
    """
    world, actor, tenant = terminal.world, terminal.actor, terminal.tenant
    if revoke:
        count = use_cases.revoke_links(world, actor, tenant, file)
        terminal.tell(terminal.text("export.revoked", count=count))
        terminal.answer(LinkMade(file=file, revoked=count))
        return
    made = use_cases.make_link(world, actor, tenant, file, days=days)
    terminal.tell(terminal.text("export.link", until=terminal.moment(made.ends_at)))
    terminal.tell(made.address)
    terminal.answer(LinkMade(file=made.file.id, address=made.address, ends_at=made.ends_at))


def _links(terminal: Terminal, file: FileView) -> str:
    if not file.links:
        return "-"
    good, fetched = sum(each.open for each in file.links), sum(each.fetched for each in file.links)
    return terminal.text("export.links", open=good, fetched=fetched)


COMMANDS = (exports,)
