"""`exports run`, `exports list`, `exports link`: files, and links under which people fetch them."""

from __future__ import annotations

import time
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from samspill.cli.desk import OK, PERSON_MUST_ACT, Desk, json_option, pass_desk
from samspill.cli.follow import POLL_S, exit_code
from samspill.export_files import ExportFile
from samspill.modes.exports.page import size
from samspill.state import Run
from samspill.usecases import exports as use_cases
from samspill.usecases.exports import ExportProgress

DAYS = 7


@click.group()
def exports() -> None:
    """Write files of what is new or has changed, and give people links to them.

    \b
    Examples:
      samspill exports run tripletex-customers-csv
      samspill exports list
    """


@exports.command("run")
@click.argument("flow")
@click.option("--no-wait", is_flag=True, help="Start it and leave.")
@json_option
@pass_desk
def run_(desk: Desk, *, flow: str, no_wait: bool, as_json: bool) -> int:
    """Read the source, and write what is new or has changed since the last file.

    Where nothing has, no file is written. Exit code 1 when records could not be taken.

    \b
    Example: samspill exports run tripletex-customers-csv
    """
    desk.as_json = as_json
    started = use_cases.run_export(desk.world, desk.flow(flow), by=desk.by)
    if no_wait:
        desk.answer({"run": started.id})
        return OK
    done = _follow(desk, started)
    for file in done.files:
        told = {"read": done.read, "written": file.rows, "file": file.name, "size": size(file.size_bytes)}
        desk.tell(desk.text("export.done", **told))
        desk.tell(desk.text("export.next", id=file.id))
    if not done.files:
        desk.tell(desk.text("export.nothing", read=done.read))
    counts = {"run": done.run.id, "read": done.read, "written": done.written}
    desk.answer({**counts, "files": [_data(desk, file) for file in done.files]})
    return exit_code(done.run)


def _follow(desk: Desk, run: Run) -> ExportProgress:
    """Show how far the export has come until it is over; Ctrl-C leaves it going and says so."""
    columns = (TextColumn("  {task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=desk.console, disable=desk.as_json) as bars:
            reads = bars.add_task(desk.text("export.reading"), total=None)
            writes = bars.add_task(desk.text("export.writing"), total=None)
            while True:
                now = use_cases.progress(desk.world, run)
                bars.update(reads, completed=now.read, total=now.read if now.run.status.is_over else None)
                bars.update(writes, completed=now.written, total=now.listed or None)
                if now.is_over:
                    return now
                time.sleep(POLL_S)
    except KeyboardInterrupt:
        desk.tell(desk.text("export.left", flow=run.flow))
        raise click.exceptions.Exit(PERSON_MUST_ACT) from None


@exports.command("list")
@click.argument("flow", required=False)
@json_option
@pass_desk
def list_(desk: Desk, *, flow: str | None, as_json: bool) -> None:
    """List the files there are, newest first, and the links to them.

    \b
    Example: samspill exports list tripletex-customers-csv
    """
    desk.as_json = as_json
    files = use_cases.files_of(desk.world, desk.tenant, desk.flow(flow).flow if flow else None)
    told = [_data(desk, file) for file in files]
    if not told:
        desk.tell(desk.text("export.none"))
    else:
        rows = [
            [*(str(each[name]) for name in ("file", "flow", "name", "rows", "written_at")), _links(desk, each)]
            for each in told
        ]
        desk.table(desk.text("export.head").split("|"), rows)
    desk.answer(told)


@exports.command()
@click.argument("file", metavar="RUN|FILE")
@click.option("--days", type=click.IntRange(1, 90), default=DAYS, show_default=True, help="How long it is good.")
@click.option("--revoke", is_flag=True, help="Make none: revoke every link to the file.")
@json_option
@pass_desk
def link(desk: Desk, *, file: str, days: int, revoke: bool, as_json: bool) -> None:
    """Make a link under which whoever has it can fetch a file; or revoke all links to it.

    It shows a page with a button: mail filters, which open links, fetch nothing.

    \b
    Examples:
      samspill exports link 0v3k9m2pq --days 3
      samspill exports link 0v3k9m2pq --revoke
    """
    desk.as_json = as_json
    if revoke:
        count = use_cases.revoke_links(desk.world, desk.tenant, file, by=desk.by)
        desk.tell(desk.text("export.revoked", count=count))
        desk.answer({"revoked": count})
        return
    made = use_cases.make_link(desk.world, desk.tenant, file, days=days, by=desk.by)
    desk.tell(desk.text("export.link", until=f"{made.ends_at:%Y-%m-%d %H:%M} UTC"))
    if not as_json:
        click.echo(made.address)
    desk.answer({"address": made.address, "ends_at": made.ends_at.isoformat(), "file": made.file.id})


def _data(desk: Desk, file: ExportFile) -> dict[str, Any]:
    now = desk.world.clock.now()
    links = use_cases.links_of(desk.world, file)
    return {
        "file": file.id,
        "flow": file.flow,
        "run": file.run,
        "name": file.name,
        "rows": file.rows,
        "size_bytes": file.size_bytes,
        "written_at": f"{file.begun_at:%Y-%m-%d %H:%M}",
        "links": [
            {"open": each.is_open(now), "made_by": each.made_by, "ends_at": each.ends_at, "fetched": each.fetched}
            for each in links
        ],
    }


def _links(desk: Desk, told: dict[str, Any]) -> str:
    links = told["links"]
    if not links:
        return "-"
    return desk.text(
        "export.links", open=sum(each["open"] for each in links), fetched=sum(each["fetched"] for each in links)
    )


COMMANDS = (exports,)
