"""A background process is found again, stopped, and not mistaken for another."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.launcher.daemon import Daemon

WAITS = [sys.executable, "-c", "import signal; print('here', flush=True); signal.pause()"]


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon that is not started yet, and is stopped in the end."""
    daemon = Daemon("thing", tmp_path / "home")
    yield daemon
    daemon.stop()


def test_it_runs_by_itself_and_whoever_knows_its_folder_finds_it(daemon: Daemon) -> None:
    daemon.start(WAITS, os.environ)

    pid = Daemon("thing", daemon.home).pid()
    assert pid is not None
    assert os.getsid(pid) == pid, "in a session of its own, so that closing the terminal does not end it"


def test_stopping_waits_until_it_is_gone(daemon: Daemon) -> None:
    daemon.start(WAITS, os.environ)
    pid = daemon.pid()
    assert pid is not None

    assert Daemon("thing", daemon.home).stop() is True

    assert daemon.pid() is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_never_ran_is_not_running_and_need_not_be_stopped(daemon: Daemon) -> None:
    assert daemon.pid() is None
    assert daemon.stop() is False


def test_a_file_left_by_a_crash_is_not_taken_for_a_process(daemon: Daemon) -> None:
    daemon.home.mkdir()
    (daemon.home / "thing.pid").write_text(str(os.getpid()), encoding="ascii")

    assert daemon.pid() is None
    assert daemon.stop() is False


def test_it_cannot_run_twice_in_one_folder(daemon: Daemon) -> None:
    daemon.start(WAITS, os.environ)

    with pytest.raises(BlockingIOError):
        daemon.start(WAITS, os.environ)


def test_a_failure_shows_the_end_of_what_it_printed(daemon: Daemon) -> None:
    daemon.home.mkdir()
    daemon.log.write_text("\n".join(f"line {number}" for number in range(100)), encoding="utf-8")

    text = str(daemon.failure("It did not start"))

    assert text.startswith("It did not start. The end of")
    assert text.endswith("line 99")
    assert "line 84" not in text
