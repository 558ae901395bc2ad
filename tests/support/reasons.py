"""Where a whole hub runs, no reason is made whose code has no sentence."""

from __future__ import annotations

import pytest

from samspill.reasons import Reason
from samspill.texts.reasons import sentences


@pytest.fixture(autouse=True)
def every_reason_has_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail as soon as the code is made, not when somebody reads it. An empty one is replaced before it is shown."""
    known, made = sentences("en"), Reason.__post_init__

    def checked(self: Reason) -> None:
        assert not self.code or self.code in known, f"no language file has the reason {self.code!r}"
        made(self)

    monkeypatch.setattr(Reason, "__post_init__", checked)
