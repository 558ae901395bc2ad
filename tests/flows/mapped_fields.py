"""Svenn and a Tripletex whose address for invoices is an attribute of the account's own, for stories about mapping."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from samspill.connectors.tripletex.connector import Tripletex
from samspill.engine.model import Observation
from samspill.flows.schema import FieldType, Schema, SchemaField
from samspill.ports import Page, Written
from samspill.state import FlowState
from samspill.usecases import lookups, mapping
from samspill.usecases.views.mapping import MappingView
from tests.flows import hub as hubs
from tests.flows.hub import Hub
from tests.flows.two_sides import TwoSides
from tests.support.actors import admin

THERE = "attributes.Rechnung an"
ROWS = (("a@svenn.example", "A"), ("b@svenn.example", "B"))


class WithAttribute(Tripletex):
    """Tripletex, with an attribute in place of `invoice_email`."""

    field: ClassVar[SchemaField | None] = SchemaField(THERE, FieldType.TEXT)
    more: ClassVar[tuple[SchemaField, ...]] = ()
    """Other fields that customers have there."""
    values: ClassVar[dict[str, Any]] = {}
    """What every customer holds in those."""
    described = 0

    def describe(self, kind: str) -> Schema:
        type(self).described += 1
        told = super().describe(kind)
        if kind != "customers":
            return told
        kept = tuple(each for each in told.fields if each.path != "invoice_email")
        return Schema(kind, (*kept, *([self.field] if self.field else []), *self.more))

    def page(self, kind: str, **more: Any) -> Page:
        page = super().page(kind, **more)
        return replace(page, observations=[self._out(each) for each in page.observations])

    def read(self, kind: str, external_ids: Any) -> list[Observation]:
        return [self._out(each) for each in super().read(kind, external_ids)]

    def find(self, kind: str, **more: Any) -> list[Observation]:
        return [self._out(each) for each in super().find(kind, **more)]

    def write(self, kind: str, writes: Any) -> list[Written]:
        sent = [{name: value for name, value in each.fields.items() if name not in self.values} for each in writes]
        own = [
            replace(each, fields=_renamed(fields, THERE, "invoice_email"))
            for each, fields in zip(writes, sent, strict=True)
        ]
        answers: list[Written] = super().write(kind, own)
        return [replace(each, record=each.record and self._out(each.record)) for each in answers]

    def _out(self, told: Observation) -> Observation:
        return replace(told, fields=_renamed(told.fields, "invoice_email", THERE) | self.values)


def _renamed(fields: Any, old: str, new: str) -> dict[str, Any]:
    return {new if name == old else name: value for name, value in fields.items()}


class Mapped(TwoSides):
    """A hub between the two, and an admin who maps that attribute."""

    @property
    def state(self) -> FlowState:
        return self.hub.world.registry.flow(self.hub.flow)

    def map(self, left: str = "invoice_email", right: str = THERE, **rule: Any) -> MappingView:
        rule = {"policy": "master", "master": "Svenn"} | rule
        return mapping.set_pair(self.hub.world, admin("kari"), self.hub.flow, "customers", left, right, **rule)

    def set_rows(self, *rows: tuple[str, str], **form: Any) -> None:
        lookups.set_rows(self.hub.world, admin("kari"), self.hub.flow, "rates", rows or ROWS, **form)

    def set_row(self, left: str, right: str) -> None:
        lookups.set_row(self.hub.world, admin("kari"), self.hub.flow, "rates", left, right)

    def fill(self, ours: dict[str, Any], value: str) -> None:
        self.hub.svenn.edit("customers", ours["id"], {"invoiceEmail": value})

    def fill_theirs(self, theirs: dict[str, Any], value: str) -> None:
        self.hub.tripletex.edit("customer", str(theirs["id"]), {"invoiceEmail": value})

    def empty(self) -> None:
        """Nobody has an address for invoices."""
        for row in self.hub.svenn.rows("customers"):
            self.fill(row, "")
        for row in self.hub.tripletex.rows("customer"):
            self.fill_theirs(row, "")

    def held(self, ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[str, str]:
        """What both hold now."""
        left, right = self.of("customers", ours["id"], theirs["id"])
        return left["invoiceEmail"], right["invoiceEmail"]


def put_in_place(patch: pytest.MonkeyPatch) -> None:
    """Have hubs speak to that Tripletex, which is as described above at the beginning of each test."""
    patch.setitem(hubs.CONNECTORS, "tripletex", WithAttribute)
    patch.setattr(WithAttribute, "field", SchemaField(THERE, FieldType.TEXT))
    patch.setattr(WithAttribute, "more", ())
    patch.setattr(WithAttribute, "values", {})
    patch.setattr(WithAttribute, "described", 0)


def active() -> Mapped:
    """Return such a hub whose first sync is done."""
    hub = Hub(size=6, flow="svenn-tripletex")
    hub.first_sync()
    hub.sync()
    return Mapped(hub)
