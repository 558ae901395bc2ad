"""`review`, `log`, `replay`, `export`."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import click

from samspill.cli.desk import Desk, pass_desk
from samspill.cli.flows import json_option
from samspill.engine.model import Link, Result
from samspill.messages import Replay
from samspill.state import JournalEntry, StreamKey
from samspill.steps import review as reviews
from samspill.steps.replay import replay as put_back

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _span(text: str) -> timedelta:
    """Return `90m`, `2h` or `30d` as a span of time."""
    found = re.fullmatch(r"(\d+)([mhd])", text)
    if found is None:
        raise click.UsageError(f"{text!r} is not a span of time; write for example 90m, 2h or 30d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.command()
@click.argument("flow")
@click.option("--stream", help="Only this stream; needed to decide when ids are in several.")
@click.option("--link", "links", multiple=True, metavar="ID[=TARGET]", help="Link to TARGET, or to the one candidate.")
@click.option("--create", multiple=True, metavar="ID", help="Create it on the other side.")
@click.option("--ignore", multiple=True, metavar="ID", help="Leave it out.")
@click.option("--take-left", multiple=True, metavar="ID", help="In a conflict the left side holds.")
@click.option("--take-right", multiple=True, metavar="ID", help="In a conflict the right side holds.")
@click.option("--archive", multiple=True, metavar="ID", help="Deleted on one side: archive the other.")
@click.option("--keep", multiple=True, metavar="ID", help="Deleted on one side: keep the other.")
@click.option(
    "--all", "everything", type=click.Choice(["link", "create", "ignore"]), help="Decide all that are listed."
)
@click.option("--code", help="Only what waits for this reason, such as `similar`.")
@json_option
@pass_desk
def review(
    desk: Desk,
    /,
    *,
    flow: str,
    stream: str | None,
    links: tuple[str, ...],
    everything: str | None,
    code: str | None,
    as_json: bool,
    **chosen: tuple[str, ...],
) -> None:
    """List what waits for a person, or decide about it, one or many at a time.

    \b
    Examples:
      samspill review tripletex-timerabbit
      samspill review tripletex-timerabbit --link left-100231=1007 --ignore left-100240
      samspill review tripletex-timerabbit --code similar --all create
    """
    desk.as_json = as_json
    found = [
        (key, link)
        for key, link in reviews.waiting_for_a_person(desk.world, desk.flow(flow))
        if stream in {None, key.stream} and (code is None or (link.outcome and link.outcome.reason.code == code))
    ]
    targets = {name.partition("=")[0]: name.partition("=")[2] or None for name in links}
    wanted = [(name, "link", target) for name, target in targets.items()]
    wanted += [(name, action.replace("_", "-"), None) for action, names in chosen.items() for name in names]
    if everything:
        wanted = [(link.id, everything, None) for _, link in found]
    if not wanted:
        _list(desk, found)
        return
    streams = {link.id: key for key, link in found}
    for name, action, target in wanted:
        if name not in streams:
            raise click.UsageError(f"{name} does not wait for a decision")
        reviews.decide(desk.world, streams[name], [name], action, by=desk.by, target=target)
    actions = ", ".join(sorted({action for _, action, _ in wanted}))
    desk.tell(desk.text("decided", count=len(wanted), action=actions))
    desk.answer({"decided": len(wanted)})


def _list(desk: Desk, found: list[tuple[StreamKey, Link]]) -> None:
    if not found:
        desk.tell(desk.text("review.none"))
    rows = []
    for key, link in found:
        reason = desk.reason(link.outcome.reason) if link.outcome else ""
        options = "\n".join(f"{c.external_id}  {c.label}  {c.score} % {c.why}".strip() for c in link.candidates)
        clash = "\n".join(f"{name}: {values}" for name, values in link.conflicts.items())
        rows.append([key.stream, link.id, link.label, reason, options or clash])
    if rows:
        desk.table(["stream", "id", "", "", "candidates"], rows)
    desk.answer(
        [
            {
                "stream": key.stream,
                "link": link.id,
                "label": link.label,
                "reason": link.outcome.reason.to_json() if link.outcome else None,
                "candidates": [
                    {"external_id": c.external_id, "label": c.label, "score": c.score, "why": c.why}
                    for c in link.candidates
                ],
                "conflicts": {name: dict(values) for name, values in link.conflicts.items()},
            }
            for key, link in found
        ]
    )


@click.command()
@click.argument("flow")
@click.option("--record", help="Part of a name, a number, or an id on either side: what became of it, and why.")
@click.option("--result", type=click.Choice([str(result) for result in Result]), help="Only this result.")
@click.option("--code", help="Only this reason, such as `too_deep`; docs/reasons.md lists them.")
@click.option("--since", default="7d", show_default=True, help="How far back: 90m, 2h, 30d.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
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

    \b
    Example: samspill log tripletex-timerabbit --record 10042
    """
    desk.as_json = as_json
    now = desk.world.clock.now()
    entries: list[JournalEntry] = []
    for entry in desk.world.journal.read(desk.flow(flow), now - _span(since), now):
        chosen = result in {None, str(entry.result)} and code in {None, entry.reason.code}
        if chosen and (record is None or _is_about(entry, record)):
            entries.append(entry)
            if len(entries) == limit:
                break
    if not entries:
        desk.tell(desk.text("nothing"))
    rows = [
        [f"{e.at:%m-%d %H:%M:%S}", str(e.result), e.stream, e.label or e.link, desk.reason(e.reason) + _before(e)]
        for e in entries
    ]
    if rows:
        desk.table(["", "", "", "", ""], rows)
    desk.answer([{**e.model_dump(mode="json"), "text": desk.reason(e.reason)} for e in entries])


def _before(entry: JournalEntry) -> str:
    return "".join(f"\n{name}: {value}" for name, value in entry.before.items())


def _is_about(entry: JournalEntry, record: str) -> bool:
    return record.casefold() in entry.label.casefold() or record in {entry.link, *entry.ids.values()}


@click.command()
@click.argument("flow")
@click.option("--record", "records", multiple=True, metavar="ID", help="This record, by its link id.")
@click.option("--code", help="All that failed for this reason.")
@click.option("--stream", help="Only this stream.")
@click.option("--all", "everything", is_flag=True, help="All that failed.")
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
    limit: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Put failed records back to the start: read again, planned again, never an old payload.

    \b
    Example: samspill replay tripletex-timerabbit --code rejected --dry-run
    """
    desk.as_json = as_json
    if not (records or code or everything):
        raise click.UsageError("say which: --record, --code or --all")
    message = Replay(
        tenant=desk.tenant,
        flow=flow,
        stream=stream,
        records=records,
        code=code,
        limit=limit,
        dry_run=dry_run,
        by=desk.by,
    )
    chosen = put_back(desk.world, message)
    desk.table(["", "", ""], [[key.stream, link.id, link.label] for key, link in chosen])
    desk.tell(desk.text("would_replay" if dry_run else "replayed", count=len(chosen)))
    desk.answer({"records": [link.id for _, link in chosen], "dry_run": dry_run})


@click.command()
@click.argument("flow")
@click.option("--what", type=click.Choice(["links", "journal"]), default="links", show_default=True)
@click.option("--format", "shape", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--since", default="90d", show_default=True, help="For the journal: how far back.")
@pass_desk
def export(desk: Desk, *, flow: str, what: str, shape: str, since: str) -> None:
    """Write the links or the journal of a flow to standard output."""
    rows: list[dict[str, str]] = []
    if what == "links":
        from samspill.flows.catalogue import flow_named

        for stream in flow_named(flow).streams:
            for link in desk.world.links.all(StreamKey(desk.tenant, flow, stream.name)):
                ids = {f"{side}_id": external_id for side, external_id in sorted(link.ids.items())}
                outcome = link.outcome
                rows.append(
                    {
                        "stream": stream.name,
                        "link": link.id,
                        "left_id": "",
                        "right_id": "",
                        **ids,
                        "state": link.state,
                        "label": link.label,
                        "result": outcome.result if outcome else "",
                        "reason": desk.reason(outcome.reason) if outcome else "",
                    }
                )
    else:
        now = desk.world.clock.now()
        rows = [
            {
                "at": entry.at.isoformat(),
                "stream": entry.stream,
                "link": entry.link,
                "label": entry.label,
                "result": entry.result,
                "reason": desk.reason(entry.reason),
                "trigger": entry.trigger,
            }
            for entry in desk.world.journal.read(desk.flow(flow), now - _span(since), now)
        ]
    if shape == "json":
        desk.as_json = True
        desk.answer(rows)
        return
    out = io.StringIO()
    if rows:
        # A spreadsheet would run a cell that begins like a formula: vendors' words are made text.
        safe = [{k: f"'{v}" if v[:1] in {"=", "+", "-", "@"} else v for k, v in row.items()} for row in rows]
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(safe)
    click.echo(out.getvalue(), nl=False)


COMMANDS = (review, log, replay, export)
