"""Files, and what is known of them: written as a stream, one of a stream at a time, saved on their revision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from samspill.errors import ConflictError
from samspill.export_files import ExportFile, FileLink, FileStatus
from samspill.state import FlowKey, StreamKey
from samspill.store.s3_files import PART_BYTES, pieces_of
from tests.stores.conftest import OnAws, Stores
from tests.support.aws import client_of, counted
from tests.support.clock import START


def file(name: str = "r1-customers", tenant: str = "t", stream: str = "customers") -> ExportFile:
    return ExportFile(
        tenant=tenant,
        flow="f",
        stream=stream,
        id=name,
        run=name[:2],
        name="customers.csv",
        key=f"files/{name}",
        begun_at=START,
    )


def link(hashed: str = "h1") -> FileLink:
    return FileLink(
        hash=hashed,
        tenant="t",
        flow="f",
        file="r1-customers",
        key="files/r1",
        name="customers.csv",
        rows=1,
        size_bytes=2,
        made_by="kari",
        made_at=START,
        ends_at=START + timedelta(days=1),
    )


class TestFileRegistry:
    def test_one_file_of_a_stream_is_written_at_a_time(self, stores: Stores) -> None:
        first = stores.files.begin(file())

        assert stores.files.begin(file("r2-customers")) == first
        assert stores.files.begin(file()) == first, "whoever begins it again goes on with it"
        assert stores.files.begin(file("r2-other", stream="other")).id == "r2-other"
        assert stores.files.begin(file("r2-customers", tenant="u")).id == "r2-customers"
        assert stores.files.writing(first.stream_key) == first
        assert stores.files.writing(StreamKey("t", "f", "third")) is None

    def test_a_finished_file_is_shown_and_the_next_one_may_begin(self, stores: Stores) -> None:
        first = stores.files.begin(file())
        assert stores.files.get(first.flow_key, first.id) is None, "not before"

        for _ in range(2):
            stores.files.finish(first, keep=True)

        shown = stores.files.get(first.flow_key, first.id)
        assert shown == first.model_copy(update={"status": FileStatus.DONE})
        second = stores.files.begin(file("r2-customers"))
        stores.files.finish(first, keep=True)  # told again, late
        assert stores.files.writing(first.stream_key) == second

    def test_a_file_that_is_forgotten_is_not_shown(self, stores: Stores) -> None:
        stores.files.finish(stores.files.begin(file()), keep=False)

        assert stores.files.latest(FlowKey("t", "f"), 5) == []
        assert stores.files.begin(file("r2-customers")).id == "r2-customers"

    def test_the_newest_files_of_a_flow_come_first(self, stores: Stores) -> None:
        for number in range(4):
            stores.files.finish(stores.files.begin(file(f"r{number}-customers")), keep=True)
        stores.files.finish(stores.files.begin(file("r9-customers", tenant="u")), keep=True)
        stores.files.begin(file("r8-customers"))

        assert [each.run for each in stores.files.latest(FlowKey("t", "f"), 3)] == ["r3", "r2", "r1"]

    def test_a_file_is_saved_on_its_revision_while_it_is_written_and_once_it_is_shown(self, stores: Stores) -> None:
        begun = stores.files.begin(file())
        saved = stores.files.save(begun.model_copy(update={"rows": 7}))
        assert (saved.rows, saved.revision) == (7, begun.revision + 1)
        with pytest.raises(ConflictError):
            stores.files.save(begun)
        stores.files.finish(saved, keep=True)
        with pytest.raises(ConflictError):
            stores.files.save(saved)
        shown = stores.files.get(saved.flow_key, saved.id)
        assert shown is not None

        named = stores.files.save(shown.model_copy(update={"links": ("h1",)}))

        assert stores.files.get(saved.flow_key, saved.id) == named
        assert named.rows == 7

    def test_a_link_is_found_by_the_hash_of_its_token_and_saved_on_its_revision(self, stores: Stores) -> None:
        assert stores.files.link("h1") is None
        first = stores.files.save_link(link())
        with pytest.raises(ConflictError):
            stores.files.save_link(link())
        second = stores.files.save_link(first.model_copy(update={"fetched": 1}))
        with pytest.raises(ConflictError):
            stores.files.save_link(first)

        assert stores.files.link("h1") == second
        assert (second.fetched, stores.files.link("h2")) == (1, None)


class TestFiles:
    def test_parts_become_one_file_whose_size_is_told(self, stores: Stores) -> None:
        assert stores.file_store.put("files/a", [b"one", b"", b"two"]) == 6
        assert held(stores, "files/a") == b"onetwo"
        assert stores.file_store.put("files/a", []) == 0
        assert held(stores, "files/a") == b""

    def test_a_file_that_cannot_be_finished_leaves_what_was_there(self, stores: Stores) -> None:
        stores.file_store.put("files/a", [b"before"])

        with pytest.raises(RuntimeError):
            stores.file_store.put("files/a", broken())

        assert held(stores, "files/a") == b"before"

    def test_an_address_leads_to_the_file_for_a_moment_to_be_saved_under_its_name(self, stores: Stores) -> None:
        address = stores.file_store.address("files/a", name="kunder æ.csv", seconds=60)

        assert "files/a" in address
        assert "60" in address


def broken() -> Iterator[bytes]:
    yield b"x" * (PART_BYTES + 1)
    raise RuntimeError


def held(stores: Stores, key: str) -> bytes:
    if isinstance(stores, OnAws):
        body: bytes = client_of("s3").get_object(Bucket="blobs", Key=key)["Body"].read()
        return body
    found: dict[str, bytes] = stores.file_store.held  # type: ignore[attr-defined]  # the twin's
    return found[key]


def test_a_large_file_is_uploaded_in_parts_and_nothing_is_left_of_one_that_broke_off(aws: OnAws) -> None:
    with counted("s3") as calls:
        size = aws.file_store.put("files/a", (b"y" * 1024 * 1024 for _ in range(20)))

    assert size == 20 * 1024 * 1024
    assert (calls["UploadPart"], calls["PutObject"], calls["CompleteMultipartUpload"]) == (3, 0, 1)
    with pytest.raises(RuntimeError):
        aws.file_store.put("files/b", broken())
    assert client_of("s3").list_multipart_uploads(Bucket="blobs").get("Uploads", []) == []


def test_pieces_hold_the_same_bytes_and_none_but_the_last_is_too_small_for_a_part() -> None:
    parts = [bytes([number]) * number for number in range(1, 40)]

    pieces = list(pieces_of(parts, 50))

    assert b"".join(pieces) == b"".join(parts)
    assert all(50 <= len(piece) < 100 for piece in pieces[:-1])
    assert list(pieces_of([], 50)) == []


def test_an_address_is_signed_as_every_region_takes_it_and_names_the_file(aws: OnAws) -> None:
    url = urlsplit(aws.file_store.address("files/t/f/a.csv", name="kunder æ.csv", seconds=60))

    asked: dict[str, Any] = parse_qs(url.query)
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert asked["X-Amz-Expires"] == ["60"]
    assert asked["response-content-disposition"] == ["attachment; filename*=UTF-8''kunder%20%C3%A6.csv"]
