"""What every door does: read the queue's records one by one, stop in time, log, and say what must come again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from samspill.cold_start import tell_cold_start
from samspill.errors import ContractError, SamspillError, TransientError
from samspill.messages import LogOutcomes, Message, decode
from samspill.ports import World
from samspill.state import Connection
from samspill.work.correlation import correlated

if TYPE_CHECKING:
    from samspill.connectors.http.wire import Call

REQUEST_ID_CHARACTERS = 64
"""A vendor's name for a call is no longer; whatever else it sends in that header is cut."""

# A line's message tells where it comes from, and the correlation id what it belongs to: both would only lengthen it.
LINES: Any = {"location": None, "xray_trace_id": None}
logger = Logger(**LINES)
metrics = Metrics(namespace="Samspill")  # both are named by POWERTOOLS_SERVICE_NAME, the stack's name
logging.getLogger("samspill").setLevel(logger.log_level)
for _handler in logging.getLogger().handlers:  # Lambda's own: what other loggers say looks like the rest, and is named
    _handler.setFormatter(logger.registered_formatter)
tell_cold_start()

type Event = Mapping[str, Any]


class Failure(TypedDict):
    """Names a message that must be delivered again."""

    itemIdentifier: str


class Answer(TypedDict):
    """Lambda's partial batch response."""

    batchItemFailures: list[Failure]


def queue_handler(
    step: str, make_world: Callable[[], World], handle: Callable[[World, Message], None]
) -> Callable[[Event, Any], Answer]:
    """Return the handler of one step's queue.

    A message that can never be read is buried at once. One that fails is delivered again, and dead-lettered by the
    queue after its last try. When time runs short the rest goes back untouched. Every log line of a message carries
    what it is about, whoever writes it.
    """
    world_once = cache(make_world)

    def handler(event: Event, context: Any) -> Answer:
        world = world_once()
        failures: list[Failure] = []
        slowest_ms = 0.0
        for record in event["Records"]:
            name = Failure(itemIdentifier=record["messageId"])
            if context.get_remaining_time_in_millis() < 2 * slowest_ms + 1000:
                failures.append(name)
                continue
            started = time.perf_counter()
            logger.clear_state()
            about = {"step": step, "aws_request_id": context.aws_request_id, "message_id": record["messageId"]}
            logger.append_keys(**about)
            if not _one(step, world, handle, record["body"], about):
                failures.append(name)
            slowest_ms = max(slowest_ms, (time.perf_counter() - started) * 1000)
        logger.clear_state()
        metrics.flush_metrics()
        return Answer(batchItemFailures=failures)

    return handler


def _one(
    step: str, world: World, handle: Callable[[World, Message], None], body: str, about: Mapping[str, str]
) -> bool:
    """Handle one message; tell whether it is done with. Whatever goes wrong, it is this message's alone."""
    try:
        message = _read(step, world, body)
        if message is None:
            return True
        began_with = message.correlation_id or about["message_id"]
        log_about(message, **about, correlation_id=began_with)
        logger.debug("begun")
        handle(correlated(world, began_with), message)
    except TransientError as error:
        logger.warning("will be tried again", extra={"code": error.reason.code, "why": str(error)})
        return False
    except SamspillError as error:
        logger.warning("failed", extra={"code": error.reason.code, "why": str(error)})
        return False
    except Exception:
        # A defect of ours: whole in the log, and the queue delivers again, so that a fixed version heals it.
        logger.exception("defect")
        metrics.add_metric("Defects", MetricUnit.Count, 1)
        return False
    logger.info("done")
    _measure(message)
    return True


def log_about(message: Message, **more: str) -> None:
    """Have every log line from here on carry what this message is about, and nothing of another one."""
    names = {"schema": message.schema_, "tenant": message.tenant, "flow": message.flow, "run": message.run}
    logger.clear_state()
    logger.append_keys(**names, stream=getattr(message, "stream", None) or "", **more)


def _read(step: str, world: World, body: str) -> Message | None:
    """Return the message; one that can never be read here is buried, and there is none."""
    try:
        return decode(world.queues.open(body), step)
    except ContractError as error:
        logger.warning("message buried", extra={"why": str(error)})
        world.queues.bury(step, body, str(error))
        return None


def log_call(connection: Connection, call: Call) -> None:
    """Log a call to a vendor: the path as a template, nothing of query, headers or bodies. Status 0: no answer came.

    What the message's later lines tell is about this connection, until it calls on another.
    """
    logger.append_keys(tenant=connection.tenant, connection=connection.id, vendor=connection.vendor)
    request_id = (call.request_id or "")[:REQUEST_ID_CHARACTERS]
    logger.info(
        "called",
        extra={
            "method": call.method,
            "path": call.path,
            "status": call.status or 0,
            "ms": round(call.ms),
            "request_id": request_id,
        },
    )


def _measure(message: Message) -> None:
    if isinstance(message, LogOutcomes):
        for name, count in message.counters.items():
            what = name.partition(".")[2]
            metrics.add_metric(what.title(), MetricUnit.Count, count)
            if what == "defect":  # of one record, which its step outlived
                metrics.add_metric("Defects", MetricUnit.Count, count)
