"""Wrong engines that take back wrongly (53)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.engine import refused, undone
from samspill.engine.model import LinkState


def taken_back_without_a_look(patch: pytest.MonkeyPatch) -> None:
    """53: what was written is set back whatever the record holds by now."""
    patch.setattr(undone, "_fits", lambda *_: True)


def taken_back_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """53b: a value that was taken back is a difference like any other."""
    patch.setattr(refused, "is_withheld", lambda *_: False)


def source_stands_alone_again(patch: pytest.MonkeyPatch) -> None:
    """53c: a create that was taken back leaves its source as if it had never been looked at."""
    ended = undone._create

    def unlinked(*known: Any) -> Any:
        made = ended(*known)
        if made.link.state is not LinkState.TOMBSTONE:
            return made
        own = {side: name for side, name in made.link.ids.items() if made.link.id == f"{side}-{name}"}
        return replace(made, link=replace(made.link, ids=own, state=LinkState.UNLINKED, shadows={}, outcome=None))

    patch.setattr(undone, "_create", unlinked)
