"""Svenn as our contract has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from local.vendors.contract.kinds import Kind
from local.vendors.contract.sandbox import ContractSandbox
from local.vendors.data.dataset import Dataset
from local.vendors.svenn.kinds import CUSTOMERS, EMPLOYEES, PROJECTS
from local.vendors.svenn.seed import load_records

API_KEY = "sandbox-svenn-key-0001"


class SvennSandbox(ContractSandbox):
    """One account with Svenn."""

    name: ClassVar[str] = "svenn"
    kinds: ClassVar[Mapping[str, Kind]] = {kind.name: kind for kind in (CUSTOMERS, PROJECTS, EMPLOYEES)}
    header_prefix: ClassVar[str] = "X-Svenn"
    api_key: ClassVar[str] = API_KEY
    account_name: ClassVar[str] = "Nordlys Installasjon AS"

    def load(self, dataset: Dataset) -> None:
        """Fill the account with what the demo company has here."""
        with self.lock:
            load_records(self.store, dataset)
            self._freeze()
