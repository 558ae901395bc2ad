"""Environments are made from their locks once, and the interpreter is found wherever it is."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from tools import environments
from tools.say import CommandError

type Answers = Callable[[Sequence[str]], str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one lock, and no environment yet."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "local.txt").write_text("thing==1\n", encoding="utf-8")
    (tmp_path / ".python-version").write_text("3.13\n", encoding="utf-8")
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    monkeypatch.setattr(environments, "find_uv", lambda: Path("/uv"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


@pytest.fixture
def commands(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What uv was told; it finds Python 3.13 and makes environments."""
    return told_to_uv(project, monkeypatch, lambda _command: "/found/python3.13\n")


def told_to_uv(project: Path, monkeypatch: pytest.MonkeyPatch, answers: Answers) -> list[list[str]]:
    told: list[list[str]] = []

    def run(command: list[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> str:
        assert cwd == project
        told.append(command)
        if command[1] == "venv":
            (Path(command[-1]) / "bin").mkdir(parents=True)
            (Path(command[-1]) / "bin" / "python").touch()
        return answers(command)

    monkeypatch.setattr(environments, "run", run)
    return told


def test_a_new_environment_is_made_from_its_lock_with_hashes(project: Path, commands: list[list[str]]) -> None:
    environments.ensure("local")

    assert [command[1:3] for command in commands] == [["python", "find"], ["venv", "--quiet"], ["pip", "sync"]]
    assert commands[1][-2:] == ["/found/python3.13", str(project / ".venv-local")]
    assert commands[2][-2:] == ["--require-hashes", str(project / "requirements" / "local.txt")]


def test_an_environment_that_agrees_with_its_lock_is_left_alone(project: Path, commands: list[list[str]]) -> None:
    environments.ensure("local")
    commands.clear()

    environments.ensure("local")

    assert commands == []


def test_a_changed_lock_is_installed_into_the_same_environment(project: Path, commands: list[list[str]]) -> None:
    environments.ensure("local")
    commands.clear()
    (project / "requirements" / "local.txt").write_text("thing==2\n", encoding="utf-8")

    environments.ensure("local")

    assert [command[1:3] for command in commands] == [["pip", "sync"]]


def test_a_failed_installation_is_tried_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(command: Sequence[str]) -> str:
        if command[1] == "pip":
            raise CommandError("no network")
        return "/found/python3.13"

    commands = told_to_uv(project, monkeypatch, broken)
    for _ in range(2):
        with pytest.raises(CommandError, match="no network"):
            environments.ensure("local")

    assert [command[1:3] for command in commands].count(["pip", "sync"]) == 2


def test_a_python_that_only_pyenv_knows_is_used(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(command: Sequence[str]) -> str:
        if command[1:3] == ["python", "find"]:
            raise CommandError("not found")
        return ""

    for version in ("3.12.1", "3.13.0"):
        (project / "pyenv" / "versions" / version / "bin").mkdir(parents=True)
        (project / "pyenv" / "versions" / version / "bin" / "python").touch()
    commands = told_to_uv(project, monkeypatch, unknown)

    environments.ensure("local")

    assert commands[1][-2] == str(project / "pyenv" / "versions" / "3.13.0" / "bin" / "python")


def test_a_python_that_is_nowhere_is_downloaded(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = False

    def later(command: Sequence[str]) -> str:
        nonlocal installed
        if command[1:3] == ["python", "find"] and not installed:
            raise CommandError("not found")
        installed = installed or command[1:3] == ["python", "install"]
        return "/downloaded/python3.13\n"

    commands = told_to_uv(project, monkeypatch, later)

    environments.ensure("local")

    assert commands[1][1:3] == ["python", "install"]
    assert commands[3][-2] == "/downloaded/python3.13"


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert environments.main(["locale"]) == 2
    assert "Known: dev, sam, local, checkov" in capsys.readouterr().err
