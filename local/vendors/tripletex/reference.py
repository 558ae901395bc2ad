"""What other records refer to and nobody writes here: addresses, countries, currencies, VAT types, accounts, rates."""

from __future__ import annotations

from typing import ClassVar

from local.vendors.tripletex.entity import Entity, Filters
from local.vendors.tripletex.model import Kind, Model, choice, date, integer, number, ref, shown, text
from local.vendors.tripletex.query import equals, ids
from local.vendors.tripletex.world import World

NORWAY = 161
COUNTRIES = (
    # Ids from recorded answers; Sweden's was not recorded, so its id is plainly the sandbox's own.
    (13, "Østerrike", "AT", "AUT", "040"),
    (42, "Sveits", "CH", "CHE", "756"),
    (55, "Tyskland", "DE", "DEU", "276"),
    (57, "Danmark", "DK", "DNK", "208"),
    (68, "Finland", "FI", "FIN", "246"),
    (75, "Storbritannia", "GB", "GBR", "826"),
    (NORWAY, "Norge", "NO", "NOR", "578"),
    (9001, "Sverige", "SE", "SWE", "752"),
)


class Address(Entity):
    """An address; it has no path of its own in the sandbox."""

    model = Model(
        "address",
        "AddressDTO",
        "address",
        (
            text("addressLine1"),
            text("addressLine2"),
            text("postalCode", 100),
            text("city", 100),
            ref("country", "country", default=NORWAY),
            shown("displayName"),
            shown("addressAsString"),
            shown("displayNameInklMatrikkel"),
            *(integer(name) for name in ("knr", "gnr", "bnr", "fnr", "snr")),
            text("unitNumber"),
        ),
    )


class Country(Entity):
    """A country."""

    model = Model(
        "country",
        "CountryDTO",
        "country",
        tuple(shown(name) for name in ("name", "displayName", "isoAlpha2Code", "isoAlpha3Code", "isoNumericCode")),
    )
    filters: ClassVar[Filters] = {"id": ids("id"), "code": equals("isoAlpha2Code")}


class Currency(Entity):
    """A currency."""

    model = Model(
        "currency",
        "CurrencyDTO",
        "currency",
        (
            text("code", 10),
            text("description", 100),
            integer("factor"),
            text("displayName"),
            shown("isDisabled", Kind.BOOLEAN, default=False),
        ),
    )
    filters: ClassVar[Filters] = {"id": ids("id"), "code": equals("code")}


class VatType(Entity):
    """A VAT type; only its id matters here."""

    model = Model("vatType", "VatTypeDTO", "ledger/vatType", (text("name"), text("number")))


class Account(Entity):
    """A ledger account; only its id matters here."""

    model = Model("account", "AccountDTO", "ledger/account", (text("name"), integer("number")))


class HourlyRate(Entity):
    """The rate model that every new project gets."""

    model = Model(
        "projectHourlyRate",
        "ProjectHourlyRateDTO",
        "project/hourlyRates",
        (
            ref("project", "project"),
            date("startDate"),
            shown("showInProjectOrder", Kind.BOOLEAN, default=False),
            choice(
                "hourlyRateModel",
                "TYPE_PREDEFINED_HOURLY_RATES",
                "TYPE_PROJECT_SPECIFIC_HOURLY_RATES",
                "TYPE_FIXED_HOURLY_RATE",
                default="TYPE_PREDEFINED_HOURLY_RATES",
            ),
            shown("projectSpecificRates", Kind.REFS, default=()),
            number("fixedRate"),
        ),
    )
    indexed = ("project",)


ACCOUNT_RECEIVABLE = 1500
VAT_HIGH = 3
NOK = 1


def load_references(world: World) -> None:
    """Put in place what every account has."""
    for row_id, name, alpha2, alpha3, numeric in COUNTRIES:
        codes = {"isoAlpha2Code": alpha2, "isoAlpha3Code": alpha3, "isoNumericCode": numeric}
        world.load("country", {"name": name, "displayName": name, **codes}, row_id)
    world.load("currency", {"code": "NOK", "description": "Norge", "factor": 1, "displayName": "NOK"}, NOK)
    world.load("vatType", {"name": "Utgående avgift, høy sats", "number": "3"}, VAT_HIGH)
    world.load("account", {"name": "Kundefordringer", "number": ACCOUNT_RECEIVABLE}, ACCOUNT_RECEIVABLE)
