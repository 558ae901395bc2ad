"""How Fjordbok is connected."""

from __future__ import annotations

from samspill.connectors.facts import Ask, Level, VendorFacts

FACTS = VendorFacts(
    name="fjordbok",
    title="Fjordbok",
    level=Level.BRONZE,
    calls=((1000, 60),),
    credentials=(Ask("token", "docs/how-to/connect-fjordbok.md", secret=True),),
)
