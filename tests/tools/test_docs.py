"""The check of the documents finds what it is for."""

from pathlib import Path

import pytest

from tools import docs


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a Makefile of two tasks and a folder for documents."""
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    (tmp_path / "Makefile").write_text("demo: ## Show it\nlocal-stop: ## Stop it\n", encoding="utf-8")
    (tmp_path / "docs" / "schemas").mkdir(parents=True)
    return tmp_path


def written(project: Path, text: str) -> Path:
    document = project / "README.md"
    document.write_text(text, encoding="utf-8")
    return document


def test_a_link_to_a_missing_file_is_found(project: Path) -> None:
    document = written(project, "See [this](docs/missing.md) and [that](https://example.org/docs/missing.md).")

    assert list(docs.dead_links(document)) == ["README.md links to docs/missing.md, which does not exist"]


def test_a_link_to_a_missing_heading_is_found_and_one_to_a_real_heading_is_not(project: Path) -> None:
    document = written(project, "# Use it, by hand\n[a](#use-it-by-hand) [b](#use-it)")

    assert list(docs.dead_links(document)) == ["README.md links to #use-it, which has no such heading"]


def test_a_make_task_that_does_not_exist_is_found(project: Path) -> None:
    document = written(project, "`make demo`\n\nmake local-stop   # and so on\n\n`make everything` we make sure\n")

    assert list(docs.unknown_tasks(document)) == ["README.md names `make everything`, which does not exist"]


def test_a_changed_and_an_orphaned_page_are_found_and_a_fresh_one_is_not(project: Path) -> None:
    fresh, changed = project / "docs" / "fresh.md", project / "docs" / "changed.md"
    fresh.write_text("now", encoding="utf-8")
    changed.write_text("then", encoding="utf-8")
    (project / "docs" / "schemas" / "gone.1.json").write_text("{}", encoding="utf-8")

    assert list(docs.stale({fresh: "now", changed: "now"})) == [
        "docs/changed.md is out of date: run `make docs`",
        "docs/schemas/gone.1.json belongs to no message any more: delete it",
    ]
