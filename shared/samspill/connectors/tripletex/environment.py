"""Test and production never mix: keys of the one never work with an address of the other (tripletex-api2 issue 53)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from samspill.errors import CredentialsError
from samspill.reasons import Reason

type Environment = Literal["test", "production"]

_SETTINGS: Mapping[str | None, Environment] = {"test": "test", "production": "production"}
_TEST_PREFIX = "test-"
"""Since changelog 2020-03-17 the tokens of the test environment begin so."""


def environment_of(base_url: str, setting: str | None) -> Environment | None:
    """Return what the address is for, or None when nobody can tell.

    `setting` (`test` or `production`) overrides the guess. Temporary sandboxes live under changing names; theirs is
    unknown unless set.
    """
    if setting in _SETTINGS:
        return _SETTINGS[setting]
    host = urlsplit(base_url).hostname or ""
    if host == "tripletex.no" or host.endswith(".tripletex.no"):
        return "production"
    return "test" if host == "api-test.tripletex.tech" else None


def check_environment(credentials: Mapping[str, str], base_url: str, setting: str | None) -> None:
    """Raise CredentialsError (`wrong_environment`) when a key and the address do not belong together."""
    address_for = environment_of(base_url, setting)
    for name in ("consumer_token", "employee_token"):
        key_for = "test" if credentials.get(name, "").startswith(_TEST_PREFIX) else "production"
        if address_for is not None and key_for != address_for:
            raise CredentialsError(
                f"{name} is for {key_for}, {urlsplit(base_url).hostname} for {address_for}",
                reason=Reason("wrong_environment", {"key_for": key_for, "address_for": address_for}),
            )
