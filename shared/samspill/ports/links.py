"""What is stored of records: links between them, and an index of those without a partner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from samspill.engine.model import Link, Result, Side
    from samspill.notices.facts import Tally
    from samspill.state import FlowKey, StreamKey


@dataclass(frozen=True, slots=True)
class LinkCommit:
    """A link to store on the revision it was read at (0: must not exist), with the pointers that come with it.

    A pointer makes the link reachable from a record other than the one it began with; a record has one link at most.
    Where a pointer goes, nothing may be yet, except a link that is still `unlinked`: that one is absorbed; or what
    leads to a `tombstone`: whatever a record was once linked to has ended, and it may find another partner.
    """

    link: Link
    pointers: tuple[tuple[Side, str], ...] = ()
    parted: Link | None = None
    """The link of a record that was this link's until now: it takes the place of the pointer to this link."""


class Links(Protocol):
    """Links by record, each record in at most one."""

    def of_records(self, stream: StreamKey, side: Side, external_ids: Sequence[str]) -> dict[str, Link]:
        """Return the links of these records by external id, following pointers; records without a link are left out."""
        ...

    def get(self, stream: StreamKey, link_ids: Sequence[str]) -> dict[str, Link]:
        """Return links by link id; unknown ones are left out."""
        ...

    def commit(self, stream: StreamKey, commits: Sequence[LinkCommit]) -> list[bool]:
        """Store each link whose revision still holds, as revision + 1; tell per commit whether it held.

        A link and its pointers are stored together or not at all. One that does not hold does not stop the others.

        Raises:
            UnstorableError: some can never be stored, such as for their size; all others were dealt with.
        """
        ...

    def beginning(self, stream: StreamKey, side: Side, prefix: str) -> Iterator[Link]:
        """Yield the links that began with a record of `side` whose id begins so."""
        ...

    def all(self, stream: StreamKey) -> Iterator[Link]:
        """Yield every link of the stream, in no promised order. For sweeps and people, never per record."""
        ...

    def following(self, stream: StreamKey, link_id: str, limit: int) -> list[Link]:
        """Return the links after this one in the order of their ids, `limit` at most; fewer only at the end."""
        ...

    def remove(self, stream: StreamKey, limit: int) -> int:
        """Remove the first links and pointers of a stream in the order of their ids; return how many, 0 for none."""
        ...

    def with_result(self, flow: FlowKey, results: Iterable[Result]) -> Iterator[tuple[StreamKey, Link]]:
        """Yield links that ended in one of these results: `waiting`, `review`, `conflict`, `failed` are listed."""
        ...

    def tally(self, flow: FlowKey, result: Result, most: int) -> Tally:
        """Count the links that ended so, up to `most`, and tell of the first; what ended a moment ago may lack."""
        ...


class KeyIndex(Protocol):
    """Records without a partner, by the keys that may tell what they are (`engine.identity.searched_keys`).

    It only narrows: what it names may have a partner by now, be called otherwise or be gone. Whoever asks looks.
    """

    def put(self, stream: StreamKey, side: Side, entries: Sequence[tuple[str, str]]) -> None:
        """Remember records of `side` under keys (key, external id). Putting one again changes nothing."""
        ...

    def find(self, stream: StreamKey, side: Side, wanted: Sequence[str], *, most: int) -> dict[str, list[str]]:
        """Return key → external ids of `side`, at most `most` of each; keys that name nothing are left out."""
        ...

    def drop(self, stream: StreamKey, side: Side, entries: Sequence[tuple[str, str]]) -> None:
        """Forget entries."""
        ...

    def sweep(self, flows: Collection[FlowKey], token: str, limit: int) -> tuple[int, str]:
        """Look through the next entries of all flows, `limit` at most, and remove those of these flows.

        Nobody else can tell under which keys a record was remembered, so all are looked through: for removals only.

        Returns:
            How many were removed, and where to go on; empty at the end.
        """
        ...
