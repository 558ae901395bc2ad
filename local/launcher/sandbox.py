"""Start and stop the process that serves the vendors' sandboxes."""

import os
import sys
from collections.abc import Mapping, Sequence

from local.launcher.server import Server
from tools.uv import ROOT


class Sandbox(Server):
    """The sandbox vendors, on `port`."""

    name = "sandbox"
    title = "The sandbox vendors"
    setting = "SANDBOX_PORT"

    def prepare(self) -> tuple[Sequence[str], Mapping[str, str]]:
        """See `Server.prepare`."""
        command = [sys.executable, "-m", "local.vendors.serve", "--port", str(self.port)]
        path = os.pathsep.join([str(ROOT), str(ROOT / "shared")])
        return command, {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
