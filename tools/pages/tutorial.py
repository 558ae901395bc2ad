"""docs/tutorial-first-vendor.md: written by hand; the code on it is that of the template."""

import re

from tools.new_vendor import TEMPLATE
from tools.uv import ROOT

PAGE = ROOT / "docs" / "tutorial-first-vendor.md"
BLOCK = re.compile(r"^```python\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A piece of code: the path of its file, and what is in it."""


def tutorial() -> str:
    """Return the page with every file of the template as it is now."""
    return BLOCK.sub(_as_in_the_template, PAGE.read_text(encoding="utf-8"))


def _as_in_the_template(block: re.Match[str]) -> str:
    path, code = block.groups()
    file = TEMPLATE / path
    return f"```python\n# {path}\n{file.read_text(encoding='utf-8') if file.is_file() else code}```"
