"""What a look leaves of a tenant, and what is shown of it, are the same."""

from __future__ import annotations

from samspill.notices.summary import Summary
from samspill.state import Document
from samspill.usecases.views.tenants import TenantView


def test_all_that_is_summed_up_is_shown() -> None:
    kept = Summary.model_fields.keys() - Document.model_fields.keys()
    assert kept | {"needs_person"} == TenantView.model_fields.keys()
