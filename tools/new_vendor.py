"""Make a new vendor: `python -m tools.new_vendor NAME`, such as `TiPro`, as the vendor writes itself.

Writes the connector's folder, the sandbox, the rig for the conformance suite, tests and the page of the docs. All of
them work from the start: they are those of Fjordbok, the made-up vendor of the tutorial, under the new name.
"""

import keyword
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.say import run
from tools.uv import ROOT

TEMPLATE = ROOT / "tools" / "vendor_template"
EXAMPLE = "Fjordbok"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{1,19}", re.ASCII)
NEXT = """\
{title} works: it reads the contacts of a made-up address book under that name, and holds level bronze.
Make it {title} step by step, and run the tests after each: docs/tutorial-first-vendor.md, “Make it yours”.

  .venv/bin/python -m pytest -q tests/connectors -k {name}
  .venv/bin/python -m tools.check_vendors {name}
"""


class NameRefusedError(Exception):
    """No vendor can be made under this name. The text says why."""


def template() -> list[Path]:
    """Return the files of the template, relative to it."""
    files = sorted(path for path in TEMPLATE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [path.relative_to(TEMPLATE) for path in files]


def renamed(text: str, title: str) -> str:
    """Return a text of the template with the new vendor's names."""
    return text.replace(EXAMPLE, title).replace(EXAMPLE.lower(), title.lower())


def titled(name: str) -> str:
    """Return the vendor's title of what was asked for: `fjordbok` is Fjordbok, `TiPro` is itself.

    Raises:
        NameRefusedError: it cannot be a name in the code.
    """
    if not NAME.fullmatch(name) or keyword.iskeyword(name.lower()):
        raise NameRefusedError(f"{name}: a vendor's name here is 2 to 20 letters and digits, a letter first")
    return name.capitalize() if name == name.lower() else name


def make(title: str, into: Path = ROOT) -> list[Path]:
    """Write the vendor's files into a checkout and return them.

    Raises:
        NameRefusedError: there is something of that name already; nothing was written.
    """
    files = {into / renamed(path.as_posix(), title): TEMPLATE / path for path in template()}
    for path in files:
        taken = next((each for each in (path, path.parent) if title.lower() in each.stem and each.exists()), None)
        if taken:
            raise NameRefusedError(
                f"{title}: {taken.relative_to(into)} is there already; delete it or use another name"
            )
    for path, source in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(renamed(source.read_text(encoding="utf-8"), title), encoding="utf-8")
    _tidy([path for path in files if path.suffix == ".py"], into)
    return [*files]


def _tidy(code: Sequence[Path], into: Path) -> None:
    """Sort the imports and break the lines as the new name's letters and length want it."""
    ruff = str(Path(sys.executable).parent / "ruff")
    run([ruff, "check", "--quiet", "--select", "I", "--fix", *map(str, code)], cwd=into)
    run([ruff, "format", "--quiet", *map(str, code)], cwd=into)


def main(arguments: list[str]) -> int:
    """Make a vendor; the exit code."""
    if len(arguments) != 1:
        print("Say the vendor's name: make vendor NAME=TiPro", file=sys.stderr)
        return 2
    try:
        title = titled(arguments[0])
        files = make(title)
    except NameRefusedError as refused:
        print(refused, file=sys.stderr)
        return 2
    run([sys.executable, "-m", "tools.docs"], cwd=ROOT)
    print("".join(f"  {path.relative_to(ROOT)}\n" for path in files))
    print(NEXT.format(title=title, name=title.lower()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
