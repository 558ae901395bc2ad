"""Links in DynamoDB: one item per pair under the key of the record it began with, a pointer under the other's."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.errors import PermanentError, UnstorableError
from samspill.notices.facts import Tally, tallied
from samspill.ports import Clock, LinkCommit
from samspill.reasons import Reason
from samspill.state import FlowKey, StreamKey
from samspill.store import keys, link_items
from samspill.store.dynamo import BATCH, Item, ItemRefusedError, Table
from samspill.store.link_ids import LISTED, listed
from samspill.store.weights import ITEM_BYTES, ROOM_BYTES, TRANSACTION_BYTES, too_large, weight_of

KEY_BYTES = 1000
"""A sort key has 1024 bytes at most, and begins with the side."""
_logger = logging.getLogger(__name__)
_NEEDED = "sk, body, link_id"
"""Attributes worth reading: botocore spends more time on each than decoding a whole link takes."""


class DynamoLinks:
    """See `ports.Links`. Reads are consistent: what is dropped as known must be known."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Keep links in the state table."""
        self._table, self._clock = table, clock

    def of_records(self, stream: StreamKey, side: Side, external_ids: Sequence[str]) -> dict[str, Link]:
        """See `Links.of_records`. One read per 100 records, one more where their links began on the other side."""
        partition = keys.links(stream)
        found = self._table.batch_get(
            [(partition, keys.record(side, name)) for name in external_ids if _is_key(name)], projection=_NEEDED
        )
        items = {item["sk"]["S"]: item for item in found}
        pointed = sorted({item["link_id"]["S"] for item in found if "link_id" in item})
        links = self.get(stream, pointed) if pointed else {}
        out: dict[str, Link] = {}
        for name in external_ids:
            item = items.get(keys.record(side, name))
            if item is None:
                continue
            link = links.get(item["link_id"]["S"]) if "link_id" in item else _read(item)
            if link is not None:
                out[name] = link
        return out

    def get(self, stream: StreamKey, link_ids: Sequence[str]) -> dict[str, Link]:
        """See `Links.get`."""
        partition = keys.links(stream)
        wanted = [(partition, link_id) for link_id in link_ids if _is_key(link_id)]
        items = self._table.batch_get(wanted, projection=_NEEDED)
        return {item["sk"]["S"]: _read(item) for item in items if "link_id" not in item}

    def commit(self, stream: StreamKey, commits: Sequence[LinkCommit]) -> list[bool]:
        """See `Links.commit`. As many commits as fit go in one transaction; those to blame are left out of the next.

        Raises:
            BusyError: others were at the same items all the time. Some of the commits may have been stored.
        """
        writes = [self._writes(stream, commit) for commit in commits]
        fit = [index for index, mine in enumerate(writes) if _bytes(mine) <= ITEM_BYTES]
        stored, never = self._commit_parts(writes, _parts(writes, fit))
        missed = [index for index in fit if commits[index].pointers and index not in stored]
        late, never_late = self._commit_parts(
            writes, ([index] for index in self._past_the_ended(stream, writes, missed))
        )
        done = {*stored, *late}
        held = [index in done for index in range(len(commits))]
        blamed = {index: too_large(commits[index].link) for index in range(len(commits)) if index not in fit}
        defect = PermanentError("cannot be stored", reason=Reason("defect"))
        blamed |= dict.fromkeys((*never, *never_late), defect)
        if blamed:
            raise UnstorableError(held, blamed)
        return held

    def _commit_parts(self, writes: Sequence[list[Item]], parts: Iterable[list[int]]) -> tuple[list[int], list[int]]:
        """Store part by part; return what was stored, and what the table takes at no time."""
        stored: list[int] = []
        never: list[int] = []
        for part in parts:
            try:
                stored += self._commit_part(writes, part)
            except ItemRefusedError:
                if len(part) == 1:
                    _logger.exception("the table refuses %s", writes[part[0]][0]["Put"]["Item"]["sk"]["S"])
                    never += part
                else:
                    more = self._commit_parts(writes, [[index] for index in part])
                    stored, never = stored + more[0], never + more[1]
        return stored, never

    def _past_the_ended(self, stream: StreamKey, writes: list[list[Item]], refused: list[int]) -> list[int]:
        """Let pointers take the places of those that lead to tombstones; return whose did."""
        if not refused:
            return []
        partition = keys.links(stream)
        places = [write["Put"]["Item"]["sk"]["S"] for index in refused for write in writes[index][1:]]
        found = self._table.batch_get([(partition, place) for place in places], projection=_NEEDED)
        pointers = {item["sk"]["S"]: item["link_id"]["S"] for item in found if "link_id" in item}
        links = self.get(stream, sorted(set(pointers.values())))
        ended = {
            sk: name for sk, name in pointers.items() if name in links and links[name].state is LinkState.TOMBSTONE
        }
        changed = []
        for index in refused:
            mine = [write["Put"] for write in writes[index][1:] if write["Put"]["Item"]["sk"]["S"] in ended]
            for put in mine:
                put["ConditionExpression"] = "link_id = :ended"
                put["ExpressionAttributeValues"] = {":ended": {"S": ended[put["Item"]["sk"]["S"]]}}
                del put["ExpressionAttributeNames"]
            changed += [index] if mine else []
        return changed

    def _commit_part(self, writes: Sequence[list[Item]], part: list[int]) -> list[int]:
        """Store what can be stored of one part; return which. One item by itself costs half outside a transaction."""
        if len(part) == 1 and len(writes[part[0]]) == 1:
            return part if self._table.put_once(writes[part[0]][0]["Put"]) else []
        while part:
            owners = [index for index in part for _ in writes[index]]
            blamed = self._table.transact([write for index in part for write in writes[index]])
            if blamed is None:
                break
            guilty = {owner for owner, at_fault in zip(owners, blamed, strict=True) if at_fault}
            part = [index for index in part if index not in guilty]
        return part

    def _writes(self, stream: StreamKey, commit: LinkCommit) -> list[Item]:
        """Return the link's put and then its pointers', or that of the link that takes a pointer's place."""
        link, partition = commit.link, keys.links(stream)
        put: Item = {
            "TableName": self._table.name,
            "Item": self._item(stream, link),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        if link.revision:
            put["ConditionExpression"] = "rev = :rev"
            put["ExpressionAttributeValues"] = {":rev": {"N": str(link.revision)}}
        records = dict.fromkeys(keys.record(side, external_id) for side, external_id in commit.pointers)
        pointers = [self._pointer(partition, link.id, sk) for sk in records if sk != link.id]
        return [{"Put": put}, *pointers, *([self._parted(stream, link, commit.parted)] if commit.parted else [])]

    def _parted(self, stream: StreamKey, link: Link, parted: Link) -> Item:
        return {
            "Put": {
                "TableName": self._table.name,
                "Item": self._item(stream, parted),
                "ConditionExpression": "link_id = :link",
                "ExpressionAttributeValues": {":link": {"S": link.id}},
            }
        }

    def _item(self, stream: StreamKey, link: Link) -> Item:
        """Return a link as it is stored. Revision and state are in the body; as attributes they are for conditions."""
        revision = link.revision + 1
        item: Item = {
            "pk": {"S": keys.links(stream)},
            "sk": {"S": link.id},
            "body": {"S": link_items.encode(link, revision)},
            "rev": {"N": str(revision)},
            "state": {"S": link.state.value},
        }
        if link.outcome is not None and (link.outcome.result in LISTED or not link.outcome.result.is_known):
            item["status_key"] = {"S": keys.status(stream.of_flow, link.outcome.result)}
            item["status_at"] = {"S": self._clock.now().isoformat()}
        return item

    def _pointer(self, partition: str, link_id: str, sk: str) -> Item:
        return {
            "Put": {
                "TableName": self._table.name,
                "Item": {"pk": {"S": partition}, "sk": {"S": sk}, "link_id": {"S": link_id}},
                "ConditionExpression": "attribute_not_exists(pk) OR #state IN (:unlinked, :ended) OR link_id = :link",
                "ExpressionAttributeNames": {"#state": "state"},
                "ExpressionAttributeValues": {
                    ":unlinked": {"S": LinkState.UNLINKED.value},
                    ":ended": {"S": LinkState.TOMBSTONE.value},
                    ":link": {"S": link_id},
                },
            }
        }

    def beginning(self, stream: StreamKey, side: Side, prefix: str) -> Iterator[Link]:
        """See `Links.beginning`."""
        begins = keys.record(side, prefix)
        items = self._table.query(
            keys.links(stream), sk_prefix=begins, ConsistentRead=True, ProjectionExpression=_NEEDED
        )
        return (_read(item) for item in items if "link_id" not in item)

    def all(self, stream: StreamKey) -> Iterator[Link]:
        """See `Links.all`."""
        items = self._table.query(keys.links(stream), ConsistentRead=True, ProjectionExpression=_NEEDED)
        return (_read(item) for item in items if "link_id" not in item)

    def following(self, stream: StreamKey, link_id: str, limit: int) -> list[Link]:
        """See `Links.following`."""
        partition = keys.links(stream)
        after: dict[str, Any] = {"ExclusiveStartKey": {"pk": {"S": partition}, "sk": {"S": link_id}}} if link_id else {}
        items = self._table.query(partition, ConsistentRead=True, ProjectionExpression=_NEEDED, **after)
        return list(islice((_read(item) for item in items if "link_id" not in item), limit))

    def remove(self, stream: StreamKey, limit: int) -> int:
        """See `Links.remove`."""
        return self._table.clear(keys.links(stream), limit)

    def with_result(self, flow: FlowKey, results: Iterable[Result]) -> Iterator[tuple[StreamKey, Link]]:
        """See `Links.with_result`. The index may lag a moment; what it names is read from the table."""
        for result in sorted(listed(results)):
            found = self._table.query(keys.status(flow, result), pk_name="status_key", IndexName="by_status")
            by_stream: dict[StreamKey, list[str]] = {}
            for item in found:
                by_stream.setdefault(keys.stream_of(item["pk"]["S"]), []).append(item["sk"]["S"])
            for stream, link_ids in by_stream.items():
                for link in self.get(stream, link_ids).values():
                    if link.outcome is not None and link.outcome.result is result:
                        yield stream, link

    def tally(self, flow: FlowKey, result: Result, most: int) -> Tally:
        """See `Links.tally`. The index names them in the order of their ends; only the first is read."""
        found = list(
            islice(
                self._table.query(
                    keys.status(flow, result), pk_name="status_key", IndexName="by_status", Limit=most + 1
                ),
                most + 1,
            )
        )
        if not found:
            return Tally()
        place, name = keys.stream_of(found[0]["pk"]["S"]), found[0]["sk"]["S"]
        since = datetime.fromisoformat(found[0]["status_at"]["S"])
        return tallied(min(len(found), most), len(found) > most, since, self.get(place, [name]).get(name))


def _is_key(name: str) -> bool:
    """Tell whether the name can be part of a key. What a record refers to may be any text."""
    return len(name.encode(errors="replace")) <= KEY_BYTES


def _read(item: Item) -> Link:
    return link_items.decode(item["sk"]["S"], item["body"]["S"])


def _parts(writes: Sequence[list[Item]], indexes: Iterable[int]) -> Iterator[list[int]]:
    """Cut into what one transaction takes: 100 items, 4 MB, no item twice; no commit over two of them."""
    part: list[int] = []
    taken: set[str] = set()
    size_bytes = 0
    for index in indexes:
        mine = writes[index]
        places = {write["Put"]["Item"]["sk"]["S"] for write in mine}
        more = _bytes(mine) + ROOM_BYTES * len(mine)
        if part and (len(taken) + len(places) > BATCH or taken & places or size_bytes + more > TRANSACTION_BYTES):
            yield part
            part, taken, size_bytes = [], set(), 0
        part.append(index)
        taken |= places
        size_bytes += more
    if part:
        yield part


def _bytes(writes: list[Item]) -> int:
    """Return what the body of a commit's link weighs."""
    return weight_of(writes[0]["Put"]["Item"]["body"]["S"])
