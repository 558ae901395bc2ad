"""What demo data is made of, before any vendor's form is put on it. Keys are positions in the lists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeedAddress:
    """A Norwegian postal address."""

    line1: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True)
class SeedCustomer:
    """A customer; `organization_number` is None for private persons and for those nobody looked up."""

    number: int | None
    name: str
    organization_number: str | None
    email: str
    phone: str
    address: SeedAddress
    is_active: bool = True
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class SeedEmployee:
    """An employee."""

    number: str
    given: str
    family: str
    department: int
    email: str = ""
    leads: bool = False
    open_for_hours: bool = True


@dataclass(frozen=True, slots=True)
class SeedProject:
    """A project; `customer`, `parent` and `leader` are positions, a parent always stands before its children."""

    number: str
    name: str
    customer: int | None
    parent: int | None
    leader: int
    start: str | None
    end: str | None = None
    is_closed: bool = False
    is_internal: bool = False
    is_offer: bool = False


@dataclass(frozen=True, slots=True)
class Dataset:
    """One company's records, as its accounting system has them."""

    seed: int
    customers: tuple[SeedCustomer, ...]
    projects: tuple[SeedProject, ...]
    employees: tuple[SeedEmployee, ...]
    departments: tuple[tuple[str, str], ...]
    """Number and name."""
    activities: tuple[tuple[str, bool, bool], ...]
    """Name, whether for projects, whether chargeable."""
