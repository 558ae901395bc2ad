"""Tasks and tags as one kind of record: what hours on projects are spent on, and what all others are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from samspill.connectors.contract.kinds import Kind
from samspill.connectors.contract.reads import Reader, read_token, write_token
from samspill.connectors.svenn.kinds import ACTIVITIES
from samspill.engine.model import Observation
from samspill.errors import ContractError
from samspill.ports import Page
from samspill.reasons import Reason

_LISTS = tuple(ACTIVITIES)


class Activities:
    """Reads them, one list after the other."""

    def __init__(self, reader: Reader) -> None:
        """Read through `reader`."""
        self._reader = reader

    def page(self, token: str | None = None) -> Page:
        """Return one page. There is no cursor: they are few, and each list has its own changes."""
        name, inner = read_token(token, 2) if token else (_LISTS[0], "")
        page = self._reader.page(ACTIVITIES.of(name), inner or None)
        rest = _LISTS[_LISTS.index(name) + 1 :]
        following = (name, page.next) if page.next else (rest[0], "") if rest else None
        return replace(page, next=write_token(*following) if following else None, cursor=None)

    def read(self, external_ids: Sequence[str]) -> list[Observation]:
        """Return these, in order; those that are gone are `deleted`."""
        return [self._reader.read(_of(each), [each])[0] for each in external_ids]

    def find(self, keys: Mapping[str, str]) -> list[Observation]:
        """Return those with these values, in both lists."""
        return [found for kind in ACTIVITIES.values() for found in self._reader.find(kind, "", keys)]


def _of(external_id: str) -> Kind:
    for kind in ACTIVITIES.values():
        if external_id.startswith(kind.prefix):
            return kind
    raise ContractError(f"{external_id} is neither a task nor a tag", reason=Reason("defect"))
