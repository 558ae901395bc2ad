"""A token that a person made and entered, sent as RFC 6750 says."""

from __future__ import annotations

from samspill.connectors.auth.api_key import ApiKeyAuth
from samspill.connectors.auth.credentials import Credentials


class BearerAuth(ApiKeyAuth):
    """Sends `Authorization: Bearer <token>`."""

    def __init__(self, credentials: Credentials) -> None:
        """Send the one credential that is needed."""
        super().__init__(credentials, "Authorization", prefix="Bearer ")
