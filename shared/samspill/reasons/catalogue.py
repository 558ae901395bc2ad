"""The catalogue: code → the sentence in Norwegian bokmål, English and German, what happened first, then what to do."""

from __future__ import annotations

from samspill.reasons.accounts import ACCOUNTS
from samspill.reasons.exports import EXPORTS
from samspill.reasons.failed import FAILED
from samspill.reasons.guard import GUARD
from samspill.reasons.hours import HOURS
from samspill.reasons.partners import PARTNERS
from samspill.reasons.settled import SETTLED
from samspill.reasons.setup import SETUP
from samspill.reasons.undecided import UNDECIDED
from samspill.reasons.usage import USAGE
from samspill.reasons.vendors import VENDORS

PARTS = (SETTLED, UNDECIDED, PARTNERS, FAILED, GUARD, SETUP, ACCOUNTS, USAGE, VENDORS, HOURS, EXPORTS)
CATALOGUE: dict[str, tuple[str, str, str]] = {code: said for part in PARTS for code, said in part.items()}
