"""How commands end: with an exit code, and with a sentence that says what to do. A stack trace only with `--debug`."""

from __future__ import annotations

import math
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

import click

from samspill.cli.terminal import OK, PERSON_MUST_ACT, UNAVAILABLE, USAGE, Terminal, json_text
from samspill.cli.texts import language_of, plain, say
from samspill.errors import RateLimitedError, SamspillError, TransientError, UnknownOutcomeError, UsageError
from samspill.reasons import Language, Reason
from samspill.texts.reasons import reason_text
from samspill.usecases.views.base import Failed

PASSING = (TransientError, UnknownOutcomeError)
"""Errors that pass by themselves; an error that one of these caused passes with it."""


OTHER_WORDS = {
    "delete": "remove",
    "disable": "pause",
    "disconnect": "remove connection",
    "help": "--help",
    "stop": "pause",
    "version": "--version",
}
"""What people try → what does it. By its spelling alone, `disable` would be taken for `enable`."""


class ErrorHandlingGroup(click.Group):
    """A group whose commands return their exit code, None for 0, or raise."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options that every command has, wherever they stand."""
        return super().parse_args(ctx, in_order(args))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for some words that are none, propose the one that is meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            if error.possibilities is not None and error.command_name in OTHER_WORDS:
                error.possibilities[:] = [OTHER_WORDS[error.command_name]]
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and leave with its exit code."""
        language = language_of(ctx.params.get("lang"), os.environ)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # what the output cannot encode is shown as a question mark
        try:
            code = super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort):
            raise
        except click.ClickException as error:
            if not _as_json(ctx):
                raise
            _tell(ctx, Failed(reason=Reason("wrong_usage"), text=error.format_message(), exit_code=error.exit_code))
            ctx.exit(error.exit_code)
        except SamspillError as error:
            said = sentence(error, language, _place(ctx))
            _tell(ctx, Failed(reason=told_of(error).reason, text=said, exit_code=exit_code(error)))
            ctx.exit(exit_code(error))
        except Exception as error:  # noqa: BLE001 - the last one who can tell a person
            said = say(language, "defect", name=type(error).__name__)
            said = trace(error) if ctx.params.get("debug") else said
            _tell(ctx, Failed(reason=Reason("defect"), text=said, exit_code=PERSON_MUST_ACT))
            ctx.exit(PERSON_MUST_ACT)
        ctx.exit(code if isinstance(code, int) else OK)


def in_order(arguments: Sequence[str]) -> list[str]:
    """Put the options that every command has before the command's name, and `--json` behind it."""
    first, rest, after = list[str](), list[str](), list[str]()
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        name, equals, _ = argument.partition("=")
        if argument == "--":
            rest += [argument, *waiting]
            break
        if name in _WITH_VALUE:
            first += [argument] if equals or not waiting else [argument, waiting.pop(0)]
        elif argument == "--debug":
            first.append(argument)
        elif argument == "--json" and not rest:
            after.append(argument)
        else:
            rest.append(argument)
    return [*first, *rest[:1], *after, *rest[1:]]


_WITH_VALUE = frozenset({"--tenant", "--stack", "--lang", "--by"})


def _as_json(ctx: click.Context) -> bool:
    terminal = ctx.find_object(Terminal)
    return terminal is not None and terminal.as_json


def _place(ctx: click.Context) -> Mapping[str, str]:
    terminal = ctx.find_object(Terminal)
    return terminal.place if terminal is not None else {}


def _tell(ctx: click.Context, failed: Failed) -> None:
    """Tell on standard error why a command failed, as JSON where that was asked for."""
    if _as_json(ctx):
        told = failed.model_dump(mode="json")
        click.echo(json_text({"schema": failed.schema_name(), **told}), err=True)
    else:
        click.echo(plain(failed.text), err=True)


def told_of(error: SamspillError) -> SamspillError:
    """Return the error that a person is told of: one that passes by itself, where that caused it."""
    return error.__cause__ if isinstance(error.__cause__, PASSING) else error


def sentence(error: SamspillError, language: Language, place: Mapping[str, str] | None = None) -> str:
    """Return what to tell a person; for `place` see `reason_text`."""
    told = told_of(error)
    if isinstance(told, RateLimitedError):
        system = told.reason.params.get("system", "")
        return say(language, "limit.later", system=system, seconds=math.ceil(told.retry_after_s))
    text = reason_text(told.reason, language, place)
    # A reason without its values is of less use than the text for the log.
    return str(told) if "{" in text else text


def trace(error: BaseException) -> str:
    """Return the stack trace, cause first: where, and what kind of fault. Its text is left out: it may hold a secret.

    What our own errors say is shown, as it is without `--debug`.
    """
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    where = "".join(traceback.format_tb(error.__traceback__))
    told = f": {error}" if isinstance(error, SamspillError) else ""
    return (trace(before) + "\n\n" if before else "") + f"{where}{type(error).__qualname__}{told}"


def exit_code(error: SamspillError) -> int:
    """Return the exit code of an error: who can do something about it."""
    if isinstance(error, PASSING) or isinstance(error.__cause__, PASSING):
        return UNAVAILABLE
    return USAGE if isinstance(error, UsageError) else PERSON_MUST_ACT
