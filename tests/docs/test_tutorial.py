"""The tutorial's code works: its blocks are written into a temporary folder, and its own tests are run."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

import samspill.connectors
import tests.connectors
from tools.uv import ROOT

PAGE = (ROOT / "docs" / "tutorial-first-vendor.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
TESTS = "tests/connectors/test_fjordbok.py"
NAMES = [
    each.name
    for each in ast.parse(BLOCKS[TESTS]).body
    if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
]


@pytest.fixture
def tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], object]]:
    """Write the vendor into a temporary folder and return what finds one of its tests by name."""
    for path, code in BLOCKS.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
    (tmp_path / "connectors" / "fjordbok" / "__init__.py").touch()
    monkeypatch.setattr(samspill.connectors, "__path__", [*samspill.connectors.__path__, str(tmp_path / "connectors")])
    monkeypatch.setattr(tests.connectors, "__path__", [*tests.connectors.__path__, str(tmp_path / "tests/connectors")])
    yield lambda name: getattr(import_module("tests.connectors.test_fjordbok"), name)
    for module in [each for each in sys.modules if "fjordbok" in each]:
        del sys.modules[module]


def test_every_block_of_python_says_where_it_belongs() -> None:
    assert len(BLOCKS) == PAGE.count("```python")
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_vendor_of_the_tutorial_passes_its_own_tests(tutorial: Callable[[str], object], name: str) -> None:
    test = tutorial(name)
    assert callable(test)
    test()
