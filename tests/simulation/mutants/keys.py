"""Wrong engines that mistake keys: for another company's, or for refused ones (26, 27). See `simulation.accounts`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from samspill.ports import World
from samspill.runs import runs
from samspill.state import Connection
from samspill.usecases import connections
from samspill.work import access, account


def entered_untested(patch: pytest.MonkeyPatch) -> None:
    """26: a key is stored whoever's it is."""
    patch.setattr(connections, "another", lambda *_: None)


def known_by_its_id(patch: pytest.MonkeyPatch) -> None:
    """26b: an id alone names a company, at whatever address."""
    patch.setattr(account, "_place", lambda _address: ("", ""))


def accepted_unasked(patch: pytest.MonkeyPatch) -> None:
    """26c: a key that is accepted again is not asked whose it is."""
    patch.setattr(access, "_check_account", lambda *_: None)


def believed_by_a_persons_word(patch: pytest.MonkeyPatch) -> None:
    """26d: a person may say of any id that it is the same company."""
    another = account.another

    def doubtful(*known: Any) -> Any:
        found = another(*known)
        return found and type(found)("maybe_other_company", found.params)

    patch.setattr(connections, "another", doubtful)


def tested_with_the_last_key(patch: pytest.MonkeyPatch) -> None:
    """26e: a new key is tested over a connector that was opened for the last one."""
    patch.setattr(connections, "_trial_of", lambda it, _name: it.model_copy(update={"id": f"{it.id}~", "revision": 0}))


def stopped_for_good(patch: pytest.MonkeyPatch) -> None:
    """27: one refused answer stops the connection until a person acts."""

    def refused(world: World, connection: Connection, error: Any) -> Any:
        access.stop_connection(world, connection.tenant, connection.id, error.reason)
        return error

    patch.setattr(access, "_refused", refused)
    patch.setattr(runs, "look_again", lambda *_: None)


def tried_at_once(patch: pytest.MonkeyPatch) -> None:
    """27b: a refused key is tried again at once, by whoever comes."""
    patch.setattr(access, "AFTER", (timedelta(0),) * 10_000)


KEYS = {
    "26": (entered_untested, "INV-ACCOUNT", 0),
    "26b": (known_by_its_id, "INV-ACCOUNT", 0),
    "26c": (accepted_unasked, "INV-ACCOUNT", 0),
    "26d": (believed_by_a_persons_word, "INV-ACCOUNT", 25),
    "26e": (tested_with_the_last_key, "INV-ACCOUNT", 110),
    "27": (stopped_for_good, "INV-STOP", 0),
    "27b": (tried_at_once, "INV-STOP", 40),
}
"""By their numbers in `docs/simulation.md`: the invariant that catches each, and where the search for a life begins."""
