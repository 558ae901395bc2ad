"""Countries are known by their codes."""

from __future__ import annotations

from babel import Locale

from samspill.canon.countries import COUNTRIES

NOT_ASSIGNED = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
"""Codes of Unicode that stand for no country of ISO 3166."""


def test_every_country_of_unicode_that_has_a_code_of_its_own_is_known() -> None:
    territories = {str(code) for code in Locale("en").territories}
    own = {code for code in territories if len(code) == 2 and code.isalpha()}
    assert own - NOT_ASSIGNED == COUNTRIES
