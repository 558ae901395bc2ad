"""Deliveries are taken in once, what the smaller ones told is kept for a month, and goes with its connection."""

from __future__ import annotations

from datetime import timedelta

from samspill.ports import Delivery
from tests.stores.conftest import OnAws, Stores
from tests.support.aws import client_of

FIRST = Delivery("t", "tx", "1")
DAY_S = 86_400


def told(stores: Stores, connection: str = "tx", *, days: float = 90) -> list[bytes]:
    since = stores.clock.now() - timedelta(days=days)
    return sorted(each.body for each in stores.deliveries.told("t", connection, since))


def test_a_delivery_is_known_once_it_was_noted(stores: Stores) -> None:
    assert not stores.deliveries.known(FIRST)
    assert not stores.deliveries.known(FIRST), "asking is not noting"
    stores.deliveries.note(FIRST)
    assert stores.deliveries.known(FIRST)
    for other in (FIRST._replace(name="2"), FIRST._replace(connection="tx2"), FIRST._replace(tenant="u")):
        assert not stores.deliveries.known(other)


def test_after_a_week_it_is_not_known_although_nothing_has_been_cleaned_up(stores: Stores) -> None:
    stores.deliveries.note(FIRST, b"body")
    stores.clock.advance(7 * DAY_S - 1)
    assert stores.deliveries.known(FIRST)
    stores.clock.advance(1)
    assert not stores.deliveries.known(FIRST)
    stores.deliveries.note(FIRST)
    assert stores.deliveries.known(FIRST)


def test_a_name_of_any_length_is_a_name(stores: Stores) -> None:
    for name in ("", "x" * 5000, "x" * 4999 + "y"):
        delivery = FIRST._replace(name=name)
        assert not stores.deliveries.known(delivery)
        stores.deliveries.note(delivery)
        assert stores.deliveries.known(delivery)


def test_what_was_told_since_then_is_found_by_connection_with_its_time(stores: Stores) -> None:
    noted_at = stores.clock.now()
    stores.deliveries.note(FIRST, b"first")
    stores.deliveries.note(FIRST._replace(name="bare"))
    stores.clock.advance(3600)
    stores.deliveries.note(FIRST._replace(name="2"), b"second")
    stores.deliveries.note(FIRST._replace(connection="other"), b"another connection's")
    stores.deliveries.note(FIRST._replace(tenant="u"), b"another tenant's")

    assert told(stores) == [b"first", b"second"]
    assert told(stores, days=1 / 24) == [b"first", b"second"], "the moment itself is since then"
    assert told(stores, days=0.99 / 24) == [b"second"]
    assert {each.body: each.at for each in stores.deliveries.told("t", "tx", noted_at)}[b"first"] == noted_at


def test_what_was_told_is_kept_for_thirty_days(stores: Stores) -> None:
    stores.deliveries.note(FIRST, b"body")
    stores.clock.advance(30 * DAY_S)
    assert told(stores) == [b"body"]
    stores.clock.advance(1)
    assert told(stores) == []


def test_deliveries_of_a_connection_are_removed_some_at_a_time_and_nobody_elses(stores: Stores) -> None:
    for number in range(3):
        stores.deliveries.note(FIRST._replace(name=str(number)), b"body")
    stores.deliveries.note(FIRST._replace(connection="tx2"), b"other")

    assert [stores.deliveries.remove("t", "tx", 2) for _ in range(3)] == [2, 1, 0]

    assert not stores.deliveries.known(FIRST)
    assert (told(stores), told(stores, "tx2")) == ([], [b"other"])


def test_the_table_expires_a_body_after_a_month_and_a_bare_name_after_a_week(aws: OnAws) -> None:
    for name, body in (("bare", b""), ("told", b"{}")):
        aws.deliveries.note(FIRST._replace(name=name), body)

    ends = {int(item["expires_at"]["N"]) for item in client_of("dynamodb").scan(TableName="webhooks")["Items"]}

    now_s = int(aws.clock.now().timestamp())
    assert ends == {now_s + 7 * DAY_S, now_s + 30 * DAY_S}


def test_a_body_takes_no_more_room_than_it_must(aws: OnAws) -> None:
    body = b'{"value": [' + b'{"name": "Fjord AS", "isCustomer": true},' * 150 + b"0]}"
    aws.deliveries.note(FIRST, body)

    (item,) = client_of("dynamodb").scan(TableName="webhooks")["Items"]

    assert len(body) > 6000
    assert sum(len(str(value)) for value in item.values()) < 1024
    assert told(aws) == [body]


def test_what_one_delivery_told_is_removed_and_it_stays_known(stores: Stores) -> None:
    stores.deliveries.note(FIRST, b"first")
    stores.deliveries.note(FIRST._replace(name="2"), b"second")
    (first,) = (each for each in stores.deliveries.told("t", "tx", stores.clock.now()) if each.body == b"first")

    for _ in range(2):
        stores.deliveries.forget("t", "tx", first.name)
        assert told(stores) == [b"second"]
        assert stores.deliveries.known(FIRST)

    stores.deliveries.remove("t", "tx", 10)
    stores.deliveries.forget("t", "tx", first.name)
    assert not stores.deliveries.known(FIRST), "one that is gone does not come back"
