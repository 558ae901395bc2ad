"""`receive` as it is deployed: its own world by the names in its environment, its own client, AWS's interfaces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from samspill.messages import FetchRecords, RecordHint, decode
from samspill.state import FlowStatus, FormerHooks
from samspill.store import lean
from tests.flows.hub import FLOW, Hub
from tests.handlers.test_doors import load
from tests.stores.conftest import OnAws
from tests.support.aws import aws_in_process, client_of
from tests.support.lean import MotoWire


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[OnAws]:
    with aws_in_process():
        stores = OnAws()
        url = client_of("sqs").create_queue(QueueName="fetch")["QueueUrl"]
        names = {"STATE_TABLE": "state", "WEBHOOK_TABLE": "webhooks", "BLOB_BUCKET": "blobs", "FETCH_QUEUE_URL": url}
        for name, value in (names | {"SIGNING_SECRET": "signing"}).items():
            monkeypatch.setenv(f"SAMSPILL_{name}", value)
        monkeypatch.setattr(lean, "Wire", MotoWire)
        lean.lean.cache_clear()
        yield stores
        lean.lean.cache_clear()


def delivery(hub: Hub) -> dict[str, Any]:
    """Return a signed webhook of Tripletex as the API hands it over."""
    row = hub.tripletex.rows("customer")[0]
    hub.tripletex.webhooks.automatic = True
    hub.tripletex.edit("customer", str(row["id"]), {"name": "Signert AS"})
    request = hub.tripletex.webhooks.sent[-1][0]
    return {
        "pathParameters": {
            "tenant": FLOW.tenant,
            "connection": "tripletex",
            "token": request.url.rpartition("/")[2],
        },
        "headers": dict(request.headers),
        "body": request.body.decode(),
    }


def received(url: str) -> list[Any]:
    return [decode(it["Body"]) for it in client_of("sqs").receive_message(QueueUrl=url).get("Messages", [])]


def test_a_signed_delivery_is_kept_and_queued_once(aws: OnAws) -> None:
    hub = Hub()
    hub.world = replace(hub.world, secrets=aws.secrets)
    hub.first_sync()
    event = delivery(hub)
    registry = hub.world.registry
    aws.registry.save_connection(registry.connection(FLOW.tenant, "tripletex").model_copy(update={"revision": 0}))
    aws.registry.save_flow(registry.flow(FLOW).model_copy(update={"revision": 0}))
    assert registry.flow(FLOW).status is FlowStatus.ACTIVE
    door = load("receive")
    assert door.handler(event, None)["statusCode"] == 202
    url = client_of("sqs").get_queue_url(QueueName="fetch")["QueueUrl"]
    [message] = received(url)
    row = hub.tripletex.rows("customer")[0]
    assert isinstance(message, FetchRecords)
    assert (message.flow_key, message.stream, message.trigger) == (FLOW, "customers", "webhook")
    assert message.records == (RecordHint(left=str(row["id"])),)
    [told] = aws.deliveries.told(FLOW.tenant, "tripletex", datetime.now(UTC) - timedelta(hours=1))
    assert told.body == event["body"].encode()
    assert aws.blobs.keys("webhooks/") == []
    assert door.handler(event, None)["statusCode"] == 202
    assert received(url) == [], "a delivery that came before does nothing"
    renewed = registry.connection(FLOW.tenant, "tripletex").model_copy(
        update={"hook_generation": 3, "hooks_at": 3, "hooks_signed": 3, "revision": 1}
    )
    former = FormerHooks(address=1, signed=1, until=datetime.now(UTC) + timedelta(hours=1))
    aws.registry.save_connection(renewed.model_copy(update={"hooks_former": former}))
    assert door.handler(event, None)["statusCode"] == 202, "what an address of before was told comes yet"
    event["pathParameters"]["connection"] = "nobody"
    assert door.handler(event, None)["statusCode"] == 401
    del event["pathParameters"]["token"]
    assert door.handler(event, None)["statusCode"] == 401
