"""Svenn on one connection, as the steps see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import override

from samspill.connectors.contract.connector import ContractConnector
from samspill.connectors.svenn.activities import Activities
from samspill.connectors.svenn.kinds import KINDS
from samspill.connectors.svenn.mapping import TASKS
from samspill.connectors.svenn.profile import PROFILE
from samspill.connectors.svenn.sheets import Sheets
from samspill.engine.model import Observation
from samspill.errors import UsageError
from samspill.flows.schema import Schema
from samspill.ports import Capabilities, Page


class Svenn(ContractConnector):
    """Reads and writes one account."""

    profile = PROFILE
    kinds = KINDS

    @override
    def able(self) -> Capabilities:
        usual = super().able()
        return replace(usual, kinds=usual.kinds | {"activities"}, markers=usual.markers - {"hours"})

    @cached_property
    def _activities(self) -> Activities:
        return Activities(self.reader)

    @cached_property
    def _sheets(self) -> Sheets:
        return Sheets(self.client, self.reader, self.settings)

    @override
    def describe(self, kind: str) -> Schema:
        return TASKS.describe(kind, changeable=False) if kind == "activities" else super().describe(kind)

    @override
    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        match kind:
            case "activities":
                return self._activities.page(token)
            case "hours":
                return self._sheets.page(token, since)
        return super().page(kind, token=token, since=since)

    @override
    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        match kind:
            case "activities":
                return self._activities.read(external_ids)
            case "hours":
                return self._sheets.read(external_ids)
        return super().read(kind, external_ids)

    @override
    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        if kind in {"activities", "hours"} and not keys:
            raise UsageError(f"{kind} are found by their values only")
        match kind:
            case "activities":
                return self._activities.find(keys or {})
            case "hours":
                return self._sheets.find(keys or {})
        return super().find(kind, marker=marker, keys=keys)


CONNECTOR = Svenn
"""What the registry opens."""
