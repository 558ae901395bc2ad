"""A wrong engine that sets edits on the wrong side back (56)."""

from __future__ import annotations

import pytest

from samspill.engine import pairs


def set_back_to_what_was_known(patch: pytest.MonkeyPatch) -> None:
    """56: an edit on the wrong side is set back without a look at the side that decides."""
    patch.setattr(pairs, "_is_source_current", lambda *_: True)
