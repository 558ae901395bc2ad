"""Fjordbok's calls, and its rows as observations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from samspill.connectors.auth.bearer import BearerAuth
from samspill.connectors.context import ConnectorContext
from samspill.connectors.decode import Decoded
from samspill.connectors.fjordbok.errors import DIALECT
from samspill.connectors.fjordbok.mapping import CUSTOMERS
from samspill.connectors.fjordbok.records import DECODER
from samspill.connectors.observing import observe
from samspill.engine.model import Observation
from samspill.errors import NotFoundError

LIST, ONE = "/contacts", "/contacts/{id}"


class Client:
    """Calls on one account."""

    def __init__(self, context: ConnectorContext) -> None:
        """Call nothing yet."""
        key = BearerAuth(context.credentials("Fjordbok", ("token",)))
        self.gateway = context.gateway(DIALECT, auth=key, secrets=key.secrets)
        self.now = context.now

    def one(self, external_id: str) -> Observation:
        """Read a contact; one that is gone comes back as deleted."""
        moment = self.moment()
        try:
            reply = self.gateway.call("GET", ONE, ids={"id": external_id})
        except NotFoundError:
            return Observation(external_id, {}, seen_at=moment, deleted=True)
        [seen] = self.seen(DECODER.rows([reply.json()]), moment)
        return seen if seen.external_id else replace(seen, external_id=external_id)

    def page(self, query: Mapping[str, str]) -> tuple[list[Observation], str | None]:
        """Read one page of the list, and return where the next one begins; empty values are not sent."""
        moment = self.moment()
        reply = self.gateway.call("GET", LIST, query={name: value for name, value in query.items() if value})
        decoded = DECODER.page(reply.body)
        return self.seen(decoded, moment), decoded.envelope.get("next")

    def every(self, query: Mapping[str, str]) -> list[Observation]:
        """Read the list to its end."""
        found, following = self.page(query)
        while following is not None:
            more, following = self.page({**query, "after": following})
            found += more
        return found

    def seen(self, decoded: Decoded, moment: int) -> list[Observation]:
        """Return rows as they were at a moment."""
        return observe(CUSTOMERS, decoded, moment, lambda row: str(row["name"]), marker="reference")

    def moment(self) -> int:
        """Return the present moment in epoch milliseconds; a read counts from when it was sent."""
        return int(self.now().timestamp() * 1000)
