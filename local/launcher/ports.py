"""Loopback ports: which are free, and whether something answers."""

import socket
import time
from collections.abc import Callable

HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Tell whether something listens on `port`."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def wait_until_answering(port: int, alive: Callable[[], bool], timeout_s: float = 30) -> bool:
    """Wait until something listens on `port`; False when `alive` says no, or the time is up, before that."""
    deadline = time.monotonic() + timeout_s
    while not answers(port):
        if time.monotonic() > deadline or not alive():
            return False
        time.sleep(0.05)
    return True
