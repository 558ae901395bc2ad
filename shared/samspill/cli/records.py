"""`log`, `replay`, `export`: what became of records."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta

import click

from samspill.cli.dead import tell_answers
from samspill.cli.desk import Desk, json_option, pass_desk
from samspill.cli.texts import plain
from samspill.cli.why import tell_why, why_data
from samspill.engine.model import Result, Side
from samspill.messages import Replay
from samspill.pipeline.replay.dead_letters import answer_dead
from samspill.pipeline.replay.replay import replay as put_back
from samspill.state import JournalEntry, StreamKey
from samspill.usecases.why import Why, explain

LINK_COLUMNS = ("stream", "link", "left_id", "right_id", "state", "label", "result", "reason")
JOURNAL_COLUMNS = ("at", "stream", "link", "label", "result", "reason", "trigger")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _span(desk: Desk, text: str) -> timedelta:
    """Return `90m`, `2h` or `30d` as a span of time."""
    found = re.fullmatch(r"(\d+)([mhd])", text)
    if found is None:
        raise click.UsageError(desk.text("no_span", given=repr(text)))
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.command()
@click.argument("flow")
@click.option("--record", help="Part of a name, a number, or an id on either side: what became of it, and why.")
@click.option("--result", type=click.Choice([str(result) for result in Result]), help="Only this result.")
@click.option("--code", help="Only this reason, such as `too_deep`; docs/reasons.md lists them.")
@click.option("--since", default="7d", show_default=True, help="How far back: 90m, 2h, 30d.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@json_option
@pass_desk
def log(
    desk: Desk,
    *,
    flow: str,
    record: str | None,
    result: str | None,
    code: str | None,
    since: str,
    limit: int,
    as_json: bool,
) -> None:
    """Tell what became of records, and why, newest first.

    With --record: why this one did or did not come over, as it stands now and what to do about it, then its journal.
    A number, an organisation number or an id that was never read is looked up in both systems, and what would become
    of it is worked out without writing anything. With --json that is {"records": […], "journal": […]}.

    \b
    Examples:
      samspill log tripletex-timerabbit --record 10042
      samspill log tripletex-timerabbit --record "Bakken Bygg"
      samspill log tripletex-timerabbit --result failed --since 2h
    """
    desk.as_json = as_json
    span, key = _span(desk, since), desk.flow(flow)
    why = explain(desk.world, desk.actor, key, record) if record is not None else None
    if why is not None and record is not None:
        tell_why(desk, key, record, why)
    now = desk.world.clock.now()
    entries: list[JournalEntry] = []
    for entry in desk.world.journal.read(key, now - span, now):
        chosen = result in {None, str(entry.result)} and code in {None, entry.reason.code}
        if chosen and (why is None or _is_about(entry, record or "", why)):
            entries.append(entry)
            if len(entries) == limit:
                break
    if not entries and (why is None or why.known):
        desk.tell(desk.text("nothing") if why is None else "\n" + desk.text("why.journal.none", since=since))
    if entries:
        if why is not None:
            desk.tell("\n" + desk.text("why.journal"))
        desk.table([""] * 5, [_row(desk, entry) for entry in entries])
    told = [{**e.model_dump(mode="json"), "text": desk.reason(e.reason)} for e in entries]
    desk.answer(told if why is None else {"records": why_data(desk, why), "journal": told})


def _row(desk: Desk, entry: JournalEntry) -> list[str]:
    said = desk.reason(entry.reason) + _before(desk, entry)
    return [
        f"{entry.at:%m-%d %H:%M:%S}",
        desk.word(entry.result),
        desk.named(entry.stream),
        entry.label or entry.link,
        said,
    ]


def _before(desk: Desk, entry: JournalEntry) -> str:
    return "".join(f"\n{desk.named(name)}: {value}" for name, value in entry.before.items())


def _is_about(entry: JournalEntry, record: str, why: Why) -> bool:
    """Tell whether a line is about one of the records found; where none was, about anything of that name or id."""
    if why.known:
        return any((entry.stream, entry.link) == (each.stream, each.link.id) for each in why.known)
    return record.casefold() in entry.label.casefold() or record in {entry.link, *entry.ids.values()}


@click.command()
@click.argument("flow")
@click.option("--record", "records", multiple=True, metavar="ID", help="This record, by its link id.")
@click.option("--code", help="All that failed for this reason.")
@click.option("--stream", help="Only this stream.")
@click.option("--all", "everything", is_flag=True, help="All that failed.")
@click.option("--dead", is_flag=True, help="What the steps gave up on, from the dead-letter queues.")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@click.option("--dry-run", is_flag=True, help="Only tell which.")
@json_option
@pass_desk
def replay(
    desk: Desk,
    *,
    flow: str,
    records: tuple[str, ...],
    code: str | None,
    stream: str | None,
    everything: bool,
    dead: bool,
    limit: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Put failed records, or dead letters, back to the start: read again, planned again, never an old payload.

    \b
    Examples:
      samspill replay tripletex-timerabbit --code rejected --dry-run
      samspill replay tripletex-timerabbit --dead
    """
    desk.as_json = as_json
    if not (records or code or everything or dead):
        raise click.UsageError(desk.text("replay.which"))
    if dead and (records or code or everything or stream):
        raise click.UsageError(desk.text("replay.dead_alone"))
    key = desk.flow(flow)
    message = Replay(
        tenant=key.tenant,
        flow=key.flow,
        stream=stream,
        records=records,
        code=code,
        dead=dead,
        limit=limit,
        dry_run=dry_run,
        by=desk.actor.name,
    )
    if dead:
        tell_answers(desk, answer_dead(desk.world, message), dry_run=dry_run)
        return
    chosen = put_back(desk.world, message)
    desk.table(["", "", ""], [[key.stream, link.id, link.label] for key, link in chosen])
    desk.tell(desk.text("would_replay" if dry_run else "replayed", count=len(chosen)))
    desk.answer({"records": [link.id for _, link in chosen], "dry_run": dry_run})


@click.command()
@click.argument("flow")
@click.option("--links", "what", flag_value="links", default="links", help="The pairs of records (the default).")
@click.option("--journal", "what", flag_value="journal", help="What became of every record.")
@click.option(
    "--format", "shape", type=click.Choice(["csv", "json"]), default="csv", show_default=True, help="The shape."
)
@click.option("--since", default="90d", show_default=True, help="For the journal: how far back.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@pass_desk
def export(desk: Desk, *, flow: str, what: str, shape: str, since: str, as_json: bool) -> None:
    """Write the links or the journal of a flow to standard output.

    \b
    Example: samspill export tripletex-timerabbit --links > links.csv
    """
    rows = list(_links(desk, flow) if what == "links" else _journal(desk, flow, _span(desk, since)))
    if as_json or shape == "json":
        desk.as_json = True
        desk.answer(rows)
        return
    out = io.StringIO()
    # A spreadsheet would run a cell that begins like a formula: vendors' words are made text.
    plainly = [{name: plain(value) for name, value in row.items()} for row in rows]
    safe = [{k: f"'{v}" if v[:1] in {"=", "+", "-", "@", "\t"} else v for k, v in row.items()} for row in plainly]
    writer = csv.DictWriter(out, fieldnames=LINK_COLUMNS if what == "links" else JOURNAL_COLUMNS)
    writer.writeheader()
    writer.writerows(safe)
    click.echo(out.getvalue(), nl=False)


def _links(desk: Desk, flow: str) -> Iterator[dict[str, str]]:
    key = desk.flow(flow)
    for stream in desk.declared(key).streams:
        for link in desk.world.links.all(StreamKey(*key, stream.name)):
            result = str(link.outcome.result) if link.outcome else ""
            reason = desk.reason(link.outcome.reason) if link.outcome else ""
            ids = (link.ids.get(Side.LEFT, ""), link.ids.get(Side.RIGHT, ""))
            values = (stream.name, link.id, *ids, str(link.state), link.label, result, reason)
            yield dict(zip(LINK_COLUMNS, values, strict=True))


def _journal(desk: Desk, flow: str, span: timedelta) -> Iterator[dict[str, str]]:
    key, now = desk.flow(flow), desk.world.clock.now()
    for entry in desk.world.journal.read(key, now - span, now):
        record = (entry.stream, entry.link, entry.label, str(entry.result))
        values = (entry.at.isoformat(), *record, desk.reason(entry.reason), entry.trigger)
        yield dict(zip(JOURNAL_COLUMNS, values, strict=True))


COMMANDS = (log, replay, export)
