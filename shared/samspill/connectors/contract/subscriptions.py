"""Webhook subscriptions: one for all events, because a contract signs each with its own secret."""

from __future__ import annotations

from collections.abc import Sequence

from samspill.connectors.contract.client import Client
from samspill.ports import Subscribed


def subscribe(client: Client, url: str, kinds: Sequence[str], secret: str, *, renew: bool = False) -> Subscribed:
    """Have exactly one working subscription of these kinds to `url`, none when there are no kinds.

    A subscription cannot be changed, and its secret cannot be read: one that is disabled, has other events, or is to be
    signed with another secret (`renew`) is made anew. The new one is made before the old one goes: nothing is missed.
    """
    events = client.profile.events
    wanted = sorted(event for kind in kinds for event in events.get(kind, ()))
    path = client.profile.webhooks
    present = [row for row in client.gateway.call("GET", path).json()["items"] if row["url"] == url]
    working = [row for row in present if row["status"] == "active" and sorted(row["events"]) == wanted]
    kept = [] if renew or not wanted else working[:1]
    made = []
    if wanted and not kept:
        made = [client.gateway.call("POST", path, body={"url": url, "events": wanted, "secret": secret}).json()]
    for row in (row for row in present if row not in kept):
        client.gateway.call("DELETE", path + "/{id}", ids={"id": str(row["id"])}, idempotent=True, accept={404})
    repaired = () if working else tuple(wanted)
    return Subscribed({str(row["id"]): ",".join(wanted) for row in kept + made}, repaired)
