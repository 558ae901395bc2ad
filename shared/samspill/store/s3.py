"""Blobs in S3."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from samspill.errors import UnavailableError
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

    def remove(self, prefix: str, limit: int) -> int:
        """See `Blobs.remove`."""
        return remove_under(self._make, self._bucket, prefix, limit)

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


def remove_under(make: Callable[[], S3Client], bucket: str, prefix: str, limit: int) -> int:
    """Remove the first objects under a prefix; return how many.

    Raises:
        UnavailableError: S3 left some of them.
    """
    page = call(make, "list_objects_v2", Bucket=bucket, Prefix=prefix, MaxKeys=limit)
    found = [{"Key": item["Key"]} for item in page.get("Contents", [])]
    if found:
        answer = call(make, "delete_objects", Bucket=bucket, Delete={"Objects": found, "Quiet": True})
        if answer.get("Errors"):
            raise UnavailableError(f"S3 left {len(answer['Errors'])} objects under {prefix}")
    return len(found)
