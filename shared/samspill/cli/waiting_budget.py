"""Waiting for a vendor's rate limit: functions hand their message back to its queue, a person's command waits here."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from samspill.cli.texts import say
from samspill.connectors.vendors import vendor_facts
from samspill.errors import RateLimitedError
from samspill.reasons import Language

if TYPE_CHECKING:
    from samspill.ports import Budgets

PATIENCE_S = 150
"""How long one call waits at most: two windows of a minute and a little."""


class PatientBudgets:
    """Budgets that wait for the next window where others refuse."""

    def __init__(
        self, inner: Budgets, tell: Callable[[str, float], None], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """`tell` hears of every wait: the vendor's name in keys, and the seconds."""
        self._inner, self._tell, self._sleep = inner, tell, sleep

    def lease(self, key: str, want: int) -> int:
        """See `Budgets.lease`; RateLimitedError only when the wait would be longer than a person's patience."""
        left_s = float(PATIENCE_S)
        while True:
            try:
                return self._inner.lease(key, want)
            except RateLimitedError as error:
                wait_s = max(error.retry_after_s, 1.0)
                if wait_s > left_s:
                    raise
            left_s -= wait_s
            self._tell(key.partition("/")[0], wait_s)
            self._sleep(wait_s)

    def correct(self, key: str, *, limit: int, remaining: int, reset_s: float) -> None:
        """See `Budgets.correct`."""
        self._inner.correct(key, limit=limit, remaining=remaining, reset_s=reset_s)

    def pause(self, key: str, seconds: float) -> None:
        """See `Budgets.pause`."""
        self._inner.pause(key, seconds)


def tell_wait(language: Language, vendor: str, seconds: float) -> None:
    """Tell a person whom the command waits for, and how long. Standard output stays clean for `--json`."""
    system = vendor_facts(vendor).title
    click.echo(say(language, "limit.wait", system=system, seconds=math.ceil(seconds)), err=True)
