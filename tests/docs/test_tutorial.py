"""The tutorial shows the code that `make vendor` writes. `tests/tools/test_new_vendor.py` follows it to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.new_vendor import TEMPLATE
from tools.pages import tutorial as page
from tools.pages.tutorial import BLOCK, PAGE, tutorial

CONNECTOR = TEMPLATE / "shared" / "samspill" / "connectors" / "fjordbok"


def test_every_block_of_python_says_where_it_belongs() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(BLOCK.findall(text)) == text.count("```python") > 1


def test_every_module_of_the_connector_is_shown_as_it_is() -> None:
    shown = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    for module in CONNECTOR.glob("*.py"):
        if module.name != "__init__.py":
            assert shown[module.relative_to(TEMPLATE).as_posix()] == module.read_text(encoding="utf-8")


def test_a_block_that_is_not_what_the_template_says_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = PAGE.read_text(encoding="utf-8")
    wrong = tmp_path / "page.md"
    wrong.write_text(right.replace("level=Level.BRONZE,\n    calls", "calls", 1), encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", wrong)
    assert wrong.read_text(encoding="utf-8") != right
    assert tutorial() == right
