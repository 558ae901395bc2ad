"""Has anything that is built or deployed changed since the last time? Answered by content, not by dates."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.uv import ROOT

BUILT_FROM = (
    "template.yaml",
    "samconfig.toml",
    "shared",
    "functions",
    "tools/layer",
    "tools/build_layer.py",
    "tools/sbom.py",
)


def fingerprint(names: Iterable[str], *extra: str) -> str:
    """Return the hash of these files and folders of the project, and of `extra`."""
    digest = hashlib.sha256()
    for path in _files(names):
        digest.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    for text in extra:
        digest.update(f"{text}\0".encode())
    return digest.hexdigest()


def remembers(note: Path, value: str) -> bool:
    """Tell whether `note` holds `value`."""
    return note.exists() and note.read_text(encoding="ascii") == value


def _files(names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        root = ROOT / name
        found = root.rglob("*") if root.is_dir() else [root]
        yield from sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)
