"""`mapping`: fields that an admin keeps in step beside those of the declaration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from samspill.cli.completion import flow_names
from samspill.cli.terminal import OK, PERSON_MUST_ACT, Terminal, json_option, pass_terminal
from samspill.usecases import mapping as use_case
from samspill.usecases.views.mapping import CONFLICTS, POLICIES

if TYPE_CHECKING:
    from samspill.state import FlowKey
    from samspill.usecases.views.mapping import FieldView, MappingView, Note


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.argument("stream", required=False)
@click.argument("left", required=False)
@click.argument("right", required=False)
@click.option(
    "--policy",
    type=click.Choice(POLICIES),
    default="two-way",
    show_default=True,
    help="How the two fields are kept in step.",
)
@click.option(
    "--master", metavar="SYSTEM", help="System that owns the field or wins a conflict; the left one by default."
)
@click.option(
    "--on-conflict",
    type=click.Choice(CONFLICTS),
    default="review",
    show_default=True,
    help="What happens if both sides changed a two-way field.",
)
@click.option("--lookup", default="", help="Lookup that translates the values; see `samspill lookups`.")
@click.option("--unset", is_flag=True, help="Stop keeping the field LEFT in step.")
@click.option("--fields", is_flag=True, help="List the fields of both accounts.")
@click.option("--check", is_flag=True, help="Check the mapping and the lookups against both accounts.")
@json_option
@pass_terminal
def mapping(
    terminal: Terminal,
    *,
    flow: str,
    stream: str | None,
    left: str | None,
    right: str | None,
    policy: str,
    master: str | None,
    on_conflict: str,
    lookup: str,
    unset: bool,
    fields: bool,
    check: bool,
) -> int:
    """Show the fields mapped beyond the declaration, or map two.

    A pair is checked against both accounts before it is stored. Every record is then compared again: equal values stay,
    and different ones follow the pair's rule. Exit code 1 if --check finds anything to correct.

    \b
    Examples:
      samspill mapping svenn-tripletex customers --fields
      samspill mapping svenn-tripletex customers invoice_email invoice_email --policy two-way
      samspill mapping svenn-tripletex customers invoice_email --unset
      samspill mapping svenn-tripletex --check
    """
    world, actor, key = terminal.world, terminal.actor, terminal.flow(flow)
    if check:
        return _check(terminal, key)
    if (fields or unset) and not stream:
        raise click.UsageError(terminal.text("mapping.stream"))
    if unset and not left:
        raise click.UsageError(terminal.text("mapping.left"))
    if left and not (right or unset or fields):
        raise click.UsageError(terminal.text("mapping.right"))
    if fields and stream:
        _list_fields(terminal, key, stream)
        return OK
    if unset and stream and left:
        found = use_case.unset_pair(world, actor, key, stream, left)
    elif stream and left and right:
        found = use_case.set_pair(
            world,
            actor,
            key,
            stream,
            left,
            right,
            policy=policy,
            master=master,
            on_conflict=on_conflict,
            lookup=lookup,
        )
    else:
        found = use_case.show(world, actor, key, stream)
    _show(terminal, found, flow)
    return OK


def _show(terminal: Terminal, found: MappingView, flow: str) -> None:
    if not found.mapping:
        terminal.tell(terminal.text("mapping.none", flow=flow))
    headings = terminal.text("mapping.head").split("|")
    rows = [[it.stream, it.left, it.right, it.policy, it.master, it.on_conflict, it.lookup] for it in found.mapping]
    terminal.table(headings, rows)
    tell_notes(terminal, found.notes)
    terminal.answer(found)


def _list_fields(terminal: Terminal, key: FlowKey, stream: str) -> None:
    found = use_case.fields(terminal.world, terminal.actor, key, stream)
    terminal.table(terminal.text("mapping.fields.head").split("|"), [_field_row(terminal, it) for it in found.fields])
    terminal.answer(found)


def _field_row(terminal: Terminal, field: FieldView) -> list[str]:
    label = field.labels.get(terminal.language) or next(iter(field.labels.values()), terminal.named(field.field))
    told = [f"access.{field.access}"]
    told += ["field.required"] * field.required + ["field.mapped"] * field.mapped
    words = ", ".join(map(terminal.word, told))
    return [field.system, field.field, label, field.type, words, ", ".join(field.choices)]


def _check(terminal: Terminal, key: FlowKey) -> int:
    found = use_case.check(terminal.world, terminal.actor, key)
    if not found.problems:
        terminal.tell(terminal.text("mapping.fits"))
    tell_notes(terminal, found.problems)
    terminal.answer(found)
    return PERSON_MUST_ACT if found.needs_person else OK


def tell_notes(terminal: Terminal, notes: Iterable[Note]) -> None:
    """Tell what is wrong, or has to be known."""
    for note in notes:
        terminal.tell(terminal.reason(note.reason))


COMMANDS = (mapping,)
