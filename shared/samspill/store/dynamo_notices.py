"""Notices and those who are told, in DynamoDB: a tenant's lie together, so that a look at it is one read."""

from __future__ import annotations

from datetime import timedelta

from samspill.errors import ConflictError
from samspill.notices.notice import Notice
from samspill.notices.recipients import Audience
from samspill.store import keys
from samspill.store.dynamo import Table

KEPT = timedelta(days=90)
"""How long the notice of a condition that is over is kept."""


class DynamoNotices:
    """See `ports.Notices`."""

    def __init__(self, table: Table) -> None:
        """Keep them in the state table."""
        self._table = table

    def of(self, tenant: str) -> tuple[Audience, list[Notice]]:
        """See `Notices.of`."""
        audience, found = Audience(tenant=tenant), list[Notice]()
        for item in self._table.query(keys.notices(tenant), ConsistentRead=True):
            if item["sk"]["S"] == keys.AUDIENCE:
                audience = Audience.model_validate_json(item["body"]["S"])
            else:
                found.append(Notice.model_validate_json(item["body"]["S"]))
        return audience, found

    def get(self, tenant: str, place: tuple[str, str, str]) -> Notice | None:
        """See `Notices.get`."""
        item = self._table.get(keys.notices(tenant), keys.notice(place))
        return Notice.model_validate_json(item["body"]["S"]) if item else None

    def save(self, notice: Notice) -> Notice:
        """See `Notices.save`."""
        saved = notice.model_copy(update={"revision": notice.revision + 1})
        ends = {"expires_at": {"N": f"{int((saved.ended_at + KEPT).timestamp())}"}} if saved.ended_at else {}
        self._put(keys.notice(saved.place), saved, ends)
        return saved

    def save_audience(self, audience: Audience) -> Audience:
        """See `Notices.save_audience`."""
        saved = audience.model_copy(update={"revision": audience.revision + 1})
        self._put(keys.AUDIENCE, saved, {})
        return saved

    def _put(self, sk: str, document: Notice | Audience, more: dict[str, dict[str, str]]) -> None:
        item = {
            "pk": {"S": keys.notices(document.tenant)},
            "sk": {"S": sk},
            "rev": {"N": f"{document.revision}"},
            "body": {"S": document.model_dump_json()},
            **more,
        }
        before = document.revision - 1
        stored = (
            self._table.put_if(item, "rev = :rev", {":rev": {"N": f"{before}"}})
            if before
            else self._table.put_if(item, "attribute_not_exists(pk)")
        )
        if not stored:
            raise ConflictError(f"{document.tenant}/{sk} is no longer at revision {before}")
