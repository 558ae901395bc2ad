"""Webhook subscriptions: one per record kind and verb, belonging to the employee key that made them (beta)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from samspill.connectors.tripletex.client import Client
from samspill.connectors.tripletex.kinds import KINDS
from samspill.errors import ConfigurationError
from samspill.ports import Subscribed
from samspill.reasons import Reason

_PATH = "/event/subscription"
_VERBS = ("create", "update", "delete")
_ACTIVE = "ACTIVE"
_SECRET_LENGTH = range(10, 101)


def subscribe(client: Client, url: str, kinds: Sequence[str], secret: str) -> Subscribed:
    """Make the subscriptions that send these kinds to `url`.

    Those that exist are renewed: switched on again where Tripletex switched them off, and given the secret, which it
    never tells. Those to the same address that nobody wants any more are removed. Doing it again changes nothing.

    Raises:
        ConfigurationError: the secret's length is outside 10 to 100 characters.
    """
    if len(secret) not in _SECRET_LENGTH:
        reason = Reason("setup_incomplete", {"message": "webhook secret: 10-100"})
        raise ConfigurationError("the webhook secret must have 10 to 100 characters", reason=reason)
    wanted = [f"{event}.{verb}" for kind in kinds if (event := KINDS[kind].event) for verb in _VERBS]
    present = [row for row in client.values(_PATH, "id,version,event,targetUrl,status") if row["targetUrl"] == url]
    kept: dict[str, dict[str, Any]] = {}
    surplus: list[str] = []
    for row in present:
        if row["event"] in wanted and row["event"] not in kept:
            kept[row["event"]] = row
        else:
            surplus.append(str(row["id"]))
    if kept:
        change = {"status": _ACTIVE, "hmacSharedSecret": secret}
        renewed = [{"id": row["id"], "version": row["version"], **change} for row in kept.values()]
        client.call("PUT", _PATH + "/list", body=renewed, idempotent=True)
    ours = {str(row["id"]): event for event, row in kept.items()}
    missing = [event for event in wanted if event not in kept]
    if missing:
        new = [
            {"event": event, "targetUrl": url, "fields": "id,version", "hmacSharedSecret": secret} for event in missing
        ]
        made = client.call("POST", _PATH + "/list", body=new).json()["values"]
        ours |= {str(row["id"]): str(row["event"]) for row in made}
    if surplus:
        client.call("DELETE", _PATH + "/list", query={"ids": ",".join(surplus)}, idempotent=True)
    off = [event for event, row in kept.items() if row["status"] != _ACTIVE]
    return Subscribed(ours, tuple(event for event in wanted if event in {*off, *missing}))
