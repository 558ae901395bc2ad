"""docs/errors.md: every error class, what it means, and what a person is told by default."""

from collections.abc import Iterator

from samspill.errors import SamspillError
from samspill.reasons import Reason
from samspill.texts.reasons import reason_text
from tools.pages.markdown import page, table

INTRODUCTION = """\
The class of an error says how to recover; nobody reads its text to decide. A class recovers like the one it stands
under unless its own line says otherwise. Anything else that is raised is a defect: it is logged whole, counted in the
metric `Defects`, and delivered again by the queue."""


def errors() -> str:
    """Return the page."""
    rows = [
        (f"{'&nbsp;' * 4 * depth}`{kind.__name__}`", _meaning(kind), reason_text(Reason(kind.default_code)))
        for kind, depth in _tree(SamspillError, 0)
    ]
    return page("Errors", INTRODUCTION, table(["Class", "Means", "Told by default"], rows))


def _tree(kind: type[SamspillError], depth: int) -> Iterator[tuple[type[SamspillError], int]]:
    yield kind, depth
    for child in kind.__subclasses__():
        if child.__module__ == SamspillError.__module__:
            yield from _tree(child, depth + 1)


def _meaning(kind: type[SamspillError]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]
