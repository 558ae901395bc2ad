"""How commands end: with an exit code, and with a sentence that says what to do. A stack trace only with `--debug`."""

from __future__ import annotations

import math
import os
import traceback
from typing import Any

import click

from samspill.cli.desk import OK, PERSON_MUST_ACT, UNAVAILABLE, USAGE
from samspill.cli.texts import language_of, plain, say
from samspill.errors import RateLimitedError, SamspillError, TransientError, UnknownOutcomeError, UsageError
from samspill.reasons import Language
from samspill.texts.reasons import reason_text

PASSING = (TransientError, UnknownOutcomeError)
"""Errors that pass by themselves; an error that one of these caused passes with it."""


class House(click.Group):
    """A group whose commands return their exit code, None for 0, or raise."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and leave with its exit code."""
        language = language_of(ctx.params.get("lang"), os.environ)
        try:
            code = super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except SamspillError as error:
            click.echo(plain(sentence(error, language)), err=True)
            ctx.exit(exit_code(error))
        except Exception as error:  # noqa: BLE001 - the last one who can tell a person
            if ctx.params.get("debug"):
                click.echo(plain(trace(error)), err=True)
            else:
                click.echo(say(language, "defect", name=type(error).__name__), err=True)
            ctx.exit(PERSON_MUST_ACT)
        ctx.exit(code if isinstance(code, int) else OK)


def sentence(error: SamspillError, language: Language) -> str:
    """Return what to tell a person."""
    told = error.__cause__ if isinstance(error.__cause__, PASSING) else error
    if isinstance(told, RateLimitedError):
        system = told.reason.params.get("system", "")
        return say(language, "limit.later", system=system, seconds=math.ceil(told.retry_after_s))
    text = reason_text(told.reason, language)
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
