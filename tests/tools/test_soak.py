"""The search goes on with fresh seeds, and tells how to see again what it found."""

from collections.abc import Iterator

import pytest

from samspill.flows.catalogue import FLOWS
from tests.simulation.broken import Broken
from tools import soak


@pytest.fixture(autouse=True)
def catalogue_as_it_was() -> Iterator[None]:
    before = dict(FLOWS)
    yield
    FLOWS.clear()
    FLOWS.update(before)


def test_it_lives_at_least_once_and_tells_what_struck_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["0"]) == 0

    told = capsys.readouterr().out
    assert "1 lives" in told
    assert "I/O steps" in told
    assert "pairs of fault and step" in told


def test_a_failure_ends_the_search_and_names_the_life_that_repeats_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_seed: int) -> None:
        raise Broken("INV-TEST", "broken in a life")

    monkeypatch.setitem(soak.LIVES, "live", broken)

    assert soak.main(["500"]) == 1

    told = capsys.readouterr().err
    assert "INV-TEST" in told
    assert f"Repeat it with: live({soak.FIRST_SEED})" in told
