"""One machine that runs everything: the emulator with the deployed stack, and the sandbox vendors."""

import os
import shutil
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from local.launcher.emulator import Emulator
from local.launcher.ports import HOST
from local.launcher.sandbox import Sandbox
from local.launcher.stack import NAME, Stack
from tools.say import CommandError, step
from tools.uv import ROOT

HOME = ROOT / ".local" / "machine"
PORT = 4566
SANDBOX_PORT = 4580


class OneMachine:
    """Starts, finds and stops it. As a context manager it stops at the end; its data stays in `home`.

    Two machines need different homes and ports; they share the build.
    """

    def __init__(self, home: Path = HOME, *, port: int = PORT, sandbox_port: int = SANDBOX_PORT) -> None:
        """Name a machine; nothing is started yet."""
        self.home = home
        self.emulator = Emulator(home, port)
        self.sandbox = Sandbox(home, sandbox_port)
        self.stack = Stack(self.emulator, private_hosts=f"{HOST}:{sandbox_port}")

    def start(self) -> Self:
        """Start what does not run, and build and deploy what has changed.

        Raises:
            CommandError: a part did not come up; the text says which, why, and what to do.
        """
        if sys.platform != "linux":
            raise CommandError("The one-machine edition needs Linux: its functions use libraries built for Lambda.")
        with step("Starting the AWS emulator and the sandbox vendors"):
            self.emulator.start()
            self.sandbox.start()
        self.stack.ensure()
        return self

    def stop(self) -> bool:
        """Stop everything once its state is on disk; False when nothing ran."""
        sandbox, emulator = self.sandbox.stop(), self.emulator.stop()
        return sandbox or emulator

    def reset(self) -> None:
        """Stop everything and delete all data."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def kill_function(self, name: str) -> int:
        """Kill a function in the middle of whatever it does, as a lost host would; return how many ran."""
        place = f"{self.home}/tmp/ministack-lambda-{self.stack_name}-{name}-"
        killed = 0
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # it ended by itself
                if place in command.read_text(errors="replace"):
                    os.kill(int(command.parent.name), signal.SIGKILL)
                    killed += 1
        return killed

    def __enter__(self) -> Self:
        """Start."""
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop."""
        self.stop()

    @property
    def stack_name(self) -> str:
        """For `samspill --stack`."""
        return NAME

    @property
    def endpoint_url(self) -> str:
        """Where the emulator answers AWS calls."""
        return self.emulator.url

    @property
    def sandbox_url(self) -> str:
        """Where the sandbox vendors answer."""
        return self.sandbox.url

    @property
    def hook_url(self) -> str:
        """Where the hub takes webhooks: `<hook_url>/hooks/<tenant>/<connection>`."""
        return self.outputs["PublicHookUrl"]

    @property
    def mails(self) -> list[dict[str, Any]]:
        """Every mail that was sent, oldest first: `Source`, `To`, `Subject`, `BodyText`. The emulator delivers none."""
        answer = httpx.get(f"{self.endpoint_url}/_ministack/ses/messages", timeout=10).raise_for_status().json()
        sent = [mail for of_account in answer["messages"].values() for mail in of_account]
        return sorted(sent, key=lambda mail: float(mail["Timestamp"]))

    @property
    def outputs(self) -> dict[str, str]:
        """The deployed stack's outputs."""
        return self.stack.outputs()

    @property
    def environment(self) -> Mapping[str, str]:
        """Set these for a process that shall call the emulator as if it were AWS."""
        return self.stack.environment

    def client(self, service: str) -> Any:
        """Return a boto3 client of the emulator."""
        return self.stack.client(service)
