"""What kinds of record in several contracts have in common."""

from __future__ import annotations

from collections.abc import Callable

from local.vendors.contract.kinds import Attribute, Record, nested, pattern, text
from local.vendors.contract.problems import Wrong
from local.vendors.contract.store import Store
from local.vendors.data.dataset import SeedAddress

_PARTS = {
    "line1": text(255),
    "line2": text(255),
    "postcode": text(20),
    "city": text(100),
    "country": pattern("[A-Z]{2}", 2),
}
ADDRESS = Attribute(nested(_PARTS), parts=tuple(_PARTS))
"""A postal address."""


def whole(address: SeedAddress) -> Record:
    """Return demo data's address as the contracts have it."""
    return {"line1": address.line1, "postcode": address.postcode, "city": address.city, "country": "NO"}


def end_before_start(_store: Store, record: Record) -> list[Wrong]:
    """Refuse a period that ends before it begins."""
    if record["startDate"] and record["endDate"] and record["endDate"] < record["startDate"]:
        return [Wrong("endDate", "end_before_start", "is before startDate")]
    return []


def used_by(kind: str, attribute: str) -> Callable[[Store, str], bool]:
    """Tell of a record whether some record of `kind` refers to it."""
    return lambda store, record_id: any(each.record[attribute] == record_id for each in store.held[kind].values())
