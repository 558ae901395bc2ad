"""Tripletex → a file: the customers that are new or have changed since the last file, as CSV."""

from __future__ import annotations

from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, StreamRules
from samspill.flows.flow import EXPORTS, Flow, Stream

CUSTOMERS = StreamRules(
    name="customers",
    fields=(
        FieldRule("number"),
        FieldRule("name"),
        FieldRule("organization_number"),
        FieldRule("email"),
        FieldRule("invoice_email"),
        FieldRule("phone"),
        FieldRule("mobile"),
        FieldRule("postal_address"),
        FieldRule("is_active"),
        FieldRule("is_private"),
        FieldRule("description"),
    ),
    look_first=("organization_number", "number"),
    one_sided=True,
    systems={Side.LEFT: "Tripletex"},
)

TRIPLETEX_CUSTOMERS_CSV = Flow(
    name="tripletex-customers-csv",
    vendors={Side.LEFT: "tripletex"},
    streams=(
        Stream(
            "customers",
            "customers",
            CUSTOMERS,
            watch=frozenset({Side.LEFT}),
            mode=EXPORTS,
            source=Side.LEFT,
            in_first_sync=False,
        ),
    ),
    default_every_min=1440,
)
