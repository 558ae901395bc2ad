"""The command group, its options, and how errors are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import click

from samspill.cli import connections, flows, people
from samspill.cli.desk import OK, PERSON_MUST_ACT, UNAVAILABLE, USAGE, Desk
from samspill.errors import SamspillError, TransientError, UsageError
from samspill.ports import World
from samspill.reasons import LANGUAGES, Language


def _language(chosen: str | None) -> Language:
    wanted = (chosen or os.environ.get("LANG", "en")).replace("no", "nb")[:2]
    return next((language for language in LANGUAGES if language == wanted), "en")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--tenant", envvar="SAMSPILL_TENANT", default="default", show_default=True, help="Whose hub.")
@click.option("--stack", envvar="SAMSPILL_STACK", default="samspill", show_default=True, help="The deployed stack.")
@click.option("--lang", envvar="SAMSPILL_LANG", type=click.Choice(LANGUAGES), help="Language of texts and reasons.")
@click.option("--by", envvar="USER", default="unknown", help="Who decides; kept with every decision.")
@click.pass_context
def cli(context: click.Context, tenant: str, stack: str, lang: str | None, by: str) -> None:
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
    if isinstance(context.obj, World):
        world = context.obj
        context.obj = Desk(lambda: world, lambda _connection: None, tenant, _language(lang), by)
        return
    from samspill.bootstrap import hook_url, world_from_stack

    hooks: Callable[[str], str | None] = partial(hook_url, stack, tenant)
    context.obj = Desk(partial(world_from_stack, stack), hooks, tenant, _language(lang), by)


for command in (*connections.COMMANDS, *flows.COMMANDS, *people.COMMANDS):
    cli.add_command(command)


def main(arguments: list[str] | None = None, *, obj: Any = None) -> None:
    """Run a command and leave with its exit code. Errors are told as a sentence with what to do; never a trace."""
    desk_language = _language(os.environ.get("SAMSPILL_LANG"))
    try:
        code = cli.main(args=arguments, obj=obj, standalone_mode=False) or OK
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.Abort:
        click.echo("Aborted.", err=True)
        code = PERSON_MUST_ACT
    except click.ClickException as error:
        error.show()
        code = USAGE
    except SamspillError as error:
        text = error.reason.text(desk_language)
        click.echo(text if "{" not in text else f"{error}", err=True)
        code = USAGE if isinstance(error, UsageError) else PERSON_MUST_ACT
        code = UNAVAILABLE if isinstance(error, TransientError) else code
    sys.exit(code if isinstance(code, int) else OK)
