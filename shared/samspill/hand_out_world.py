"""Where adapters meet the door that hands files out: it may read links and files, and nothing else of the hub."""

from __future__ import annotations

import os
from functools import partial
from typing import NamedTuple

from samspill.ports import Clock, FileRegistry, Files, Queues
from samspill.store.aws import client
from samspill.store.clock import SystemClock
from samspill.store.dynamo import Table
from samspill.store.dynamo_files import DynamoFiles
from samspill.store.s3 import S3Blobs
from samspill.store.s3_files import S3Files
from samspill.store.sqs import QueueUrls, SqsQueues


class HandOutWorld(NamedTuple):
    """See `modes.exports.hand_out.Counter`."""

    clock: Clock
    files: FileRegistry
    file_store: Files
    queues: Queues


def hand_out_world() -> HandOutWorld:
    """Return the world of the function, by the names in its environment."""
    names, bucket = os.environ, os.environ["SAMSPILL_BLOB_BUCKET"]
    s3 = partial(client, "s3")
    log = QueueUrls(names["SAMSPILL_LOG_QUEUE_URL"])
    return HandOutWorld(
        clock=SystemClock(),
        files=DynamoFiles(Table(names["SAMSPILL_STATE_TABLE"], partial(client, "dynamodb"))),
        file_store=S3Files(bucket, s3),
        queues=SqsQueues(lambda _step: log, S3Blobs(bucket, s3), partial(client, "sqs")),
    )
