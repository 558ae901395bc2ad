"""How every contract vendor is connected. Data; imports no connector."""

from __future__ import annotations

from samspill.connectors.facts import Ask, Level, VendorFacts


def contract_facts(name: str, title: str, settings: tuple[Ask, ...] = ()) -> VendorFacts:
    """Return the facts of a vendor whose contract is `docs/contracts/<name>.openapi.yaml`."""
    return VendorFacts(
        name=name,
        title=title,
        level=Level.GOLD,
        # A careful guess; the contracts name no number.
        calls=((60, 60),),
        # The vendor has no page on such a key: whoever serves the contract hands it out.
        credentials=(Ask("api_key", f"docs/how-to/connect-{name}.md", secret=True),),
        settings=settings,
        webhooks="one subscription for all events; HMAC-SHA256 over time and body",
    )
