"""Whose certificates are accepted: those of the public authorities, and of a customer's own authority on top."""

from __future__ import annotations

import ssl

import httpx

from samspill.connectors.facts import CA_CERTIFICATE
from samspill.errors import ConfigurationError
from samspill.reasons import Reason


def verifying(pem: str = "") -> ssl.SSLContext:
    """Return what verifies servers, host names included: by the public authorities, and by those in `pem`.

    Raises:
        ConfigurationError: `pem` holds no certificate, something broken, or a private key, which belongs nowhere here.
    """
    context = httpx.create_ssl_context()
    if pem:
        if "PRIVATE KEY" in pem:
            raise _unusable("private key")
        try:
            context.load_verify_locations(cadata=pem)
        except (TypeError, ValueError, ssl.SSLError) as error:
            raise _unusable(type(error).__name__) from None
    return context


def is_untrusted(error: BaseException | None) -> bool:
    """Tell whether a call failed because the server's certificate is not one that is accepted."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _unusable(what: str) -> ConfigurationError:
    return ConfigurationError(f"{CA_CERTIFICATE} cannot be used: {what}", reason=Reason("ca_unusable"))
