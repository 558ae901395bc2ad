"""Svenn ↔ Tripletex: customers, projects and employees both ways, hours from Svenn.

The rules are those of Svenn's own help pages (service.svenn.com, "Synkroniseringsregler i Tripletex"): what is not
synced, and what closing, completing, deactivating and deleting do on each side. Where both sides changed a field,
Tripletex wins, except for what a customer, a project or a person is called: there a person decides. A number that
changes once both sides hold one is always asked about.
"""

from __future__ import annotations

from collections.abc import Mapping

from samspill.canon import compare, numbers
from samspill.canon.values import Fields
from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, MatchRule, OnConflict, OnDelete, Policy, Scope, StreamRules, single
from samspill.flows import hours, matching
from samspill.flows.flow import Flow, Stream
from samspill.reasons import Reason

SVENN, TRIPLETEX = Side.LEFT, Side.RIGHT
SYSTEMS = {SVENN: "Svenn", TRIPLETEX: "Tripletex"}
_NAMES = {
    SVENN: {"source": "Tripletex", "target": "Svenn"},
    TRIPLETEX: {"source": "Svenn", "target": "Tripletex"},
}
"""By the side a record would be created on."""


def _both(name: str, *, ask: bool = False, references: str | None = None) -> FieldRule:
    on_conflict = OnConflict.REVIEW if ask else OnConflict.MASTER_WINS
    return FieldRule(name, Policy.TWO_WAY, TRIPLETEX, on_conflict, references)


def _number(normal: compare.Normal | None = None) -> FieldRule:
    """People tell records apart by it, and so do we: once both sides have one, nobody is renumbered unasked."""
    return FieldRule("number", Policy.TWO_WAY, TRIPLETEX, OnConflict.REVIEW, gated=True, normal=normal)


def _told_only(name: str) -> FieldRule:
    """Tripletex decides; what Svenn holds instead is told, and left alone."""
    return FieldRule(name, Policy.REPORT, TRIPLETEX)


def _needs(field: str, target: Side) -> Scope:
    def check(fields: Fields) -> Reason | None:
        return None if matching.text(fields, field) else Reason("missing_field", {"field": field, **_NAMES[target]})

    return check


def _first(*checks: Scope) -> Scope:
    def check(fields: Fields) -> Reason | None:
        return next((reason for each in checks if (reason := each(fields)) is not None), None)

    return check


def _active(target: Side) -> Scope:
    return lambda fields: None if fields.get("is_active", True) else Reason("inactive_at_source", _NAMES[target])


# --- customers -------------------------------------------------------------------------------------------------------


def _whole_number(fields: Fields) -> Reason | None:
    """Customer numbers in Tripletex are whole numbers: what is read back there must be what was typed."""
    number = matching.text(fields, "number")
    misfit = numbers.misfit(number) if number is not None else None
    if number is None or misfit is None:
        return None
    if misfit == "not a whole number":
        return Reason("number_not_numeric", {"number": number, **_NAMES[TRIPLETEX]})
    return Reason("number_not_kept", {"number": number, "misfit": misfit, **_NAMES[TRIPLETEX]})


CUSTOMERS = StreamRules(
    name="customers",
    fields=(
        _both("name", ask=True),
        _number(compare.whole_number),
        _both("organization_number", ask=True),
        _both("email"),
        _both("phone"),
        _both("mobile"),
        _both("postal_address"),
        _both("description"),
        _told_only("is_active"),
    ),
    creates=frozenset(Side),
    needed={
        SVENN: _first(_active(SVENN), _needs("name", SVENN)),
        TRIPLETEX: _first(_whole_number, _active(TRIPLETEX), _needs("name", TRIPLETEX), _needs("number", TRIPLETEX)),
    },
    on_delete={SVENN: OnDelete.KEEP, TRIPLETEX: OnDelete.ARCHIVE},
    matches=(
        MatchRule("customer number", single(matching.number), field="number", claim=True),
        MatchRule("organisation number", single(matching.organization), field="organization_number"),
    ),
    proposals=matching.NAMES,
    similarity=matching.similarity,
    differ=matching.differ,
    agrees=matching.same_name,
    look_first=("number", "organization_number"),
    systems=SYSTEMS,
)

# --- projects --------------------------------------------------------------------------------------------------------


def _begins(target: Side) -> Scope:
    def check(fields: Fields) -> Reason | None:
        period = fields.get("period")
        begins = period.get("start") if isinstance(period, Mapping) else None
        return None if begins else Reason("no_start_date", _NAMES[target])

    return check


def _whole(fields: Fields) -> Reason | None:
    """Sub-projects and offers of Tripletex have no place in Svenn."""
    if fields.get("parent"):
        parent = str(fields.get("parent_label") or fields["parent"])
        return Reason("sub_project", {"parent": parent, **_NAMES[SVENN]})
    return Reason("is_offer", _NAMES[SVENN]) if fields.get("is_offer") else None


def _not_internal(fields: Fields) -> Reason | None:
    return Reason("internal_project", _NAMES[SVENN]) if fields.get("is_internal") else None


PROJECTS = StreamRules(
    name="projects",
    fields=(
        _both("name", ask=True),
        _number(),
        _both("customer", references="customers"),
        _both("period"),
        _both("is_active"),
    ),
    creates=frozenset(Side),
    scope={TRIPLETEX: _whole},
    needed={
        SVENN: _first(_active(SVENN), _not_internal, _needs("name", SVENN), _begins(SVENN)),
        TRIPLETEX: _first(_active(TRIPLETEX), _needs("name", TRIPLETEX), _begins(TRIPLETEX)),
    },
    on_delete={SVENN: OnDelete.KEEP, TRIPLETEX: OnDelete.ARCHIVE},
    matches=(MatchRule("project number", single(matching.number), field="number", claim=True),),
    proposals=matching.NAMES,
    similarity=matching.similarity,
    differ=matching.differ,
    agrees=matching.same_name_and_customer,
    look_first=("number",),
    systems=SYSTEMS,
)

# --- employees -------------------------------------------------------------------------------------------------------

EMPLOYEES = StreamRules(
    name="employees",
    fields=(
        _both("first_name", ask=True),
        _both("last_name", ask=True),
        _number(),
        _told_only("email"),
        _both("mobile"),
        # Whether somebody works there follows from the employments, which are Tripletex's.
        FieldRule("is_active", Policy.REPORT, TRIPLETEX, computed=True),
    ),
    creates=frozenset(Side),
    needed={
        SVENN: _first(_active(SVENN), _needs("last_name", SVENN), _needs("number", SVENN)),
        TRIPLETEX: _first(_active(TRIPLETEX), _needs("last_name", TRIPLETEX), _needs("number", TRIPLETEX)),
    },
    on_delete={SVENN: OnDelete.KEEP, TRIPLETEX: OnDelete.ARCHIVE},
    matches=(MatchRule("employee number", single(matching.number), field="number", claim=True),),
    proposals=matching.PEOPLE,
    similarity=matching.likeness_of_people,
    differ=matching.differ,
    agrees=matching.same_person,
    look_first=("number",),
    systems=SYSTEMS,
)

SVENN_TRIPLETEX = Flow(
    name="svenn-tripletex",
    vendors={SVENN: "svenn", TRIPLETEX: "tripletex"},
    streams=(
        Stream("employees", "employees", EMPLOYEES),
        Stream("customers", "customers", CUSTOMERS),
        Stream("projects", "projects", PROJECTS),
        Stream("activities", "activities", hours.activities(SYSTEMS)),
        hours.stream(SVENN, SYSTEMS),
    ),
    version=3,
    first=TRIPLETEX,
    needs_operator=True,
    settings=hours.HOURS_SETTINGS,
    days=frozenset({hours.HOURS_FROM}),
    # As the vendor's help pages have it ("Tripletex setup"): aligned before activation, then looked at by a person.
    has_setup=True,
)
