"""What two versions of a record tell of each other, and how they travel."""

from __future__ import annotations

import orjson
import pytest
from pydantic import TypeAdapter, ValidationError

from samspill.canon.json_form import jsonable
from samspill.engine.revision import Revision

ALL = (Revision(0), Revision(7), Revision(tag='"a1"'), Revision(tag='W/"7"'), Revision(7, '"a1"'))


@pytest.fixture
def adapter() -> TypeAdapter[Revision | None]:
    """Made in each test, so that the schema of `Revision` is what the test reaches."""
    return TypeAdapter(Revision | None)


def test_an_order_tells_which_is_lower_and_a_tag_does_not() -> None:
    assert Revision(3).is_before(Revision(4))
    assert Revision(3, "b").is_before(Revision(4, "a"))
    assert not Revision(4).is_before(Revision(4))
    assert not Revision(tag="3").is_before(Revision(tag="4"))
    assert not Revision(3).is_before(Revision(tag="4"))
    assert not Revision(3).is_before(None)


def test_two_are_the_same_by_all_that_both_tell() -> None:
    assert Revision(4).is_same(Revision(4, "a"))
    assert Revision(tag="a").is_same(Revision(4, "a"))
    assert not Revision(4, "a").is_same(Revision(4, "b"))
    assert not Revision(tag="a").is_same(Revision(tag="A"))
    assert not Revision(4).is_same(Revision(tag="4")), "they have nothing in common"
    assert not Revision(4).is_same(None)


def test_what_a_vendor_does_not_tell_is_no_version() -> None:
    assert Revision.of() is None
    assert Revision.of(0) == Revision(0)
    assert Revision.of(tag="") == Revision(tag="")


@pytest.mark.parametrize("version", ALL)
def test_it_is_the_same_again_in_messages_and_in_snapshots(
    version: Revision, adapter: TypeAdapter[Revision | None]
) -> None:
    for told in (adapter.dump_json(version), orjson.dumps(version, default=jsonable)):
        assert adapter.validate_json(told) == version
        assert Revision.from_json(orjson.loads(told)) == version


def test_an_order_alone_travels_as_the_number_it_always_was(adapter: TypeAdapter[Revision | None]) -> None:
    assert adapter.dump_json(Revision(7)) == b"7"
    assert adapter.validate_json(b"7") == Revision(7)
    assert adapter.validate_json(b'{"order": 7, "later": true}') == Revision(7)


def test_the_published_form_is_the_same_for_who_reads_and_who_writes(adapter: TypeAdapter[Revision | None]) -> None:
    parts = {"order": {"title": "Order", "type": "integer"}, "tag": {"title": "Tag", "type": "string"}}
    form = {"anyOf": [{"type": "integer"}, {"properties": parts, "type": "object"}, {"type": "null"}]}

    assert adapter.json_schema(mode="validation") == adapter.json_schema(mode="serialization") == form


def test_what_is_no_version_is_refused(adapter: TypeAdapter[Revision | None]) -> None:
    for told in (b'"7"', b"1.5", b"[7]", b'{"tag": 7}'):
        with pytest.raises(ValidationError):
            adapter.validate_json(told)
