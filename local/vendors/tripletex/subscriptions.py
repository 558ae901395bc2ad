"""Webhooks: subscriptions, the events there are, and deliveries signed with HMAC-SHA512 (changelog 2.71.19)."""

from __future__ import annotations

import hmac
from base64 import b64encode
from hashlib import sha512
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import orjson
from werkzeug.wrappers import Response

from local.vendors.app import json_response
from local.vendors.tripletex import messages as m
from local.vendors.tripletex.crud import Crud
from local.vendors.tripletex.entity import Entity, Values
from local.vendors.tripletex.errors import Issue, Refusal, not_found, rule
from local.vendors.tripletex.model import Model, choice, text
from local.vendors.tripletex.query import Predicate, Query
from local.vendors.tripletex.render import Renderer
from local.vendors.tripletex.routes import Ask, Operation, Routes
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World
from local.vendors.webhooks import Notice, Outbox, WebhookRequest

VERBS = {"create": "created", "update": "updated", "delete": "deleted"}
SUBJECTS = (
    "customer",
    "supplier",
    "employee",
    "contact",
    "project",
    "product",
    "order",
    "voucher",
    "account",
    "archiverelation",
)
EVENTS = {
    f"{subject}.{verb}": f"{subject.capitalize()} {past}" for subject in SUBJECTS for verb, past in VERBS.items()
} | {
    "invoice.charged": "Invoice charged",
    "notification.sent": "Notification sent to employee",
    "voucherstatus.ready": "Voucher status ready",
}


class Subscription(Entity):
    """A subscription to one event; it belongs to the key that made it."""

    model = Model(
        "subscription",
        "SubscriptionDTO",
        "event/subscription",
        (
            text("event"),
            text("targetUrl", 65_535),
            text("fields"),
            choice(
                "status",
                "ACTIVE",
                "DISABLED",
                "DISABLED_TOO_MANY_ERRORS",
                "DISABLED_RATE_LIMIT_EXCEEDED",
                "DISABLED_MISUSE",
                default="ACTIVE",
            ),
            text("authHeaderName"),
            text("authHeaderValue", 4096, write_only=True),
            text("hmacSharedSecret", 100, least=10, write_only=True),
        ),
    )
    indexed = ("event",)

    def __init__(self, *, https_only: bool) -> None:
        """Refuse addresses that are not https when `https_only`."""
        self._schemes = {"https"} if https_only else {"https", "http"}

    def narrow(self, world: World, query: Query) -> list[Predicate]:
        """Show the key's own subscriptions."""
        del query
        return [lambda row: row["owner"] == world.acting_token]

    def complete(self, world: World, values: Values) -> None:
        """Remember whose it is."""
        values["owner"] = world.acting_token

    def check(self, world: World, values: Values, old: Row | None) -> None:
        """Refuse an unknown event, and an address that is not absolute and https."""
        del world, old
        empty = [name for name in ("event", "targetUrl") if not values[name]]
        if empty:
            # Both messages were seen for each field that is missing.
            issues = [Issue(name, each, f"null.{name}") for name in empty for each in (m.NOT_NULL, m.NOT_EMPTY)]
            raise Refusal(422, 18000, m.VALIDATION_FAILED, issues=issues)
        if values["event"] not in EVENTS:
            raise rule("event", m.NO_SUCH_EVENT)
        address = urlsplit(values["targetUrl"])
        if address.scheme not in self._schemes or not address.hostname:
            raise rule("targetUrl", m.ABSOLUTE_HTTPS)


class Subscriptions:
    """Tells subscribers what has changed."""

    def __init__(self, world: World, renderer: Renderer, outbox: Outbox) -> None:
        """Send through `outbox`."""
        self._world = world
        self._renderer = renderer
        self._outbox = outbox
        self._keys = count(1)

    def tell(self, entity: Entity, verb: str, row: Row) -> None:
        """Queue a delivery for each active subscription to this change."""
        event = f"{entity.event}.{verb}"
        for subscription in self._world.where("subscription", "event", event) if entity.event else ():
            if subscription["status"] == "ACTIVE":
                self._outbox.add(self._notice(subscription.id, entity, verb, row))

    def _notice(self, subscription_id: int, entity: Entity, verb: str, row: Row) -> Notice:
        key = f"{next(self._keys):08x}-0000-4000-9000-000000000000"

        made: list[WebhookRequest] = []

        def render() -> WebhookRequest | None:
            subscription = self._world.get("subscription", subscription_id)
            if subscription is None or subscription["status"] != "ACTIVE":
                return None
            if made:
                return made[0]
            latest = self._world.get(entity.model.name, row.id) or row
            value = None if verb == "delete" else self._renderer.show(entity, latest, subscription["fields"])
            body = {"subscriptionId": subscription_id, "event": f"{entity.event}.{verb}", "id": row.id, "value": value}
            made.append(_signed(subscription, key, orjson.dumps(body)))
            return made[0]

        def given_up() -> None:
            subscription = self._world.get("subscription", subscription_id)
            if subscription is not None:
                with self._world.transaction():
                    disabled = subscription.values | {"status": "DISABLED_TOO_MANY_ERRORS"}
                    self._world.replace("subscription", subscription, disabled)

        return Notice(f"{subscription_id}/{row.id}", render, given_up=given_up, mergeable=verb == "update")


def _signed(subscription: Row, key: str, body: bytes) -> WebhookRequest:
    headers = {"content-type": "application/json; charset=utf-8", "idempotency-key": key}
    if secret := subscription["hmacSharedSecret"]:
        digest = hmac.new(secret.encode(), key.encode() + b"&" + body, sha512).digest()
        headers["x-request-signature"] = b64encode(digest).decode()
    address = urlsplit(subscription["targetUrl"])
    if address.username:
        login = f"{address.username}:{address.password or ''}"
        headers["authorization"] = "Basic " + b64encode(login.encode()).decode()
        address = address._replace(netloc=address.netloc.rpartition("@")[2])
    if name := subscription["authHeaderName"]:
        headers[name.lower()] = subscription["authHeaderValue"]
    return WebhookRequest(urlunsplit(address), headers, body)


def routes(crud: Crud) -> Routes:
    """Return the operations of events and subscriptions."""

    def events(_ask: Ask) -> Response:
        return json_response({"value": {name: {"description": text} for name, text in EVENTS.items()}})

    def example(ask: Ask) -> Response:
        name = ask.args["eventType"]
        if name not in EVENTS:
            raise not_found()
        sample = {"subscriptionId": 0, "event": name, "id": 0, "value": None}
        subject = name.partition(".")[0].capitalize()
        return json_response(
            {"value": {"name": name, "description": EVENTS[name], "payloadModel": subject, "examples": [sample]}}
        )

    fields = frozenset({"fields"})
    return {
        "/event": {"GET": Operation(events, fields, public=True)},
        "/event/{eventType}": {"GET": Operation(example, fields)},
        **crud.routes(crud.world.entities["subscription"], "search create read change delete POST PUT DELETE"),
    }
