"""Blobs: bytes by key."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.errors import ConfigurationError
from samspill.store.s3 import S3Blobs
from tests.stores.conftest import OnAws, Stores
from tests.support.aws import client_of


class TestBlobs:
    def test_a_blob_comes_back_and_is_replaced(self, stores: Stores) -> None:
        assert stores.blobs.get("a") is None
        stores.blobs.put("a", b"\x00one")
        stores.blobs.put("a", b"")
        assert stores.blobs.get("a") == b""

    def test_keys_are_listed_by_prefix_in_order(self, stores: Stores) -> None:
        for key in ("runs/a/10", "runs/a/2", "runs/b/1", "runs/æ", "run"):
            stores.blobs.put(key, b"x")
        assert stores.blobs.keys("runs/a/") == ["runs/a/10", "runs/a/2"]
        assert stores.blobs.keys("runs/") == ["runs/a/10", "runs/a/2", "runs/b/1", "runs/æ"]
        assert stores.blobs.keys("nothing") == []


class TwoAPage:
    """A client that lists two keys a page."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def list_objects_v2(self, **arguments: Any) -> Any:
        return self._client.list_objects_v2(MaxKeys=2, **arguments)


def test_a_list_of_several_pages_is_whole(aws: OnAws) -> None:
    for number in range(5):
        aws.blobs.put(f"seen/{number}", b"")
    pages: Any = TwoAPage(client_of("s3"))
    assert S3Blobs("blobs", lambda: pages).keys("seen/") == [f"seen/{number}" for number in range(5)]


def test_a_bucket_that_is_not_there_is_no_missing_blob(aws: OnAws) -> None:
    with pytest.raises(ConfigurationError):
        S3Blobs("other", lambda: client_of("s3")).get("a")
