"""Draws canonical values of every shape, nested and bounded."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from samspill.canon.values import Value

texts = st.text(max_size=8)
names = st.text(min_size=1, max_size=6).filter(lambda name: name != "$decimal")
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=4) | st.sampled_from(
    [Decimal(0), Decimal("-0.00"), Decimal("1.50"), Decimal("1E+3"), Decimal("1E-9"), Decimal("0.1")]
)
scalars: st.SearchStrategy[Value] = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts | decimals
values: st.SearchStrategy[Value] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8
)
fields = st.dictionaries(st.sampled_from(["name", "tags", "attributes.x", "postal_address"]), values)
