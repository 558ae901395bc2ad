"""Signatures: the same that botocore makes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import botocore.auth
import botocore.credentials
import pytest
from botocore.awsrequest import AWSRequest

from samspill.store.signing import Credentials, Request, sign

NOW = datetime(2026, 11, 21, 9, 8, 7, tzinfo=UTC)
JSON = Request(
    "POST",
    "/",
    {"host": "dynamodb.eu-north-1.amazonaws.com", "content-type": "application/x-amz-json-1.0", "x-amz-target": "A.B"},
    '{"navn":"Rør"}'.encode(),
)
OBJECT = Request("PUT", "/webhooks/a%20b/%C3%B8.json", {"host": "b.s3.eu-north-1.amazonaws.com"}, b"\x00body")


@pytest.mark.parametrize("token", ["", "session"])
@pytest.mark.parametrize(
    ("request_", "service", "auth"), [(JSON, "dynamodb", "SigV4Auth"), (OBJECT, "s3", "S3SigV4Auth")]
)
def test_it_signs_as_botocore_does(
    request_: Request, service: str, auth: str, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = sign(request_, ("eu-north-1", service), Credentials("AKID", "secret", token), NOW)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_args, **_named: NOW.replace(tzinfo=None))
    headers = {name: value for name, value in signed.headers.items() if name not in {"authorization", "x-amz-date"}}
    url = f"https://{request_.headers['host']}{request_.path}"
    theirs: Any = AWSRequest(request_.method, url, headers=headers, data=request_.body)
    credentials = botocore.credentials.Credentials("AKID", "secret", token or None)
    getattr(botocore.auth, auth)(credentials, service, "eu-north-1").add_auth(theirs)
    assert signed.headers["authorization"] == theirs.headers["Authorization"]
    assert signed.headers["x-amz-date"] == theirs.headers["X-Amz-Date"]
