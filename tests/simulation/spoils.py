"""Values that some step cannot deal with: each begins with what goes wrong, so that whoever meets one knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from samspill.canon.values import Value

REFUSED: Final = "refused"
"""The vendor does not take it, and names the field."""
UNREADABLE: Final = "unreadable"
"""Its row cannot be taken, in whatever read."""
UNANSWERED: Final = "unanswered"
"""A read that asks for its record by id cannot be understood as a whole."""
UNSENDABLE: Final = "unsendable"
"""A call that is to write it cannot be made at all."""
UNSEARCHABLE: Final = "unsearchable"
"""Nothing can be looked for by it."""
UNPLANNABLE: Final = "unplannable"
"""The rules cannot deal with it."""
UNSTORABLE: Final = "unstorable"
"""The hub's own table does not take it."""
SPOILS: Final = (REFUSED, UNREADABLE, UNANSWERED, UNSENDABLE, UNSEARCHABLE, UNPLANNABLE, UNSTORABLE)


class Unforeseen(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """What no code of ours expects."""


def is_spoiled(value: object, *kinds: str) -> bool:
    """Tell whether the value is one of these kinds; of any, where none is named."""
    return isinstance(value, str) and value.startswith(kinds or SPOILS)


def spoiled_in(fields: Mapping[str, Value], *kinds: str) -> str | None:
    """Return the name of a field that holds such a value."""
    return next((name for name, value in fields.items() if is_spoiled(value, *kinds)), None)
