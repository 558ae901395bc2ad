"""Employees and departments, as every connector maps them."""

from __future__ import annotations

from typing import TypedDict


class Employee(TypedDict, total=False):
    """A person who registers hours. Sensitive numbers (national identity, bank account) are never mapped."""

    number: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    mobile: str | None
    department: str | None
    is_active: bool
    may_register_hours: bool
    may_manage_projects: bool


class Department(TypedDict, total=False):
    """A department."""

    number: str | None
    name: str
    is_active: bool
