"""`totals`: the hours of both sides, added up."""

from __future__ import annotations

import click

from samspill.canon.numbers import decimal_text
from samspill.cli.desk import PERSON_MUST_ACT, Desk, json_option, pass_desk
from samspill.engine.model import Side
from samspill.modes.hours.totals import Total, all_totals


@click.command()
@click.argument("flow")
@click.option("--all", "every", is_flag=True, help="Show what agrees, too.")
@json_option
@pass_desk
def totals(desk: Desk, *, flow: str, every: bool, as_json: bool) -> int:
    """Add up the hours of every employee, day and project on both sides, read anew. Exit code 1 when any differ.

    \b
    Example: samspill totals svenn-tripletex
    """
    desk.as_json = as_json
    differ, data = False, []
    key = desk.flow(flow)
    if not any(stream.mode == "hours" for stream in desk.declared(key).streams):
        desk.tell(desk.text("totals.none"))
    for stream, found in all_totals(desk.world, key):
        systems = [stream.rules.systems[side] for side in Side]
        shown = [total for total in found if every or total.differs]
        if shown:
            desk.table([*desk.text("totals.head").split("|"), *systems, ""], [_row(desk, total) for total in shown])
        sums = {side: decimal_text(sum((t.hours[side] for t in found), start=_ZERO)) for side in Side}
        count = sum(total.differs for total in found)
        desk.tell(
            desk.text(
                "totals.differ" if count else "totals.agree",
                left=f"{systems[0]} {sums[Side.LEFT]}",
                right=f"{systems[1]} {sums[Side.RIGHT]}",
                count=len(found),
                differ=count,
            )
        )
        differ = differ or bool(count)
        data += [_data(stream.name, total) for total in shown]
    desk.answer(data)
    return PERSON_MUST_ACT if differ else 0


_ZERO = Total("", "", "").hours[Side.LEFT]


def _row(desk: Desk, total: Total) -> list[str]:
    hours = [decimal_text(total.hours[side]) for side in Side]
    why = desk.reason(total.why[0]) if total.differs and total.why else ""
    return [total.day, total.names["employee"], total.names["project"], *hours, why]


def _data(stream: str, total: Total) -> dict[str, object]:
    return {
        "stream": stream,
        "day": total.day,
        "employee": total.names["employee"],
        "project": total.names["project"],
        **{side.value: decimal_text(total.hours[side]) for side in Side},
        "differs": total.differs,
        "reasons": [reason.code for reason in total.why],
    }


COMMANDS = (totals,)
