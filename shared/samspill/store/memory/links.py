"""Links in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from samspill.engine.model import Link, LinkState, Result, Side, link_id, record_of
from samspill.errors import UnstorableError
from samspill.notices.facts import Tally, tallied
from samspill.ports import LinkCommit
from samspill.state import FlowKey, StreamKey
from samspill.store.link_ids import listed
from samspill.store.weights import is_too_large, too_large

type Record = tuple[Side, str]


class MemoryLinks:
    """At each record's place is its link, or the id of the link that holds it."""

    def __init__(self) -> None:
        """Begin empty."""
        self._places: dict[StreamKey, dict[Record, Link | str]] = defaultdict(dict)

    def of_records(self, stream: StreamKey, side: Side, external_ids: Sequence[str]) -> dict[str, Link]:
        """See `Links.of_records`."""
        found = ((external_id, self._at(stream, (side, external_id))) for external_id in external_ids)
        return {external_id: link for external_id, link in found if link}

    def get(self, stream: StreamKey, link_ids: Sequence[str]) -> dict[str, Link]:
        """See `Links.get`."""
        found = ((link_id, self._places[stream].get(record_of(link_id))) for link_id in link_ids)
        return {link_id: link for link_id, link in found if isinstance(link, Link)}

    def _at(self, stream: StreamKey, record: Record) -> Link | None:
        places = self._places[stream]
        place = places.get(record)
        if isinstance(place, str):
            place = places.get(record_of(place))
        return place if isinstance(place, Link) else None

    def commit(self, stream: StreamKey, commits: Sequence[LinkCommit]) -> list[bool]:
        """See `Links.commit`. What DynamoDB refuses is refused here, too."""
        blamed = {index: too_large(commit.link) for index, commit in enumerate(commits) if is_too_large(commit.link)}
        held = [i not in blamed and self._commit(self._places[stream], commit) for i, commit in enumerate(commits)]
        if blamed:
            raise UnstorableError(held, blamed)
        return held

    def _commit(self, places: dict[Record, Link | str], commit: LinkCommit) -> bool:
        link, home = commit.link, record_of(commit.link.id)
        held = places.get(home)
        if isinstance(held, str) or (held.revision if held else 0) != link.revision:
            return False
        pointers = [record for record in commit.pointers if record != home]
        if not all(self._is_free(places, record, link.id) for record in pointers):
            return False
        if (parted := commit.parted) is not None:
            if places.get(record_of(parted.id)) != link.id:
                return False
            places[record_of(parted.id)] = replace(parted, revision=parted.revision + 1)
        places[home] = replace(link, revision=link.revision + 1)
        places.update(dict.fromkeys(pointers, link.id))
        return True

    @staticmethod
    def _is_free(places: dict[Record, Link | str], record: Record, link_id: str) -> bool:
        """Tell whether a pointer to `link_id` may go here."""
        place = places.get(record)
        if isinstance(place, Link):
            return place.state in {LinkState.UNLINKED, LinkState.TOMBSTONE}
        if place is None or place == link_id:
            return True
        held = places.get(record_of(place))
        return isinstance(held, Link) and held.state is LinkState.TOMBSTONE

    def beginning(self, stream: StreamKey, side: Side, prefix: str) -> Iterator[Link]:
        """See `Links.beginning`."""
        home = link_id(side, prefix)
        return iter([link for link in self.all(stream) if link.id.startswith(home)])

    def all(self, stream: StreamKey) -> Iterator[Link]:
        """See `Links.all`."""
        return iter([place for place in self._places[stream].values() if isinstance(place, Link)])

    def following(self, stream: StreamKey, link_id: str, limit: int) -> list[Link]:
        """See `Links.following`."""
        after = (link for link in self.all(stream) if link.id > link_id)
        return sorted(after, key=lambda link: link.id)[:limit]

    def remove(self, stream: StreamKey, limit: int) -> int:
        """See `Links.remove`."""
        first = sorted(self._places[stream], key=lambda record: link_id(*record))[:limit]
        for record in first:
            del self._places[stream][record]
        return len(first)

    def with_result(self, flow: FlowKey, results: Iterable[Result]) -> Iterator[tuple[StreamKey, Link]]:
        """See `Links.with_result`."""
        wanted = listed(results)
        streams = [stream for stream in self._places if stream.of_flow == flow]
        links = ((stream, link) for stream in streams for link in self.all(stream))
        return iter([(stream, link) for stream, link in links if link.outcome and link.outcome.result in wanted])

    def tally(self, flow: FlowKey, result: Result, most: int) -> Tally:
        """See `Links.tally`. Memory does not know since when."""
        found = [link for _, link in self.with_result(flow, [result])]
        return tallied(min(len(found), most), len(found) > most, None, found[0] if found else None)
