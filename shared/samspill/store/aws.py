"""AWS's clients: made on first use, one per service and process, from the environment's region and endpoint."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from samspill.store.faults import translate


@cache
def client(service: str) -> Any:
    """Return the process's client of one service.

    From botocore, not boto3, which makes the same client and takes a tenth of a second longer to import.
    """
    from botocore.config import Config
    from botocore.session import get_session

    config = Config(
        retries={"mode": "standard", "max_attempts": 3},
        connect_timeout=3,
        read_timeout=10,
        # The tests check what is sent to the tables; checking it again takes a tenth of every call's CPU.
        parameter_validation=service != "dynamodb",
    )
    return get_session().create_client(service, config=config)


def call(make: Callable[[], Any], operation: str, **arguments: Any) -> Any:
    """Call a service with its errors in our words."""
    try:
        return getattr(make(), operation)(**arguments)
    except (BotoCoreError, ClientError) as error:
        raise translate(error) from error
