"""`rules`: how each field is kept in step, and an admin's changes."""

from __future__ import annotations

import click

from samspill.cli.desk import Desk, json_option, pass_desk
from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, OnConflict, Policy
from samspill.errors import UsageError
from samspill.flows.flow import Flow
from samspill.state import FlowKey
from samspill.usecases import rules as use_case


@click.command()
@click.argument("flow")
@click.argument("field", required=False)
@click.argument("policy", required=False, type=click.Choice([str(policy) for policy in Policy]))
@click.option(
    "--master", metavar="SYSTEM", help="The system that owns the field, or wins: as it is called in the list."
)
@click.option(
    "--on-conflict",
    type=click.Choice([str(each) for each in OnConflict]),
    help="When both sides changed a two-way field.",
)
@click.option("--reset", is_flag=True, help="Give the field its declared rule back.")
@json_option
@pass_desk
def rules(
    desk: Desk,
    *,
    flow: str,
    field: str | None,
    policy: str | None,
    master: str | None,
    on_conflict: str | None,
    reset: bool,
    as_json: bool,
) -> None:
    """Show how each field is kept in step, or change one.

    A change overwrites nothing by itself. Every record is looked at again: what is equal stays, what differs follows
    the new rule.

    \b
    Examples:
      samspill rules svenn-tripletex
      samspill rules svenn-tripletex customers.phone two-way --on-conflict review
      samspill rules svenn-tripletex customers.phone master --master Svenn
    """
    desk.as_json = as_json
    key = desk.flow(flow)
    if field is not None and reset:
        use_case.reset(desk.world, key, field, by=desk.by)
    elif field is not None and policy is not None:
        use_case.change(
            desk.world,
            key,
            field,
            by=desk.by,
            policy=Policy(policy),
            master=side_of(desk.declared(key), field, master) if master else None,
            on_conflict=OnConflict(on_conflict) if on_conflict else None,
        )
    _show(desk, key, field)


def _systems(declared: Flow, field: str) -> dict[Side, str]:
    stream = next((s for s in declared.streams if s.name == field.partition(".")[0]), None)
    return dict(stream.rules.systems) if stream else {}


def side_of(declared: Flow, field: str, master: str) -> Side:
    """Return the side of the system of that name, in the stream of a field."""
    systems = _systems(declared, field)
    for side, name in systems.items():
        if name.casefold() == master.casefold():
            return side
    raise UsageError.because("no_such_master", master=master, systems=", ".join(systems.values()))


def _show(desk: Desk, key: FlowKey, field: str | None) -> None:
    known, declared = use_case.in_force(desk.world, key), desk.declared(key)
    chosen = {name: it for name, it in known.items() if field is None or name == field}
    rows = []
    for name, (rule, changed) in chosen.items():
        master, on_conflict = _words(rule, _systems(declared, name))
        meant = _meaning(desk, rule, master)
        rows.append([name, str(rule.policy), master, on_conflict, "*" if changed else "", meant])
    desk.table([""] * 6, rows)
    desk.answer(
        [
            {
                "field": name,
                "policy": rule.policy,
                "master": _systems(declared, name).get(rule.master, rule.master),
                "on_conflict": rule.on_conflict,
                "changed": changed,
            }
            for name, (rule, changed) in chosen.items()
        ]
    )


def _words(rule: FieldRule, systems: dict[Side, str]) -> tuple[str, str]:
    """Whose word counts, and what happens when both sides changed the field."""
    master = systems.get(rule.master, str(rule.master))
    return master, str(rule.on_conflict) if rule.policy is Policy.TWO_WAY else ""


def _meaning(desk: Desk, rule: FieldRule, master: str) -> str:
    """The rule in the person's words."""
    if rule.asks:
        return desk.text("rule.two-way.gated")
    asks = rule.policy is Policy.MASTER and rule.on_conflict is OnConflict.REVIEW
    more = f".{rule.on_conflict}" if rule.policy is Policy.TWO_WAY or asks else ""
    return desk.text(f"rule.{rule.policy}{more}", master=master)


COMMANDS = (rules,)
