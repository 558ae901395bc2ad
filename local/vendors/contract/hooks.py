"""Subscriptions and their signed deliveries."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import orjson

from local.vendors.clock import Clock
from local.vendors.contract.kinds import Kind, Record, text
from local.vendors.contract.problems import Problem, Wrong, invalid
from local.vendors.webhooks import Notice, Outbox, WebhookRequest


@dataclass(slots=True)
class Hook:
    """A subscription."""

    id: str
    url: str
    events: list[str]
    secret: str
    status: str = "active"

    def as_json(self) -> dict[str, Any]:
        """Return it without its secret."""
        return {"id": self.id, "url": self.url, "events": self.events, "status": self.status}


class Hooks:
    """An account's subscriptions."""

    def __init__(
        self,
        clock: Clock,
        outbox: Outbox,
        prefix: str,
        version_of: Callable[[Kind, str], int | None],
        *,
        https_only: bool,
    ) -> None:
        """Sign with headers that begin with `prefix`; `version_of` tells a record's present version."""
        self._clock = clock
        self._outbox = outbox
        self._prefix = prefix
        self._version_of = version_of
        self._schemes = {"https"} if https_only else {"https", "http"}
        self._ids = count(1)
        self._deliveries = count(1)
        self.held: dict[str, Hook] = {}

    def subscribe(self, sent: Any, events: frozenset[str]) -> Hook:
        """Make a subscription to some of `events`.

        Raises:
            Problem: 422, the body is refused.
        """
        if not isinstance(sent, dict):
            raise invalid(Wrong("", "wrong_type", "must be an object"))
        wrong = [
            Wrong(name, "unknown_field", "no such field") for name in sent if name not in {"url", "events", "secret"}
        ]
        wrong += text(2000, nullable=False)("url", sent.get("url"))
        wrong += text(128, least=16, nullable=False)("secret", sent.get("secret"))
        asked = sent.get("events")
        if not isinstance(asked, list) or not asked or len(set(map(str, asked))) != len(asked):
            wrong.append(Wrong("events", "invalid", "must be a list of different events"))
        elif unknown := [each for each in asked if each not in events]:
            wrong.append(Wrong("events", "invalid", f"no such event: {', '.join(map(str, unknown))}"))
        if not wrong:
            address = urlsplit(sent["url"])
            if address.scheme not in self._schemes or not address.hostname:
                wrong.append(Wrong("url", "invalid", "must be absolute and https"))
        if wrong:
            raise invalid(*wrong)
        hook = Hook(str(next(self._ids)), sent["url"], asked or [], sent["secret"])
        self.held[hook.id] = hook
        return hook

    def unsubscribe(self, hook_id: str) -> None:
        """End a subscription.

        Raises:
            Problem: 404, there is none.
        """
        if self.held.pop(hook_id, None) is None:
            raise Problem(404, "not_found")

    def tell(self, kind: Kind, verb: str, record: Record) -> None:
        """Queue a delivery for each active subscription to this change."""
        event = f"{kind.subject}.{verb}"
        for hook in self.held.values():
            if hook.status == "active" and event in hook.events:
                self._outbox.add(self._notice(hook, kind, event, record))

    def _notice(self, hook: Hook, kind: Kind, event: str, record: Record) -> Notice:
        delivery_id = f"d{next(self._deliveries):08}"
        last = record["version"]

        def render() -> WebhookRequest | None:
            if hook.status != "active" or hook.id not in self.held:
                return None
            version = self._version_of(kind, record["id"]) or last
            body = {"deliveryId": delivery_id, "event": event, "id": record["id"], "version": version}
            return self._signed(hook, delivery_id, orjson.dumps(body))

        def given_up() -> None:
            hook.status = "disabled"

        about = f"{hook.id}/{kind.name}/{record['id']}"
        return Notice(about, render, given_up=given_up, mergeable=event.endswith((".updated", ".changed")))

    def _signed(self, hook: Hook, delivery_id: str, body: bytes) -> WebhookRequest:
        timestamp = str(int(self._clock().timestamp()))
        digest = hmac.new(hook.secret.encode(), f"{timestamp}.".encode() + body, sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            f"{self._prefix}-Delivery": delivery_id,
            f"{self._prefix}-Timestamp": timestamp,
            f"{self._prefix}-Signature": f"sha256={digest}",
        }
        return WebhookRequest(hook.url, headers, body)
