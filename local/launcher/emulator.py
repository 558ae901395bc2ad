"""Start and stop the AWS emulator, bound to the loopback address, with its roles enforced and its state kept."""

import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from local.launcher.ports import HOST
from local.launcher.server import Server
from tools.uv import ROOT

PYTHON = ROOT / ".venv-local" / "bin" / "python"
REGION: Final = "eu-north-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
PASSED_ON = ("PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
"""What the functions may need of this machine's environment to reach a vendor; nothing else reaches them."""


class Emulator(Server):
    """The emulator that keeps its state in `home` and answers AWS calls on `port`."""

    name = "emulator"
    title = "The AWS emulator"
    setting = "PORT"

    def prepare(self) -> tuple[Sequence[str], Mapping[str, str]]:
        """See `Server.prepare`."""
        shutil.rmtree(self.home / "tmp", ignore_errors=True)
        (self.home / "tmp").mkdir(parents=True)
        # -P: the functions run under this interpreter too, and must not find the project's own folders.
        return [str(PYTHON), "-P", str(Path(__file__).with_name("emulator_process.py"))], self._environment()

    def save(self) -> None:
        """Have it write all of its state now."""
        self.daemon.signal(signal.SIGUSR1)

    def _environment(self) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            **CREDENTIALS,
            "NO_PROXY": f"{HOST},localhost",
            "no_proxy": f"{HOST},localhost",
            "HOME": str(self.home),
            "TMPDIR": str(self.home / "tmp"),
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "AUTH": "true",  # the functions' roles are enforced, as AWS would
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.home / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.home / "objects"),
            "LAMBDA_EXECUTOR": "local",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
        }
