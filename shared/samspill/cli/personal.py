"""`person` and `forget`: what the hub holds of one person, handed out or taken out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from samspill.cli.terminal import PERSON_MUST_ACT, Terminal, json_option, json_text, pass_terminal
from samspill.usecases import forgetting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from samspill.usecases.views.personal import Personal, PlaceView

TOLD_EVERY = 100
"""So many places are done between two lines of progress."""
_records = click.option(
    "--record", "records", multiple=True, metavar="FLOW/STREAM/LINK", help="Which record is meant, where several fit."
)


@click.command()
@click.argument("who")
@_records
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write everything to this file as JSON, and beside it as text.",
)
@json_option
@pass_terminal
def person(terminal: Terminal, *, who: str, records: tuple[str, ...], out: Path | None) -> None:
    """Show everything that is held of one person, and for how long.

    WHO is a name, a number, an e-mail address or an id.

    \b
    Examples:
      samspill person kari@nordlys.example
      samspill person "Kari Berg" --out kari-berg.json
    """
    found = forgetting.found(terminal.world, terminal.actor, terminal.tenant, who, records)
    if out is not None:
        names = [each.name for each in found.records]
        found = forgetting.handed_out(terminal.world, terminal.actor, terminal.tenant, names)
        out.write_text(json_text({"schema": found.schema_name(), **terminal.data(found)}) + "\n", encoding="utf-8")
        out.with_suffix(".txt").write_text(_readable(terminal, found), encoding="utf-8")
        terminal.tell(terminal.text("person.written", file=str(out), text=str(out.with_suffix(".txt"))))
    _tell(terminal, found)
    terminal.answer(found)


@click.command()
@click.argument("who")
@_records
@click.option("--leave-out", is_flag=True, help="Have the flows leave the person alone from now on.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@pass_terminal
def forget(terminal: Terminal, *, who: str, records: tuple[str, ...], leave_out: bool, yes: bool) -> int:
    """Remove what Samspill holds of one person. What goes and what stays is shown first.

    Nothing in the systems themselves changes. An interrupted command continues when it is repeated.

    \b
    Example: samspill forget "Kari Berg" --leave-out
    """
    found = forgetting.found(terminal.world, terminal.actor, terminal.tenant, who, records)
    _tell(terminal, found)
    if not leave_out:
        terminal.tell(terminal.text("forget.comes_back"))
    if not yes:
        terminal.confirm(terminal.text("forget.sure"))

    def tell(count: int) -> None:
        if count % TOLD_EVERY == 0:
            terminal.tell(terminal.text("forget.progress", count=count))

    names = [each.name for each in found.records]
    done = forgetting.forget(terminal.world, terminal.actor, terminal.tenant, names, leave_out=leave_out, tell=tell)
    terminal.tell(terminal.text("forget.done", count=sum(done.removed.values())))
    _tell_stays(terminal, done.stays)
    terminal.tell(terminal.text("forget.ids"))
    terminal.answer(done)
    return PERSON_MUST_ACT if done.stays else 0


def _tell(terminal: Terminal, found: Personal) -> None:
    for record in found.records:
        ids = ", ".join(f"{side} {own}" for side, own in record.ids.items())
        terminal.tell(f"{record.label or '…'}  {record.name}  ({ids})")
    for name in found.shared:
        terminal.tell(terminal.text("person.shared", name=name))
    counts = Counter(place.kind for place in found.places if place.can_go)
    terminal.table([""] * 2, [[terminal.word(f"place.{kind}"), f"{count}"] for kind, count in counts.items()])
    _tell_stays(terminal, [place for place in found.places if not place.can_go])


def _tell_stays(terminal: Terminal, places: Sequence[PlaceView]) -> None:
    for place in places:
        what = f"{terminal.word(f'place.{place.kind}')} ({place.at})"
        until = terminal.moment(place.until) if place.until else ""
        told = terminal.text("person.stays_until", what=what, until=until) if until else ""
        terminal.tell(told or terminal.text("person.stays", what=what, why=terminal.word(f"stays.{place.kind}")))


def _readable(terminal: Terminal, found: Personal) -> str:
    """Return everything as text, place by place."""
    told = [terminal.text("person.title", tenant=found.tenant, at=terminal.moment(found.at)), ""]
    told += [f"{record.label}  {record.name}" for record in found.records]
    for place in found.places:
        until = terminal.moment(place.until) if place.until else terminal.text("person.while_it_runs")
        told += ["", f"{terminal.word(f'place.{place.kind}')}: {place.at}", terminal.text("person.until", until=until)]
        told += [f"  {line}" for line in _lines(place.holds)]
    return "\n".join(told) + "\n"


def _lines(value: object, name: str = "") -> list[str]:
    """Return JSON as lines of `name: value`, one inside the other."""
    label = f"{name}: " if name else ""
    if isinstance(value, dict):
        inner = [line for key, each in value.items() for line in _lines(each, str(key))]
    elif isinstance(value, list):
        inner = [line for number, each in enumerate(value, 1) for line in _lines(each, f"{number}")]
    else:
        return [] if value in (None, "") else [f"{label}{value}"]
    return ([f"{name}:"] if name and inner else []) + [f"  {line}" if name else line for line in inner]


COMMANDS = (person, forget)
