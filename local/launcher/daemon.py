"""A process that outlives the one that started it, and can be found and stopped later."""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.say import CommandError

STOP_TIMEOUT_S = 20.0
POLL_S = 0.05


@dataclass(frozen=True)
class Daemon:
    """One background process, known by a file that holds its id and that it keeps locked as long as it lives.

    The lock is what counts: ids are reused, and a file outlives a crash.
    """

    name: str
    home: Path

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.home / f"{self.name}.log"

    @property
    def _pid_file(self) -> Path:
        return self.home / f"{self.name}.pid"

    def pid(self) -> int | None:
        """Its process id while it lives, else None."""
        try:
            with self._pid_file.open("r+", encoding="ascii") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(file.read())
        except FileNotFoundError:
            pass
        return None

    def start(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start it in a session of its own, with no input, printing to `log`."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self._pid_file.open("a+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.set_inheritable(file.fileno(), True)
            files = [
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self.log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ]
            pid = os.posix_spawn(command[0], list(command), env, file_actions=files, setsid=True)
            file.truncate(0)
            file.write(str(pid))

    def signal(self, number: signal.Signals) -> bool:
        """Send it a signal; False when it does not live."""
        pid = self.pid()
        if pid is None:
            return False
        os.kill(pid, number)
        return True

    def stop(self) -> bool:
        """Ask it to end, wait until it has, and insist after `STOP_TIMEOUT_S`; False when it did not live."""
        pid = self.pid()
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while self.pid() is not None:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(POLL_S)
        with contextlib.suppress(ChildProcessError):  # it is our child only in the process that started it
            os.waitpid(pid, 0)
        return True

    def failure(self, what: str) -> CommandError:
        """An error that says what did not happen, with the end of the log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:] if self.log.exists() else []
        return CommandError("\n".join([f"{what}. The end of {self.log}:", *(f"    {line}" for line in lines)]))
