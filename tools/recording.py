"""The recording of `make demo` in docs/demo.md, and the excerpt in README.md: are they still what the demo says?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tools.uv import ROOT

RECORDING = re.compile(r"^<!-- demo -->\n(.*?)^<!-- /demo -->$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r"^(\S.*?) ─+$", re.MULTILINE)
TOLD = re.compile(r"^  ✓ (.+?)(?: \([\d.]+ s\))?$", re.MULTILINE)
SAID = ("chapter", "tell", "step")
"""What puts a title, a sentence, and the beginning of a long step on the screen."""


def drifted(document: str, sources: list[str]) -> Iterator[str]:
    """Tell which titles and sentences only the recording has, and which sentences only the demo has."""
    recording = "".join(RECORDING.findall(document))
    said = {name: [found for source in sources for found in _said(source, name)] for name in SAID}
    for title in TITLE.findall(recording):
        if not any(_is_title(title, each) for each in said["chapter"]):
            yield f"the recording in docs/demo.md has the chapter “{title}”, which the demo has not: record it anew"
    told = TOLD.findall(recording)
    for sentence in told:
        if not any(each.fullmatch(sentence) for each in said["tell"] + said["step"]):
            yield f"the recording in docs/demo.md has “{sentence}”, which the demo does not say: record it anew"
    for each in said["tell"]:
        if not any(each.fullmatch(sentence) for sentence in told):
            yield f"the recording in docs/demo.md lacks what the demo says, “{_plain(each)}”: record it anew"


def not_recorded(excerpt: str, document: str) -> Iterator[str]:
    """Tell which lines of an excerpt are not in the recording; “…” stands for what was left out."""
    recorded = {line for recording in RECORDING.findall(document) for line in recording.splitlines()}
    for shown in RECORDING.findall(excerpt):
        for line in shown.splitlines():
            if line not in recorded | {"…"}:
                yield f"README.md shows “{line}”, which is not in docs/demo.md: copy it anew"


def problems() -> Iterator[str]:
    """Tell where the recording has drifted away from the demo, and the excerpt from the recording."""
    sources = sorted((ROOT / "local").glob("*.py")) + sorted((ROOT / "local" / "launcher").glob("*.py"))
    document = _text(ROOT / "docs" / "demo.md")
    yield from drifted(document, [_text(path) for path in sources])
    yield from not_recorded(_text(ROOT / "README.md"), document)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _said(source: str, name: str) -> Iterator[re.Pattern[str]]:
    """Yield what the calls of a function say; a value that is filled in may be anything."""
    for call in ast.walk(ast.parse(source)):
        called = call.func if isinstance(call, ast.Call) else None
        if isinstance(call, ast.Call) and getattr(called, "attr", getattr(called, "id", "")) == name and call.args:
            parts = call.args[0].values if isinstance(call.args[0], ast.JoinedStr) else [call.args[0]]
            if all(isinstance(part, ast.Constant | ast.FormattedValue) for part in parts):
                texts = (re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in parts)
                yield re.compile("".join(texts))


def _is_title(shown: str, title: re.Pattern[str]) -> bool:
    """Tell whether a title is this one, which a narrow screen may have cut."""
    if not shown.endswith("…"):
        return title.fullmatch(shown) is not None
    return _plain(title).startswith(shown.removesuffix("…"))


def _plain(said: re.Pattern[str]) -> str:
    return re.sub(r"\\(.)", r"\1", said.pattern.replace(".+", "…"))
