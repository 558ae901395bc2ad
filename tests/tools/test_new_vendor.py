"""A new vendor works from the start: its checks and the conformance suite pass in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import docs
from tools.new_vendor import TEMPLATE, NameRefusedError, make, renamed, template, titled
from tools.pages.tutorial import BLOCK, PAGE
from tools.uv import ROOT

BIN = Path(sys.executable).parent
COPIED = ("shared", "functions", "local", "tests", "tools", "docs", "pyproject.toml", "Makefile", "README.md")
COPIED_TOO = ("CONTRIBUTING.md", "CHANGELOG.md", "template.yaml", "events")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project where somebody made the vendor TiPro, and another one that followed the tutorial."""
    copy = tmp_path_factory.mktemp("project")
    for name in (*COPIED, *COPIED_TOO):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name)
        else:
            shutil.copy2(ROOT / name, copy / name)
    make("TiPro", copy)
    make("Fjordbok", copy)
    follow(PAGE.read_text(encoding="utf-8"), copy)
    return copy


def follow(page: str, project: Path) -> None:
    """Write what the tutorial adds to what `make vendor` wrote, and change what it changes."""
    added = {path: code for path, code in BLOCK.findall(page) if not (TEMPLATE / path).exists()}
    assert added
    for path, code in added.items():
        (project / path).write_text(code, encoding="utf-8")
    (changes,) = re.findall(r"^```diff\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    subprocess.run(["git", "apply", "-"], cwd=project, input=changes, text=True, check=True, capture_output=True)


def ran(project: Path, *command: str) -> str:
    """Run a command in the project and return what it printed; it must succeed."""
    env = {**os.environ, "PYTHONPATH": f"{project / 'shared'}:{project}", "NO_COLOR": "1"}
    done = subprocess.run([*command], cwd=project, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.proofs
def test_what_was_made_is_clean_to_every_check_of_the_code(project: Path) -> None:
    ran(project, f"{BIN}/ruff", "check", ".")
    ran(project, f"{BIN}/ruff", "format", "--check", ".")
    ran(project, f"{BIN}/lint-imports", "--no-cache")
    where = (
        "shared/samspill/connectors/{}",
        "local/vendors/{}",
        "tests/connectors/{}_rig.py",
        "tests/connectors/test_{}.py",
    )
    code = [each.format(vendor) for vendor in ("tipro", "fjordbok") for each in where]
    ran(project, f"{BIN}/mypy", "--cache-dir", ".mypy_cache", *code)


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
    said = ran(project, sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", *files, "-k", "tipro or fjordbok")
    assert int(said.partition(" passed")[0].rpartition("\n")[2]) > 90


def test_it_passes_the_conformance_suite_at_bronze_and_the_tutorials_at_silver(project: Path) -> None:
    said = ran(project, sys.executable, "-m", "tools.check_vendors", "tipro", "fjordbok").splitlines()
    assert [line.strip().partition(",")[0].partition(": name")[0] for line in said] == [
        "✓ tipro: declares bronze",
        "silver: writes nothing: write `write` in its connector",
        "✓ fjordbok: declares silver",
        "gold: held against no contract of the API",
    ]
    assert [line.rpartition(", ")[2] for line in said if line.startswith("✓")] == ["holds bronze", "holds silver"]


def test_the_tutorials_vendor_leaves_no_name_behind(project: Path) -> None:
    for path in template():
        made = project / renamed(path.as_posix(), "TiPro")
        assert "fjordbok" not in made.read_text(encoding="utf-8").lower()


def test_it_asks_nobody_to_fill_gaps() -> None:
    for path in template():
        text = (TEMPLATE / path).read_text(encoding="utf-8")
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
