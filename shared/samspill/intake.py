"""Where adapters meet `receive`: its world alone, for a vendor waits while it starts. See `bootstrap`."""

from __future__ import annotations

import os
from functools import partial
from typing import NamedTuple

from samspill.connectors.hooks import VendorHooks
from samspill.pipeline.receive.receive import HintQueue, Registry, Secrets
from samspill.ports import Blobs, Clock, Deliveries, Hooks
from samspill.store.clock import SystemClock
from samspill.store.dynamo import Table
from samspill.store.dynamo_marks import DynamoDeliveries
from samspill.store.dynamo_webhooks import HookedRegistry
from samspill.store.hook_secrets import SigningSecret
from samspill.store.lean import lean
from samspill.store.s3 import S3Blobs
from samspill.store.sqs import QueueUrls, SqsQueues


class IntakeWorld(NamedTuple):
    """See `steps.receive.Intake`."""

    clock: Clock
    registry: Registry
    secrets: Secrets
    hooks: Hooks
    deliveries: Deliveries
    blobs: Blobs
    queues: HintQueue


def intake_from_environment() -> IntakeWorld:
    """Return the world of the function, by the names in its environment."""
    names, clock = os.environ, SystemClock()
    blobs = S3Blobs(names["SAMSPILL_BLOB_BUCKET"], partial(lean, "s3"))
    dynamo = partial(lean, "dynamodb")
    fetch = QueueUrls(names["SAMSPILL_FETCH_QUEUE_URL"])
    return IntakeWorld(
        clock=clock,
        registry=HookedRegistry(Table(names["SAMSPILL_STATE_TABLE"], dynamo)),
        secrets=SigningSecret(names["SAMSPILL_SIGNING_SECRET"], clock=clock, make=partial(lean, "secretsmanager")),
        hooks=VendorHooks(),
        deliveries=DynamoDeliveries(Table(names["SAMSPILL_WEBHOOK_TABLE"], dynamo), clock),
        blobs=blobs,
        queues=SqsQueues(lambda _step: fetch, blobs, partial(lean, "sqs")),
    )
