"""The search goes on with fresh seeds through every kind of life, and tells how to see again what it found."""

from collections.abc import Iterator

import pytest

from samspill.flows.catalogue import FLOWS
from tests.simulation.broken import Broken
from tests.simulation.hours.stories import live_hours
from tests.simulation.kinds import KINDS
from tools import proofs, soak

SEED = 4_000_000


@pytest.fixture(autouse=True)
def catalogue_as_it_was() -> Iterator[None]:
    before = dict(FLOWS)
    yield
    FLOWS.clear()
    FLOWS.update(before)


@pytest.fixture
def seeds(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """Note the seeds that each kind of life is lived with."""
    noted: dict[str, list[int]] = {}
    lived = soak.lived

    def noting(task: soak.Task) -> soak.Life:
        noted.setdefault(task[0], []).append(task[1])
        return lived(task)

    monkeypatch.setattr(soak, "lived", noting)
    return noted


def _breaks(_seed: int) -> None:
    raise Broken("INV-TEST", "broken in a life")


@pytest.fixture
def short_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every kind of life be one of hours, the shortest."""
    for kind in KINDS:
        monkeypatch.setitem(KINDS, kind, live_hours)


def test_it_lives_every_kind_at_least_once_and_tells_what_struck_where(
    capsys: pytest.CaptureFixture[str], seeds: dict[str, list[int]]
) -> None:
    assert soak.main(["0", "--seed", str(SEED)]) == 0

    assert seeds == {kind: [SEED] for kind in KINDS}
    told = capsys.readouterr().out
    assert f"from seed {SEED}" in told
    assert f"{len(KINDS)} lives" in told
    assert "I/O steps" in told
    assert all(f"  {kind}: 1 lives" in told for kind in KINDS)
    assert "pairs of faults met in one" in told
    assert "pairs of fault and step" in told


def test_what_is_found_by_several_processes_is_told_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["0", "--seed", str(SEED), "--processes", "2"]) == 0

    told = capsys.readouterr().out
    assert all(f"  {kind}: {soak.ROUNDS_AT_ONCE} lives" in told for kind in KINDS)


@pytest.mark.usefixtures("short_lives")
@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_ends_the_search_and_names_the_life_that_repeats_it(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(KINDS, kind, _breaks)

    assert soak.main(["500"]) == 1

    told = capsys.readouterr().err
    assert "INV-TEST" in told
    assert f"Repeat it with: tests.simulation.kinds.{kind}({soak.FIRST_SEED})" in told


@pytest.mark.usefixtures("short_lives")
@pytest.mark.parametrize("passes", [True, False])
def test_the_proofs_hold_only_if_the_fixed_sets_and_the_fresh_lives_do(
    passes: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(proofs, "fixed_sets", lambda _processes: (passes, "5 passed"))

    assert proofs.main(["0", "--seed", str(SEED), "--processes", "1"]) == (0 if passes else 1)
    assert f"Fresh lives from seed {SEED}: {len(KINDS)} clean" in capsys.readouterr().out

    monkeypatch.setitem(KINDS, "live_hours", _breaks)
    assert proofs.main(["0", "--seed", str(SEED), "--processes", "1"]) == 1
    assert "INV-TEST" in capsys.readouterr().out
