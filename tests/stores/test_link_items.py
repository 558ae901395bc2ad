"""A link in the table: the same link again, and small."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import orjson
from hypothesis import given
from hypothesis import strategies as st

from samspill.canon.json_form import jsonable
from samspill.canon.values import Value
from samspill.engine.model import Candidate, Decision, Detail, Intent, Link, LinkState, Outcome, Result, Shadow, Side
from samspill.engine.revision import Revision
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.state import StreamKey
from samspill.store import link_items
from tests.canon.values import values
from tests.stores.conftest import OnAws

STREAM = StreamKey("fjellheim", "tripletex-timerabbit", "customers")
KILOBYTE = 1024

texts = st.text(max_size=12)
times = st.integers(0, 2**31)
fields = st.dictionaries(st.sampled_from(["name", "number", "email", "customer", "postal_address"]), values)
sides = st.sampled_from(Side)
by_side = st.dictionaries(st.sampled_from(["left", "right"]), values)
versions = st.none() | st.builds(Revision, times) | st.builds(Revision, st.none() | times, texts)
shadows = st.builds(Shadow, fields, versions, times, texts)
reasons = st.builds(Reason, texts, st.dictionaries(texts, texts), st.none() | st.text(min_size=1, max_size=9))
decisions = st.builds(
    Decision, texts, texts, times, st.none() | texts, st.dictionaries(texts, by_side, max_size=2), fields
)
links = st.builds(
    Link,
    id=texts.map("left-{}".format),
    ids=st.dictionaries(sides, texts, min_size=1),
    state=st.sampled_from(LinkState),
    base=fields,
    shadows=st.dictionaries(sides, shadows),
    outcome=st.none() | st.builds(Outcome, st.sampled_from(Result), reasons),
    label=texts,
    intent=st.none() | st.builds(Intent, texts, sides, times, fields, shadows, fields),
    decision=st.none() | decisions | st.builds(replace, decisions, then=decisions),
    candidates=st.lists(st.builds(Candidate, texts, texts, st.integers(0, 100), texts), max_size=3).map(tuple),
    conflicts=st.dictionaries(texts, by_side, max_size=2),
    attempt=texts,
    refusal=st.none() | reasons,
    absent=st.dictionaries(sides, st.integers(1, 9)),
    echoes=st.dictionaries(texts, st.tuples(times, times), max_size=2),
    gone=st.lists(sides, unique=True, max_size=2).map(tuple),
    disputed=st.lists(texts, max_size=2).map(tuple),
    withheld=st.dictionaries(texts, texts, max_size=2),
    revision=st.integers(1, 2**31),
)


@given(links)
def test_a_link_survives_the_table_to_the_type_of_every_value(link: Link) -> None:
    stored = link_items.decode(link.id, link_items.encode(link, link.revision))
    assert stored == link
    assert _exactly(stored) == _exactly(link)


def _exactly(link: Link) -> bytes:
    """Return the link as JSON, where 1 and true differ."""
    return orjson.dumps(link, default=jsonable, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def test_true_is_not_taken_for_the_one_it_equals() -> None:
    link = Link("left-1", {Side.LEFT: "1"}, base={"units": 1}, shadows={Side.LEFT: Shadow({"units": True})})
    stored = link_items.decode(link.id, link_items.encode(link, 1))
    assert stored.shadows[Side.LEFT].fields["units"] is True


def test_a_decimal_keeps_its_zeros_beside_the_one_it_equals() -> None:
    base, own = {"price": [Decimal("1.5")]}, {"price": [Decimal("1.50")]}
    link = Link("left-1", {Side.LEFT: "1"}, base=base, shadows={Side.LEFT: Shadow(own), Side.RIGHT: Shadow(base)})
    stored = link_items.decode(link.id, link_items.encode(link, 1))
    assert _exactly(stored) == _exactly(replace(link, revision=1))


def test_an_order_alone_is_stored_as_before_and_a_tag_beside_it() -> None:
    base: dict[str, Value] = {"name": "Berg AS", "phone": "1"}
    told = {"alone": Revision(12), "both": Revision(12, '"a"'), "tag": Revision(tag='"a"')}
    bodies = {}
    for name, version in told.items():
        same, other = Shadow(base, version, 5, "f"), Shadow({"name": "Berg AS", "phone": "2"}, version, 5, "f")
        link = Link("left-1", {Side.LEFT: "1"}, base=base, shadows={Side.LEFT: same, Side.RIGHT: other})
        bodies[name] = orjson.loads(link_items.encode(link, 1))["h"]
        assert link_items.decode("left-1", link_items.encode(link, 1)).shadows == link.shadows
    assert bodies["alone"] == {"left": [12, 5, "f"], "right": [12, 5, "f", {"phone": "2"}]}
    assert bodies["both"]["right"] == [12, 5, "f", {"phone": "2"}, [], '"a"']
    assert bodies["tag"]["left"] == [None, 5, "f", {}, [], '"a"']


def test_every_stage_of_a_typical_customer_stays_under_a_kilobyte_in_the_table(aws: OnAws) -> None:
    customer: dict[str, Value] = {
        "name": "Fjellheim Rør & Sanitær AS",
        "number": "10042",
        "organization_number": "912345678",
        "email": "post@fjellheim.example",
        "phone": "22334455",
        "postal_address": {"line1": "Storgata 1", "line2": None, "postcode": "0155", "city": "Oslo", "country": "NO"},
        "is_active": True,
    }
    edited = {**customer, "phone": "99887766", "email": "kontor@fjellheim.example"}
    shadow = Shadow(customer, Revision(12), 1_790_000_000, "0123456789abcdef01234567")
    source = Shadow(edited, Revision(13), 1_790_000_600, "1123456789abcdef01234567")
    attempt, until, label = "left-80123456@7", 1_790_000_900, "10042 Fjellheim Rør & Sanitær AS"
    claim = Link(
        "left-80123456",
        {Side.LEFT: "80123456"},
        LinkState.CLAIMED,
        label=label,
        intent=Intent(attempt, Side.RIGHT, until, customer, shadow, customer),
    )
    linked = Link(
        "left-80123456",
        {Side.LEFT: "80123456", Side.RIGHT: "99887"},
        LinkState.LINKED,
        customer,
        {Side.LEFT: shadow, Side.RIGHT: replace(shadow, fields={**customer, "phone": "22 33 44 55"})},
        Outcome(
            Result.APPLIED,
            Reason("updated", {"system": "Timerabbit", "fields": "email, phone"}),
            Detail(written=Side.RIGHT, fields=("email", "phone")),
        ),
        label,
        attempt=attempt,
    )
    changes = {name: edited[name] for name in ("phone", "email")}
    writing = replace(linked, intent=Intent(attempt, Side.RIGHT, until, changes, source, edited))
    in_review = replace(
        linked,
        conflicts={"phone": {"left": "99887766", "right": "22 33 44 55"}},
        outcome=Outcome(Result.CONFLICT, Reason("conflict", {"fields": "phone"})),
    )
    sizes = [_size_bytes(aws, link) for link in (claim, linked, writing, in_review)]
    assert max(sizes) < KILOBYTE, sizes


def _size_bytes(aws: OnAws, link: Link) -> int:
    """Return the size of the item as AWS counts it: names and values, in UTF-8."""
    stream = STREAM._replace(stream=f"customers {link.state} {link.intent is None} {len(link.conflicts)}")
    assert aws.links.commit(stream, [LinkCommit(link)]) == [True]
    (item,) = [item for item in aws.dynamodb.scan(TableName="state")["Items"] if stream.stream in item["pk"]["S"]]
    return sum(len(name) + len(next(iter(value.values())).encode()) for name, value in item.items())
