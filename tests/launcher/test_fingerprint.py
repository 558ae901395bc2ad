"""What is built again is what has changed."""

from pathlib import Path

import pytest

from local.launcher import fingerprint as module
from local.launcher.fingerprint import fingerprint, remembers


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a template and one function."""
    monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "template.yaml").write_text("Resources: {}", encoding="utf-8")
    (tmp_path / "functions" / "fetch").mkdir(parents=True)
    (tmp_path / "functions" / "fetch" / "app.py").write_text("handler = None", encoding="utf-8")
    return tmp_path


def now() -> str:
    return fingerprint(("template.yaml", "functions"), "x86_64")


def test_dates_and_byte_code_do_not_count(project: Path) -> None:
    before = now()
    (project / "template.yaml").touch()
    (project / "functions" / "fetch" / "__pycache__").mkdir()
    (project / "functions" / "fetch" / "__pycache__" / "app.pyc").write_bytes(b"\0")

    assert now() == before


@pytest.mark.parametrize("name", ["template.yaml", "functions/fetch/app.py", "functions/fetch/new.py"])
def test_content_counts(project: Path, name: str) -> None:
    before = now()
    (project / name).write_text("changed", encoding="utf-8")

    assert now() != before


def test_a_moved_file_counts_although_its_content_stays(project: Path) -> None:
    before = now()
    (project / "functions" / "fetch" / "app.py").rename(project / "functions" / "fetch" / "apq.py")

    assert now() != before


def test_parameters_count(project: Path) -> None:
    assert fingerprint(("functions",), "x86_64") != fingerprint(("functions",), "arm64")


def test_a_note_is_remembered_only_if_it_is_there_and_equal(tmp_path: Path) -> None:
    note = tmp_path / "note"
    assert not remembers(note, "a")
    note.write_text("a", encoding="ascii")
    assert remembers(note, "a")
    assert not remembers(note, "b")
