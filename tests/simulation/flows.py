"""Flows for the simulation: two streams both ways, the second referring to the first, with rules drawn per seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from samspill.canon.compare import form_of, whole_number
from samspill.canon.values import Fields, Value
from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, MatchRule, OnConflict, OnDelete, Policy, StreamRules, single
from samspill.flows.flow import Flow, Stream

SYSTEMS = {Side.LEFT: "Alpha", Side.RIGHT: "Beta"}
FIELDS = {"customers": ("name", "phone", "address", "number"), "projects": ("name", "customer", "number")}


def spelling_aside(name: str, value: Value) -> Value:
    """Return the form in which values of a field are compared: two that differ in spelling only have one."""
    return (whole_number if name == "number" else form_of(name))(value)


def _number(fields: Fields) -> str | None:
    number = fields.get("number")
    return number if isinstance(number, str) and number else None


_TWO_WAY = FieldRule("", Policy.TWO_WAY)
CUSTOMERS = StreamRules(
    name="customers",
    fields=(
        replace(_TWO_WAY, name="name"),
        replace(_TWO_WAY, name="phone"),
        replace(_TWO_WAY, name="address"),
        FieldRule("number", Policy.TWO_WAY),
    ),
    creates=frozenset(Side),
    matches=(MatchRule("number", single(_number)),),
    look_first=("number",),
    systems=SYSTEMS,
)
PROJECTS = StreamRules(
    name="projects",
    fields=(
        replace(_TWO_WAY, name="name"),
        FieldRule("customer", Policy.TWO_WAY, references="customers"),
        FieldRule("number", Policy.TWO_WAY),
    ),
    creates=frozenset(Side),
    matches=(MatchRule("number", single(_number)),),
    look_first=("number",),
    systems=SYSTEMS,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a seed's flow is like."""

    customers: StreamRules = CUSTOMERS
    projects: StreamRules = PROJECTS

    def flow(self) -> Flow:
        """Return the declaration."""
        return Flow(
            name="simulated",
            vendors={Side.LEFT: "alpha", Side.RIGHT: "beta"},
            streams=(Stream("customers", "customers", self.customers), Stream("projects", "projects", self.projects)),
        )


def draw_rules(chance: Random) -> Rules:
    """Draw a policy for every field, and what a delete means."""

    def policy(rule: FieldRule, *others: Policy) -> FieldRule:
        return replace(
            rule,
            policy=chance.choice((Policy.TWO_WAY, Policy.TWO_WAY, *others)),
            master=chance.choice(tuple(Side)),
            on_conflict=chance.choice(tuple(OnConflict)),
        )

    name, phone, address, number = CUSTOMERS.fields
    rest = tuple(Policy)
    on_delete = {
        side: chance.choice((OnDelete.ARCHIVE, OnDelete.ARCHIVE, OnDelete.KEEP, OnDelete.REVIEW)) for side in Side
    }
    customers = replace(
        CUSTOMERS,
        fields=(policy(name, Policy.MASTER), policy(phone, *rest), policy(address, *rest), number),
        on_delete=on_delete,
    )
    project_name, customer, code = PROJECTS.fields
    projects = replace(PROJECTS, fields=(policy(project_name, *rest), policy(customer), code), on_delete=on_delete)
    return Rules(customers, projects)
