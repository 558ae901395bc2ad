"""An edit on the wrong side is set back to what the master holds, whatever the hub knew of it, whoever dies."""

from __future__ import annotations

import pytest

from samspill.engine.model import Side
from tests.simulation.wrong_side import EDITS, untold


@pytest.mark.parametrize(("name", "wrong"), EDITS)
def test_an_edit_on_the_wrong_side_is_set_back_to_what_the_master_holds_by_now(name: str, wrong: str | None) -> None:
    hub = untold(name, wrong)

    ours, theirs = (next(iter(hub.vendors[side].rows["customers"].values())) for side in Side)
    assert theirs.fields[name] == ours.fields[name]
    written = [write.fields for write in hub.history.writes if not write.create]
    assert written == [{name: ours.fields[name]}]


@pytest.mark.parametrize(("name", "wrong"), EDITS)
def test_a_function_may_die_anywhere_while_an_edit_is_set_back(name: str, wrong: str | None) -> None:
    turns = untold(name, wrong).story_turns
    assert len(turns) > 5
    for turn in turns:
        assert untold(name, wrong, {turn}).history.deaths == 1
