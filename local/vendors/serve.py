"""Serves all sandboxes from one process on loopback: `python -m local.vendors.serve --port 4580`."""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from waitress.channel import ClientDisconnected
from waitress.server import create_server

from local.vendors.app import DroppedConnection
from local.vendors.courier import Courier
from local.vendors.data import build
from local.vendors.registry import every_sandbox
from local.vendors.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
THREADS = 16


def cutting(app: WSGIApplication) -> WSGIApplication:
    """Let waitress close the connection without an answer where a sandbox cuts it."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return app(environ, start_response)
        except DroppedConnection as error:
            raise ClientDisconnected from error

    return answer


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m local.vendors.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=4580)
    parser.add_argument("--seed", type=int, default=1, help="which demo data")
    parser.add_argument("--size", default="demo", help="demo, or a number of customers; 0 for none")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    courier = Courier()
    sandboxes = every_sandbox(
        clock=lambda: datetime.now(UTC), deliver=courier, host=f"{HOST}:{options.port}", https_only=False
    )
    dataset = build(options.seed, int(options.size) if options.size.isdecimal() else options.size)
    for sandbox in sandboxes.values():
        sandbox.load(dataset)
    server = create_server(cutting(Site(sandboxes)), host=HOST, port=options.port, threads=THREADS)
    print(f"Sandboxes of {', '.join(sandboxes)} on http://{HOST}:{options.port}", flush=True)
    with courier.emptying(sandbox.webhooks for sandbox in sandboxes.values()):
        server.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
