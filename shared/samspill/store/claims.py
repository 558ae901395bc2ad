"""Claim checks: what is too large for a queue lies in the bucket, and the queue carries where, and its hash."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from samspill.errors import ContractError
from samspill.ports import Blobs

LIMIT_BYTES = 200_000
"""Larger bodies are checked in: a Lambda event holds 6 MB, and the log step takes 25 bodies at once."""
SCHEMA = "samspill.claim/1"
_HEAD = '{"schema":"' + SCHEMA + '"'


def check_in(body: str, blobs: Blobs) -> str:
    """Return the body, or the claim check of a body that was put into the bucket.

    It is named by its content, so that sending it again takes no more room.
    """
    data = body.encode()
    if len(data) <= LIMIT_BYTES:
        return body
    digest = hashlib.sha256(data).hexdigest()
    key = f"claims/{digest}"
    blobs.put(key, data)
    return orjson.dumps({"schema": SCHEMA, "key": key, "sha256": digest, "size_bytes": len(data)}).decode()


def open_claim(body: str, blobs: Blobs) -> str:
    """Return what `check_in` was given.

    Raises:
        ContractError: not a claim check of ours, or what it names is gone or not what was put there.
    """
    if not body.startswith(_HEAD):
        return body
    key, digest = _read(body)
    data = blobs.get(key)
    if data is None:
        raise ContractError(f"{key}, which the claim check names, is gone")
    if hashlib.sha256(data).hexdigest() != digest:
        raise ContractError(f"{key} is not what the claim check names")
    return data.decode()


def _read(body: str) -> tuple[str, str]:
    try:
        claim: Any = orjson.loads(body)
        key, digest = claim["key"], claim["sha256"]
    except (orjson.JSONDecodeError, KeyError) as error:
        raise ContractError(f"claim check refused: {error!r}") from None
    if key != f"claims/{digest}":
        raise ContractError("a claim check may name nothing but claims")
    return key, digest
