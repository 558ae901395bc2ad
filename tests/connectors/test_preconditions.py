"""A write names the state it was planned on, in the vendor's own words."""

from __future__ import annotations

import pytest

from samspill.connectors.preconditions import if_match
from samspill.engine.revision import Revision


@pytest.mark.parametrize(
    ("version", "sent"),
    [
        (None, {}),
        (Revision(0), {"if-match": '"0"'}),
        (Revision(tag='"a1"'), {"if-match": '"a1"'}),
        (Revision(tag='W/"2026-03-02"'), {"if-match": 'W/"2026-03-02"'}),
        (Revision(7, '"a1"'), {"if-match": '"a1"'}),
    ],
)
def test_a_tag_goes_back_as_it_was_told_and_an_order_stands_in_for_one(
    version: Revision | None, sent: dict[str, str]
) -> None:
    assert if_match(version) == sent
