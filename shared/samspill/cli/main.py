"""The command group and its options. `samspill` and `python -m samspill.cli` start here."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial

import click

from samspill.cli import connections, decisions, flows, held, lookups, mapping, overview, records, rules, totals
from samspill.cli.desk import Desk
from samspill.cli.failing import House
from samspill.cli.patience import PatientBudgets, tell_wait
from samspill.cli.texts import language_of
from samspill.ports import World
from samspill.reasons import LANGUAGES


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--tenant", envvar="SAMSPILL_TENANT", default="default", show_default=True, help="Whose hub.")
@click.option("--stack", envvar="SAMSPILL_STACK", default="samspill", show_default=True, help="The deployed stack.")
@click.option("--lang", envvar="SAMSPILL_LANG", type=click.Choice(LANGUAGES), help="Language of texts and reasons.")
@click.option("--by", envvar="USER", default="unknown", help="Who decides; kept with every decision.")
@click.option("--debug", is_flag=True, help="Show the stack trace of an unforeseen fault.")
@click.pass_context
def cli(context: click.Context, *, tenant: str, stack: str, lang: str | None, by: str, debug: bool) -> None:  # noqa: ARG001 - `House` reads debug
    """Keep business systems in step.

    Works on a deployed stack with your own AWS credentials. The way from nothing to a running flow:

    \b
      samspill connect tripletex --name our-tripletex
      samspill test our-tripletex
      samspill enable tripletex-timerabbit --left our-tripletex --right our-timerabbit
      samspill run tripletex-timerabbit          (plans the first sync; writes nothing)
      samspill review tripletex-timerabbit       (what did not match)
      samspill approve tripletex-timerabbit      (carries out exactly the plan you saw)

    Exit codes: 0 done, 1 a person must act, 2 wrong usage, 3 a vendor or AWS is unavailable.
    """
    language = language_of(lang, os.environ)
    if isinstance(context.obj, World):
        world = context.obj
        context.obj = Desk(lambda: world, tenant, language, by)
        return
    from samspill.bootstrap import world_from_stack

    wait = partial(PatientBudgets, tell=partial(tell_wait, language))
    context.obj = Desk(partial(world_from_stack, stack, wait), tenant, language, by)


for module in (connections, flows, rules, mapping, lookups, held, overview, decisions, records, totals):
    for command in module.COMMANDS:
        cli.add_command(command)


def main(arguments: Sequence[str] | None = None, *, obj: World | None = None) -> None:
    """Run a command and leave with its exit code. `obj` stands in for the world of the stack."""
    cli.main(args=arguments, prog_name="samspill", obj=obj)
