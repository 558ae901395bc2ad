"""The handshake of vendors that ask, before they send webhooks, whether the address is ours: it has to answer a text.

It comes unsigned, so it is read back only where the vendor's folder declares it (`CHALLENGE` in its `webhooks.py`), and
only if it has the shape that the vendor's texts have. Nothing else of such a call is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from samspill.errors import ContractError
from samspill.reasons import Reason

LONGEST = 1024
"""No vendor may declare more characters."""
HARMLESS = re.compile(r"[A-Za-z0-9 ._~:=+/-]+", re.ASCII)
"""Characters that mean nothing to a browser, whatever it takes them for."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a vendor asks with, and what its texts look like."""

    parameter: str
    """The parameter of the query that holds the text."""
    longest: int = 512
    """Most characters."""

    def answer(self, query: Mapping[str, str]) -> str | None:
        """Return the text to read back; None where the call is no handshake.

        Raises:
            ContractError: the text is not one of the vendor's.
        """
        text = query.get(self.parameter)
        if text is None:
            return None
        if not 0 < len(text) <= min(self.longest, LONGEST) or not HARMLESS.fullmatch(text):
            reason = Reason("bad_message", {"field": self.parameter})
            raise ContractError("a handshake with a text that is not the vendor's", reason=reason)
        return text
