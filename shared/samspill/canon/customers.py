"""Customers, as every connector maps them."""

from __future__ import annotations

from typing import TypedDict

from samspill.canon.text import typed


class Address(TypedDict):
    """A postal address. One field of its record: it is compared and written as a whole."""

    line1: str | None
    line2: str | None
    postcode: str | None
    city: str | None
    country: str | None
    """ISO 3166 alpha-2, or None where the vendor does not say."""


class Customer(TypedDict, total=False):
    """A customer. A key that is absent was not told by the vendor."""

    name: str
    number: str | None
    organization_number: str | None
    email: str | None
    invoice_email: str | None
    phone: str | None
    mobile: str | None
    postal_address: Address | None
    is_active: bool
    is_private: bool
    description: str | None


def address(
    line1: str | None, line2: str | None, postcode: str | None, city: str | None, country: str | None
) -> Address | None:
    """Return an address as it was typed, or None when nothing but the country is filled in."""
    whole = Address(
        line1=typed(line1), line2=typed(line2), postcode=typed(postcode), city=typed(city), country=typed(country)
    )
    return whole if any((whole["line1"], whole["line2"], whole["postcode"], whole["city"])) else None
