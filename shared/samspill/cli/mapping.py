"""`mapping`: fields that an admin keeps in step beside those of the declaration."""

from __future__ import annotations

import click

from samspill.cli.desk import PERSON_MUST_ACT, Desk, json_option, pass_desk
from samspill.cli.rules import side_of
from samspill.engine.model import Side
from samspill.engine.rules import OnConflict, Policy
from samspill.flows.field_map import FieldPair
from samspill.flows.problems import Problem
from samspill.state import FlowKey
from samspill.usecases import mapping as use_case


@click.command()
@click.argument("flow")
@click.argument("stream", required=False)
@click.argument("left", required=False)
@click.argument("right", required=False)
@click.option(
    "--policy",
    type=click.Choice([str(each) for each in Policy]),
    default=str(Policy.TWO_WAY),
    show_default=True,
    help="What decides the value.",
)
@click.option("--master", metavar="SYSTEM", help="The system that owns the field, or wins. Default: the left one.")
@click.option(
    "--on-conflict",
    type=click.Choice([str(each) for each in OnConflict]),
    default=str(OnConflict.REVIEW),
    show_default=True,
    help="When both sides changed a two-way field.",
)
@click.option("--lookup", default="", help="The lookup that translates its values. See `samspill lookups`.")
@click.option("--unset", is_flag=True, help="Keep the field LEFT in step no more.")
@click.option("--fields", is_flag=True, help="List the fields that both accounts have.")
@click.option("--check", is_flag=True, help="Ask both accounts whether mapping and lookups can work.")
@json_option
@pass_desk
def mapping(
    desk: Desk,
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
    as_json: bool,
) -> None:
    """Show which fields are mapped beside those of the declaration, or map two.

    A pair is checked against both accounts before it is stored. Every record is then looked at again: what is equal
    stays, what differs follows the pair's rule.

    \b
    Examples:
      samspill mapping svenn-tripletex customers --fields
      samspill mapping svenn-tripletex customers invoice_email invoice_email --policy two-way
      samspill mapping svenn-tripletex customers invoice_email --unset
      samspill mapping svenn-tripletex --check
    """
    desk.as_json = as_json
    key = desk.flow(flow)
    if check:
        _tell(desk, use_case.check(desk.world, key))
        return
    if fields:
        if not stream:
            raise click.UsageError("--fields needs a stream")
        _list_fields(desk, key, stream)
        return
    noted: list[Problem] = []
    if unset:
        if not stream or not left:
            raise click.UsageError("--unset needs a stream and the field on the left")
        use_case.unset_pair(desk.world, key, stream, left, by=desk.by)
    elif stream and left:
        if not right:
            raise click.UsageError("name the field on the right, too")
        pair = FieldPair(
            left=left,
            right=right,
            policy=Policy(policy),
            master=side_of(desk.declared(key), f"{stream}.{left}", master) if master else Side.LEFT,
            on_conflict=OnConflict(on_conflict),
            lookup=lookup,
        )
        noted = use_case.set_pair(desk.world, key, stream, pair, by=desk.by)
    _show(desk, key, stream, noted)


def _show(desk: Desk, key: FlowKey, stream: str | None, noted: list[Problem]) -> None:
    declared = desk.declared(key)
    mapped = [(name, p) for name, pairs in use_case.get(desk.world, key).items() for p in pairs]
    chosen = [(name, p) for name, p in mapped if stream is None or name == stream]
    told = []
    for name, p in chosen:
        master = declared.stream(name).rules.systems.get(p.master, p.master)
        told.append(
            {
                "stream": name,
                "left": p.left,
                "right": p.right,
                "policy": p.policy,
                "master": master,
                "on_conflict": p.on_conflict,
                "lookup": p.lookup,
            }
        )
    desk.table([""] * 7, [[str(value) for value in row.values()] for row in told])
    for problem in noted:
        desk.tell(desk.reason(problem.reason))
    desk.answer({"mapping": told, "notes": [problem.reason.to_json() for problem in noted]})


def _list_fields(desk: Desk, key: FlowKey, stream: str) -> None:
    schemas = use_case.fields(desk.world, key, stream)
    systems = desk.declared(key).stream(stream).rules.systems
    rows = [
        {
            "system": systems.get(side, side),
            "field": each.path,
            "label": each.label(desk.language),
            "type": each.type.value,
            "access": each.access.value,
            "required": each.required,
            "choices": [choice.value for choice in each.choices],
        }
        for side, schema in schemas.items()
        for each in schema.fields
    ]
    desk.table([""] * 5, [[str(row[name]) for name in ("system", "field", "label", "type", "access")] for row in rows])
    desk.answer(rows)


def _tell(desk: Desk, problems: list[Problem]) -> None:
    for problem in problems:
        desk.tell(desk.reason(problem.reason))
    desk.answer([problem.reason.to_json() for problem in problems])
    if any(problem.stops for problem in problems):
        click.get_current_context().exit(PERSON_MUST_ACT)


COMMANDS = (mapping,)
