"""A new vendor works from the start: its checks and the conformance suite pass in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import docs, new_vendor
from tools.new_vendor import NameRefusedError, make, renamed, template, titled
from tools.uv import ROOT

BIN = Path(sys.executable).parent
COPIED = ("shared", "functions", "local", "tests", "tools", "docs", "pyproject.toml", "Makefile", "README.md")
COPIED_TOO = ("CONTRIBUTING.md", "CHANGELOG.md", "template.yaml", "events")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which somebody made a vendor that is called TiPro."""
    copy = tmp_path_factory.mktemp("project")
    for name in (*COPIED, *COPIED_TOO):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name)
        else:
            shutil.copy2(ROOT / name, copy / name)
    make("TiPro", copy)
    return copy


def ran(project: Path, *command: str) -> str:
    """Run a command in the project and return what it printed; it must succeed."""
    env = {**os.environ, "PYTHONPATH": f"{project / 'shared'}:{project}", "NO_COLOR": "1"}
    done = subprocess.run([*command], cwd=project, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_new_vendor_is_clean_to_every_check_of_the_code(project: Path) -> None:
    ran(project, f"{BIN}/ruff", "check", ".")
    ran(project, f"{BIN}/ruff", "format", "--check", ".")
    ran(project, f"{BIN}/lint-imports", "--no-cache")
    folders = ("shared/samspill/connectors/tipro", "local/vendors/tipro", "tests/connectors/tipro_rig.py")
    ran(project, f"{BIN}/mypy", "--cache-dir", ".mypy_cache", *folders, "tests/connectors/test_tipro.py")


def test_its_texts_are_whole_and_its_page_is_found(project: Path) -> None:
    ran(project, sys.executable, "-m", "tools.texts", "--check")
    page = ran(project, sys.executable, "-c", "from tools.pages.vendors import vendors; print(vendors())")
    assert (
        "| [TiPro](#tipro) | bronze | customers | asks on schedule | 1000 in 60 s | [how to](how-to/connect-tipro.md) |"
        in page
    )
    assert [*docs.dead_links(project / "docs/how-to/connect-tipro.md")] == []


def test_it_passes_its_own_tests_and_those_of_every_vendor(project: Path) -> None:
    files = (
        "tests/connectors/test_tipro.py",
        "tests/connectors/test_spoiled_answers.py",
        "tests/connectors/test_registry.py",
    )
    said = ran(project, sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", *files, "-k", "tipro")
    assert int(said.partition(" passed")[0].rpartition("\n")[2]) > 40


def test_it_passes_the_conformance_suite_at_bronze_and_is_told_what_silver_takes(project: Path) -> None:
    first, *further = ran(project, sys.executable, "-m", "tools.check_vendors", "tipro").splitlines()
    assert first == "✓ tipro: declares bronze, holds bronze"
    assert [line.strip().partition(",")[0] for line in further] == [
        "silver: writes nothing: write `write` in its connector"
    ]


def test_the_tutorials_vendor_left_no_name_behind(project: Path) -> None:
    for path in template():
        made = project / renamed(path.as_posix(), "TiPro")
        assert "fjordbok" not in made.read_text(encoding="utf-8").lower()


def test_it_asks_nobody_to_fill_gaps() -> None:
    for path in template():
        text = (new_vendor.TEMPLATE / path).read_text(encoding="utf-8")
        assert not re.search(r"TODO|FIXME|XXX|NotImplemented", text), path


@pytest.mark.parametrize(("asked", "title"), [("timly", "Timly"), ("TiPro", "TiPro"), ("DATEV", "DATEV")])
def test_a_vendor_is_called_as_it_writes_itself(asked: str, title: str) -> None:
    assert titled(asked) == title


@pytest.mark.parametrize("name", ["", "x", "7", "two words", "../up", "class", "Björk", "a" * 21, "ti-pro", "ti_pro"])
def test_what_can_be_no_name_in_the_code_is_refused(name: str) -> None:
    with pytest.raises(NameRefusedError, match="letters and digits"):
        titled(name)


@pytest.mark.parametrize("title", ["TiPro", "Tripletex", "Http", "Contract"])
def test_what_is_there_already_is_not_touched(project: Path, title: str) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*.py")}
    with pytest.raises(NameRefusedError, match="is there already"):
        make(title, project)
    assert {path: path.read_bytes() for path in project.rglob("*.py")} == before
