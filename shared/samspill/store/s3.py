"""Blobs in S3."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from samspill.store.aws import call
from samspill.store.faults import code_of, translate

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Blobs:
    """See `ports.Blobs`."""

    def __init__(self, bucket: str, make: Callable[[], S3Client]) -> None:
        """Name the bucket."""
        self._bucket, self._make = bucket, make

    def put(self, key: str, body: bytes) -> None:
        """See `Blobs.put`."""
        call(self._make, "put_object", Bucket=self._bucket, Key=key, Body=body)

    def get(self, key: str) -> bytes | None:
        """See `Blobs.get`. The body is read here, so that a connection that breaks half-way is an outage too."""
        try:
            return self._make().get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except (BotoCoreError, ClientError) as error:
            if code_of(error) == "NoSuchKey":
                return None
            raise translate(error) from error

    def keys(self, prefix: str) -> list[str]:
        """See `Blobs.keys`."""
        found: list[str] = []
        more: dict[str, str] = {}
        while True:
            page = call(self._make, "list_objects_v2", Bucket=self._bucket, Prefix=prefix, **more)
            found += [item["Key"] for item in page.get("Contents", [])]
            if not page.get("IsTruncated"):
                return sorted(found)
            more = {"ContinuationToken": page["NextContinuationToken"]}
