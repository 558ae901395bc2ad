"""A process of the one-machine edition that listens on a port."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from local.launcher.daemon import Daemon
from local.launcher.ports import HOST, answers, wait_until_answering
from tools.say import CommandError


@dataclass(frozen=True)
class Server(ABC):
    """Keeps what it needs in `home` and listens on `port`."""

    name: ClassVar[str]
    title: ClassVar[str]
    """What it is called in an error."""
    setting: ClassVar[str]
    """What chooses its port."""
    home: Path
    port: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    @property
    def daemon(self) -> Daemon:
        """The process."""
        return Daemon(self.name, self.home)

    @abstractmethod
    def prepare(self) -> tuple[Sequence[str], Mapping[str, str]]:
        """Make ready what it needs; return its command and its environment."""

    def start(self) -> bool:
        """Start it and wait until it answers; False when it already runs.

        Raises:
            CommandError: something else has the port, or it did not come up.
        """
        if self.daemon.pid() is not None:
            return False
        if answers(self.port):
            raise CommandError(
                f"Something else listens on port {self.port}: stop it, or choose another with {self.setting}=…"
            )
        self.daemon.start(*self.prepare())
        if not wait_until_answering(self.port, alive=lambda: self.daemon.pid() is not None):
            raise self.daemon.failure(f"{self.title} did not start")
        return True

    def stop(self) -> bool:
        """Stop it, and wait until what it keeps is on disk; False when it did not run."""
        return self.daemon.stop()
