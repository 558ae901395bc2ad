"""Tripletex → Timerabbit: customers and projects. Tripletex is master; what is edited in Timerabbit is set back.

The rules are the vendor's own help page's: projects that exist in Timerabbit only are never exported, projects deeper
than two levels are left out, and two customers of the same name stay two.
"""

from __future__ import annotations

from samspill.canon import compare
from samspill.canon.values import Fields
from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, MatchRule, OnDelete, StreamRules, single
from samspill.flows import matching
from samspill.flows.flow import Flow, Stream
from samspill.reasons import Reason

SYSTEMS = {Side.LEFT: "Tripletex", Side.RIGHT: "Timerabbit"}
_NAMES = {"source": "Tripletex", "target": "Timerabbit"}
TIMERABBIT_LEVELS = 2


def _customer_can_be_created(fields: Fields) -> Reason | None:
    if not fields.get("is_active", True):
        return Reason("inactive_at_source", _NAMES)
    return None if matching.text(fields, "name") else Reason("missing_field", {"field": "name", "source": "Tripletex"})


def _project_scope(fields: Fields) -> Reason | None:
    level = fields.get("level")
    if isinstance(level, int) and level > TIMERABBIT_LEVELS:
        parent = str(fields.get("parent_label") or fields.get("parent") or "?")
        return Reason("too_deep", {**_NAMES, "level": str(level), "parent": parent})
    return Reason("is_offer", _NAMES) if fields.get("is_offer") else None


def _project_can_be_created(fields: Fields) -> Reason | None:
    if not fields.get("is_active", True):
        return Reason("inactive_at_source", _NAMES)
    return None if matching.text(fields, "name") else Reason("missing_field", {"field": "name", "source": "Tripletex"})


CUSTOMERS = StreamRules(
    name="customers",
    fields=(
        FieldRule("name"),
        FieldRule("number", normal=compare.whole_number),
        FieldRule("organization_number"),
        FieldRule("email"),
        FieldRule("phone"),
        FieldRule("postal_address"),
        FieldRule("is_active"),
    ),
    creates=frozenset({Side.RIGHT}),
    needed={Side.RIGHT: _customer_can_be_created},
    on_delete={Side.LEFT: OnDelete.ARCHIVE, Side.RIGHT: OnDelete.REVIEW},
    matches=(
        MatchRule("customer number", single(matching.number), field="number", claim=True),
        MatchRule("organisation number", single(matching.organization), field="organization_number"),
        MatchRule("name", single(matching.exact_name)),
    ),
    proposals=matching.NAMES,
    similarity=matching.similarity,
    differ=matching.differ,
    agrees=matching.same_name,
    look_first=("organization_number", "number"),
    systems=SYSTEMS,
)

PROJECTS = StreamRules(
    name="projects",
    fields=(
        FieldRule("name"),
        FieldRule("number"),
        FieldRule("customer", references="customers"),
        FieldRule("parent", references="projects"),
        FieldRule("period"),
        FieldRule("is_active"),
        FieldRule("is_internal"),
    ),
    creates=frozenset({Side.RIGHT}),
    scope={Side.LEFT: _project_scope},
    needed={Side.RIGHT: _project_can_be_created},
    on_delete={Side.LEFT: OnDelete.ARCHIVE, Side.RIGHT: OnDelete.REVIEW},
    matches=(
        MatchRule("project number", single(matching.number), field="number", claim=True),
        MatchRule("name and customer", single(matching.name_and_customer), refers=True),
    ),
    proposals=matching.NAMES,
    similarity=matching.similarity,
    differ=matching.differ,
    agrees=matching.same_name_and_customer,
    look_first=("number",),
    systems=SYSTEMS,
)

TRIPLETEX_TIMERABBIT = Flow(
    name="tripletex-timerabbit",
    vendors={Side.LEFT: "tripletex", Side.RIGHT: "timerabbit"},
    streams=(Stream("customers", "customers", CUSTOMERS), Stream("projects", "projects", PROJECTS)),
    version=2,
)
