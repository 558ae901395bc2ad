"""One account put together: its entities, its operations, its keys, its subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from local.vendors.clock import Clock
from local.vendors.tripletex import companies, project_activities, reference, subscriptions, timesheet_choices
from local.vendors.tripletex.activities import FIRST_DAY, Activity
from local.vendors.tripletex.companies import Company
from local.vendors.tripletex.crud import Crud
from local.vendors.tripletex.customers import Customer
from local.vendors.tripletex.departments import Department
from local.vendors.tripletex.employees import (
    ADMINISTRATOR,
    COMPANY_ID,
    CREATE_PROJECT,
    PROJECT_MANAGER,
    Employee,
    Entitlement,
)
from local.vendors.tripletex.entity import Entity
from local.vendors.tripletex.faults import TripletexFaults
from local.vendors.tripletex.months import Month, Months
from local.vendors.tripletex.participants import Participant
from local.vendors.tripletex.project_activities import ProjectActivity
from local.vendors.tripletex.projects import Project
from local.vendors.tripletex.projects import routes as project_routes
from local.vendors.tripletex.render import Renderer
from local.vendors.tripletex.routes import Routes, Session
from local.vendors.tripletex.sessions import LoggedInUser, Sessions
from local.vendors.tripletex.subscriptions import Subscription, Subscriptions
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.timesheet import Entry
from local.vendors.tripletex.timesheet import routes as timesheet_routes
from local.vendors.tripletex.world import World
from local.vendors.webhooks import Outbox

COMPANY_NAME = "Nordlys Installasjon AS"


class Account:
    """A customer's account as it is on the first day: a company, its administrator, one department, four activities."""

    def __init__(
        self, clock: Clock, faults: TripletexFaults, outbox: Outbox, address: str, *, https_only: bool
    ) -> None:
        """Open the account; webhooks go through `outbox`."""
        subscription = Subscription(https_only=https_only)
        self.world = World(
            clock=clock,
            faults=faults,
            address=address,
            entities=[
                *(
                    reference.Address(),
                    reference.Country(),
                    reference.Currency(),
                    reference.VatType(),
                    reference.Account(),
                ),
                *(
                    Company(),
                    Department(),
                    Employee(),
                    Entitlement(),
                    Customer(),
                    Activity(),
                    LoggedInUser(),
                    subscription,
                ),
                *(Project(), Participant(), ProjectActivity(), reference.HourlyRate(), Entry(), Month()),
            ],
            changed=self._tell,
        )
        self.renderer = Renderer(self.world)
        self.crud = Crud(self.world, self.renderer)
        self.subscriptions = Subscriptions(self.world, self.renderer, outbox)
        self.owner_id = self._first_day()
        self.sessions = Sessions(self.crud, self.owner_id)
        self.collections = tuple(sorted(set(self.world.entities) - {"loggedInUser"}))
        self.routes = self._routes()

    def act_as(self, session: Session) -> None:
        """Let what follows be done by the session's owner."""
        self.world.acting_employee = session.employee_id
        self.world.acting_token = session.employee_token

    @contextmanager
    def by_hand(self) -> Iterator[World]:
        """Let what is inside be done by the administrator on the screens, all or nothing."""
        self.world.acting_employee = self.owner_id
        with self.world.transaction():
            yield self.world

    def _first_day(self) -> int:
        world = self.world
        reference.load_references(world)
        world.load("company", {"name": COMPANY_NAME, "organizationNumber": "987654325", "type": "AS"}, COMPANY_ID)
        department = world.load("department", {"name": "Avdeling"})
        owner = world.load(
            "employee",
            {
                "firstName": "Administrator",
                "lastName": "Nordlys",
                "email": "administrator@nordlys.example",
                "userType": "EXTENDED",
                "department": department.id,
            },
        )
        for right in (ADMINISTRATOR, CREATE_PROJECT, PROJECT_MANAGER):
            world.load("entitlement", {"employee": owner.id, "entitlementId": right, "name": companies.RIGHTS[right]})
        for name, kind, chargeable, deletable in FIRST_DAY:
            values = {"name": name, "activityType": kind, "isChargeable": chargeable, "deletable": deletable}
            world.load("activity", values)
        world.acting_employee = owner.id
        return owner.id

    def _routes(self) -> Routes:
        offers = {
            "customer": "search create read change delete POST PUT",
            "projectParticipant": "create read change POST DELETE",
            "employee": "search create read change POST",
            "department": "search create read change delete POST PUT",
            "activity": "search create read POST",
            "country": "search read",
            "currency": "search read",
        }
        found: Routes = {}
        parts = [self.crud.routes(self.world.entities[name], offer) for name, offer in offers.items()]
        parts += [
            self.sessions.routes(),
            companies.routes(self.crud, self._say),
            project_routes(self.crud),
            project_activities.routes(self.crud),
            timesheet_routes(self.crud),
            timesheet_choices.routes(self.crud),
            Months(self.crud).routes(),
            subscriptions.routes(self.crud),
        ]
        for part in parts:
            for path, methods in part.items():
                found.setdefault(path, {}).update(methods)
        return found

    def _tell(self, entity: Entity, verb: str, row: Row) -> None:
        self.subscriptions.tell(entity, verb, row)

    def _say(self, language: str) -> None:
        self.sessions.language = language
