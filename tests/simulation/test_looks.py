"""What a write replaces, or puts away, was looked at right before it where a vendor takes no preconditions."""

from __future__ import annotations

from samspill.engine.model import Side
from tests.simulation.looks import EDITED, TYPED, decided_and_carried_out_late, left_out, put_away


def test_what_a_look_leaves_out_is_not_written_over_untold() -> None:
    hub = left_out()

    (ours,) = hub.vendors[Side.LEFT].rows["customers"].values()
    assert hub.looks >= 1
    assert ours.fields["phone"] in {EDITED, TYPED}
    told = [entry.before["phone"] for entry in hub.journal() if "phone" in entry.before]
    assert [*told, ours.fields["phone"]] in ([EDITED, TYPED], [TYPED, EDITED])


def test_an_edit_that_a_look_shows_is_not_put_away_with_its_record() -> None:
    hub = put_away()

    (ours,) = hub.vendors[Side.LEFT].rows["customers"].values()
    (link,) = hub.links("customers")
    assert (ours.archived, ours.fields["phone"], hub.looks) == (False, EDITED, 1)
    assert link.outcome is not None
    assert link.outcome.reason.code == "deleted_and_edited"


def test_an_edit_after_the_look_of_a_decided_write_is_written_over_late_and_the_journal_tells_of_it() -> None:
    hub = decided_and_carried_out_late()

    (ours,) = hub.vendors[Side.LEFT].rows["customers"].values()
    (unseen,) = hub.history.unseen.items()
    record, attempt = unseen
    assert (ours.fields["phone"], record) == (TYPED, (("customers", Side.LEFT, ours.id), "phone"))
    assert {"phone"} == {name for entry in hub.journal() if entry.attempt == attempt for name in entry.fields}
