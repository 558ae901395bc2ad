"""What `receive` tells `fetch`: the message `samspill.fetch-records/1` as it is written by a function that starts fast.

`messages.FetchRecords` is the same message as it is read. Its library alone takes longer to import than `receive` may.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    from samspill.engine.revision import Revision


class HintedRecord(NamedTuple):
    """One record to look at, by its id on one side."""

    side: str
    external_id: str
    deleted: bool = False
    version: Revision | None = None
    """See `ports.Hook.version`."""

    def as_json(self) -> dict[str, Any]:
        """Return `messages.RecordHint` as it travels."""
        version = {} if self.version is None else {"version": self.version.to_json()}
        return {self.side: self.external_id, "deleted": self.deleted, **version}


class Hints(NamedTuple):
    """Records of one stream that a webhook named."""

    tenant: str
    flow: str
    stream: str
    records: Sequence[HintedRecord]

    def encode(self) -> str:
        """Return the queue body."""
        body: dict[str, Any] = {
            "schema": "samspill.fetch-records/1",
            "tenant": self.tenant,
            "flow": self.flow,
            "trigger": "webhook",
            "stream": self.stream,
            "records": [record.as_json() for record in self.records],
        }
        return orjson.dumps(body).decode()
