"""The same rows from the same server, by us and by dlt, in turns: read, mapped, compared, nothing changed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import override
from urllib.parse import parse_qs, urlsplit

from samspill.connectors.registry import open_connector
from samspill.engine.model import Link
from samspill.ports import Connector
from samspill.state import Connection
from tests.flows.hub import Hub
from tools.bench.figures import Figure
from tools.bench.long_list import PAGE, LongLinks, page, read
from tools.uv import ROOT

RECORDS = 20_000
TURNS = 5
WHAT, UNIT, LEAST = f"{RECORDS:,} unchanged rows over HTTP, ours against dlt's load", "times", 2


def not_measured() -> Iterator[Figure]:
    """Yield what `peers` would measure."""
    yield Figure(WHAT, None, UNIT, least=LEAST, how="PEERS=1 make bench")


def peers() -> Iterator[Figure]:
    """Yield our records per second; dlt's are the measure.

    dlt compares no records. Its nearest is to load them all, which writes what we only compare; reading them again, it
    looks at each row's time of change and at nothing else, which is told beside.
    """
    with _server() as address, tempfile.TemporaryDirectory() as folder:
        script = [str(ROOT / ".venv-peers" / "bin" / "python"), str(ROOT / "tools/bench/peer_dlt.py"), address, folder]
        commands = {
            "load": [*script, "load"],
            "again": [*script, "again"],
            "ours": [sys.executable, "-m", "tools.bench.peers", address],
        }
        took_s: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(TURNS):
            for name, command in commands.items():
                told = _told(command)
                if told["loaded"] != (RECORDS if name == "load" or (name == "again" and not turn) else 0):
                    raise AssertionError(f"turn {turn} of {name}: {told}")
                if name != "again" or turn:  # the first of them loads everything
                    took_s[name].append(told["seconds"])
    load, again, ours = (RECORDS / min(took_s[name]) for name in commands)
    beside = f"dlt loads {load:,.0f} records/s, skips {again:,.0f} by their time"
    yield Figure(f"{WHAT}; {beside}", ours / load, UNIT, least=LEAST)


def _told(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    told: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


@contextmanager
def _server() -> Iterator[str]:
    pages = {after: json.dumps(page(after, RECORDS)).encode() for after in range(0, RECORDS, PAGE)}

    class Handler(BaseHTTPRequestHandler):
        """Answers every question with a page."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer."""
            after = parse_qs(urlsplit(self.path).query).get("after", ["0"])[0]
            body = pages[int(after)]
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)

        @override
        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


class HeldLinks(LongLinks):
    """The ledger in memory, before the clock starts."""

    def __init__(self, records: int) -> None:
        """Make all links."""
        super().__init__(records)
        self._held = {number: super(HeldLinks, self).link(number) for number in range(1, records + 1)}

    @override
    def link(self, number: int) -> Link:
        return self._held[number]


def _ours(address: str) -> float:
    links, began = HeldLinks(RECORDS), 0.0

    def connect(hub: Hub, connection: Connection) -> Connector:
        nonlocal began
        connector = open_connector(
            connection.model_copy(update={"base_url": address}),
            secrets=hub.world.secrets,
            budgets=hub.budgets,
            now=hub.clock.now,
            allowed=frozenset({urlsplit(address).netloc}),
        )
        began = time.perf_counter()
        return connector

    run = read(links, connect)
    seconds = time.perf_counter() - began
    if run.count("customers", "unchanged") != RECORDS:
        raise AssertionError(f"read {run.counters}, not {RECORDS} unchanged records")
    return seconds


if __name__ == "__main__":
    print(json.dumps({"seconds": _ours(sys.argv[1]), "loaded": 0}))
