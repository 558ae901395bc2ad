"""`log` and `replay`: what became of records."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from samspill.cli.completion import connection_names, flow_names
from samspill.cli.dead_letters import tell_letters
from samspill.cli.terminal import Terminal, json_option, pass_terminal
from samspill.cli.webhooks import put_webhooks_back
from samspill.cli.why import tell_why
from samspill.usecases import log as use_case
from samspill.usecases import replaying
from samspill.usecases.replaying import Chosen
from samspill.usecases.views.records import RESULTS

if TYPE_CHECKING:
    from samspill.usecases.views.records import LineOfJournal, Log

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def span_of(terminal: Terminal, text: str) -> timedelta:
    """Return `90m`, `2h` or `30d` as a span of time."""
    found = re.fullmatch(r"(\d+)([mhd])", text)
    if found is None:
        raise click.UsageError(terminal.text("no_span", given=repr(text)))
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.option("--record", help="Part of a name, a number, or an id in either system.")
@click.option("--result", type=click.Choice(RESULTS), help="Only this result.")
@click.option("--code", help="Only this reason, such as `too_deep`; docs/reasons.md lists them all.")
@click.option("--since", default="7d", show_default=True, help="How far back: 90m, 2h, 30d.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Maximum number of entries.")
@json_option
@pass_terminal
def log(
    terminal: Terminal,
    *,
    flow: str,
    record: str | None,
    result: str | None,
    code: str | None,
    since: str,
    limit: int,
) -> None:
    """Show what happened to records and why, newest first.

    With --record: why a record was or was not carried over, its present state and what to do about it, then its
    journal. A number, an organisation number or an id that was never read is looked up in both systems, and what would
    happen to it is worked out without writing anything. With --json the result holds `records` and `journal`.

    \b
    Examples:
      samspill log tripletex-timerabbit --record 10042
      samspill log tripletex-timerabbit --record "Bakken Bygg"
      samspill log tripletex-timerabbit --result failed --since 2h
    """
    terminal.check_code(code)
    key = terminal.flow(flow)
    found = use_case.log(
        terminal.world,
        terminal.actor,
        key,
        span=span_of(terminal, since),
        limit=limit,
        record=record,
        result=result,
        code=code,
    )
    if record is not None:
        tell_why(terminal, flow, record, found)
    _tell_journal(terminal, found, since)
    terminal.answer(found)


def _tell_journal(terminal: Terminal, found: Log, since: str) -> None:
    is_known = any(each.read for each in found.records or ())
    if not found.journal and (found.records is None or is_known):
        none = terminal.text("nothing")
        terminal.tell(none if found.records is None else "\n" + terminal.text("why.journal.none", since=since))
    if found.journal and found.records is not None:
        terminal.tell("\n" + terminal.text("why.journal"))
    terminal.table([""] * 5, [_row(terminal, line) for line in found.journal])


def _row(terminal: Terminal, line: LineOfJournal) -> list[str]:
    return [
        terminal.moment(line.at, seconds=True),
        terminal.word(line.result),
        terminal.named(line.stream),
        line.label or line.link,
        terminal.reason(line.reason) + _before(terminal, line),
    ]


def _before(terminal: Terminal, line: LineOfJournal) -> str:
    return "".join(
        "\n" + terminal.text("log.before", field=terminal.named(name), value=value)
        for name, value in line.before.items()
    )


@click.command()
@click.argument("flow", shell_complete=flow_names, required=False)
@click.option("--record", "records", multiple=True, metavar="ID", help="Only this record, by its link id.")
@click.option("--code", help="All records that failed for this reason.")
@click.option("--stream", help="Only this stream.")
@click.option("--all", "everything", is_flag=True, help="All failed records.")
@click.option("--dead", is_flag=True, help="Messages that the steps gave up on, from the dead-letter queues.")
@click.option("--webhooks", is_flag=True, help="Webhooks received since a time, of one flow or of all.")
@click.option("--since", help="With --webhooks: how far back, such as 90m, 2h or 30d.")
@click.option("--connection", shell_complete=connection_names, help="With --webhooks: only those of this connection.")
@click.option("--limit", type=click.IntRange(1), help="Maximum number of entries.")
@click.option("--dry-run", is_flag=True, help="Only show what would be processed again.")
@json_option
@pass_terminal
def replay(
    terminal: Terminal,
    *,
    flow: str | None,
    records: tuple[str, ...],
    code: str | None,
    stream: str | None,
    everything: bool,
    dead: bool,
    webhooks: bool,
    since: str | None,
    connection: str | None,
    limit: int | None,
    dry_run: bool,
) -> None:
    """Process failed records, dead letters or webhooks again. They are read and planned anew, never from old data.

    \b
    Examples:
      samspill replay tripletex-timerabbit --code rejected --dry-run
      samspill replay tripletex-timerabbit --dead
      samspill replay --webhooks --since 2h --connection our-tripletex
    """
    chosen = records or code or everything or stream or limit
    if webhooks is not bool(since) or (connection and not webhooks) or (webhooks and (chosen or dead)):
        raise click.UsageError(terminal.text("replay.webhooks_alone"))
    if webhooks:
        put_webhooks_back(
            terminal, flow=flow, connection=connection, span=span_of(terminal, since or ""), dry_run=dry_run
        )
        return
    if flow is None:
        raise click.UsageError(terminal.text("replay.flow"))
    if not (records or code or everything or dead):
        raise click.UsageError(terminal.text("replay.which"))
    if dead and (records or code or everything or stream):
        raise click.UsageError(terminal.text("replay.dead_alone"))
    terminal.check_code(code)
    key = terminal.flow(flow)
    if dead:
        tell_letters(terminal, replaying.letters(terminal.world, terminal.actor, key, limit=limit, dry_run=dry_run))
        return
    choice = Chosen(records=records, code=code, stream=stream, limit=limit)
    found = replaying.records(terminal.world, terminal.actor, key, choice, dry_run=dry_run)
    terminal.table([""] * 3, [[terminal.named(each.stream), each.link, each.label] for each in found.found])
    terminal.tell(terminal.text("would_replay" if dry_run else "replayed", count=len(found.records)))
    terminal.answer(found)


COMMANDS = (log, replay)
