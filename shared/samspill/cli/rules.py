"""`rules`: how each field is kept in step, and an admin's changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from samspill.cli.completion import field_names, flow_names
from samspill.cli.terminal import Terminal, json_option, pass_terminal
from samspill.usecases import rules as use_case
from samspill.usecases.views.rules import CONFLICTS, POLICIES

if TYPE_CHECKING:
    from samspill.usecases.views.rules import RuleView


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.argument("field", required=False, shell_complete=field_names)
@click.argument("policy", required=False, type=click.Choice(POLICIES))
@click.option(
    "--master", metavar="SYSTEM", help="System that owns the field or wins a conflict, by its name in the list."
)
@click.option("--on-conflict", type=click.Choice(CONFLICTS), help="What happens if both sides changed a two-way field.")
@click.option("--reset", is_flag=True, help="Reset the field to its declared rule.")
@click.option("--yes", is_flag=True, help="Do not ask before a field becomes two-way.")
@json_option
@pass_terminal
def rules(
    terminal: Terminal,
    *,
    flow: str,
    field: str | None,
    policy: str | None,
    master: str | None,
    on_conflict: str | None,
    reset: bool,
    yes: bool,
) -> None:
    """Show how each field is kept in step, or change its rule.

    Changing a rule overwrites nothing by itself. Every record is compared again: equal values stay, and different ones
    follow the new rule. Before a field becomes two-way, you are told in how many records the sides differ, and asked.

    \b
    Examples:
      samspill rules svenn-tripletex
      samspill rules svenn-tripletex customers.phone two-way --on-conflict review
      samspill rules svenn-tripletex customers.phone master --master Svenn
    """
    key = terminal.flow(flow)
    if field is not None and reset:
        use_case.reset(terminal.world, terminal.actor, key, field)
    elif field is not None and policy is not None:
        differ = use_case.becomes_two_way(terminal.world, terminal.actor, key, field, policy)
        if differ is not None and not yes:
            terminal.confirm(terminal.text("rules.two_way", count=differ, field=field))
        use_case.set_rule(terminal.world, terminal.actor, key, field, policy, master=master, on_conflict=on_conflict)
    found = use_case.show(terminal.world, terminal.actor, key, field)
    terminal.table([""] * 6, [_row(terminal, rule) for rule in found.rules])
    terminal.answer(found)


def _row(terminal: Terminal, rule: RuleView) -> list[str]:
    on_conflict = rule.on_conflict if rule.policy == "two-way" else ""
    changed = "*" if rule.changed else ""
    return [rule.field, rule.policy, rule.master, on_conflict, changed, _meaning(terminal, rule)]


def _meaning(terminal: Terminal, rule: RuleView) -> str:
    """The rule in the person's words."""
    if rule.asks:
        return terminal.text("rule.two-way.gated")
    asks = rule.policy == "master" and rule.on_conflict == "review"
    more = f".{rule.on_conflict}" if rule.policy == "two-way" or asks else ""
    return terminal.text(f"rule.{rule.policy}{more}", master=rule.master)


COMMANDS = (rules,)
