"""How Tripletex is connected."""

from __future__ import annotations

from samspill.canon.days_back import DAYS_BACK
from samspill.connectors.facts import Ask, Level, VendorFacts

_FOR_DEVELOPERS = "https://developer.tripletex.no/"
_FOR_CUSTOMERS = "https://hjelp.tripletex.no/"
_FOR_ACCOUNTING_OFFICES = "https://www.tripletex.no/sertifisering-kapittel-3-4"

FACTS = VendorFacts(
    name="tripletex",
    title="Tripletex",
    level=Level.GOLD,
    addresses={"production": "https://tripletex.no/v2", "test": "https://api-test.tripletex.tech/v2"},
    # As seen on the test server; its answers tell the real one.
    calls=((100, 10),),
    webhooks="one subscription per kind and event; HMAC-SHA512 over delivery and body",
    credentials=(
        Ask("consumer_token", _FOR_DEVELOPERS, secret=True),
        Ask("employee_token", _FOR_CUSTOMERS, secret=True),
        Ask("company_id", _FOR_ACCOUNTING_OFFICES, optional=True),
    ),
    settings=(
        Ask("environment", optional=True, choices=("production", "test")),
        Ask("default_project_manager", optional=True),
        Ask("default_department", optional=True),
        Ask("hours_days", optional=True, default=str(DAYS_BACK)),
        Ask("refusal_words", optional=True),
    ),
)
