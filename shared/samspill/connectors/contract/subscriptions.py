"""Webhook subscriptions: one for all events, because a contract signs each with its own secret."""

from __future__ import annotations

from collections.abc import Sequence

from samspill.connectors.contract.client import Client
from samspill.ports import Subscribed


def subscribe(client: Client, url: str, kinds: Sequence[str], secret: str) -> Subscribed:
    """Have exactly one working subscription of these kinds to `url`, none when there are no kinds.

    A subscription cannot be changed: one that is disabled or has other events is made anew. Its secret cannot be read
    either; to change that, subscribe to no kinds first.
    """
    events = client.profile.events
    wanted = sorted(event for kind in kinds for event in events.get(kind, ()))
    path = client.profile.webhooks
    kept: dict[str, str] = {}
    for row in client.gateway.call("GET", path).json()["items"]:
        if row["url"] != url:
            continue
        if wanted and not kept and row["status"] == "active" and sorted(row["events"]) == wanted:
            kept[str(row["id"])] = ",".join(wanted)
        else:
            client.gateway.call("DELETE", path + "/{id}", ids={"id": str(row["id"])}, repeatable=True, accept={404})
    if kept or not wanted:
        return Subscribed(kept)
    made = client.gateway.call("POST", path, body={"url": url, "events": wanted, "secret": secret}).json()
    return Subscribed({str(made["id"]): ",".join(wanted)}, tuple(wanted))
