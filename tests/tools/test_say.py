"""Long steps say what they do in one line, and show everything only when they fail."""

import sys

import pytest

from tools.say import CommandError, run, step


def test_a_step_says_what_it_did_and_how_long_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    with step("Doing it"):
        pass

    assert capsys.readouterr().out == "  ✓ Doing it (0.0 s)\n"


def test_a_failed_step_says_so_and_does_not_hide_the_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="why"), step("Doing it"):
        raise ValueError("why")

    assert capsys.readouterr().out == "  ✗ Doing it (0.0 s)\n"


def test_a_command_is_quiet_while_it_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([sys.executable, "-c", "print('hello')"]) == "hello\n"
    assert capsys.readouterr().out == ""


def test_a_failed_command_tells_all_it_printed_and_its_exit_code() -> None:
    with pytest.raises(CommandError, match=r"out\n.*err\n\(exit code 3\)"):
        run([sys.executable, "-c", "import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(3)"])


def test_a_command_that_does_not_exist_is_an_error_of_the_same_kind() -> None:
    with pytest.raises(CommandError, match="no-such-command"):
        run(["no-such-command"])
