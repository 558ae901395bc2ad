"""Files in S3: a large one is uploaded in parts, and given up whole where it cannot be finished."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from samspill.store.aws import call
from samspill.store.s3 import remove_under

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PART_BYTES = 8 * 1024 * 1024
"""S3 takes parts of 5 MiB and more, the last one excepted."""
_TYPE = "text/csv; charset=utf-8"


class S3Files:
    """See `ports.Files`."""

    def __init__(self, bucket: str, make: Callable[[], S3Client]) -> None:
        """Name the bucket."""
        self._bucket, self._make = bucket, make

    def put(self, key: str, parts: Iterable[bytes]) -> int:
        """See `Files.put`. A function that dies leaves its parts behind; the bucket's rule removes them in a day."""
        pieces = pieces_of(parts, PART_BYTES)
        first = next(pieces, b"")
        if len(first) < PART_BYTES:
            self._call("put_object", Key=key, Body=first, ContentType=_TYPE)
            return len(first)
        upload = self._call("create_multipart_upload", Key=key, ContentType=_TYPE)["UploadId"]
        try:
            size, done = 0, list[dict[str, Any]]()
            for number, piece in enumerate(_chained(first, pieces), 1):
                tag = self._call("upload_part", Key=key, UploadId=upload, PartNumber=number, Body=piece)["ETag"]
                done.append({"PartNumber": number, "ETag": tag})
                size += len(piece)
            self._call("complete_multipart_upload", Key=key, UploadId=upload, MultipartUpload={"Parts": done})
        except BaseException:
            self._call("abort_multipart_upload", Key=key, UploadId=upload)
            raise
        return size

    def remove(self, prefix: str, limit: int) -> int:
        """See `Files.remove`."""
        return remove_under(self._make, self._bucket, prefix, limit)

    def address(self, key: str, *, name: str, seconds: int) -> str:
        """See `Files.address`. It ends with the credentials of whoever signs it, if that is earlier."""
        disposition = f"attachment; filename*=UTF-8''{quote(name)}"
        wanted = {"Bucket": self._bucket, "Key": key, "ResponseContentDisposition": disposition}
        return self._make().generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)

    def _call(self, operation: str, **arguments: Any) -> Any:
        return call(self._make, operation, Bucket=self._bucket, **arguments)


def pieces_of(parts: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the same bytes in pieces of at least `size`, the last one excepted."""
    held = bytearray()
    for part in parts:
        held += part
        if len(held) >= size:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
