"""Calls and answers of our contracts on the wire."""

from __future__ import annotations

import re
from typing import Any

import orjson
from werkzeug.wrappers import Request, Response

from local.vendors.app import Json, json_response
from local.vendors.contract.problems import Problem, Wrong

_VERSION = re.compile(r'"(\d+)"\Z')


def problem_response(problem: Problem, request_id: str) -> Response:
    """Answer with a refusal."""
    return Response(orjson.dumps(problem.body(request_id)), problem.status, mimetype="application/problem+json")


def record_response(record: Json, status: int = 200) -> Response:
    """Answer with a record and its version."""
    return json_response(record, status, {"ETag": f'"{record["version"]}"'})


def body_of(request: Request) -> Any:
    """Return the body of a call.

    Raises:
        Problem: 400, it is not JSON.
    """
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise Problem(400, "invalid_json", detail=str(error)) from None


def if_match(request: Request) -> int | None:
    """Return the version a call is about, if it says one.

    Raises:
        Problem: 400, the header cannot be read.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return None
    match = _VERSION.match(header)
    if match is None:
        raise Problem(400, "invalid_header", [Wrong("If-Match", "invalid", 'must be a version in quotes: "3"')])
    return int(match[1])
