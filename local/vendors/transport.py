"""Calls a sandbox in process, through httpx, without a socket."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import httpx

from local.vendors.app import DroppedConnection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import WSGIApplication


class SandboxTransport(httpx.BaseTransport):
    """Hands requests to a WSGI application; a connection the sandbox cuts becomes `httpx.ReadError`."""

    def __init__(self, app: WSGIApplication) -> None:
        """Serve every host with `app`."""
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request.

        Raises:
            httpx.ReadError: The sandbox dropped the connection, before or after it did the work.
        """
        told: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> Any:
            told.update(status=int(status[:3]), headers=headers)
            return lambda _chunk: None

        try:
            chunks: Iterable[bytes] = self._app(_environ(request), start_response)
            body = b"".join(chunks)
        except DroppedConnection as error:
            raise httpx.ReadError(str(error), request=request) from error
        return httpx.Response(told["status"], headers=told["headers"], content=body, request=request)


def _environ(request: httpx.Request) -> dict[str, Any]:
    path, _, query = request.url.raw_path.partition(b"?")
    body = request.read()
    environ: dict[str, Any] = {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.url.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.decode("ascii"),
        "SERVER_NAME": request.url.host,
        "SERVER_PORT": str(request.url.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    return environ
