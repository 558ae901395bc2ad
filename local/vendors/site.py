"""All vendors under one address: `/{vendor}/…` is the vendor's own API, `/_sandbox/…` is for people and tests.

`/_sandbox/inbox` stands for a program or a chat of the customer's: it takes whatever is posted to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import orjson
from werkzeug.wrappers import Request, Response

from local.vendors.app import NoSuchRecord, Refused, Sandbox, json_response
from local.vendors.data import build

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment


MOST_POSTED = 1000


class Site:
    """One WSGI application for many sandboxes."""

    def __init__(self, sandboxes: Mapping[str, Sandbox]) -> None:
        """Serve `sandboxes` by their names."""
        self.sandboxes = sandboxes
        self._posted: deque[dict[str, Any]] = deque(maxlen=MOST_POSTED)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand the call to whom its path names.

        Raises:
            DroppedConnection: A fault cuts the connection.
        """
        first, _, rest = environ["PATH_INFO"].lstrip("/").partition("/")
        if first in self.sandboxes:
            environ["SCRIPT_NAME"] += f"/{first}"
            environ["PATH_INFO"] = f"/{rest}"
            return self.sandboxes[first](environ, start_response)
        response = self._answer(Request(environ))
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        if parts[0] != "_sandbox":
            return json_response({"error": f"no such vendor; there are {', '.join(self.sandboxes)}"}, 404)
        try:
            return self._admin(parts[1:], request)
        except NoSuchRecord as error:
            return json_response({"error": str(error)}, 404)
        except (ValueError, TypeError) as error:
            return json_response({"error": str(error)}, 400)
        except Refused as refused:
            return json_response(refused.document(), refused.status)

    def _admin(self, parts: list[str], request: Request) -> Response:
        match parts, request.method:
            case [], "GET":
                return json_response({name: each.collections() for name, each in self.sandboxes.items()})
            case ["seed"], "POST":
                return self._seed(**_body(request))
            case ["inbox"], "POST":
                body = request.get_data(as_text=True)
                self._posted.append({"headers": {name.lower(): text for name, text in request.headers}, "body": body})
                return Response(status=204)
            case ["inbox"], "GET":
                return json_response(list(self._posted))
            case ["reset"], "POST":
                for each in self.sandboxes.values():
                    each.reset()
                return Response(status=204)
            case [name, *rest], _ if name in self.sandboxes:
                return _vendor(self.sandboxes[name], rest, request)
        raise NoSuchRecord("/".join(parts))

    def _seed(self, seed: int = 1, size: int | str = "demo") -> Response:
        dataset = build(seed, size)
        counts: dict[str, dict[str, int]] = {}
        for name, each in self.sandboxes.items():
            each.reset()
            each.load(dataset)
            counts[name] = {collection: len(each.rows(collection)) for collection in each.collections()}
        return json_response(counts)


def _clear_calls(sandbox: Sandbox, _request: Request) -> Response:
    sandbox.calls.clear()
    return Response(status=204)


def _set_faults(sandbox: Sandbox, request: Request) -> Response:
    sandbox.set_faults(_body(request))
    return json_response(sandbox.faults.as_json())


def _deliveries(sandbox: Sandbox, _request: Request) -> Response:
    return json_response([{"url": each.url, "status": status} for each, status in list(sandbox.webhooks.sent)])


_ABOUT: Mapping[tuple[str, str], Callable[[Sandbox, Request], Response]] = {
    ("tokens", "GET"): lambda sandbox, _request: json_response(sandbox.tokens()),
    ("calls", "GET"): lambda sandbox, _request: json_response([call.as_json() for call in list(sandbox.calls)]),
    ("calls", "DELETE"): _clear_calls,
    ("faults", "GET"): lambda sandbox, _request: json_response(sandbox.faults.as_json()),
    ("faults", "PUT"): _set_faults,
    ("deliveries", "GET"): _deliveries,
}


def _vendor(sandbox: Sandbox, parts: list[str], request: Request) -> Response:
    if len(parts) == 1 and (about := _ABOUT.get((parts[0], request.method))):
        return about(sandbox, request)
    match parts, request.method:
        case [collection], "GET":
            return json_response(sandbox.rows(collection))
        case [collection], "POST":
            return json_response(sandbox.add(collection, _body(request)), 201)
        case [collection, record_id], "GET":
            return json_response(_one(sandbox, collection, record_id))
        case [collection, record_id], "PATCH":
            return json_response(sandbox.edit(collection, record_id, _body(request)))
        case [collection, record_id], "DELETE":
            sandbox.remove(collection, record_id)
            return Response(status=204)
    raise NoSuchRecord("/".join(parts))


def _one(sandbox: Sandbox, collection: str, record_id: str) -> dict[str, Any]:
    for row in sandbox.rows(collection):
        if str(row["id"]) == record_id:
            return row
    raise NoSuchRecord(f"{collection}/{record_id}")


def _body(request: Request) -> dict[str, Any]:
    body = orjson.loads(request.get_data() or b"{}")
    if not isinstance(body, dict):
        raise TypeError("expected a JSON object")
    return body
