"""Customers: numbered from 10001, never unique by name, deleted only when unused."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from local.vendors.clock import OSLO
from local.vendors.tripletex import messages as m
from local.vendors.tripletex.entity import Computations, Entity, Filters, Values
from local.vendors.tripletex.errors import bad_parameter, rule
from local.vendors.tripletex.model import (
    Kind,
    Model,
    address,
    boolean,
    choice,
    integer,
    number,
    ref,
    refs,
    shown,
    text,
)
from local.vendors.tripletex.query import Predicate, Query, contains, equals, ids, truth
from local.vendors.tripletex.reference import ACCOUNT_RECEIVABLE, NOK
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World

FIRST_NUMBER = 10_001

MODEL = Model(
    "customer",
    "CustomerDTO",
    "customer",
    (
        text("name", required=True),
        text("organizationNumber", 100),
        integer("globalLocationNumber"),
        integer("supplierNumber"),
        integer("customerNumber"),
        boolean("isSupplier"),
        shown("isCustomer", Kind.BOOLEAN, default=True),
        boolean("isInactive"),
        ref("accountManager", "employee"),
        ref("department", "department"),
        text("email", 254),
        text("invoiceEmail", 254),
        text("overdueNoticeEmail", 254),
        shown("bankAccounts", Kind.VALUE, default=()),
        text("phoneNumber", 100),
        text("phoneNumberMobile", 100),
        text("description", 16_777_215),
        choice("language", "NO", "EN", default="NO"),
        shown("displayName"),
        boolean("isPrivateIndividual"),
        boolean("singleCustomerInvoice"),
        choice(
            "invoiceSendMethod", "EMAIL", "EHF", "EFAKTURA", "AVTALEGIRO", "VIPPS", "PAPER", "MANUAL", default="EMAIL"
        ),
        choice("emailAttachmentType", "LINK", "ATTACHMENT", default="ATTACHMENT"),
        address("postalAddress"),
        address("physicalAddress"),
        address("deliveryAddress"),
        ref("category1"),
        ref("category2"),
        ref("category3"),
        integer("invoicesDueIn", 10_000, default=14),
        choice("invoicesDueInType", "DAYS", "MONTHS", "RECURRING_DAY_OF_MONTH", default="DAYS"),
        ref("currency", "currency", default=NOK),
        refs("bankAccountPresentation"),
        ref("ledgerAccount", "account", default=ACCOUNT_RECEIVABLE),
        boolean("isFactoring"),
        boolean("invoiceSendSMSNotification"),
        text("invoiceSMSNotificationNumber", 100),
        boolean("isAutomaticSoftReminderEnabled"),
        boolean("isAutomaticReminderEnabled"),
        boolean("isAutomaticNoticeOfDebtCollectionEnabled"),
        number("discountPercentage"),
        text("website"),
    ),
    unlisted=(text("sandboxOnly"),),  # the sandbox's own, so that clients meet a field they do not know
)


class Customer(Entity):
    """A customer."""

    model = MODEL
    indexed = ("customerNumber",)
    first_version = 1
    event = "customer"
    addressed = ("postalAddress", "physicalAddress")
    filters: ClassVar[Filters] = {
        "id": ids("id"),
        "customerAccountNumber": ids("customerNumber"),
        "organizationNumber": equals("organizationNumber"),
        "email": equals("email"),
        "invoiceEmail": equals("invoiceEmail"),
        "customerName": contains("name"),
        "phoneNumberMobile": equals("phoneNumberMobile"),
        "accountManagerId": ids("accountManager"),
    }
    params = frozenset({"isInactive", "changedSince"})
    computed: ClassVar[Computations] = {
        "displayName": lambda _world, row: f"{row['name']} ({row['customerNumber']})",
    }

    def narrow(self, world: World, query: Query) -> list[Predicate]:
        """Hide inactive customers unless they, and only they, are asked for; show changes since a moment."""
        inactive = truth("isInactive", query.get("isInactive") or "false")
        found: list[Predicate] = [lambda row: row.values["isInactive"] is inactive]
        since = query.get("changedSince")
        if since and not world.faults.changed_since_ignored:
            moment = _moment(since)
            found.append(lambda row: row.changes[-1].at >= moment)
        return found

    def complete(self, world: World, values: Values) -> None:
        """Give the next number."""
        if not values["customerNumber"]:
            values["customerNumber"] = max(world.highest.get("customer", 0) + 1, FIRST_NUMBER)

    def check(self, world: World, values: Values, old: Row | None) -> None:
        """Refuse a number that is in use; that Tripletex does so is an assumption."""
        taken: Any = values["customerNumber"]
        if any(old is None or row.id != old.id for row in world.where("customer", "customerNumber", taken)):
            raise rule("customerNumber", m.NUMBER_IN_USE)
        world.highest["customer"] = max(world.highest.get("customer", 0), taken or 0)

    def may_delete(self, world: World, row: Row) -> None:
        """Refuse to delete a customer that has projects."""
        if world.where("project", "customer", row.id):
            raise rule(None, m.PROJECTS_REGISTERED)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_parameter("changedSince", m.BAD_FORMAT) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=OSLO)
