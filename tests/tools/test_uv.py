"""The installer is found, or brought along, or asked for in words that help."""

from pathlib import Path

import pytest

from tools import uv
from tools.say import CommandError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without its own uv, on a machine without one."""
    monkeypatch.setattr(uv, "OWN", tmp_path / ".tools" / "uv")
    monkeypatch.setattr(uv, "BOOT", tmp_path / ".tools" / "boot")
    monkeypatch.setattr("shutil.which", lambda _name: None)
    return tmp_path


def test_our_own_comes_first(folder: Path) -> None:
    uv.OWN.parent.mkdir()
    uv.OWN.touch()

    assert uv.find_uv() == uv.OWN


@pytest.mark.parametrize(("version", "taken"), [("uv 0.13.8 (linux)", True), ("uv 0.7.2", False), ("", False)])
def test_one_on_the_path_is_taken_if_it_is_recent(
    folder: Path, monkeypatch: pytest.MonkeyPatch, version: str, taken: bool
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/uv")
    monkeypatch.setattr(uv, "run", lambda _command: version)
    monkeypatch.setattr(uv, "_install", lambda: uv.BOOT / "bin" / "uv")

    assert uv.find_uv() == (Path("/usr/bin/uv") if taken else uv.OWN)


def test_without_pip_a_virtual_environment_is_tried(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def run(command: list[str]) -> str:
        commands.append(command)
        if "--target" in command:
            raise CommandError("No module named pip")
        return ""

    monkeypatch.setattr(uv, "run", run)

    assert uv.find_uv() == uv.OWN
    assert uv.OWN.readlink() == Path("boot/bin/uv")
    assert [command[1:3] for command in commands] == [["-m", "pip"], ["-m", "venv"], ["-m", "pip"]]
    assert all("--require-hashes" in command for command in commands if "pip" in command)


def test_without_either_the_error_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_command: list[str]) -> str:
        raise CommandError("No module named pip")

    monkeypatch.setattr(uv, "run", run)

    with pytest.raises(CommandError, match=r"apt-get install python3-pip(.|\n)*No module named pip"):
        uv.find_uv()
