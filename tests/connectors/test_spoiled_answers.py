"""One bad value in an answer costs its row, in every kind of read and at every vendor; all else is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from samspill.connectors import tolerant
from samspill.engine.model import Observation
from samspill.errors import ContractError
from tests.connectors.rig import Rig, create, needs

MARK = "SPOILED"
"""What stands in the record's name at the vendor, and is something else on the wire."""
HALVES = [rb"\ud83d", rb"\ude00", b"\xed\xa0\xbd"]
NO_JSON = [b"tab\there", b"line\nhere", b"\x01"]
NO_TEXT = [b"Bl\xe5b\xe6r", b"\xff"]


def spoil(rig: Rig, new: bytes, old: bytes = MARK.encode(), times: int = 9) -> None:
    """Let `new` stand on the wire where the vendor holds `old`."""

    def answer(request: httpx.Request) -> httpx.Response:
        told = rig.transport.inner.handle_request(request)
        told.read()
        return httpx.Response(told.status_code, headers=told.headers, content=told.content.replace(old, new))

    rig.transport.answers = [answer] * times


NAMES = ("Aas", f"Bygg {MARK}", "Dal")


def rows(rig: Rig) -> list[dict[str, Any]]:
    """Return three records, with a number where the vendor has one: some tell by it which answer is whose."""
    numbers = [{"number": str(at)} if "number" in rig.subject.further else {} for at in (101, 102, 103)]
    told = zip(NAMES, rig.subject.keys, numbers, strict=True)
    return [rig.row(name, key=key, **number) for name, key, number in told]


def three(rig: Rig) -> list[str]:
    rig.connector.page(rig.kind)  # what opens a session has done so
    return [rig.add(rig.kind, row) for row in rows(rig)]


def page(rig: Rig, ids: list[str]) -> list[Observation]:
    seen, _complete, _cursor = rig.read_all()
    return [row for row in seen if row.external_id in ids]


def read(rig: Rig, ids: list[str]) -> list[Observation]:
    return list(rig.connector.read(rig.kind, ids))


def find(rig: Rig, _ids: list[str]) -> list[Observation]:
    return [row for key in rig.subject.keys for row in rig.connector.find(rig.kind, keys={rig.subject.key: key})]


READS: dict[str, Callable[[Rig, list[str]], list[Observation]]] = {"page": page, "read": read, "find": find}


@needs("key", "search")
@pytest.mark.parametrize("how", READS)
@pytest.mark.parametrize("half", HALVES)
def test_half_an_emoji_is_mended_and_its_neighbours_are_read(rig: Rig, how: str, half: bytes) -> None:
    ids = three(rig)
    spoil(rig, half)
    seen = READS[how](rig, ids)
    assert [row.external_id for row in seen] == ids
    assert [row.problem for row in seen] == [None] * 3
    assert [row.fields[rig.subject.name] for row in seen] == ["Aas", "Bygg \N{REPLACEMENT CHARACTER}", "Dal"]


@needs("key", "search")
@pytest.mark.parametrize("how", READS)
@pytest.mark.parametrize("raw", NO_JSON)
def test_a_raw_control_character_costs_nothing(rig: Rig, how: str, raw: bytes) -> None:
    ids = three(rig)
    spoil(rig, raw)
    seen = READS[how](rig, ids)
    assert [row.external_id for row in seen] == ids
    assert [row.problem for row in seen] == [None] * 3


@needs("key", "search")
@pytest.mark.parametrize("how", READS)
@pytest.mark.parametrize("raw", NO_TEXT)
def test_bytes_that_are_no_text_cost_their_row_by_name_and_are_never_guessed_at(rig: Rig, how: str, raw: bytes) -> None:
    ids = three(rig)
    spoil(rig, raw)
    seen = {row.external_id: row for row in READS[how](rig, ids)}
    assert seen.keys() == {*ids}
    bad = seen[ids[1]].problem
    assert bad is not None
    assert (bad.code, bad.params["misfit"]) == ("cannot_map", "not text")
    assert rig.subject.name not in seen[ids[1]].fields
    assert [seen[each].problem for each in (ids[0], ids[2])] == [None, None]


@needs("key", "search")
@pytest.mark.parametrize("how", READS)
@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"1e999", b"9" * 5000, b"[[1]]", b'{"a": {}}', b"true"])
def test_a_value_of_another_kind_costs_its_row_by_name(rig: Rig, how: str, value: bytes) -> None:
    ids = three(rig)
    spoil(rig, value, b'"Bygg SPOILED"')
    seen = {row.external_id: row for row in READS[how](rig, ids)}
    assert seen.keys() == {*ids}
    bad = seen[ids[1]].problem
    assert bad is not None
    assert bad.params["field"] in rig.subject.on_the_wire
    assert [seen[each].problem for each in (ids[0], ids[2])] == [None, None]


@needs("key")
def test_a_version_that_no_table_holds_costs_its_row(rig: Rig) -> None:
    ids = three(rig)

    def answer(request: httpx.Request) -> httpx.Response:
        told = rig.transport.inner.handle_request(request)
        told.read()
        body = orjson.loads(told.content)
        next(row for row in body[rig.rows_key] if str(row["id"]) == ids[1])["version"] = "VERSION"
        content = orjson.dumps(body).replace(b'"VERSION"', b"9" * 30)
        return httpx.Response(told.status_code, headers=told.headers, content=content)

    rig.transport.answers = [answer]
    seen = {row.external_id: row for row in rig.connector.page(rig.kind).observations}
    problems = {each: bad for each in ids if (bad := seen[each].problem) is not None}
    assert problems.keys() == {ids[1]}
    assert problems[ids[1]].params == {"field": "version", "misfit": "too large"}


@needs("key")
@pytest.mark.parametrize("name", [None, [], {}])
def test_a_row_without_an_id_is_counted_and_proves_no_absence(rig: Rig, name: object) -> None:
    ids = three(rig)
    rig.alter_row(-2, lambda row: row.update(id=name))
    told = rig.connector.page(rig.kind)
    assert ids[1] not in {row.external_id for row in told.observations}
    assert {ids[0], ids[2]} <= {row.external_id for row in told.observations}
    assert (told.unnamed, told.complete) == (1, False)


@needs("key")
def test_what_is_no_row_at_all_costs_nothing_else(rig: Rig) -> None:
    ids = three(rig)

    def answer(request: httpx.Request) -> httpx.Response:
        told = rig.transport.inner.handle_request(request)
        told.read()
        content = told.content.replace(f'"{rig.rows_key}":['.encode(), f'"{rig.rows_key}":["nothing",'.encode(), 1)
        assert content != told.content
        return httpx.Response(told.status_code, headers=told.headers, content=content)

    rig.transport.answers = [answer]
    told = rig.connector.page(rig.kind)
    assert {*ids} <= {row.external_id for row in told.observations}
    assert (told.unnamed, told.complete) == (1, False)


@needs("writes", "key")
@pytest.mark.parametrize("half", HALVES)
def test_the_answer_to_a_write_is_understood_all_the_same(rig: Rig, half: bytes) -> None:
    spoil(rig, half)
    done = rig.connector.write(rig.kind, [create(str(at), **row) for at, row in enumerate(rows(rig))])
    assert [each.error for each in done] == [None] * 3
    assert [each.record.fields[rig.subject.name] for each in done if each.record] == [
        "Aas",
        "Bygg \N{REPLACEMENT CHARACTER}",
        "Dal",
    ]


@needs("writes")
def test_a_value_that_json_does_not_have_costs_its_record_before_anything_is_sent(rig: Rig) -> None:
    writes = [create(name, **rig.row(name)) for name in ("Aas", "Half \ud83d", "Dal")]
    first, half, last = rig.connector.write(rig.kind, writes)
    assert (first.error, last.error) == (None, None)
    assert half.error is not None
    assert half.error.field == rig.subject.name
    assert sorted(name for name in rig.names(rig.kind) if name in {"Aas", "Dal"}) == ["Aas", "Dal"]
    assert not [name for name in rig.names(rig.kind) if name.startswith("Half")]


@needs("key")
def test_what_breaks_off_is_read_as_nothing_at_all(rig: Rig) -> None:
    three(rig)
    rig.transport.answers = [httpx.Response(200, content=b'{"values": [{"id": 1, "na')]
    with pytest.raises(ContractError):
        rig.connector.page(rig.kind)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (rb'"\ud83d\ude00"', "\N{GRINNING FACE}"),
        (rb'"a\ud83d"', "a\N{REPLACEMENT CHARACTER}"),
        (rb'{"\ud83d": ["\ude00"]}', {"\N{REPLACEMENT CHARACTER}": ["\N{REPLACEMENT CHARACTER}"]}),
        (b'\xef\xbb\xbf"with a mark"', "with a mark"),
        (b"12345678901234567890123", 12345678901234567890123),
    ],
)
def test_json_is_read_tolerantly(body: bytes, value: object) -> None:
    assert tolerant.loads(body) == value


def test_nesting_without_end_is_no_json() -> None:
    with pytest.raises(ValueError, match="deep"):
        tolerant.loads(b"[" * 200_000)
