"""Locks that no longer fit what is declared are noticed without asking an index."""

from pathlib import Path

import pytest

from tools import lock
from tools.lock import Lock


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that declares two packages; returns the path of its lock."""
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    monkeypatch.setattr(lock, "LOCKS", (Lock("some.txt", ("some.in",)),))
    (tmp_path / "some.in").write_text("# why\nPy_YAML>=6\nmoto[s3]==5\n", encoding="utf-8")
    return tmp_path / "some.txt"


def test_a_lock_with_everything_declared_is_current(declared: Path) -> None:
    declared.write_text("py-yaml==6.1 \\\n    --hash=sha256:00\nmoto==5\n", encoding="utf-8")

    assert lock.stale() == []


def test_a_dependency_without_a_pin_is_named(declared: Path) -> None:
    declared.write_text("py-yaml==6.1\n", encoding="utf-8")

    assert lock.stale() == ["some.txt does not pin moto"]


def test_a_lock_that_names_where_packages_come_from_is_refused(declared: Path) -> None:
    declared.write_text("--index-url https://mirror.invalid/simple\npy-yaml==6.1\nmoto==5\n", encoding="utf-8")

    assert lock.stale() == ["some.txt names an index or a file address"]


def test_the_project_s_own_locks_are_current() -> None:
    assert lock.stale() == []
