"""AWS's signature, version 4, for requests without a query (AWS: "Create a signed AWS API request")."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

_ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """What a function gets in its environment, for as long as it lives."""

    key_id: str
    secret: str
    token: str = ""


class Request(NamedTuple):
    """A request without a query. The path is percent-encoded once, as it is sent; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def sign(request: Request, scope: tuple[str, str], credentials: Credentials, now: datetime) -> Request:
    """Return the request with its signature.

    Args:
        request: its headers name the host.
        scope: region and service.
        credentials: whose.
        now: the time, in UTC.
    """
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(request.body).hexdigest()
    headers = {**request.headers, "x-amz-date": moment, "x-amz-content-sha256": digest}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    names = sorted(headers)
    signed = ";".join(names)
    lines = [f"{name}:{headers[name].strip()}" for name in names]
    canonical = "\n".join([request.method, request.path, "", *lines, "", signed, digest])
    place = "/".join([moment[:8], *scope, "aws4_request"])
    text = "\n".join([_ALGORITHM, moment, place, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{credentials.secret}".encode()
    for part in (*place.split("/"), text):
        key = hmac.digest(key, part.encode(), "sha256")
    whose = f"{_ALGORITHM} Credential={credentials.key_id}/{place}"
    headers["authorization"] = f"{whose}, SignedHeaders={signed}, Signature={key.hex()}"
    return request._replace(headers=headers)
