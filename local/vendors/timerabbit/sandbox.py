"""Timerabbit as our contract has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from local.vendors.contract.common import whole
from local.vendors.contract.kinds import Kind
from local.vendors.contract.sandbox import ContractSandbox
from local.vendors.data.counterpart import counterpart
from local.vendors.data.dataset import Dataset
from local.vendors.timerabbit.kinds import CUSTOMERS, PROJECTS

API_KEY = "sandbox-timerabbit-key-0001"


class TimerabbitSandbox(ContractSandbox):
    """One account with Timerabbit."""

    name: ClassVar[str] = "timerabbit"
    kinds: ClassVar[Mapping[str, Kind]] = {kind.name: kind for kind in (CUSTOMERS, PROJECTS)}
    header_prefix: ClassVar[str] = "X-Timerabbit"
    api_key: ClassVar[str] = API_KEY
    account_name: ClassVar[str] = "Nordlys Installasjon AS"

    def load(self, dataset: Dataset) -> None:
        """Fill the account with what the demo company entered here by hand over the years."""
        ours = counterpart(dataset, self.name)
        with self.lock:
            customers = [
                self.store.load(
                    CUSTOMERS,
                    {
                        "name": each.name,
                        "number": str(each.number) if each.number else None,
                        "organizationNumber": each.organization_number,
                        "email": each.email or None,
                        "phone": each.phone or None,
                        "postalAddress": whole(each.address),
                        "active": each.is_active,
                    },
                )
                for each in ours.customers
            ]
            projects: list[str] = []
            for project in ours.projects:
                values = {
                    "name": project.name,
                    "number": project.number or None,
                    "customerId": None if project.customer is None else customers[project.customer],
                    "parentId": None if project.parent is None else projects[project.parent],
                    "startDate": project.start,
                    "endDate": project.end,
                    "status": "completed" if project.is_closed else "active",
                    "internal": project.is_internal,
                }
                projects.append(self.store.load(PROJECTS, values))
            self._freeze()


SANDBOX = TimerabbitSandbox
"""What is served under its name."""
