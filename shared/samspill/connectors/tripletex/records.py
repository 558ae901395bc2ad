"""Tripletex's shapes on the wire, only what we read. Fields may be missing: the vendor filters by the key's rights."""

from __future__ import annotations

from decimal import Decimal
from typing import Required, TypedDict

from samspill.connectors.decode import Int64


class Ref(TypedDict, total=False):
    """A reference; other fields than the id come only when the field list names them."""

    id: Required[int]
    name: str | None
    displayName: str | None
    number: str | None


class Country(TypedDict, total=False):
    """A country."""

    id: int
    isoAlpha2Code: str | None


class Address(TypedDict, total=False):
    """An address; in the answer to a write it is only a reference."""

    id: int
    addressLine1: str | None
    addressLine2: str | None
    postalCode: str | None
    city: str | None
    country: Country | None


class Change(TypedDict, total=False):
    """An entry of a record's history."""

    timestamp: str | None


class _Record(TypedDict, total=False):
    id: Required[int]
    version: Int64 | None
    changes: list[Change] | None
    displayName: str | None
    name: str | None


class Customer(_Record, total=False):
    """A customer."""

    organizationNumber: str | None
    customerNumber: int | None
    isInactive: bool
    isPrivateIndividual: bool
    email: str | None
    invoiceEmail: str | None
    phoneNumber: str | None
    phoneNumberMobile: str | None
    description: str | None
    postalAddress: Address | None


class Project(_Record, total=False):
    """A project, or an offer."""

    number: str | None
    description: str | None
    startDate: str | None
    endDate: str | None
    isClosed: bool
    isInternal: bool
    isOffer: bool
    hierarchyLevel: Int64 | None
    customer: Ref | None
    projectManager: Ref | None
    department: Ref | None
    mainProject: Ref | None


class Employment(TypedDict, total=False):
    """The time somebody is employed."""

    startDate: str | None
    endDate: str | None


class Employee(_Record, total=False):
    """An employee. National identity number, bank account and the like are never asked for."""

    firstName: str | None
    lastName: str | None
    employeeNumber: str | None
    email: str | None
    phoneNumberMobile: str | None
    department: Ref | None
    allowInformationRegistration: bool
    employments: list[Employment] | None


class Department(_Record, total=False):
    """A department."""

    departmentNumber: str | None
    isInactive: bool


class Activity(_Record, total=False):
    """An activity."""

    number: str | None
    activityType: str | None
    isChargeable: bool
    isDisabled: bool


class HoursEntry(_Record, total=False):
    """Hours of one employee on one day, activity and project."""

    employee: Ref | None
    project: Ref | None
    activity: Ref | None
    date: str
    hours: Decimal | None
    comment: str | None
    locked: bool


class Page[R](TypedDict, total=False):
    """The envelope of a list. `fullResultSize` is not exact, but tells that there is more."""

    fullResultSize: int | None
    versionDigest: str | None
    values: Required[list[R]]
