"""Links in DynamoDB: one item per pair under the key of the record it began with, a pointer under the other's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.errors import BusyError
from samspill.ports import Clock, LinkCommit
from samspill.state import FlowKey, StreamKey
from samspill.store import keys, link_items
from samspill.store.dynamo import BATCH, Item, Table

LISTED = frozenset({Result.WAITING, Result.REVIEW, Result.CONFLICT, Result.FAILED})
_TRIES = 4


class DynamoLinks:
    """See `ports.Links`."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Keep links in the state table."""
        self._table, self._clock = table, clock

    def of_records(self, stream: StreamKey, side: Side, external_ids: Sequence[str]) -> dict[str, Link]:
        """See `Links.of_records`. One read per 100 records, one more where their links began on the other side."""
        partition = keys.links(stream)
        found = self._table.batch_get([(partition, keys.record(side, name)) for name in external_ids])
        items = {item["sk"]["S"]: item for item in found}
        pointed = {item["link"]["S"] for item in found if "link" in item}
        links = self.get(stream, sorted(pointed)) if pointed else {}
        out: dict[str, Link] = {}
        for name in external_ids:
            item = items.get(keys.record(side, name))
            if item is None:
                continue
            link = links.get(item["link"]["S"]) if "link" in item else _read(item)
            if link is not None:
                out[name] = link
        return out

    def get(self, stream: StreamKey, link_ids: Sequence[str]) -> dict[str, Link]:
        """See `Links.get`."""
        partition = keys.links(stream)
        items = self._table.batch_get([(partition, name) for name in link_ids])
        return {item["sk"]["S"]: _read(item) for item in items if "link" not in item}

    def commit(self, stream: StreamKey, commits: Sequence[LinkCommit]) -> list[bool]:
        """See `Links.commit`. As many commits as fit go in one transaction."""
        held = [False] * len(commits)
        for part in _parts(commits):
            self._commit_part(stream, commits, part, held)
        return held

    def _commit_part(self, stream: StreamKey, commits: Sequence[LinkCommit], part: list[int], held: list[bool]) -> None:
        tries = 0
        while part:
            writes, owners = [], []
            for index in part:
                for write in self._writes(stream, commits[index]):
                    writes.append(write)
                    owners.append(index)
            try:
                blamed = self._table.transact(writes)
            except BusyError:
                tries += 1
                if tries == _TRIES:
                    raise
                continue
            if blamed is None:
                for index in part:
                    held[index] = True
                return
            guilty = {owner for owner, at_fault in zip(owners, blamed, strict=True) if at_fault}
            part = [index for index in part if index not in guilty]

    def _writes(self, stream: StreamKey, commit: LinkCommit) -> list[dict[str, object]]:
        link, partition = commit.link, keys.links(stream)
        item: Item = {
            "pk": {"S": partition},
            "sk": {"S": link.id},
            "rev": {"N": str(link.revision + 1)},
            "body": {"B": link_items.encode(link)},
            "state": {"S": link.state.value},
        }
        if link.outcome is not None and link.outcome.result in LISTED:
            item["status_key"] = {"S": keys.status(stream.of_flow, link.outcome.result)}
            item["status_at"] = {"S": self._clock.now().isoformat()}
        put: dict[str, object] = {"TableName": self._table.name, "Item": item}
        if link.revision:
            put |= {
                "ConditionExpression": "rev = :rev",
                "ExpressionAttributeValues": {":rev": {"N": str(link.revision)}},
            }
        else:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        pointers = [self._pointer(partition, link.id, side, name) for side, name in commit.pointers]
        return [{"Put": put}, *pointers]

    def _pointer(self, partition: str, link_id: str, side: Side, external_id: str) -> dict[str, object]:
        return {
            "Put": {
                "TableName": self._table.name,
                "Item": {
                    "pk": {"S": partition},
                    "sk": {"S": keys.record(side, external_id)},
                    "link": {"S": link_id},
                },
                "ConditionExpression": "attribute_not_exists(pk) OR #state = :unlinked OR #link = :link",
                "ExpressionAttributeNames": {"#state": "state", "#link": "link"},
                "ExpressionAttributeValues": {":unlinked": {"S": LinkState.UNLINKED.value}, ":link": {"S": link_id}},
            }
        }

    def all(self, stream: StreamKey) -> Iterator[Link]:
        """See `Links.all`."""
        for item in self._table.query(keys.links(stream), ConsistentRead=True):
            if "link" not in item:
                yield _read(item)

    def with_result(self, flow: FlowKey, results: Iterable[Result]) -> Iterator[tuple[StreamKey, Link]]:
        """See `Links.with_result`. The index may lag a moment; what it names is read from the table."""
        for result in results:
            found = self._table.query(keys.status(flow, result), pk_name="status_key", IndexName="by_status")
            by_stream: dict[StreamKey, list[str]] = {}
            for item in found:
                by_stream.setdefault(keys.stream_of(item["pk"]["S"]), []).append(item["sk"]["S"])
            for stream, names in by_stream.items():
                for link in self.get(stream, names).values():
                    if link.outcome is not None and link.outcome.result is result:
                        yield stream, link


def _read(item: Item) -> Link:
    return link_items.decode(item["sk"]["S"], int(item["rev"]["N"]), bytes(item["body"]["B"]))


def _parts(commits: Sequence[LinkCommit]) -> Iterator[list[int]]:
    """Cut into parts of at most 100 items, no commit over two parts."""
    part: list[int] = []
    size = 0
    for index, commit in enumerate(commits):
        items = 1 + len(commit.pointers)
        if size + items > BATCH:
            yield part
            part, size = [], 0
        part.append(index)
        size += items
    if part:
        yield part
