"""The kinds of record we speak with Tripletex about: path, fields asked for, filters, and what may be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from samspill.connectors.decode import RowDecoder
from samspill.connectors.faults import Row as Refusal
from samspill.connectors.fitting import Fit
from samspill.connectors.mapping import Mapped, Row
from samspill.connectors.tripletex import mapping, records
from samspill.connectors.tripletex.errors import TABLE, lacking
from samspill.connectors.tripletex.hours.days import EVER, one_day
from samspill.connectors.tripletex.hours.mapping import HOURS
from samspill.connectors.tripletex.hours.refusals import ROWS

type Query = Mapping[str, str]
type Verb = Literal["POST", "PUT", "DELETE"]


_LONG = Fit(16_777_215)


def _label(row: Row) -> str:
    return row.get("displayName") or row.get("name") or ""


def _cell(row: Row) -> str:
    named = (row.get(name) or {} for name in ("employee", "project", "activity"))
    employee, project, activity = (each.get("displayName") for each in named)
    return " ".join(part for part in (employee, row.get("date"), project, activity) if part)


@dataclass(frozen=True)
class Kind:
    """One kind of record. What is not said is not there."""

    name: str
    path: str
    fields: str
    """The `fields` parameter: explicit, so that nothing sensitive is ever read."""
    record: type[Any]
    mapped: Callable[[str], Mapped]
    """Today (ISO date, in Norway) → the table."""
    filters: Mapping[str, str]
    """Canonical field → query parameter that narrows by it; the match is checked again in code."""
    archive: Mapping[str, object]
    """What to set so that the record is no longer in use; empty where the vendor has no such thing."""
    label: Callable[[Row], str] = _label
    narrows: Mapping[str, Callable[[str], Query]] = field(default_factory=dict)
    """Canonical field → the parameters that narrow by its value, where that takes several."""
    untold: frozenset[str] = frozenset()
    """Canonical flags that can be searched for but are not told: what is found by one has it."""
    numeric: frozenset[str] = frozenset()
    """Canonical fields that are whole numbers there; nothing else can match."""
    lists: tuple[Query, ...] = ({},)
    """The queries that together give every record."""
    windowed: bool = False
    """Listed for the days around today only; `lists` is for looking up."""
    event: str | None = None
    """Subject of its webhooks."""
    batch: frozenset[Verb] = frozenset()
    """Verbs with a `/list` form."""
    changeable: bool = True
    deleted: bool = False
    """Archiving deletes: there is nothing to set instead."""
    fixed: frozenset[str] = frozenset()
    """Canonical fields that are set on create only."""
    cell: tuple[str, ...] = ()
    """Fields, named alike on both sides, of which no two records have the same values."""
    refusals: tuple[Refusal, ...] = ()
    """What its refusals mean; the rows that hold for all kinds come after."""
    digest: bool = True
    """False where the vendor computes no `versionDigest`."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Sent with every create, unless a field says otherwise."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Reference on the wire → the connection setting that fills it when a create leaves it open."""
    needs: frozenset[str] = frozenset()
    """Those of `settings` that no record is created without, in any company."""

    fits: Mapping[str, Fit] = field(default_factory=dict)
    """How long texts may be (`maxLength` in the specification 2.75.00), by canonical field or `field.part`."""

    @property
    def fillable(self) -> tuple[Refusal, ...]:
        """What it means that a reference is missing which a setting of the connection would have filled."""
        return tuple(lacking(wire, setting) for wire, setting in self.settings.items())

    @property
    def whole(self) -> str:
        """The `fields` parameter for single records, with the history: of a whole list that would be far too much."""
        return f"{self.fields},changes"

    @cached_property
    def decoder(self) -> RowDecoder:
        """Reads its lists. Built on first use: that costs milliseconds."""
        page = records.Page[self.record]  # type: ignore[name-defined]  # at run time
        return RowDecoder(TABLE.system, page, self.record, "values")


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="customers",
            path="/customer",
            fields=(
                "id,version,name,displayName,organizationNumber,customerNumber,isInactive,isPrivateIndividual,email,"
                "invoiceEmail,phoneNumber,phoneNumberMobile,description,"
                "postalAddress(id,addressLine1,addressLine2,postalCode,city,country(id,isoAlpha2Code))"
            ),
            record=records.Customer,
            mapped=lambda _today: mapping.CUSTOMERS,
            filters={
                "number": "customerAccountNumber",
                "organization_number": "organizationNumber",
                "name": "customerName",
                "email": "email",
                "invoice_email": "invoiceEmail",
                "mobile": "phoneNumberMobile",
            },
            archive={"isInactive": True},
            numeric=frozenset({"number"}),
            fits={
                "name": Fit(255),
                "organization_number": Fit(100),
                "email": Fit(254),
                "invoice_email": Fit(254),
                "phone": Fit(100),
                "mobile": Fit(100),
                "description": _LONG,
                "postal_address.line1": Fit(255),
                "postal_address.line2": Fit(255),
                "postal_address.postcode": Fit(100),
                "postal_address.city": Fit(100),
            },
            # Inactive customers are hidden unless asked for.
            lists=({"isInactive": "false"}, {"isInactive": "true"}),
            event="customer",
            batch=frozenset({"POST", "PUT"}),
        ),
        Kind(
            name="projects",
            path="/project",
            fields=(
                "id,version,name,number,displayName,description,startDate,endDate,isClosed,isInternal,isOffer,"
                "hierarchyLevel,customer(id),projectManager(id),department(id),mainProject(id,name,number)"
            ),
            record=records.Project,
            mapped=lambda _today: mapping.PROJECTS,
            filters={"number": "number", "name": "name", "customer": "customerId", "manager": "projectManagerId"},
            archive={"isClosed": True},
            event="project",
            batch=frozenset({"POST", "PUT"}),
            settings={"projectManager": "default_project_manager"},
            needs=frozenset({"projectManager"}),
            fits={"name": Fit(255), "number": Fit(100), "description": _LONG},
        ),
        Kind(
            name="employees",
            path="/employee",
            fields=(
                "id,version,firstName,lastName,displayName,employeeNumber,email,phoneNumberMobile,department(id),"
                "allowInformationRegistration,employments(startDate,endDate)"
            ),
            record=records.Employee,
            mapped=mapping.employees,
            filters={
                "number": "employeeNumber",
                "email": "email",
                "first_name": "firstName",
                "last_name": "lastName",
                "department": "departmentId",
                "may_manage_projects": "assignableProjectManagers",
            },
            untold=frozenset({"may_manage_projects"}),
            archive={},
            event="employee",
            batch=frozenset({"POST"}),
            # Changing an address takes its owner's confirmation (specification), and is not supported
            # (mysupport.simployer.com).
            fixed=frozenset({"email"}),
            digest=False,
            # The vendor wants a user type; an integration opens no doors by itself.
            defaults={"userType": "NO_ACCESS"},
            settings={"department": "default_department"},
            fits={
                "number": Fit(100),
                "first_name": Fit(100),
                "last_name": Fit(100),
                "email": Fit(100),
                "mobile": Fit(100),
            },
        ),
        Kind(
            name="departments",
            path="/department",
            fields="id,version,name,displayName,departmentNumber,isInactive",
            record=records.Department,
            mapped=lambda _today: mapping.DEPARTMENTS,
            filters={"number": "departmentNumber", "name": "name"},
            archive={"isInactive": True},
            batch=frozenset({"POST", "PUT"}),
        ),
        Kind(
            name="activities",
            path="/activity",
            fields="id,version,name,displayName,number,activityType,isChargeable,isDisabled",
            record=records.Activity,
            mapped=lambda _today: mapping.ACTIVITIES,
            filters={"number": "number", "name": "name"},
            label=lambda row: row["name"],
            archive={},
            batch=frozenset({"POST"}),
            changeable=False,
        ),
        Kind(
            name="hours",
            path="/timesheet/entry",
            fields=(
                "id,version,date,hours,comment,locked,employee(id,displayName),project(id,displayName),"
                "activity(id,displayName)"
            ),
            record=records.HoursEntry,
            mapped=lambda _today: HOURS,
            filters={"employee": "employeeId", "project": "projectId", "activity": "activityId"},
            narrows={"date": one_day},
            archive={},
            label=_cell,
            lists=(EVER,),
            windowed=True,
            batch=frozenset({"POST", "PUT"}),
            # Approving a month locks its entries; whether a digest sees that is not documented, so all are read.
            digest=False,
            deleted=True,
            cell=("employee", "project", "activity", "date"),
            refusals=ROWS,
        ),
    )
}
