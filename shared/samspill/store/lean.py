"""A client of the few operations that a function needs while somebody waits, in a tenth of botocore's time to start.

It is called as botocore's clients are and raises botocore's errors, so the stores take either. What it leaves out:
profiles and roles (a function has its credentials in the environment), proxies, request models, every other protocol.
"""

from __future__ import annotations

import base64
import os
import random
import ssl
import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, urlsplit

import orjson
from botocore.exceptions import ClientError, EndpointConnectionError

from samspill.ports import Clock
from samspill.store.clock import SystemClock
from samspill.store.faults import SLOW, code_of
from samspill.store.signing import Credentials, Request, sign

CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 3, 10
TRIES = 4
TRACE = "_X_AMZN_TRACE_ID"
"""Where Lambda tells the trace that an event belongs to: what is sent with it goes on in it, as with botocore."""
_JSON = {
    "dynamodb": ("DynamoDB_20120810", "1.0", {"get_item", "put_item", "query"}),
    "secretsmanager": ("secretsmanager", "1.1", {"get_secret_value"}),
    "sqs": ("AmazonSQS", "1.0", {"send_message_batch"}),
}
"""Service → what its operations are prefixed with, the version of its protocol, and the operations.

No others: some need a token of their own to be sent twice without harm, which botocore gives them and this does not."""
_ENDPOINT_NAMES = {"secretsmanager": "SECRETS_MANAGER"}
"""Where the name in `AWS_ENDPOINT_URL_…` is not the service's own."""


class Response(NamedTuple):
    """What came back."""

    status: int
    body: bytes


class Send(Protocol):
    """Sends one request, over a connection that may have been open before; OSError or HTTPException when it broke."""

    def __call__(self, request: Request) -> Response:
        """Return the answer, whatever its status."""
        ...


class LeanClient:
    """One service's operations as methods: those in `_JSON`, and S3's `put_object`."""

    def __init__(
        self,
        service: str,
        environment: Mapping[str, str],
        *,
        clock: Clock,
        connect: Callable[[str], Send] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take region, credentials and endpoint from the environment, as botocore does in a function."""
        name = _ENDPOINT_NAMES.get(service, service.upper())
        given = environment.get(f"AWS_ENDPOINT_URL_{name}") or environment.get("AWS_ENDPOINT_URL") or ""
        self._service, self._region = service, environment["AWS_DEFAULT_REGION"]
        self._own_hosts = not given  # a bucket is a host of its own at AWS, and a folder elsewhere
        self._endpoint = given.rstrip("/") or f"https://{service}.{self._region}.amazonaws.com"
        self._credentials = Credentials(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            environment.get("AWS_SESSION_TOKEN", ""),
        )
        self._connect = cache(connect or Wire)
        self._clock, self._sleep = clock, sleep

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        """Return the operation of this name, which takes its arguments by name."""
        prefix, version, operations = _JSON.get(self._service, ("", "", set[str]()))
        if operation not in operations:
            raise AttributeError(f"{self._service} has no {operation} here")
        name = operation.title().replace("_", "")
        headers = {"content-type": f"application/x-amz-json-{version}", "x-amz-target": f"{prefix}.{name}"}
        return partial(self._ask, name, headers)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        """Store an object in S3."""
        path = "/" + quote(Key, safe="/~")
        scheme, _, host = self._endpoint.partition("://")
        at = f"{scheme}://{Bucket}.{host}" if self._own_hosts else self._endpoint
        self._send("PutObject", at, Request("PUT", path if self._own_hosts else f"/{Bucket}{path}", {}, Body))
        return {}

    def _ask(self, operation: str, headers: Mapping[str, str], **arguments: Any) -> Any:
        request = Request("POST", "/", headers, orjson.dumps(arguments, default=_encoded))
        return orjson.loads(self._send(operation, self._endpoint, request))

    def _send(self, operation: str, endpoint: str, request: Request) -> bytes:
        """Send until it is answered, at most so many times: what is sent from here may be sent again."""
        named = request._replace(headers={**request.headers, "host": urlsplit(endpoint).netloc})
        for turn in range(1, TRIES):
            try:
                return self._try(operation, endpoint, named)
            except EndpointConnectionError:
                pass
            except ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                if status < HTTPStatus.INTERNAL_SERVER_ERROR and code_of(error) not in SLOW:
                    raise
            self._sleep(random.random() * 2**turn / 10)  # noqa: S311 - spreads retries, guards nothing
        return self._try(operation, endpoint, named)

    def _try(self, operation: str, endpoint: str, request: Request) -> bytes:
        signed = sign(request, (self._region, self._service), self._credentials, self._clock.now())
        if trace := os.environ.get(TRACE):  # of this very event; not signed, for whoever passes it on adds to it
            signed = signed._replace(headers={**signed.headers, "x-amzn-trace-id": trace})
        try:
            response = self._connect(endpoint)(signed)
        except (OSError, HTTPException) as broken:
            raise EndpointConnectionError(endpoint_url=endpoint, error=broken) from broken
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise _refusal(operation, response)
        return response.body


class Wire:
    """A connection to one host, opened when needed and again once it broke. Functions handle one event at a time."""

    def __init__(self, endpoint: str) -> None:
        """Name the host; connect later."""
        url = urlsplit(endpoint)
        self._connection: HTTPConnection = (
            HTTPSConnection(url.netloc, timeout=CONNECT_TIMEOUT_S, context=_tls())
            if url.scheme == "https"
            else HTTPConnection(url.netloc, timeout=CONNECT_TIMEOUT_S)
        )

    def __call__(self, request: Request) -> Response:
        """See `Send`."""
        try:
            if self._connection.sock is None:
                self._open()
            self._connection.request(request.method, request.path, request.body, dict(request.headers))
            answer = self._connection.getresponse()
            return Response(answer.status, answer.read())
        except (OSError, HTTPException):
            self._connection.close()
            raise

    def _open(self) -> None:
        self._connection.connect()
        self._connection.sock.settimeout(READ_TIMEOUT_S)


@cache
def lean(service: str) -> Any:
    """Return the process's client of one service."""
    return LeanClient(service, os.environ, clock=SystemClock())


def _encoded(value: object) -> str:
    """Return bytes as AWS's JSON has them."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is nothing that AWS takes")


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _refusal(operation: str, response: Response) -> ClientError:
    """Return botocore's error for an answer: `{"__type": "prefix#Code", "message": …}`, or S3's XML."""
    told: dict[str, Any] = {}
    if response.body.startswith(b"{"):
        told = orjson.loads(response.body)
        code = str(told.get("__type", "")).rpartition("#")[2]
    else:
        code = response.body.partition(b"<Code>")[2].partition(b"<")[0].decode()
    error = {"Code": code or str(response.status), "Message": str(told.get("message") or told.get("Message") or "")}
    answer: Any = {**told, "Error": error, "ResponseMetadata": {"HTTPStatusCode": response.status}}
    return ClientError(answer, operation)
