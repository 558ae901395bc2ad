"""Fjordbok's rows, as they are on the wire."""

from __future__ import annotations

from typing import Required, TypedDict

from samspill.connectors.decode import Int64, RowDecoder


class Contact(TypedDict, total=False):
    """A contact."""

    id: Required[str]
    version: Required[Int64]
    name: str
    orgNo: str | None
    mail: str | None
    archived: bool
    reference: str | None


class Contacts(TypedDict, total=False):
    """One page of a list."""

    items: Required[list[Contact]]
    next: str | None


DECODER = RowDecoder("Fjordbok", Contacts, Contact, "items")
