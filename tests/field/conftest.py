"""Which reported faults are not mended yet. Each name goes when its fault does; the file goes with the last."""

from __future__ import annotations

import pytest

NOT_YET = frozenset(
    {
        "test_access_to_another_company_under_a_connection_in_use_writes_nothing_anywhere",
        "test_one_401_does_not_stop_everything_for_good_and_unheard",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name = getattr(item, "originalname", item.name)
        if name in NOT_YET:
            item.add_marker(pytest.mark.xfail(reason="reported, and not mended yet", strict=False))
