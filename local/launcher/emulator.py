"""Start and stop the AWS emulator, bound to the loopback address, with its roles enforced and its state kept."""

import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.launcher.daemon import Daemon
from local.launcher.ports import HOST, answers, wait_until_answering
from tools.say import CommandError
from tools.uv import ROOT

PYTHON = ROOT / ".venv-local" / "bin" / "python"
REGION: Final = "eu-north-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
PASSED_ON = ("PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
"""What the functions may need of this machine's environment to reach a vendor; nothing else reaches them."""


@dataclass(frozen=True)
class Emulator:
    """The emulator that keeps its state in `home` and listens on `port`."""

    home: Path
    port: int

    @property
    def endpoint_url(self) -> str:
        """Where it answers AWS calls."""
        return f"http://{HOST}:{self.port}"

    @property
    def _daemon(self) -> Daemon:
        return Daemon("emulator", self.home)

    def start(self) -> bool:
        """Start it and wait until it answers; False when it already runs.

        Raises:
            CommandError: something else has the port, or it did not come up.
        """
        if self._daemon.pid() is not None:
            return False
        if answers(self.port):
            raise CommandError(f"Something else listens on port {self.port}: stop it, or choose another with PORT=…")
        shutil.rmtree(self.home / "tmp", ignore_errors=True)
        (self.home / "tmp").mkdir(parents=True)
        # -P: the functions run under this interpreter too, and must not find the project's own folders.
        command = [str(PYTHON), "-P", str(Path(__file__).with_name("emulator_process.py"))]
        self._daemon.start(command, self._environment())
        if not wait_until_answering(self.port, alive=lambda: self._daemon.pid() is not None):
            raise self._daemon.failure("The AWS emulator did not start")
        return True

    def save(self) -> None:
        """Have it write all of its state now."""
        self._daemon.signal(signal.SIGUSR1)

    def stop(self) -> bool:
        """Stop it, and wait until its state is on disk; False when it did not run."""
        return self._daemon.stop()

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
