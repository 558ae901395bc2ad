"""Start and stop the process that serves the vendors' sandboxes."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from local.launcher.daemon import Daemon
from local.launcher.ports import HOST, answers, wait_until_answering
from tools.say import CommandError
from tools.uv import ROOT


@dataclass(frozen=True)
class Sandbox:
    """The sandbox vendors, on `port`."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        """Where they answer."""
        return f"http://{HOST}:{self.port}"

    @property
    def _daemon(self) -> Daemon:
        return Daemon("sandbox", self.home)

    def start(self) -> bool:
        """Start it and wait until it answers; False when it already runs.

        Raises:
            CommandError: something else has the port, or it did not come up.
        """
        if self._daemon.pid() is not None:
            return False
        if answers(self.port):
            raise CommandError(
                f"Something else listens on port {self.port}: stop it, or choose another with SANDBOX_PORT=…"
            )
        command = [sys.executable, "-m", "local.vendors.serve", "--port", str(self.port)]
        path = os.pathsep.join([str(ROOT), str(ROOT / "shared")])
        self._daemon.start(command, {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"})
        if not wait_until_answering(self.port, alive=lambda: self._daemon.pid() is not None):
            raise self._daemon.failure("The sandbox vendors did not start")
        return True

    def stop(self) -> bool:
        """Stop it; False when it did not run."""
        return self._daemon.stop()
