"""How Timly is connected."""

from __future__ import annotations

from samspill.canon.key_end import KEY_ENDS_ON
from samspill.connectors.facts import Ask, Level, VendorFacts
from samspill.connectors.timly.features import FEATURES, OFF, ON

_HELP = "https://timly.com/en/docs/general-questions/can-i-link-the-system-to-other-applications/"

FACTS = VendorFacts(
    name="timly",
    title="Timly",
    level=Level.GOLD,
    # A careful guess: no public page names a limit.
    calls=((60, 60),),
    credentials=(Ask("token", _HELP, secret=True),),
    settings=(
        Ask(KEY_ENDS_ON, optional=True),
        Ask("active_status", optional=True),
        Ask("inactive_status", optional=True),
        *(Ask(name, optional=True, choices=(ON, OFF), default=ON) for name in FEATURES),
    ),
)
