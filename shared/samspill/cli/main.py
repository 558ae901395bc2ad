"""The command group and its options. `samspill` and `python -m samspill.cli` start here."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial

import click

from samspill import VERSION
from samspill.cli import (
    audit,
    connections,
    decisions,
    export,
    exports,
    flows,
    held,
    lookups,
    mapping,
    notify,
    overview,
    personal,
    records,
    remove,
    rules,
    totals,
    undo,
    unlink,
    whatif,
)
from samspill.cli.completion import known_tenants
from samspill.cli.errors import ErrorHandlingGroup
from samspill.cli.terminal import Session, Terminal, columns_of_screen
from samspill.cli.texts import language_of
from samspill.cli.translated import language_asked, speak, translated
from samspill.cli.waiting_budget import PatientBudgets, tell_wait
from samspill.reasons import LANGUAGES


@click.group(cls=ErrorHandlingGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--tenant",
    envvar="SAMSPILL_TENANT",
    default="default",
    show_default=True,
    shell_complete=known_tenants,
    help="Tenant (customer) to work on.",
)
@click.option(
    "--stack", envvar="SAMSPILL_STACK", default="samspill", show_default=True, help="Name of the CloudFormation stack."
)
@click.option(
    "--lang", envvar="SAMSPILL_LANG", type=click.Choice(LANGUAGES), help="Language of help, messages and reasons."
)
@click.option(
    "--by",
    metavar="NOTE",
    help="On whose behalf you act, or why; stored with your decisions.",
)
@click.option("--debug", is_flag=True, help="Show the stack trace of an unexpected error.")
@click.version_option(VERSION, message="samspill %(version)s", help="Show the version.")
@click.pass_context
def cli(context: click.Context, *, tenant: str, stack: str, lang: str | None, by: str | None, debug: bool) -> None:  # noqa: ARG001 - `ErrorHandlingGroup` reads debug
    """Keep business systems in step.

    Works on a deployed stack with your own AWS credentials. From nothing to a running flow:

    \b
      samspill connect tripletex --name our-tripletex
      samspill test our-tripletex
      samspill enable tripletex-timerabbit --left our-tripletex --right our-timerabbit
      samspill run tripletex-timerabbit
      samspill review tripletex-timerabbit
      samspill approve tripletex-timerabbit

    `run` plans the first sync and writes nothing, `review` lists what could not be matched, and `approve` carries out
    exactly the plan you saw.

    Exit codes: 0 done, 1 a person must act, 2 wrong usage, 3 a vendor or AWS is unavailable.
    """
    language = language_of(lang, os.environ)
    if isinstance(context.obj, Session):
        session = context.obj
        context.obj = Terminal(
            lambda: session.world, lambda: session.actor.noting(by), tenant, language, session.columns
        )
        return
    from samspill.bootstrap import person, world_from_stack

    wait = partial(PatientBudgets, tell=partial(tell_wait, language))
    make_world = partial(world_from_stack, stack, wait)
    context.obj = Terminal(make_world, lambda: person().noting(by), tenant, language, columns_of_screen())


MODULES = (
    connections,
    flows,
    rules,
    mapping,
    lookups,
    held,
    overview,
    decisions,
    records,
    export,
    exports,
    totals,
    unlink,
    audit,
    personal,
    remove,
    undo,
    whatif,
    notify,
)
for module in MODULES:
    for command in module.COMMANDS:
        cli.add_command(command)


def main(arguments: Sequence[str] | None = None, *, obj: Session | None = None) -> None:
    """Run a command and leave with its exit code. `obj` stands in for the stack and the sign-in."""
    language = language_asked(sys.argv[1:] if arguments is None else arguments, os.environ)
    speak(language)
    translated(cli, language).main(args=arguments, prog_name="samspill", obj=obj)
