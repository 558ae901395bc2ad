"""Webhook subscriptions: one for all events, because the contract signs each with its own secret."""

from __future__ import annotations

from collections.abc import Sequence

from samspill.connectors.timerabbit.client import Client
from samspill.connectors.timerabbit.profile import PROFILE

_VERBS = ("created", "updated", "deleted")


def subscribe(client: Client, url: str, kinds: Sequence[str], secret: str) -> dict[str, str]:
    """Have exactly one working subscription of these kinds to `url`, none when there are no kinds; return id → events.

    A subscription cannot be changed: one that is disabled or has other events is made anew. Its secret cannot be read
    either; to change that, subscribe to no kinds first.
    """
    wanted = sorted(f"{PROFILE.events[kind]}.{verb}" for kind in kinds if kind in PROFILE.events for verb in _VERBS)
    path = PROFILE.webhooks
    kept: dict[str, str] = {}
    for row in client.gateway.call("GET", path).json()["items"]:
        if row["url"] != url:
            continue
        if wanted and not kept and row["status"] == "active" and sorted(row["events"]) == wanted:
            kept[str(row["id"])] = ",".join(wanted)
        else:
            client.gateway.call("DELETE", path + "/{id}", ids={"id": str(row["id"])}, repeatable=True, accept={404})
    if wanted and not kept:
        made = client.gateway.call("POST", path, body={"url": url, "events": wanted, "secret": secret}).json()
        kept[str(made["id"])] = ",".join(wanted)
    return kept
