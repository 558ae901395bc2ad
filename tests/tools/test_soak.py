"""The search goes on with fresh seeds, and tells how to see again what it found."""

import pytest

from tools import soak
from tools.say import CommandError


def test_it_searches_at_least_once_and_says_with_which_seeds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds: list[str] = []
    monkeypatch.setattr(soak, "run", lambda command, **_: seeds.append(command[5]))

    assert soak.main(["0"]) == 0

    assert len(seeds) == 1
    assert seeds[0].startswith("--randomly-seed=")
    assert f"seeds {seeds[0].partition('=')[2]} to" in capsys.readouterr().out


def test_a_failure_ends_the_search_and_names_the_command_that_repeats_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_command: list[str], **_more: object) -> str:
        raise CommandError("an invariant does not hold")

    monkeypatch.setattr(soak, "run", broken)

    assert soak.main(["3600"]) == 1

    told = capsys.readouterr().err
    assert "an invariant does not hold" in told
    assert "Repeat it with: " in told
    assert "--randomly-seed=" in told
    assert "--hypothesis-seed=" in told
