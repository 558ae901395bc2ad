"""Tripletex → Timerabbit: customers and projects. Tripletex is master; what is edited in Timerabbit is set back.

The rules are the vendor's own help page's: projects that exist in Timerabbit only are never exported, projects deeper
than two levels are left out, and two customers of the same name stay two.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from samspill.canon.organization import is_organization_number
from samspill.canon.text import name_key
from samspill.canon.values import Fields
from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, MatchRule, OnDelete, StreamRules
from samspill.flows.flow import Flow, Stream
from samspill.reasons import Reason

SYSTEMS = {Side.LEFT: "Tripletex", Side.RIGHT: "Timerabbit"}
_NAMES = {"source": "Tripletex", "target": "Timerabbit"}
TIMERABBIT_LEVELS = 2


def _text(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def _organization(fields: Fields) -> str | None:
    number = _text(fields, "organization_number")
    return number if is_organization_number(number) else None


def _differ(left: Fields, right: Fields) -> bool:
    """Two different numbers of the same kind: not the same, whatever the names say."""
    return any(
        _text(left, name) and _text(right, name) and _text(left, name) != _text(right, name)
        for name in ("number", "organization_number")
    )


def _similarity(left: Fields, right: Fields) -> tuple[int, str]:
    one, two = name_key(_text(left, "name")), name_key(_text(right, "name"))
    score = round(SequenceMatcher(None, one, two).ratio() * 100)
    if _differ(left, right):
        return (70, "same name, but another number") if one == two else (0, "another number")
    return score, "same name when spelling is set aside" if one == two else "name alike"


def _first_letters(fields: Fields) -> str | None:
    return name_key(_text(fields, "name"))[:3] or None


def _first_word(fields: Fields) -> str | None:
    return (name_key(_text(fields, "name")).split() or [""])[0] or None


def _customer_can_be_created(fields: Fields) -> Reason | None:
    if not fields.get("is_active", True):
        return Reason("inactive_at_source", _NAMES)
    return None if _text(fields, "name") else Reason("missing_field", {"field": "name", "source": "Tripletex"})


def _project_scope(fields: Fields) -> Reason | None:
    level = fields.get("level")
    if isinstance(level, int) and level > TIMERABBIT_LEVELS:
        parent = str(fields.get("parent_label") or fields.get("parent") or "?")
        return Reason("too_deep", {**_NAMES, "level": str(level), "parent": parent})
    return Reason("is_offer", _NAMES) if fields.get("is_offer") else None


def _project_can_be_created(fields: Fields) -> Reason | None:
    if not fields.get("is_active", True):
        return Reason("inactive_at_source", _NAMES)
    return None if _text(fields, "name") else Reason("missing_field", {"field": "name", "source": "Tripletex"})


def _name_and_customer(fields: Fields) -> str | None:
    name = _text(fields, "name")
    return f"{name.casefold()}|{fields.get('customer') or ''}" if name else None


CUSTOMERS = StreamRules(
    name="customers",
    fields=tuple(
        FieldRule(name)
        for name in ("name", "number", "organization_number", "email", "phone", "postal_address", "is_active")
    ),
    creates=frozenset({Side.RIGHT}),
    needed={Side.RIGHT: _customer_can_be_created},
    on_delete={Side.LEFT: OnDelete.ARCHIVE, Side.RIGHT: OnDelete.REVIEW},
    matches=(
        MatchRule("customer number", lambda fields: _text(fields, "number")),
        MatchRule("organisation number", _organization),
        MatchRule("name", lambda fields: (_text(fields, "name") or "").casefold() or None),
    ),
    proposals=(MatchRule("first letters", _first_letters), MatchRule("first word", _first_word)),
    similarity=_similarity,
    differ=_differ,
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
        MatchRule("project number", lambda fields: _text(fields, "number")),
        MatchRule("name and customer", _name_and_customer),
    ),
    proposals=(MatchRule("first letters", _first_letters), MatchRule("first word", _first_word)),
    similarity=_similarity,
    differ=lambda left, right: bool(
        _text(left, "number") and _text(right, "number") and _text(left, "number") != _text(right, "number")
    ),
    look_first=("number",),
    systems=SYSTEMS,
)

TRIPLETEX_TIMERABBIT = Flow(
    name="tripletex-timerabbit",
    vendors={Side.LEFT: "tripletex", Side.RIGHT: "timerabbit"},
    title={
        "nb": "Kunder og prosjekter fra Tripletex til Timerabbit",
        "en": "Customers and projects from Tripletex to Timerabbit",
        "de": "Kunden und Projekte von Tripletex nach Timerabbit",
    },
    streams=(Stream("customers", "customers", CUSTOMERS), Stream("projects", "projects", PROJECTS)),
)
