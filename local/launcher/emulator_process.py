"""What the emulator's own Python runs: ministack, keeping its state on disk while it works and not only at its end.

Without this a killed emulator forgets everything since its last clean stop. The rows, messages and secrets are written
every few seconds; all else (functions, stack) on SIGUSR1, which the launcher sends after a deployment.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterable
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as emulator  # its private save function is why its version is pinned
from ministack.core.persistence import save_all

SAVE_EVERY_S = 5.0
CHANGING = ("dynamodb", "sqs", "secretsmanager", "scheduler", "s3")


def save(services: Iterable[str] | None = None) -> None:
    """Write the state of these services (of all of them without an argument)."""
    states: dict[str, Callable[[], Any]] = emulator._build_persistence_save_dict()  # noqa: SLF001  (no public one)
    save_all({name: state for name, state in states.items() if services is None or name in services})


async def _save_regularly() -> None:
    while True:
        await asyncio.sleep(SAVE_EVERY_S)
        save(CHANGING)


async def main() -> None:
    """Serve until SIGTERM or SIGINT; the emulator saves all of its state as it ends."""
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
