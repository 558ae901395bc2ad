"""An outcome's detail in the table: the same again, small, and nothing where there is none."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.engine.model import Detail, DetailKind, Link, LinkState, Outcome, Result, Side
from samspill.reasons import Reason
from samspill.store import link_items

NAMES = st.sampled_from(
    ["email", "attributes.Serial, No", "attributes.a = b", "attributes.with blank", "attributes.ø/å"]
)
texts = st.text(max_size=12)
details = st.builds(
    Detail,
    kind=st.none() | st.sampled_from(DetailKind),
    waits_for=st.none() | st.tuples(texts, st.sampled_from(Side), texts),
    stops=st.dictionaries(NAMES.map("customers/right/field:{}".format), texts, max_size=2),
    missing=st.lists(texts, max_size=2).map(tuple),
    written=st.none() | st.sampled_from(Side),
    fields=st.lists(NAMES, unique=True, max_size=3).map(tuple),
)


def stored(outcome: Outcome) -> Outcome | None:
    link = Link("left-1", {Side.LEFT: "1"}, LinkState.UNLINKED, outcome=outcome)
    return link_items.decode(link.id, link_items.encode(link, 1)).outcome


@given(details.filter(lambda detail: detail != Detail()))
def test_a_detail_survives_the_table_whatever_its_names_are(detail: Detail) -> None:
    outcome = Outcome(Result.WAITING, Reason("held_back"), detail)
    assert stored(outcome) == outcome


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (Result.APPLIED, Reason("created", {"system": "Svenn"})),
        (Result.APPLIED, Reason("updated", {"system": "Svenn", "fields": "email"})),
        (Result.UNCHANGED, Reason("equal")),
        (Result.FAILED, Reason("rejected", {"message": "no"})),
    ],
)
def test_an_outcome_without_a_detail_stores_none(result: Result, reason: Reason) -> None:
    link = Link("left-1", {Side.LEFT: "1"}, outcome=Outcome(result, reason))
    body = link_items.encode(link, 1)
    assert orjson.loads(body)["o"] == [result, reason.to_json()]
    assert link_items.decode("left-1", body).outcome == link.outcome


def test_a_link_of_the_version_before_waits_for_the_same_record_and_the_same_list() -> None:
    waiting = {"code": "waiting_for", "params": {"stream": "customers", "record": "X AS", "for": "customers/left-7"}}
    held = {
        "code": "held_back",
        "params": {"what": "customers.phone", "names": "customers/right/field:phone", "content": "9f2c4d5e6a7b"},
    }
    found = [
        link_items.decode("left-1", orjson.dumps({"i": {"left": "1"}, "s": "unlinked", "o": ["waiting", why]}).decode())
        for why in (waiting, held)
    ]
    assert [link.outcome and link.outcome.detail for link in found] == [
        Detail(waits_for=("customers", Side.LEFT, "7")),
        Detail(stops={"customers/right/field:phone": "9f2c4d5e6a7b"}),
    ]
