"""Quotas in DynamoDB: one item per name, changed only as it was read."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from samspill.errors import UnavailableError
from samspill.ports import Clock
from samspill.store import keys
from samspill.store.dynamo import PAUSES_S, Item, Table

_DAY_S = 86_400


class DynamoQuotas:
    """See `ports.Quotas`. Members are kept as eight characters each: 500 of them are five write units."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Keep quotas in the state table."""
        self._table, self._clock = table, clock

    def take(self, name: str, members: Sequence[str], *, limit: int, until: datetime) -> bool:
        """See `Quotas.take`.

        Raises:
            UnavailableError: others are at the same quota all the time; the message comes again.
        """
        new = {_short(member) for member in members}
        for _ in range(len(PAUSES_S) + 1):
            item = self._table.get(keys.quota(name), "QUOTA")
            known = self._known(item)
            if new <= known:
                return True
            if len(new | known) > limit:
                return False
            if self._put(name, known | new, until, item):
                return True
        raise UnavailableError(f"quota {name} is contended")

    def _known(self, item: Item | None) -> set[str]:
        if item is None or int(item["until"]["N"]) <= self._clock.now().timestamp():
            return set()
        return set(item["members"]["SS"])

    def _put(self, name: str, members: set[str], until: datetime, before: Item | None) -> bool:
        end_s = int(until.timestamp())
        revision = int(before["revision"]["N"]) if before else 0
        item = {
            **(before or {}),  # with what a newer version keeps there
            "pk": {"S": keys.quota(name)},
            "sk": {"S": "QUOTA"},
            "members": {"SS": sorted(members)},
            "revision": {"N": str(revision + 1)},
            "until": {"N": str(end_s)},
            "expires_at": {"N": str(end_s + _DAY_S)},
        }
        if before is None:
            return self._table.put_if(item, "attribute_not_exists(pk)")
        return self._table.put_if(item, "revision = :read", {":read": {"N": str(revision)}})


def _short(member: str) -> str:
    return b64encode(blake2b(member.encode(), digest_size=6).digest()).decode()
