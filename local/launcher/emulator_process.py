"""What the emulator's own Python runs: ministack, with five things put right. All reach into this very version of it.

It keeps its state on disk while it works and not only at its end: a killed emulator would forget everything since its
last clean stop. The rows, messages and secrets are written every few seconds; all else (functions, stack) on SIGUSR1,
which the launcher sends after a deployment.

It asks for the permission that AWS asks for when messages are sent or deleted in batches: there is none of their own.

It knows the partition keys that a call to DynamoDB names, so that a policy may let a function see some of them only.

It takes a parameter for a number where a template says how many of a function may work at the same time.

It knows who a mail is from, so that a policy may let a function send as one sender only.
"""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as emulator
from ministack.core import iam_actions
from ministack.core.persistence import save_all
from ministack.services import lambda_svc

SAVE_EVERY_S = 5.0
CHANGING = ("dynamodb", "sqs", "secretsmanager", "scheduler", "s3")
OUTBOUND = "/v2/email/outbound-emails"
BATCHES = {f"sqs:{name}Batch": f"sqs:{name}" for name in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")}


def save(services: Iterable[str] | None = None) -> None:
    """Write the state of these services (of all of them without an argument)."""
    states: dict[str, Callable[[], Any]] = emulator._build_persistence_save_dict()  # noqa: SLF001  (no public one)
    save_all({name: state for name, state in states.items() if services is None or name in services})


def authorise_batches_as_aws_does() -> None:
    """Have a batch authorised as the single call that it is many of: no policy on AWS can grant another name."""
    extract = iam_actions.extract_iam_action

    def mapped(*arguments: Any, **named: Any) -> str | None:
        action: str | None = extract(*arguments, **named)
        return BATCHES.get(action, action) if action else action

    iam_actions.extract_iam_action = mapped


def know_leading_keys_as_aws_does() -> None:
    """Tell policies `dynamodb:LeadingKeys`. A transaction's keys count together; AWS looks at each write by itself."""
    extract = iam_actions.dynamodb_service_context

    def with_keys(body: bytes) -> dict[str, Any]:
        context: dict[str, Any] = extract(body)
        keys = list(leading_keys(json.loads(body or b"{}")))
        return {**context, "dynamodb:LeadingKeys": keys} if keys else context

    iam_actions.dynamodb_service_context = with_keys


def count_functions_as_aws_does() -> None:
    """Compare with a number: a template's parameter is a text until AWS takes it for one."""
    allowed = lambda_svc._sqs_esm_concurrency  # noqa: SLF001  (no public one)

    def counted(*arguments: Any, **named: Any) -> int:
        return int(allowed(*arguments, **named))

    lambda_svc._sqs_esm_concurrency = counted  # noqa: SLF001


def know_senders_as_aws_does() -> None:
    """Tell policies `ses:FromAddress`, and that a mail is sent as the identity of that address."""
    of_path, enforce = iam_actions._ses_v2_resource_arn, emulator._enforce_data_plane  # noqa: SLF001
    sender: ContextVar[str] = ContextVar("sender")

    def named(method: str, path: str, body: bytes, region: str, account: str) -> str:
        if path.rstrip("/") != OUTBOUND:
            return str(of_path(method, path, body, region, account))
        sender.set(str(json.loads(body or b"{}").get("FromEmailAddress", "")))
        return f"arn:aws:ses:{region}:{account}:identity/{sender.get()}"

    def enforced(service: str, action: str, *arguments: Any, **more: Any) -> Any:
        if (service, action) == ("sesv2", "ses:SendEmail"):
            more["service_context"] = {**(more.get("service_context") or {}), "ses:FromAddress": sender.get("")}
        return enforce(service, action, *arguments, **more)

    iam_actions._ses_v2_resource_arn = named  # noqa: SLF001
    emulator._enforce_data_plane = enforced  # noqa: SLF001


def leading_keys(call: Mapping[str, Any]) -> Iterator[str]:
    """Yield the partition keys a call names. In every table of the hub but one the key is `pk`; in that it is `id`."""
    writes = [write for each in call.get("TransactItems", ()) for write in each.values()]
    # A batch names its keys by table: as a table of keys to read, or as a list of puts and deletes.
    tables = call.get("RequestItems", {}).values()
    wanted = [{"Key": key} for table in tables if isinstance(table, dict) for key in table.get("Keys", ())]
    written = [each for table in tables if isinstance(table, list) for asked in table for each in asked.values()]
    for each in (call, *writes, *wanted, *written):
        key = each.get("Item") or each.get("Key") or {}
        named = key.get("pk") or key.get("id") or each.get("ExpressionAttributeValues", {}).get(":pk")
        if named:
            yield str(named["S"])


async def _save_regularly() -> None:
    while True:
        await asyncio.sleep(SAVE_EVERY_S)
        save(CHANGING)


async def main() -> None:
    """Serve until SIGTERM or SIGINT; the emulator saves all of its state as it ends."""
    authorise_batches_as_aws_does()
    know_leading_keys_as_aws_does()
    count_functions_as_aws_does()
    know_senders_as_aws_does()
    config = Config()
    config.bind = [f"{os.environ['BIND_HOST']}:{os.environ['GATEWAY_PORT']}"]
    config.keep_alive_timeout = 75
    config.loglevel = os.environ["LOG_LEVEL"]
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    loop.add_signal_handler(signal.SIGUSR1, save)
    saving = asyncio.create_task(_save_regularly())
    await serve(emulator.app, config, shutdown_trigger=ended.wait)
    saving.cancel()


if __name__ == "__main__":
    asyncio.run(main())
